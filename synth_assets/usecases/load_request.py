"""What to load into a database server, and what lies there then."""

from dataclasses import dataclass, field

from synth_assets.model.change_log import Cadence, utc
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.table import Table
from synth_assets.produce.manifests import Provenance
from synth_assets.sinks.server import BATCH_ROWS
from synth_assets.usecases.server_place import PATIENCE, ServerPlace


@dataclass(frozen=True)
class LoadRequest(ServerPlace):
    """What to load, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        address: of the database; it may hold a password.
        schema: where the tables shall lie; without, what the address says, or the domain's name.
        entities: names of the tables; all without.
        overwrite: replace whatever was loaded there before, in one transaction.
        batch_rows: rows that are sent at a time.
        patience: seconds in which a lost server may come back.
        cadence: for a database that goes on living: how long the batches are that it will take in; what was loaded is
            then a snapshot, and nobody else's rows may be in its tables.
        snapshot: the batch at whose end that snapshot is; 0 is the dataset itself.
    """

    domain: Domain
    dataset: Dataset
    address: str = field(repr=False)
    schema: str = ""
    entities: tuple[str, ...] = ()
    overwrite: bool = False
    batch_rows: int = BATCH_ROWS
    patience: float = PATIENCE
    cadence: Cadence | None = None
    snapshot: int = 0

    @property
    def at(self) -> int | None:
        """The second since 1970 at which the tables are loaded as they are; ``None`` for the dataset itself."""
        return self.cadence.since(self.dataset.as_of_second, self.snapshot + 1) if self.cadence else None

    @property
    def origin(self) -> Provenance:
        """What the rows depend on."""
        if self.cadence is None:
            return Provenance.of(self.dataset)
        return Provenance.of(self.dataset, cadence=self.cadence.name, at=f"{utc(self.at or 0):%Y-%m-%dT%H:%M:%SZ}")

    @property
    def tables(self) -> dict[str, Table]:
        """What is loaded, parents first."""
        return {name: self.domain.tables[name] for name in self.domain.entities if name in (self.entities or [name])}


@dataclass(frozen=True)
class Loaded:
    """A table that lies in the database now.

    Attributes:
        entity: its name.
        place: where it lies: ``schema.table``.
        rows: of the dataset.
        added: those among them that weren't there before.
        content_hash: of the rows that were sent.
        seconds: it took; those of the transaction that was committed.
    """

    entity: str
    place: str
    rows: int
    added: int
    content_hash: str
    seconds: float
