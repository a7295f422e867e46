"""Stored partitions as LazyFrames: from Parquet, or from whichever format there is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from synth_assets.errors import DataError, UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.key import Key
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Column, Table
from synth_assets.model.types.catalog import stored_as
from synth_assets.produce.copies import Copy, NotStored, Shelf
from synth_assets.usecases.own_tables import NO_KEY


def load(dataset: Dataset, name: str, table: Table | None, root: Path, next_step: str) -> pl.LazyFrame:
    """A stored table, lazily.

    Args:
        dataset: whose table it is.
        name: the table's name.
        table: its description; what its manifest says without.
        root: the data root.
        next_step: what to do where it isn't stored.

    Raises:
        DataError: it isn't stored in any format, or its manifest is damaged.
    """
    shelf = Shelf.under(root, dataset)
    for copy in shelf.copies(name):
        described = table or described_by(copy.manifest, dataset.domain, name)
        copy.check(described)
        if copy.name == "parquet" and not copy.is_kept_apart:
            return pl.scan_parquet(copy.files, hive_partitioning=False, glob=False)
        return _scan(copy, described)
    raise DataError(f"{NotStored(shelf, name)}\n  {next_step}")


def described_by(manifest: Manifest, domain: str, name: str) -> Table:
    """Somebody's own table, as its manifest describes it.

    Raises:
        DataError: a column's type is none of ours.
    """
    try:
        columns = tuple(Column(column.name, stored_as(column.type), "", nullable=True) for column in manifest.columns)
    except UsageError as error:
        raise DataError(f"{domain}/{name}: damaged manifest: {error}") from error
    return Table(domain, name, "", "one row", Key.of(NO_KEY), columns)


def _scan(copy: Copy, table: Table) -> pl.LazyFrame:
    """A table in a format that polars can't scan itself."""

    def source(
        columns: Sequence[str] | None, predicate: pl.Expr | None, limit: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        left = limit
        for frame in copy.format.read(copy.path, table, columns):
            if left is not None:
                if left <= 0:
                    return
                frame = frame.head(left)  # noqa: PLW2901 - the rest isn't wanted
                left -= frame.height
            yield frame if predicate is None else frame.filter(predicate)

    return register_io_source(source, schema=table.schema, is_pure=True)
