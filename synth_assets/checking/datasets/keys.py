"""Keys are there and unique, and so is each other group of columns that names a row."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding
from synth_assets.checking.stored import StoredTable
from synth_assets.model.domain import Domain
from synth_assets.sinks.sql import listed, quoted


def _find(stored: StoredTable) -> Finding:
    table, source = stored.description, stored.view
    groups = [group for group in (table.key.columns, *table.unique) if group]
    problems = {f"{', '.join(group)} is not unique": _repeated(group, source) for group in groups}
    problems |= {f"{name} is missing": f"FROM {source} WHERE {quoted(name)} IS NULL" for name in table.key.columns}
    if table.key.tells_numbers and stored.dataset.is_digested(stored.name):
        # Keys were read for the digest: each is there, and they ascend without repeats.
        problems = {f"{', '.join(group)} is not unique": _repeated(group, source) for group in table.unique}
    return stored.dataset.none_of(problems, f"{'; '.join(', '.join(group) for group in groups)}: unique.")


def _repeated(group: tuple[str, ...], source: str) -> str:
    there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in group)
    return (
        f"SELECT {listed(group)}, count(*) AS times FROM {source} WHERE {there} "  # noqa: S608 - names
        "GROUP BY ALL HAVING times > 1"
    )


def _applies(domain: Domain, name: str) -> bool:
    table = domain.tables[name]
    return bool(table.key or table.unique)


CHECK = Check(
    "keys_are_unique",
    "Every row has a key, no two rows share one; nor a value of a unique column.",
    _find,
    _applies,
)
