"""What the replay of change data must know of a domain: tables, references, rules, and which acts its story has."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import duckdb

SECOND: Final = 1_000_000

Row = dict[str, Any]
#: Rows of all tables by table and key. Moments are whole numbers of microseconds since 1970.
State = dict[str, dict[Any, Row]]


@dataclass(slots=True)
class Event:
    """One event of the log; images are dicts of all columns, of nulls where there is none."""

    batch: int
    lsn: int
    tx_id: int
    tx_seq: int
    tx_total: int
    op: str
    commit: int
    table: str
    key: Any
    before: Row
    after: Row
    changed: list[str]


class Act:
    """A transaction's events by table and op."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.forms = Counter((one.table, one.op) for one in events)

    def of(self, table: str, op: str) -> list[Event]:
        """Its events of a table and an op, in their order."""
        return [one for one in self.events if (one.table, one.op) == (table, op)]


class Story(Protocol):
    """The acts so far, and what later ones depend on.

    Attributes:
        kinds: how many acts there were of each kind.
    """

    kinds: Counter[str]

    def judge(self, transaction: list[Event]) -> list[str]:
        """What is wrong with a transaction as an act, in sentences."""
        ...


@dataclass(frozen=True)
class Plot:
    """A domain as the replay sees it.

    Attributes:
        name: the domain's name, as its folders have it.
        keys: name of the key by table.
        pointers: references as table, column (of a JSON object: its path) and parent.
        story: begins the story with the base.
        broken: broken rules of tables in a connection, given the volumes of the base, the days that have passed since,
            and the moment.
        of_the_base_alone: rules that hold of the base and need not afterwards.
    """

    name: str
    keys: Mapping[str, str]
    pointers: tuple[tuple[str, str, str], ...]
    story: Callable[[State], Story]
    broken: Callable[[duckdb.DuckDBPyConnection, Mapping[str, int], int, str], dict[str, list]]
    of_the_base_alone: frozenset[str]

    @cached_property
    def references(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Column and parent by table."""
        return {
            table: tuple((column, parent) for child, column, parent in self.pointers if child == table)
            for table in self.keys
        }

    @cached_property
    def referred_by(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Which tables' columns point at a table."""
        return {
            table: tuple((child, column) for child, column, parent in self.pointers if parent == table)
            for table in self.keys
        }


def cell_of(row: Row, column: str) -> Any:
    """A cell, or one inside a JSON object; null where the object is."""
    name, _, part = column.partition(".")
    return row[name][part] if part and row[name] else row[name]


def times(event: Event, *columns: str) -> Iterator[str]:
    """An act commits at the time that its row says."""
    for column in columns:
        if event.after[column] != event.commit * SECOND:
            yield f"{column} of {event.table} {event.key} is not the time of the commit"
