"""Events fit the rows as they are by then, and references hold after each transaction."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged, undecided
from synth_assets.checking.stored_logs import StoredLog


def _find(stored: StoredLog) -> Finding:
    one = stored.replayed
    if one is None:
        return undecided(stored.not_stored, [stored.name])
    problems, missing = one.of_events, stored.missing_parents
    if problems or not missing:
        return judged(problems, f"{one.events:,} events fit, one after the other.")
    return undecided(
        f"references not checked: this batch of {', '.join(missing)} isn't stored, or can't be replayed.", missing
    )


CHECK = Check(
    "transactions_hold",
    "Every event fits the row as it is by then; keys and references hold after each transaction.",
    _find,
    generates=True,
)
