"""Replay what a folder of change data holds."""

from collections.abc import Sequence
from pathlib import Path

from synth_assets.changes.asked import asked
from synth_assets.changes.folder import ChangeFolder
from synth_assets.changes.span import most_batches
from synth_assets.checking.replay import Replayed, replay
from synth_assets.errors import DataError
from synth_assets.faults import answer_key
from synth_assets.model.layout import LOGS
from synth_assets.sinks.objects.copies import refresh


def replay_folder(folder: Path, entities: Sequence[str] = (), last: int | None = None) -> list[Replayed]:
    """Replay stored batches from the base on; see :func:`synth_assets.checking.replay.replay`.

    Args:
        folder: of change data.
        entities: names of the tables; those that have batches stored without.
        last: the last batch; without, the last one that there is.

    Raises:
        UsageError: an unknown table.
        UnjudgedError: it is in an object store that can't be read.
        DataError: it is no folder of change data, or a batch is missing, damaged, or another dataset's.
    """
    refresh(folder)
    of = ChangeFolder.open(folder)
    for name in entities:
        of.domain.entity(name)
    wanted = {one.table: one.batches[-1][-1] for one in asked(of.root) if one.what == LOGS and one.batches}
    stored = [name for name in of.tables if of.batches(name)]
    names = list(entities) or [name for name in of.tables if name in stored or (stored and name in wanted)]
    if last is None and names:
        # What was asked for belongs: a run that didn't end, or a table that is gone, is missed.
        ends = (max([wanted.get(name, 0), *of.batches(name), *of.snapshots(name)]) for name in names)
        last = min(max(ends), most_batches(of.cadence))
    try:
        return replay(of, names, last=last)
    except DataError as error:
        if of.is_broken:
            on_purpose = (
                f"This log was broken on purpose by synth changes inject: {of.root / answer_key.FILE} says how."
            )
            raise DataError(f"{error}\n  {on_purpose}") from error
        raise
