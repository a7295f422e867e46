"""Replay what a folder of change data holds."""

from collections.abc import Sequence
from pathlib import Path

from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.replay import Replayed, replay
from synth_assets.errors import DataError
from synth_assets.faults import answer_key


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
    try:
        return replay(of, entities or None, last=last)
    except DataError as error:
        if of.is_broken:
            on_purpose = (
                f"This log was broken on purpose by synth changes inject: {of.root / answer_key.FILE} says how."
            )
            raise DataError(f"{error}\n  {on_purpose}") from error
        raise
