"""Every reference leads to a row of a table that is at the same batch."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged, undecided
from synth_assets.checking.kept import KeptTable
from synth_assets.checking.references import dangling


def _find(stored: KeptTable) -> Finding:
    table, tables, batch = stored.description, stored.tables, stored.entries[-1].batch
    behind = [name for name in table.parents if tables.batch(name) != batch]
    problems: list[str] = []
    with stored.reading() as connection:
        for one in table.all_references:
            if one.table not in behind:
                parent = tables.table(one.table)
                query = dangling(one, parent.description, stored.source, parent.source)
                ((lost,),) = connection.execute(f"SELECT count(*) FROM ({query})").fetchall()  # noqa: S608 - names
                if lost:
                    problems.append(f"{one} is not in {one.table}: {lost:,} row{'s' * (lost > 1)}.")
    if problems or not behind:
        return judged(problems, f"{', '.join(map(str, table.all_references))}: every one finds its row.")
    return undecided(
        f"not checked: {', '.join(behind)} is not at batch {batch}.\n  Bring all tables to one batch, check again."
    )


CHECK = Check(
    "references_hold",
    "Every foreign key finds its row in the stored parent table.",
    _find,
    lambda domain, name: bool(domain.tables[name].all_references),
)
