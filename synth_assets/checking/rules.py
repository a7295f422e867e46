"""A domain's rules as checks: SQL over the stored tables that gives the rows which break a rule."""

import duckdb

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, undecided
from synth_assets.checking.stored import StoredTable
from synth_assets.model.table import Rule


def check_of(rule: Rule) -> Check[StoredTable]:
    """The check of a rule, of any of the tables that it reads."""
    return Check(rule.name, rule.doc, lambda stored: _find(rule, stored))


def _find(rule: Rule, stored: StoredTable) -> Finding:
    dataset, others = stored.dataset, [name for name in rule.tables if name != stored.name]
    if found := dataset.without(others):
        return found
    if stored.name in rule.tables:
        dataset.view(stored.name)
    try:
        return dataset.none_of({"the rule is broken": rule.sql.strip().rstrip(";")}, rule.doc)
    except duckdb.Error:
        if damaged := dataset.cannot_be_read(others):
            return undecided(f"not checked: {', '.join(damaged)} can't be read.")
        raise
