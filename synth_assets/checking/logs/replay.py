"""The snapshot before a batch, with its log applied, is the snapshot after it."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, undecided
from synth_assets.checking.stored_logs import StoredLog


def _find(stored: StoredLog) -> Finding:
    one, batch = stored.replayed, stored.logs.batch
    if one is None:
        return undecided(stored.not_stored, [stored.name])
    fine = (
        f"snapshot {batch - 1} + batch {batch} ({one.events:,} events) = snapshot {batch}: {one.cells:,} cells agree."
    )
    problems = one.of_states
    return Finding(
        passed=not problems and not one.differing,
        text="\n".join(problems) or fine,
        numbers={"events": one.events, "rows": one.rows, "differing_cells": one.differing},
        problems=tuple(problems),
    )


CHECK = Check(
    "replay_equals_snapshot",
    "The snapshot before the batch, with the stored log applied, is the snapshot after it.",
    _find,
    generates=True,
)
