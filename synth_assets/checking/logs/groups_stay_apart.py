"""Each event and each transaction is of one group alone, of a tenant for example."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged, undecided
from synth_assets.checking.stored_logs import StoredLog
from synth_assets.model.domain import Domain
from synth_assets.model.groups import group_column


def _find(stored: StoredLog) -> Finding:
    one = stored.replayed
    if one is None:
        return undecided(stored.not_stored, [stored.name])
    missing = stored.missing_parents
    if one.leaks or not missing:
        return judged(one.leaks, f"{one.events:,} events are each of one group alone, and so are transactions.")
    return undecided(f"not checked: this batch of {', '.join(missing)} isn't stored, or can't be replayed.", missing)


def _applies(domain: Domain, name: str) -> bool:
    by = domain.grouped_by
    return by is not None and group_column(by, domain.tables, name) is not None


CHECK = Check(
    "groups_stay_apart",
    "Before and after an event a row is of one group, a tenant for example, as are all events of a transaction, and "
    "what a row refers to.",
    _find,
    _applies,
    generates=True,
)
