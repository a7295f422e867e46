"""The versions of a row follow each other without gap or overlap."""
# ruff: noqa: S608 - names of a domain's own tables and columns, quoted

from synth_assets.changes.current import keeps_versions
from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding
from synth_assets.checking.kept import KeptTable
from synth_assets.model.table import Table
from synth_assets.sinks.current_tables import versions_table
from synth_assets.sinks.sql import listed, qualified, quoted


def _find(stored: KeptTable) -> Finding:
    history = versions_table(stored.description)
    source = qualified(history.domain, history.name)
    stored.check_columns(history)
    with stored.reading() as connection:
        counts = {
            what: connection.execute(f"SELECT count(*) {query}").fetchall()[0][0]
            for what, query in _queries(stored.description, source, stored.source).items()
        }
        ((versions,),) = connection.execute(f"SELECT count(*) FROM {source}").fetchall()
    problems = tuple(f"{count:,} {what}" for what, count in counts.items() if count)
    text = f"{versions:,} versions: no gap, no overlap, the last of each row is the row."
    return Finding(not problems, "; ".join(problems) or text, numbers={"versions": versions}, problems=problems)


def _queries(table: Table, source: str, current: str) -> dict[str, str]:
    """What may be wrong → the rows that are."""
    key, columns = listed(table.key.columns), listed(table.column_names)
    first = quoted(table.key.columns[0])
    return {
        "versions end before they begin": f"FROM {source} WHERE valid_to <= valid_from",
        "versions overlap, or leave a gap": f"FROM (SELECT valid_from, lag(valid_to) OVER w AS ended, lag({first}) OVER"
        f" w AS same FROM {source} WINDOW w AS (PARTITION BY {key} ORDER BY valid_from)) WHERE same IS NOT NULL"
        " AND ended IS DISTINCT FROM valid_from",
        "versions are current and have an end, or neither": f"FROM {source} WHERE is_current <> (valid_to IS NULL)",
        "current versions aren't rows of the table": f"FROM (SELECT {columns} FROM {source} WHERE is_current EXCEPT ALL"
        f" SELECT {columns} FROM {current})",
        "rows have no current version": f"FROM (SELECT {columns} FROM {current} EXCEPT ALL SELECT {columns} FROM"
        f" {source} WHERE is_current)",
    }


CHECK = Check(
    "scd2_without_overlap",
    "The versions of a row follow each other without gap or overlap; the last is the row.",
    _find,
    keeps_versions,
)
