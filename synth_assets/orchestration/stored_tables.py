"""Stored partitions as LazyFrames: from Parquet, or from whichever format there is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from synth_assets.errors import DataError
from synth_assets.model.key import Key
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Column, Table
from synth_assets.model.types import named
from synth_assets.orchestration.own_tables import NO_KEY
from synth_assets.orchestration.places import Place
from synth_assets.produce.target import location
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import Format

_QUICKEST_FIRST = ("parquet", "duckdb")


def load(place: Place, root: Path) -> pl.LazyFrame:
    """A stored table, lazily.

    Args:
        place: which one.
        root: the data root.

    Raises:
        DataError: it isn't stored in any format, or its manifest is damaged.
    """
    for found in formats_of(place, root):
        if found.format.name == "parquet":
            return pl.scan_parquet(found.files)
        return _scan(found.format, found.path, _table(place, found.manifest))
    raise not_stored(place, root)


def not_stored(place: Place, root: Path) -> DataError:
    """The error for a partition that nobody has materialised."""
    partition = place.dataset.partition
    return DataError(
        f"{place.path} {partition} is not stored in {root}.\n"
        f"  Materialise it first: dagster asset materialize --select '{place.path}' --partition '{partition}'"
    )


@dataclass(frozen=True)
class Found:
    """A table as it is stored in one format."""

    format: Format
    path: Path
    manifest: Manifest

    @property
    def files(self) -> list[Path]:
        """The part files; none in a database."""
        return [self.path / file.path for file in self.manifest.files]


def formats_of(place: Place, root: Path) -> Iterator[Found]:
    """In which formats a table is stored, those that are read quickest first.

    Raises:
        DataError: a manifest is damaged, or a database is.
    """
    for name in dict.fromkeys([*_QUICKEST_FIRST, *catalog.names()]):
        form, path = catalog.load(name), location(name, root, place.dataset, place.name)
        manifest = _manifest(form, path, place)
        if manifest is not None:
            yield Found(form, path, manifest)


def _manifest(form: Format, path: Path, place: Place) -> Manifest | None:
    table = Table(place.dataset.domain, place.name, "", "", Key.of(NO_KEY), ())
    return form.read_manifest(path, table) if path.exists() and form.holds(path, table) else None


def _table(place: Place, manifest: Manifest) -> Table:
    if place.entity is not None:
        return place.entity.table()
    columns = tuple(Column(column.name, named(column.type), "", nullable=True) for column in manifest.columns)
    return Table(place.dataset.domain, place.name, "", "one row", Key.of(NO_KEY), columns)


def _scan(form: Format, path: Path, table: Table) -> pl.LazyFrame:
    """A table in a format that polars can't scan itself."""

    def source(
        columns: Sequence[str] | None, predicate: pl.Expr | None, limit: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        left = limit
        for frame in form.read(path, table, columns):
            if left is not None:
                if left <= 0:
                    return
                frame = frame.head(left)  # noqa: PLW2901 - the rest isn't wanted
                left -= frame.height
            yield frame if predicate is None else frame.filter(predicate)

    return register_io_source(source, schema=table.schema, is_pure=True)
