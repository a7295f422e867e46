"""Stored partitions as LazyFrames: from Parquet, or from whichever format there is."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from synth_assets.errors import AGAIN, DataError, UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.key import Key
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Column, Table
from synth_assets.model.types.catalog import any_named
from synth_assets.produce.copies import Copy, NotStored, Shelf, last_made
from synth_assets.produce.manifests import is_of
from synth_assets.sinks.objects.copies import refresh
from synth_assets.sinks.register import Registered, digest_of, noted
from synth_assets.usecases.io_source import frames_when_asked
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
        DataError: it isn't stored in any format, or as another dataset, or nobody can tell which copy was made last;
            or its manifest is damaged.
        UnjudgedError: it is in use, or the system or an object store doesn't let it be read.
    """
    refresh(root)
    copy = _current(dataset, name, root, next_step, is_generated=table is not None)
    described = table or described_by(copy.manifest, dataset.domain, name)
    copy.check(described)
    if copy.name == "parquet" and not copy.is_kept_apart:
        return pl.scan_parquet(copy.files, hive_partitioning=False, glob=False)
    return _scan(copy, described)


def _current(dataset: Dataset, name: str, root: Path, next_step: str, *, is_generated: bool) -> Copy:
    """The copy of a table that was made last."""
    shelf = Shelf.under(root, dataset)
    copies, errors = shelf.readable(name)
    where = f"{dataset.domain}/{name} {dataset.partition}"
    known = [one for one in copies if not is_generated or is_of(one.manifest, dataset)]
    if copies and not known:
        raise DataError(f"{where} is stored with other parameters, or by another version of its domain.\n  {next_step}")
    asked = [one for one in noted(root, dataset.domain, dataset.name) if one.table == name]
    found = last_made(known, asked) if known else None
    if found is not None:
        _check_noted(found, asked)
        return found
    if errors:
        raise errors[0]
    if not copies:
        raise DataError(f"{NotStored(shelf, name)}\n  {next_step}")
    forms = ", ".join(copy.name for copy in copies)
    raise DataError(f"{where} is stored as {forms}, and none is what was made last.\n  {next_step}")


def _check_noted(copy: Copy, asked: Sequence[Registered]) -> None:
    """Look whether a copy's manifest is one that was written, as far as that is noted.

    Raises:
        DataError: it isn't: what it says of files, rows and columns is somebody's word.
    """
    digests = {digest for one in asked if one.format == copy.name for digest in one.manifests}
    if digests and digest_of(copy.manifest) not in digests:
        raise DataError(f"{copy.path}: its manifest isn't the one that was written.\n  {AGAIN}")


def described_by(manifest: Manifest, domain: str, name: str) -> Table:
    """Somebody's own table, as its manifest describes it.

    Raises:
        DataError: a column's type is none of ours.
    """
    try:
        columns = tuple(Column(column.name, any_named(column.type), "", nullable=True) for column in manifest.columns)
    except UsageError as error:
        raise DataError(f"{domain}/{name}: damaged manifest: {error}") from error
    return Table(domain, name, "", "one row", Key.of(NO_KEY), columns)


def _scan(copy: Copy, table: Table) -> pl.LazyFrame:
    """A table in a format that polars can't scan itself."""
    _ = copy.files
    return frames_when_asked(table.schema, lambda columns, _limit: iter(copy.format.read(copy.path, table, columns)))
