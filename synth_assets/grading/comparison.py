"""A consumer's table beside the true one: both in key order, a piece at a time, a verdict on every key."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from synth_assets.errors import DataError
from synth_assets.grading.cells import ASIDE
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

Versions = Callable[[list[int]], Iterable[pl.DataFrame]]
"""All versions, up to the moment in question, of those rows with the given keys that have ever been."""


@dataclass(frozen=True)
class Judged:
    """The verdicts on some keys; the keys of one verdict come in ascending order, over all pieces.

    Attributes:
        verdicts: ``key``, ``verdict``, ``copies`` (in the consumer's table) and ``existed`` (of a phantom: whether
            there was such a row earlier).
        differing: those rows that are stale or wrong: the true columns, the consumer's with ``found:`` before
            their names, and ``aside:`` for what is no value of the column's type.
        differences: the same rows: ``key``, and whether each other column differs.
    """

    verdicts: pl.DataFrame
    differing: pl.DataFrame
    differences: pl.DataFrame


def judged(
    truth: Iterable[pl.DataFrame], candidate: Iterable[pl.DataFrame], table: Table, versions: Versions
) -> Iterator[Judged]:
    """Judge every key of both tables.

    Args:
        truth: frames of the true table in key order, at least one.
        candidate: typed frames of the consumer's table in key order, without rows that have no key; at least one.
        table: the table's description.
        versions: asked about keys that differ and keys that should not be there.

    Raises:
        DataError: the candidate's keys don't come in order.
    """
    waiting: list[Judged] = []
    for true, found in _paired(iter(truth), iter(candidate), str(table.key)):
        settled, unsettled = _compared(true, found, table)
        yield settled
        waiting.append(unsettled)
        if sum(one.verdicts.height for one in waiting) >= _ASK:
            yield _settled(waiting, table, versions)
            waiting = []
    if any(one.verdicts.height for one in waiting):
        yield _settled(waiting, table, versions)


def _paired(
    truth: Iterator[pl.DataFrame], candidate: Iterator[pl.DataFrame], key: str
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Pieces of both with all their rows of the same range of keys; no more than a few frames at a time."""
    left, right = _Queue(truth, key), _Queue(candidate, key)
    while True:
        left.fill()
        right.fill()
        if left.ended and right.ended:
            break
        # More copies of the last key may follow; a true key comes once.
        edge = min(left.last, right.last if right.ended else right.last - 1)
        if edge < min(left.first, right.first):
            right.grow()
            continue
        yield left.take(edge), right.take(edge)
    if left.frame.height or right.frame.height:
        yield left.frame, right.frame


class _Queue:
    """The front of a stream of frames."""

    def __init__(self, frames: Iterator[pl.DataFrame], key: str) -> None:
        self._frames, self._key = frames, key
        self.frame = next(frames)
        self.ended = False
        self._check()

    @property
    def first(self) -> float:
        return self.frame[self._key][0] if self.frame.height else float("inf")

    @property
    def last(self) -> float:
        """No key up to this one is still to come, except more copies of it."""
        return float("inf") if self.ended else self.frame[self._key][-1]

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
            count = int(self.frame[self._key].search_sorted(int(edge), side="right"))
        taken, self.frame = self.frame[:count], self.frame[count:]
        return taken

    def _check(self) -> None:
        if not self.frame[self._key].is_sorted():
            raise DataError(f"the keys {self._key} don't come in ascending order near {self.first}.")


def _compared(true: pl.DataFrame, found: pl.DataFrame, table: Table) -> tuple[Judged, Judged]:
    """What can be said from the two tables alone, and the keys on which the row's past decides."""
    key = str(table.key)
    copies = found.group_by(pl.col(key).alias("key")).agg(pl.len().cast(pl.Int64).alias("copies"))
    units = (
        true.select(pl.col(key).alias("key"), pl.lit(value=True).alias("true"))
        .join(copies, on="key", how="full", coalesce=True)
        .sort("key")
    )
    once = units.filter(pl.col("true") & (pl.col("copies") == 1))["key"]
    differing, differences = _differing(true, found.filter(pl.col(key).is_in(once.implode())), table)
    verdicts = units.select(
        "key",
        pl.when(pl.col("copies").is_null())
        .then(pl.lit(MISSING))
        .when(pl.col("true").is_null())
        .then(pl.lit(PHANTOM))
        .when(pl.col("copies") > 1)
        .then(pl.lit(DUPLICATED))
        .when(pl.col("key").is_in(differing[key].implode()))
        .then(pl.lit(WRONG))
        .otherwise(pl.lit(EXACT))
        .alias("verdict"),
        pl.col("copies").fill_null(0),
        pl.lit(None, pl.Boolean).alias("existed"),
    )
    open_ones = pl.col("verdict").is_in([PHANTOM, WRONG])
    settled = Judged(verdicts.filter(~open_ones), differing[:0], differences[:0])
    return settled, Judged(verdicts.filter(open_ones), differing, differences)


def _differing(true: pl.DataFrame, found: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that are not as they should be, of those that are there once; and in which columns."""
    key = str(table.key)
    both = true.join(
        found.rename({name: FOUND + name for name in table.column_names}),
        left_on=key,
        right_on=FOUND + key,
        maintain_order="left",
    )
    others = [name for name in table.column_names if name != key]
    differences = both.select(
        pl.col(key).alias("key"),
        *(
            (pl.col(name).ne_missing(pl.col(FOUND + name)) | pl.col(ASIDE + name).is_not_null()).alias(name)
            for name in others
        ),
    )
    some = differences.select(pl.any_horizontal(pl.lit(value=False), *others)).to_series()
    return both.filter(some), differences.filter(some)


def _settled(waiting: Sequence[Judged], table: Table, versions: Versions) -> Judged:
    """Look up the past of the rows that wait: stale or wrong, deleted or never there."""
    verdicts = pl.concat(one.verdicts for one in waiting)
    differing = pl.concat(one.differing for one in waiting)
    asked = verdicts["key"].filter(verdicts["key"] > 0).sort().to_list()  # as every key of a dataset is
    earlier = pl.concat(
        [pl.DataFrame(schema=table.schema), *(frame.select(table.column_names) for frame in versions(asked))]
    )
    stale = _stale(differing, earlier, table)
    verdicts = verdicts.with_columns(
        pl.when(pl.col("key").is_in(stale.implode())).then(pl.lit(STALE)).otherwise("verdict").alias("verdict"),
        pl.when(verdict=PHANTOM).then(pl.col("key").is_in(earlier[str(table.key)].implode())).alias("existed"),
    )
    return Judged(verdicts, differing, pl.concat(one.differences for one in waiting))


def _stale(differing: pl.DataFrame, earlier: pl.DataFrame, table: Table) -> pl.Series:
    """The keys of rows that are equal to one of their versions."""
    others = [name for name in table.column_names if name != str(table.key)]
    readable = differing.filter(pl.col(ASIDE + name).is_null() for name in others)
    rows = readable.select(str(table.key), *(pl.col(FOUND + name).alias(name) for name in others))
    return rows.join(earlier, on=table.column_names, how="semi", nulls_equal=True)[str(table.key)]
