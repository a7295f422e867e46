"""A consumer's table beside the true one: both in the order of row numbers, a piece at a time, a verdict on every row.

Rows are told by their numbers (:mod:`synth_assets.model.key`), in the column
:data:`~synth_assets.grading.ordering.NUMBER`. Keys that no row can have get numbers below 0.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from synth_assets.errors import UnjudgedError
from synth_assets.grading.cells import ASIDE
from synth_assets.grading.ordering import NUMBER
from synth_assets.kernel.counter import I64Array
from synth_assets.model.table import Table

EXACT, STALE, MISSING, PHANTOM, DUPLICATED, WRONG = VERDICTS = (
    "exact",
    "stale",
    "missing",
    "phantom",
    "duplicated",
    "wrong",
)
"""What a key can be, exactly one of them.

- exact: there once, every cell as it should be;
- stale: there once, and every cell as it was in an earlier version of the row;
- missing: should be there and isn't;
- phantom: is there and shouldn't be, once or more often: deleted by then, or never there;
- duplicated: should be there once and is there more often, whatever the copies hold;
- wrong: there once, with cells that no version of the row had together.
"""

FOUND = "found:"
"""Before a column's name: the consumer's cell, beside the true one."""

_ASK = 131_072
"""Rows whose versions are asked for at a time: each time costs a pass over the base, each row some memory."""

Versions = Callable[[I64Array], Iterable[pl.DataFrame]]
"""All versions, up to the moment in question, of those rows with the given numbers that have ever been."""


@dataclass(frozen=True)
class Judged:
    """The verdicts on some rows; the numbers of one verdict come in ascending order, over all pieces.

    Attributes:
        verdicts: :data:`NUMBER`, ``verdict``, ``copies`` (in the consumer's table), ``existed`` (of a phantom: whether
            there was such a row earlier), and ``key`` as a person sees it; none where the verdict is exact.
        differing: those rows that are stale or wrong: the true columns, the consumer's with ``found:`` before
            their names, and ``aside:`` for what is no value of the column's type.
        differences: the same rows: :data:`NUMBER`, and whether each column differs.
    """

    verdicts: pl.DataFrame
    differing: pl.DataFrame
    differences: pl.DataFrame


def judged(
    truth: Iterable[pl.DataFrame], candidate: Iterable[pl.DataFrame], table: Table, versions: Versions
) -> Iterator[Judged]:
    """Judge every row of both tables.

    Args:
        truth: frames of the true table with :data:`NUMBER`, in its order; at least one.
        candidate: frames of :func:`~synth_assets.grading.ordering.in_order`; at least one.
        table: the table's description.
        versions: asked about rows that differ and rows that should not be there.

    Raises:
        UnjudgedError: the candidate's rows don't come in order.
    """
    waiting: list[Judged] = []
    for true, found in _paired(iter(truth), iter(candidate), table):
        settled, unsettled = _compared(true, found, table)
        yield settled
        waiting.append(unsettled)
        if sum(one.verdicts.height for one in waiting) >= _ASK:
            yield _settled(waiting, table, versions)
            waiting = []
    if any(one.verdicts.height for one in waiting):
        yield _settled(waiting, table, versions)


def _paired(
    truth: Iterator[pl.DataFrame], candidate: Iterator[pl.DataFrame], table: Table
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Pieces of both with all their rows of the same range of numbers; no more than a few frames at a time."""
    left, right = _Queue(truth, table), _Queue(candidate, table)
    while True:
        left.fill()
        right.fill()
        if left.ended and right.ended:
            break
        # More copies of the last row may follow; a true row comes once.
        edge = min(left.last, right.last if right.ended else right.last - 1)
        if edge < min(left.first, right.first):
            right.grow()
            continue
        yield left.take(edge), right.take(edge)
    if left.frame.height or right.frame.height:
        yield left.frame, right.frame


class _Queue:
    """The front of a stream of frames."""

    def __init__(self, frames: Iterator[pl.DataFrame], table: Table) -> None:
        self._frames, self._table = frames, table
        self.frame = next(frames)
        self.ended = False
        self._check()

    @property
    def first(self) -> float:
        return self.frame[NUMBER][0] if self.frame.height else float("inf")

    @property
    def last(self) -> float:
        """No row up to this number is still to come, except more copies of it."""
        return float("inf") if self.ended else self.frame[NUMBER][-1]

    def fill(self) -> None:
        while not self.frame.height and not self.ended:
            self.grow()

    def grow(self) -> None:
        more = next(self._frames, None)
        if more is None:
            self.ended = True
            return
        self.frame = pl.concat([self.frame, more]) if self.frame.height else more
        self._check()

    def take(self, edge: float) -> pl.DataFrame:
        count = self.frame.height
        if edge != float("inf"):
            count = int(self.frame[NUMBER].search_sorted(int(edge), side="right"))
        taken, self.frame = self.frame[:count], self.frame[count:]
        return taken

    def _check(self) -> None:
        if not self.frame[NUMBER].is_sorted():
            first = self._table.key.shown(self.frame[:1])[0]
            raise UnjudgedError(
                f"the candidate changed while it was read: {self._table.key} doesn't ascend near {first}.\n"
                "  Grade it when nothing writes to it."
            )


def _compared(true: pl.DataFrame, found: pl.DataFrame, table: Table) -> tuple[Judged, Judged]:
    """What can be said from the two tables alone, and the rows on which their past decides."""
    copies = found.group_by(NUMBER).agg(pl.len().cast(pl.Int64).alias("copies"))
    rows = (
        true.select(NUMBER, pl.lit(value=True).alias("true"))
        .join(copies, on=NUMBER, how="full", coalesce=True)
        .sort(NUMBER)
    )
    once = rows.filter(pl.col("true") & (pl.col("copies") == 1))[NUMBER]
    differing, differences = _differing(true, found.filter(pl.col(NUMBER).is_in(once.implode())), table)
    verdicts = rows.select(
        NUMBER,
        pl.when(pl.col("copies").is_null())
        .then(pl.lit(MISSING))
        .when(pl.col("true").is_null())
        .then(pl.lit(PHANTOM))
        .when(pl.col("copies") > 1)
        .then(pl.lit(DUPLICATED))
        .when(pl.col(NUMBER).is_in(differing[NUMBER].implode()))
        .then(pl.lit(WRONG))
        .otherwise(pl.lit(EXACT))
        .alias("verdict"),
        pl.col("copies").fill_null(0),
        pl.lit(None, pl.Boolean).alias("existed"),
    )
    verdicts = _with_keys(verdicts, true, found, table)
    open_ones = pl.col("verdict").is_in([PHANTOM, WRONG])
    settled = Judged(verdicts.filter(~open_ones), differing[:0], differences[:0])
    return settled, Judged(verdicts.filter(open_ones), differing, differences)


def _with_keys(verdicts: pl.DataFrame, true: pl.DataFrame, found: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Add the keys of rows that are not exact, which are few: each becomes a text."""
    bad = verdicts.filter(pl.col("verdict") != EXACT).select(NUMBER)
    if not bad.height:
        return verdicts.with_columns(pl.lit(None, pl.String).alias("key"))
    columns = (NUMBER, *table.key.columns)
    cells = pl.concat([true.select(columns), found.select(columns)])
    cells = cells.join(bad, on=NUMBER, how="semi").unique(NUMBER, keep="first", maintain_order=True)
    keys = cells.select(NUMBER).with_columns(table.key.shown(cells))
    return verdicts.join(keys, on=NUMBER, how="left", maintain_order="left")


def _differing(true: pl.DataFrame, found: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that are not as they should be, of those that are there once; and in which columns."""
    names = table.column_names
    both = true.join(found.rename({name: FOUND + name for name in names}), on=NUMBER, maintain_order="left")
    differences = both.select(
        NUMBER,
        *(
            (pl.col(name).ne_missing(pl.col(FOUND + name)) | pl.col(ASIDE + name).is_not_null()).alias(name)
            for name in names
        ),
    )
    some = differences.select(pl.any_horizontal(names)).to_series()
    return both.filter(some), differences.filter(some)


def _settled(waiting: Sequence[Judged], table: Table, versions: Versions) -> Judged:
    """Look up the past of the rows that wait: stale or wrong, deleted or never there."""
    verdicts = pl.concat(one.verdicts for one in waiting)
    differing = pl.concat(one.differing for one in waiting)
    asked = verdicts[NUMBER].filter(verdicts[NUMBER] >= 0).sort().to_numpy()
    earlier = pl.concat(
        [pl.DataFrame(schema=table.schema), *(frame.select(table.column_names) for frame in versions(asked))]
    )
    there = pl.Series(table.key.numbers(earlier))
    stale = _stale(differing, earlier, table)
    verdicts = verdicts.with_columns(
        pl.when(pl.col(NUMBER).is_in(stale.implode())).then(pl.lit(STALE)).otherwise("verdict").alias("verdict"),
        pl.when(verdict=PHANTOM).then(pl.col(NUMBER).is_in(there.implode())).alias("existed"),
    )
    return Judged(verdicts, differing, pl.concat(one.differences for one in waiting))


def _stale(differing: pl.DataFrame, earlier: pl.DataFrame, table: Table) -> pl.Series:
    """The numbers of rows that are equal to one of their versions."""
    readable = differing.filter(pl.col(ASIDE + name).is_null() for name in table.column_names)
    rows = readable.select(NUMBER, *(pl.col(FOUND + name).alias(name) for name in table.column_names))
    return rows.join(earlier, on=table.column_names, how="semi", nulls_equal=True)[NUMBER]
