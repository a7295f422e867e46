"""Batches as Delta Lake takes them in: one MERGE of a batch's net effect a table, with its change data feed on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl
from deltalake import DeltaTable, write_deltalake

from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.table import Table

CHANGE_TYPE = "_change_type"


def followed(
    root: Path,
    tables: Mapping[str, Table],
    base: Mapping[str, pl.DataFrame],
    batches: Iterable[int],
    feed_of: Callable[[str, int], pl.DataFrame],
) -> Iterator[tuple[int, str, pl.DataFrame, pl.DataFrame]]:
    """Make Delta tables of a base and bring batches into them, in one commit a batch and table.

    Args:
        root: where the Delta tables are to be, each under its name.
        tables: their descriptions by name.
        base: their rows before the first batch.
        batches: which, in order.
        feed_of: the events of a table in a batch, in the form of :func:`events`.

    Yields:
        the batch, the table's name, the batch's net effect, and what Delta's own feed says of the commit.
    """
    for name in tables:
        write_deltalake(root / name, base[name], configuration={"delta.enableChangeDataFeed": "true"})
    versions = dict.fromkeys(tables, 0)
    for batch in batches:
        for name, table in tables.items():
            net = net_effect(table, feed_of(name, batch))
            told = net.clear()
            if not net.is_empty():
                versions[name] += 1
                _merge(root / name, table, net)
                told = _change_feed(root / name, table, versions[name])
            yield batch, name, net, told
            assert DeltaTable(root / name).version() == versions[name]


def rows(folder: Path, table: Table) -> pl.DataFrame:
    """A table's rows as they stand, in the order of the key."""
    return pl.DataFrame(DeltaTable(folder).to_pyarrow_table()).select(table.column_names).sort(table.key.columns)


def events(table: Table, log: pl.DataFrame) -> pl.DataFrame:
    """A change log as a change data feed of every event, in the order of ``lsn``: the old row before the new one."""
    old = log.filter(pl.col("op") != "insert").select(
        "lsn",
        pl.when(op="update").then(pl.lit("update_preimage")).otherwise(pl.lit("delete")).alias(CHANGE_TYPE),
        *(pl.col(BEFORE + name).alias(name) for name in table.column_names),
    )
    new = log.filter(pl.col("op") != "delete").select(
        "lsn",
        pl.when(op="update").then(pl.lit("update_postimage")).otherwise(pl.lit("insert")).alias(CHANGE_TYPE),
        *(pl.col(AFTER + name).alias(name) for name in table.column_names),
    )
    return pl.concat([old, new]).sort("lsn", maintain_order=True).select(*table.column_names, CHANGE_TYPE)


def net_effect(table: Table, feed: pl.DataFrame) -> pl.DataFrame:
    """What a feed does in the end to each row that it touches, in the order of the key.

    From a row's first old image to its last new one; a row that came and went, or is what it was, isn't there.

    Args:
        table: the table's description.
        feed: its columns and ``_change_type``, in the order of events; a row may change many times.
    """
    rows_of_key = feed.group_by(table.key.columns, maintain_order=True)
    old, new = rows_of_key.first().select(feed.columns), rows_of_key.last().select(feed.columns)
    was = old[CHANGE_TYPE].is_in(["update_preimage", "delete"])
    remains = new[CHANGE_TYPE].is_in(["update_postimage", "insert"])
    differs = old.select(pl.any_horizontal(pl.col(name).ne_missing(new[name]) for name in table.column_names))
    stays = was & remains & differs.to_series()
    parts = {
        "insert": new.filter(~was & remains),
        "update_preimage": old.filter(stays),
        "update_postimage": new.filter(stays),
        "delete": old.filter(was & ~remains),
    }
    labelled = [rows.with_columns(pl.lit(change_type).alias(CHANGE_TYPE)) for change_type, rows in parts.items()]
    return pl.concat(labelled).sort(*table.key.columns, CHANGE_TYPE)


def _merge(folder: Path, table: Table, net: pl.DataFrame) -> None:
    """Bring a net effect into a table."""
    source = net.filter(pl.col(CHANGE_TYPE) != "update_preimage")
    cells = {name: f"source.{name}" for name in table.column_names}

    def of(change_type: str) -> str:
        return f"source.{CHANGE_TYPE} = '{change_type}'"

    same = " AND ".join(f"target.{name} = source.{name}" for name in table.key.columns)
    merger = DeltaTable(folder).merge(source, same, source_alias="source", target_alias="target")
    merger = merger.when_matched_update(cells, predicate=of("update_postimage"))
    merger = merger.when_matched_delete(predicate=of("delete"))
    merger.when_not_matched_insert(cells, predicate=of("insert")).execute()


def _change_feed(folder: Path, table: Table, version: int) -> pl.DataFrame:
    """What Delta itself says a commit did: the table's columns and ``_change_type``, in the order of the key."""
    feed = pl.DataFrame(DeltaTable(folder).load_cdf(starting_version=version, ending_version=version))
    return feed.select(*table.column_names, CHANGE_TYPE).sort(*table.key.columns, CHANGE_TYPE)
