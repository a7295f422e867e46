"""Every reference leads to a row that is stored."""

import duckdb

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, undecided
from synth_assets.checking.references import dangling
from synth_assets.checking.stored import StoredTable


def _find(stored: StoredTable) -> Finding:
    dataset, table, source = stored.dataset, stored.description, stored.view
    parents = [one.table for one in table.all_references if one.table != table.name]
    absent = {name: found for name in dict.fromkeys(parents) if (found := dataset.without([name]))}
    problems = {
        f"{one} is not in {one.table}": dangling(one, dataset.domain.tables[one.table], source, dataset.view(one.table))
        for one in table.all_references
        if one.table not in absent
    }
    fine = f"{', '.join(map(str, table.all_references))}: every one finds its row."
    try:
        finding = dataset.none_of(problems, fine)
    except duckdb.Error:
        if damaged := dataset.cannot_be_read([name for name in parents if name not in absent]):
            return undecided(f"not checked: {', '.join(damaged)} can't be read.")
        raise
    return dataset.without(list(absent)) or finding if finding.passed else finding


CHECK = Check(
    "references_hold",
    "Every foreign key finds its row in the stored parent table.",
    _find,
    lambda domain, name: bool(domain.tables[name].all_references),
)
