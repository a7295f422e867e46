"""Tables as dbt has them: columns, and tests and constraints by their names with their arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DbtTest:
    """A test, or a constraint, which is called as the test is that asks the same.

    Attributes:
        name: with its package, e.g. ``dbt_utils.accepted_range``.
        column: that it is about; empty for one of the table.
        arguments: what else it says.
        place: where it stands.
    """

    name: str
    column: str
    arguments: Mapping[str, Any]
    place: str = ""


@dataclass
class DbtColumn:
    """A column.

    Attributes:
        name: its name.
        told: its type in words; empty if nobody tells.
        doc: its description.
        place: where it stands.
    """

    name: str
    told: str = ""
    doc: str = ""
    place: str = ""


@dataclass
class DbtTable:
    """A model, seed, snapshot or table of a source.

    Attributes:
        name: of a source with the source's, as ``raw.orders``.
        doc: its description.
        place: where it stands.
        columns: by name, in order.
        tests: of it and its columns.
        rows: how many there are, if that is known.
    """

    name: str
    doc: str = ""
    place: str = ""
    columns: dict[str, DbtColumn] = field(default_factory=dict)
    tests: list[DbtTest] = field(default_factory=list)
    rows: int | None = None


CONSTRAINTS = {
    "not_null": "not_null",
    "unique": "unique",
    "primary_key": "primary_key",
    "foreign_key": "relationships",
    "check": "check",
}
"""What constraints of a contract are called, each with the name of a test."""


def constraint(said: Mapping[str, Any], column: str, place: str = "") -> DbtTest | None:
    """A constraint as a test; ``None`` for one that says nothing of cells."""
    name = CONSTRAINTS.get(str(said.get("type")))
    if name is None:
        return None
    arguments: dict[str, Any] = dict(said)
    targets: Any = said.get("to_columns") or ()
    if targets:
        arguments["field"] = targets[0]
    return DbtTest(name, column, arguments, place)
