"""Cells are missing, or of a closed set of values, only where the schema says so."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding
from synth_assets.checking.stored import StoredTable
from synth_assets.model.domain import Domain
from synth_assets.model.table import Table
from synth_assets.sinks.sql import literals, quoted


def _find(stored: StoredTable) -> Finding:
    source, wrong = stored.view, _conditions(stored.description)
    # One scan for all conditions; the rows themselves are asked for only where there are any.
    totals = ", ".join(f"count_if({condition})" for condition in wrong.values())
    counts = stored.dataset.row(f"SELECT {totals} FROM {source}")  # noqa: S608 - names
    queries = {
        what: f"FROM {source} WHERE {condition}"
        for (what, condition), count in zip(wrong.items(), counts, strict=True)
        if count
    }
    return stored.dataset.none_of(queries, "Every cell is one that the schema allows.")


def _conditions(table: Table) -> dict[str, str]:
    """What may be wrong → the condition that finds such rows."""
    wrong: dict[str, str] = {}
    for column in table.columns:
        if not column.nullable:
            wrong[f"{column.name} is missing"] = f"{quoted(column.name)} IS NULL"
        if column.values:
            wrong[f"{column.name} is none of its values"] = f"{quoted(column.name)} NOT IN ({literals(column.values)})"
    return wrong


def _applies(domain: Domain, name: str) -> bool:
    return bool(_conditions(domain.tables[name]))


CHECK = Check(
    "cells_are_allowed",
    "Cells are missing only where the schema says so; enumerations hold their values only.",
    _find,
    _applies,
)
