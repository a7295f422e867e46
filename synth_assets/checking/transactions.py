"""After every transaction: sequence numbers without gaps, and every reference leads to a row that is there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from synth_assets.model.change_log import AFTER, LSN_BITS
from synth_assets.model.table import ENTRIES, Reference, Table

_OPEN = (1 << 63) - 1
_BETWEEN = "\x1f"  # no key or reference holds it
_IS_ALWAYS = (pl.col("born") == 0) & (pl.col("died") == _OPEN)
_SHOWN = 3


@dataclass
class Trace:
    """What replaying one table leaves for the checks over all of them.

    Attributes:
        table: the table.
        base: its rows before the first batch, with the columns of :func:`traced`, and :data:`PLACE` without a key.
        events: of each batch: ``lsn``, ``tx_id``, ``op``, :func:`row_key`, the same columns after the event, and the
            group before it.
    """

    table: Table
    base: pl.DataFrame
    events: list[pl.DataFrame] = field(default_factory=list)


def traced(table: Table, tables: Mapping[str, Table]) -> list[str]:
    """The columns that references are checked by: the key, what refers, and what others refer to."""
    refers = [name for one in table.all_references for name in (*one.columns, *(one.when or ())[:1])]
    referred = [
        name
        for other in tables.values()
        for one in other.all_references
        if one.table == table.name
        for name in one.target(table)
    ]
    return list(dict.fromkeys([*table.key.columns, *refers, *referred]))


PLACE = "$place"
"""In a trace of a table without a key: a row's place among the rows of the base, which never change."""


def row_key(table: Table) -> list[str]:
    """The columns that tell a trace's rows apart."""
    return list(table.key.columns) or [PLACE]


def numbering(events: pl.DataFrame) -> list[str]:
    """Are the sequence numbers of each batch 1, 2, … over all tables, and transactions never interleaved?"""
    ordered = events.sort("lsn")
    in_batch = 1 << LSN_BITS
    place = ordered.select(
        (pl.col("lsn") % in_batch == pl.int_range(1, pl.len() + 1).over(pl.col("lsn") // in_batch)).all()
    )
    problems = [] if place.item() else ["over all tables: sequence numbers of a batch have gaps, or repeat"]
    if not ordered["tx_id"].is_sorted():
        problems.append("over all tables: transactions interleave")
    return problems


def dangling(
    trace: Trace, reference: Reference, parent: Trace, parent_events: pl.DataFrame, events: pl.DataFrame
) -> list[str]:
    """References to rows that weren't there after some transaction; no text if all hold.

    Args:
        trace: of the table that refers.
        reference: one of its references.
        parent: of the table it leads to, perhaps the same.
        parent_events: all events of that one.
        events: all events of the table that refers.
    """
    lives = _lives(parent, reference.target(parent.table), parent_events)
    key = row_key(trace.table)
    # Rows of the base to which nothing happens, and not to their parent either, need no second look.
    base, referring = trace.base, _referring(reference)
    if not reference.inside:
        always, sometimes = (lives.filter(found)["$value"].implode() for found in (_IS_ALWAYS, ~_IS_ALWAYS))
        to = referring("")
        touched = base.join(events.select(key).unique(), on=key, how="semi")
        untouched = base.join(events.select(key).unique(), on=key, how="anti")
        loud = untouched.filter(~(to.is_null() | (to.is_in(always) & ~to.is_in(sometimes))))
        base = pl.concat([touched, loud])
    versions = _versions(Trace(trace.table, base), referring, events)
    versions = versions.with_columns(pl.col("tx").shift(-1).over("$row").fill_null(_OPEN).alias("until"))
    for step in reference.inside:
        part = pl.col("$to") if step == ENTRIES else pl.col("$to").struct.field(step)
        versions = versions.with_columns(part.alias("$to"))
        versions = versions.explode("$to") if step == ENTRIES else versions
    pointing = versions.filter((pl.col("op") != "delete") & pl.col("$to").is_not_null())
    joined = pointing.join(lives, left_on="$to", right_on="$value", how="left")
    # A value may have been given more than once: one life that spans the version is enough.
    spanned = (pl.col("born") <= pl.col("tx")) & (pl.col("died") >= pl.col("until"))
    held = joined.group_by("$row", "tx", "$to").agg(spanned.fill_null(value=False).any().alias("held"))
    wrong = held.filter(~pl.col("held")).sort("$row", "tx")
    if wrong.is_empty():
        return []
    keys = examples(wrong, ["$row"])
    return [
        f"{reference}: {wrong.height:,} references to {reference.table} don't hold after every transaction ({keys})"
    ]


def _lives(trace: Trace, target: Sequence[str], events: pl.DataFrame) -> pl.DataFrame:
    """When a row with each value of ``target`` was there: after transactions ``born`` up to before ``died``.

    The value is ``$value``; 0 stands for the base.
    """
    versions = _versions(trace, _valued(target), events).with_columns(
        (pl.col("$to").ne_missing(pl.col("$to").shift(1)) | (pl.col("op") != "update")).over("$row").alias("$new")
    )
    # A version that leaves the value as it is goes on the life of the one before.
    lives = versions.filter("$new").with_columns(pl.col("tx").shift(-1).over("$row").fill_null(_OPEN).alias("died"))
    return lives.filter(pl.col("op") != "delete").select(
        pl.col("$to").alias("$value"), pl.col("tx").alias("born"), "died"
    )


def _versions(trace: Trace, to: Callable[[str], pl.Expr], events: pl.DataFrame) -> pl.DataFrame:
    """What some columns of each row were after each transaction, as ``$to``, by ``$row`` and ``tx``.

    Args:
        trace: of the table.
        to: the columns as one value; takes what their names begin with.
        events: of the table.
    """
    key = row_key(trace.table)
    whole = pl.concat(
        [
            trace.base.select(
                _value(key).alias("$row"),
                to("").alias("$to"),
                pl.lit(0, pl.Int64).alias("tx"),
                pl.lit(0, pl.Int64).alias("lsn"),
                pl.lit("insert").alias("op"),
            ),
            events.select(
                _value(key).alias("$row"),
                to(AFTER).alias("$to"),
                pl.col("tx_id").alias("tx"),
                "lsn",
                "op",
            ),
        ]
    ).sort("$row", "lsn")
    # Within a transaction only its last word counts.
    return whole.unique(["$row", "tx"], keep="last", maintain_order=True)


def _valued(columns: Sequence[str]) -> Callable[[str], pl.Expr]:
    return lambda prefix: _value([prefix + name for name in columns])


def _referring(reference: Reference) -> Callable[[str], pl.Expr]:
    """What a row refers to as one value; missing where it refers to nothing, or to another table."""
    whole = _valued(reference.columns)
    if reference.when is None:
        return whole
    column, value = reference.when
    return lambda prefix: pl.when(pl.col(prefix + column) == value).then(whole(prefix))


def _value(columns: Sequence[str]) -> pl.Expr:
    """One or more columns as one value to compare; missing where one of them is."""
    if len(columns) == 1:
        return pl.col(columns[0])
    return pl.concat_str([pl.col(name).cast(pl.String) for name in columns], separator=_BETWEEN)


def examples(rows: pl.DataFrame, key: Sequence[str]) -> str:
    """The keys of the first rows, for a message."""
    shown = ", ".join("/".join(str(value) for value in row) for row in rows.select(key).head(_SHOWN).rows())
    return f"key {shown.replace(_BETWEEN, '/')}{', …' if rows.height > _SHOWN else ''}"
