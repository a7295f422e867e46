"""Keep tables in a lake whose version, or snapshot, k is the snapshot after batch k."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from synth_assets.changes.lakes import Brought, LakeTables
from synth_assets.model.change_log import Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.sinks import catalog, register
from synth_assets.sinks.register import Registered
from synth_assets.sinks.staging import Staging
from synth_assets.usecases.generate import Progress


@dataclass(frozen=True)
class LakeRequest:
    """Which tables to bring up to which batch, and in which lake.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        entities: names of the tables, parents first.
        root: the data root.
        format: of the lake.
        batches: ascending; those that a table has are left as they are.
    """

    domain: Domain
    dataset: Dataset
    cadence: Cadence
    entities: tuple[str, ...]
    root: Path
    format: str
    batches: range

    @property
    def living(self) -> LakeTables:
        """The tables.

        Raises:
            UsageError: no lake has that format.
        """
        lake = catalog.load_lake(self.format)
        return LakeTables.under(self.root, self.domain, self.dataset, self.cadence, lake)


def keep_in_lake(request: LakeRequest, progress: Callable[[Progress], None] | None = None) -> list[Brought]:
    """Bring the tables up, a commit a batch.

    Args:
        request: which tables.
        progress: told how many tables are done.

    Returns:
        what became of each table, parents first.

    Raises:
        SynthError: as for :meth:`~synth_assets.changes.lakes.LakeTables.bring_up`.
    """
    living = request.living
    place = living.place.relative_to(request.root).as_posix()
    called = f"{request.dataset.name}-{request.cadence.name}"
    brought: list[Brought] = []
    for one in living.bring_up(request.entities, request.batches):
        brought.append(one)
        # Afterwards: what was refused isn't missed, and what was ended half-way has its own notes.
        with Staging(request.root) as staging:
            register.ask(staging, [Registered(request.format, request.domain.name, one.entity, called, place)])
        if progress is not None:
            progress(Progress("tables", len(brought), len(request.entities)))
    return brought
