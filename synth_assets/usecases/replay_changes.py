"""Replay what a folder of change data holds."""

from collections.abc import Sequence
from pathlib import Path

from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.replay import Replayed, replay


def replay_folder(folder: Path, entities: Sequence[str] = (), last: int | None = None) -> list[Replayed]:
    """Replay stored batches from the base on; see :func:`synth_assets.checking.replay.replay`.

    Args:
        folder: of change data.
        entities: names of the tables; those that have batches stored without.
        last: the last batch; without, the last one that there is.

    Raises:
        UsageError: an unknown table.
        DataError: it is no folder of change data, or a batch is missing, damaged, or another dataset's.
    """
    of = ChangeFolder.open(folder)
    for name in entities:
        of.domain.entity(name)
    return replay(of, entities or None, last=last)
