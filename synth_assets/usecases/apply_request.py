"""What to apply to a database that lives, and what it has taken in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from synth_assets.model.change_log import Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.usecases.server_place import PATIENCE, ServerPlace


@dataclass(frozen=True)
class ApplyRequest(ServerPlace):
    """What to apply, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        batches: numbers of batches, from 1.
        address: of the database; it may hold a password.
        schema: where the tables lie; without, what the address says, or the domain's name.
        snapshot: the batch at whose end the database begins, if nothing lies there; the one before the first without.
        speed: how many times as fast as things happened; ``None`` for as fast as possible.
        replica_identity: what the server's log tells of rows as they were, ``full`` or ``default``; ``full`` for a
            database that begins, and as it is for another without.
        resume: whether it has to have begun.
        patience: seconds in which a lost server may come back.
    """

    domain: Domain
    dataset: Dataset
    cadence: Cadence
    batches: range
    address: str = field(repr=False)
    schema: str = ""
    snapshot: int | None = None
    speed: float | None = None
    replica_identity: str | None = None
    resume: bool = False
    patience: float = PATIENCE


@dataclass(frozen=True)
class Applied:
    """What a database has taken in.

    Attributes:
        place: its schema, or database.
        publication: the publication of its tables; empty where a server has none.
        snapshot: the batch at whose end it began.
        batches: those that were applied now, wholly or the rest of; empty if all were before.
        last: the last batch that it has.
        transactions: that were applied now.
        events: table → operation → how many.
        seconds: it took, without loading.
    """

    place: str
    publication: str
    snapshot: int
    batches: range
    last: int
    transactions: int
    events: Mapping[str, Mapping[str, int]]
    seconds: float
