"""Groups that must never see each other's rows: references that stay in a row's group, and changes of one alone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from synth_assets.checking.transactions import Trace, dangling, examples, row_key
from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.groups import GroupedBy, group_column
from synth_assets.model.table import Reference, Table

GROUP = "$group"
"""In a trace's events: the group that the row was of before, in text."""

_OF: dict[str, pl.DataType] = {"tx_id": pl.Int64(), "$of": pl.String()}


def is_apart(by: GroupedBy | None, tables: Mapping[str, Table], name: str) -> bool:
    """Whether a table's rows are of groups; not of the table that has a row for each."""
    return by is not None and name != by.table and group_column(by, tables, name) is not None


def within_groups(by: GroupedBy, tables: Mapping[str, Table], name: str) -> Iterator[tuple[Reference, Reference]]:
    """References of a table to rows of groups, and the same ones where the row has to be of the same group, too.

    Args:
        by: what the groups are.
        tables: those of the domain.
        name: the table's, whose rows are of groups.
    """
    own = group_column(by, tables, name)
    for one in tables[name].all_references:
        parents = group_column(by, tables, one.table)
        if own is None or parents is None or one.table == by.table:
            continue
        columns, to = (*one.columns, own), (*one.target(tables[one.table]), parents)
        yield one, replace(one, columns=columns, to=to)


def before_group(by: GroupedBy | None, tables: Mapping[str, Table], name: str) -> pl.Expr:
    """The group that a row was of before an event, by a column of the log; missing where rows are everybody's."""
    column = group_column(by, tables, name) if by else None
    found = pl.lit(None) if column is None else pl.col(BEFORE + column)
    return found.cast(pl.String).alias(GROUP)


def leaks(by: GroupedBy | None, tables: Mapping[str, Table], traces: Mapping[str, Trace]) -> dict[str, list[str]]:
    """Where changes of one group hold anything of another: table → what is wrong.

    Args:
        by: what the groups are; ``None`` where there are none.
        tables: those of the domain.
        traces: of the tables that were replayed; transactions are looked at over all of them.
    """
    found: dict[str, list[str]] = {name: [] for name in traces}
    if by is None:
        return found
    columns = {name: column for name in traces if (column := group_column(by, tables, name))}
    events = {name: pl.concat(traces[name].events) for name in columns}
    after = {name: pl.col(AFTER + column).cast(pl.String) for name, column in columns.items()}
    each = {name: frame.with_columns(pl.coalesce(after[name], GROUP).alias("$of")) for name, frame in events.items()}
    together = pl.concat([pl.DataFrame(schema=_OF), *(frame.select("tx_id", "$of") for frame in each.values())])
    several = together.group_by("tx_id").agg(pl.col("$of").n_unique()).filter(pl.col("$of") > 1)
    for name, frame in each.items():
        key = row_key(tables[name])
        moved = frame.filter((pl.col("op") == "update") & (after[name] != pl.col(GROUP)))
        if moved.height:
            found[name].append(f"{moved.height:,} updates give a row to another {by.word} ({examples(moved, key)})")
        mixed = frame.join(several, on="tx_id", how="semi").unique("tx_id", maintain_order=True)
        if mixed.height:
            shown = examples(mixed, ["tx_id"]).replace("key", "tx_id", 1)
            found[name].append(f"{mixed.height:,} transactions hold rows of more than one {by.word} ({shown})")
        for reference, own in within_groups(by, tables, name):
            # A part of a cell is followed by transactions_hold alone.
            if reference.table in traces and not reference.inside:
                parent = traces[reference.table]
                wrong = dangling(traces[name], own, parent, events[reference.table], events[name])
                found[name] += [f"{reference} leaves its {by.word}: {text}" for text in wrong]
    return found
