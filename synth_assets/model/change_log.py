"""The change log: what happened to a table in one batch, one row an event, in the order of commits.

From it every envelope is derived. Its columns are :data:`META`, the table's key columns, ``before_<column>`` and
``after_<column>`` for every column of the table, and ``changed_columns``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from synth_assets.errors import UsageError
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import BOOLEAN, INT32, INT64, STRING, STRING_LIST, TIMESTAMP_UTC

Op = Literal["insert", "update", "delete"]
OPS: tuple[Op, ...] = ("insert", "update", "delete")

BEFORE, AFTER = "before_", "after_"

LSN_BITS = 40
"""An event's log sequence number is batch · 2^40 + its position among all events of the batch, from 1."""

META = (
    Column("batch", INT32, "number of the batch, from 1"),
    Column("lsn", INT64, "sequence number: batch x 2^40 + position among the batch's events of all tables, from 1"),
    Column("tx_id", INT64, "transaction: batch x 2^40 + its place among the batch's transactions, from 1"),
    Column("tx_seq", INT32, "position among the transaction's events of all tables, from 1"),
    Column("tx_total", INT32, "how many events the transaction has in all tables"),
    Column("op", STRING, "what happened to the row", values=OPS),
    Column("commit_ts", TIMESTAMP_UTC, "time of the commit"),
)
CHANGED = Column("changed_columns", STRING_LIST, "columns whose value an update changed; empty for other events")


def change_table(table: Table) -> Table:
    """The description of a table's change log; its key is ``lsn``.

    Raises:
        UsageError: a column of its key is called as one of an event is.
    """
    images = [
        replace(column, name=prefix + column.name, nullable=True)
        for prefix in (BEFORE, AFTER)
        for column in table.columns
    ]
    _refuse_taken(table, table.key.columns, (*META, *images, CHANGED), "events")
    key = [table.column(name) for name in table.key.columns]
    return Table(
        domain=table.domain,
        name=table.name,
        doc=f"Changes of {table.path}.",
        grain=f"one change of {table.grain}",
        key=Key.of("lsn"),
        columns=(*META, *key, *images, CHANGED),
    )


VALIDITY = (
    Column("valid_from", TIMESTAMP_UTC, "since when the row was like this; as_of for rows of the base"),
    Column("valid_to", TIMESTAMP_UTC, "until when, exclusive; missing while it is", nullable=True),
    Column("is_current", BOOLEAN, "whether it still is"),
)


def history_table(table: Table) -> Table:
    """The description of a table's SCD2 history: a row a version, in the order of key and time, so no single key.

    Raises:
        UsageError: one of its columns is called as one of a version is.
    """
    _refuse_taken(table, table.column_names, VALIDITY, "versions")
    return Table(
        domain=table.domain,
        name=table.name,
        doc=f"History of {table.path}.",
        grain=f"one version of {table.grain}",
        key=Key.of(""),
        columns=(*table.columns, *VALIDITY),
    )


def _refuse_taken(table: Table, names: Iterable[str], others: Iterable[Column], whose: str) -> None:
    """Refuse a table whose columns would be taken for those beside them."""
    taken = {column.name for column in others}
    if name := next((one for one in names if one in taken), None):
        raise UsageError(
            f"{table.path} has a column {name}, as its {whose} have one of their own: nobody could tell them apart.\n"
            "  Rename the column, or leave the table out."
        )


@dataclass(frozen=True)
class Cadence:
    """How long a batch is.

    Attributes:
        name: ``day``, ``hour`` or ``minute``.
        seconds: its length.
    """

    name: str
    seconds: int

    def since(self, as_of_second: int, batch: int) -> int:
        """The first second of a batch; the second after the last is that of the next one."""
        return as_of_second + (batch - 1) * self.seconds


CADENCES = {name: Cadence(name, seconds) for name, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60))}


def utc(second: int) -> datetime:
    """A second since 1970 as a time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)


def gaps(numbers: Iterable[int], first: int, last: int) -> list[range]:
    """What is missing of ``first`` to ``last``; takes no longer however far they lie apart.

    Example:
        >>> gaps([2, 5], 1, 7)
        [range(1, 2), range(3, 5), range(6, 8)]
    """
    found: list[range] = []
    start = first
    for number in sorted({*(one for one in numbers if first <= one <= last), last + 1}):
        if number > start:
            found.append(range(start, number))
        start = number + 1
    return found


def spans(numbers: Sequence[int]) -> list[str]:
    """Ascending numbers as ranges, the way ``--batches`` takes them.

    Example:
        >>> spans([2, 5, 6, 7])
        ['2', '5..7']
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [span(range(first, last + 1)) for first, last in runs]


def span(numbers: range) -> str:
    """Numbers that follow one another, likewise."""
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}..{numbers[-1]}"
