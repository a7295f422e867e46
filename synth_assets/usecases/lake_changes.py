"""Keep tables in a lake whose version, or snapshot, k is the snapshot after batch k."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from synth_assets.changes.lakes import Brought, Living
from synth_assets.model.change_log import Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.sinks import catalog
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
    def living(self) -> Living:
        """The tables.

        Raises:
            UsageError: no lake has that format.
        """
        lake = catalog.load_lake(self.format)
        return Living.under(self.root, self.domain, self.dataset, self.cadence, lake)


def keep_in_lake(request: LakeRequest, progress: Callable[[Progress], None] | None = None) -> list[Brought]:
    """Bring the tables up, a commit a batch.

    Args:
        request: which tables.
        progress: told how many tables are done.

    Returns:
        what became of each table, parents first.

    Raises:
        SynthError: as for :meth:`~synth_assets.changes.lakes.Living.bring_up`.
    """
    brought: list[Brought] = []
    for one in request.living.bring_up(request.entities, request.batches):
        brought.append(one)
        if progress is not None:
            progress(Progress("tables", len(brought), len(request.entities)))
    return brought
