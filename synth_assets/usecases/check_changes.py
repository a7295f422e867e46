"""Check change data of a dataset under a data root: the logs of a batch, and the tables that are kept up to date."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from synth_assets.changes.current import held
from synth_assets.checking.catalog import current_checks, log_checks
from synth_assets.checking.finding import Finding, undecided
from synth_assets.checking.kept import KeptTables
from synth_assets.checking.stored_logs import StoredLogs
from synth_assets.errors import SynthError
from synth_assets.model.domain import Domain
from synth_assets.usecases.change_data import DatasetChanges
from synth_assets.usecases.check import CheckInfo

Findings = Iterator[tuple[str, str, Finding]]
"""Table, check, and what was found."""


def checks_of_logs(domain: Domain, table: str) -> list[CheckInfo]:
    """The checks of a table's log of a batch."""
    return [CheckInfo(check.name, check.doc) for check in log_checks(domain, table)]


def checks_of_current(domain: Domain, table: str) -> list[CheckInfo]:
    """The checks of a table that is kept up to date."""
    return [CheckInfo(check.name, check.doc) for check in current_checks(domain, table)]


def check_logs(data: DatasetChanges, batch: int, tables: Sequence[str]) -> Findings:
    """What holds of the logs of a batch: they are replayed once, together with those of the tables referred to."""
    logs = StoredLogs(data.folder, batch, tuple(tables))
    for name in tables:
        for check in log_checks(data.domain, name):
            yield name, check.name, check.evaluate(logs.table(name))


def check_current(data: DatasetChanges, tables: Sequence[str]) -> Findings:
    """What holds of the tables that are kept up to date, whatever batch they are at.

    Nobody can bring them forward meanwhile, so that all is about one batch.
    """
    try:
        with held(data.database) if data.database.exists() else nullcontext():
            found = list(_of_tables(KeptTables(data.folder, data.database), tables))
    except SynthError as error:
        found = list(_all(data.domain, tables, Finding(passed=False, text=str(error))))
    yield from found


def _of_tables(kept: KeptTables, tables: Sequence[str]) -> Findings:
    for name in tables:
        if kept.batch(name) is None:
            missing = undecided(f"{name} isn't in {kept.database}.", [name])
            yield from _all(kept.folder.domain, [name], missing)
            continue
        for check in current_checks(kept.folder.domain, name):
            yield name, check.name, check.evaluate(kept.table(name))


def _all(domain: Domain, tables: Sequence[str], finding: Finding) -> Findings:
    for name in tables:
        for check in current_checks(domain, name):
            yield name, check.name, finding
