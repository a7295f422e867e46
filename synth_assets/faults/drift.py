"""Changes of a table's columns, and whether a consumer can follow them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from synth_assets.faults.claim import Claim
from synth_assets.model.change_log import AFTER, BEFORE, CHANGED
from synth_assets.model.table import Column, Table

_SOURCES = 3
"""Values of an added column: it says which of so many systems a record came through."""


@dataclass(frozen=True)
class Drift:
    """A change of one of the columns that a file's images have.

    Attributes:
        claim: the fault's.
        column: the column as it was; the new one's name if it is added.
        new: the column as it is now; ``None`` if it is dropped.
        remedy: what a consumer does.
        detail: for the answer key, as JSON.
    """

    claim: Claim
    column: str
    new: Column | None
    remedy: str
    detail: str

    @property
    def names(self) -> set[str]:
        """The names that it takes or leaves."""
        return {self.column} if self.new is None else {self.column, self.new.name}


def drifted(table: Table, drifts: Iterable[Drift]) -> Table:
    """A table as its columns are after some drifts; an added column is the last."""
    columns = list(table.columns)
    for drift in drifts:
        names = [column.name for column in columns]
        if drift.column not in names:
            columns += [drift.new] if drift.new is not None else []
            continue
        at = names.index(drift.column)
        columns[at : at + 1] = [] if drift.new is None else [drift.new]
    return replace(table, columns=tuple(columns))


def with_drifts(frame: pl.DataFrame, drifts: Iterable[Drift]) -> pl.DataFrame:
    """The events of a file as they are delivered after some drifts of its table's columns."""
    for drift in drifts:
        names = pl.col(CHANGED.name)
        if drift.new is None:
            frame = frame.with_columns(names.list.eval(pl.element().filter(pl.element() != drift.column)))
            continue
        old = [prefix + drift.column for prefix in (BEFORE, AFTER)]
        new = [prefix + drift.new.name for prefix in (BEFORE, AFTER)]
        if old[0] in frame.columns:
            frame = frame.with_columns(
                names.list.eval(pl.element().replace({drift.column: drift.new.name})),
                *(pl.col(one).cast(drift.new.type.polars).alias(other) for one, other in zip(old, new, strict=True)),
            )
        else:
            source = pl.format("source {}", pl.col("lsn") % _SOURCES)
            has_image = {
                BEFORE: pl.col("op").is_in(["update", "delete"]),
                AFTER: pl.col("op").is_in(["insert", "update"]),
            }
            frame = frame.with_columns(
                pl.when(has).then(source).alias(prefix + drift.new.name) for prefix, has in has_image.items()
            )
    return frame


def lost_columns(table: Table, drifts: Sequence[Drift]) -> set[str]:
    """The columns whose values a consumer loses, if these drifts befall a file: the dropped ones.

    Renamed ones, too, if another one of the same type is dropped or added between the same two columns that keep
    their names: then neither name, nor place, nor type tells which is which.
    """
    now = drifted(table, drifts).columns
    kept = {column.name for column in now} & {*table.column_names}
    old, new = (_by_place(columns, kept) for columns in (table.columns, now))
    dropped = {drift.column for drift in drifts if drift.new is None}
    unclear = [names for place, names in old.items() if dropped & {*names} or len(names) != len(new.get(place, ()))]
    return dropped.union(*unclear)


def _by_place(columns: Iterable[Column], kept: set[str]) -> dict[tuple[str, str], list[str]]:
    """The columns that don't keep their names: by the last one before them that does, and by type."""
    found: dict[tuple[str, str], list[str]] = {}
    before = ""
    for column in columns:
        if column.name in kept:
            before = column.name
        else:
            found.setdefault((before, column.type.name), []).append(column.name)
    return found
