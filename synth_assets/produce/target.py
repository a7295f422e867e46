"""Where tables of a dataset go, and as what: formats, layout, codec, and what their domain says of some of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from synth_assets.errors import DataError, UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.delivery import Delivery
from synth_assets.model.table import Table
from synth_assets.object_paths import address_at
from synth_assets.sinks import catalog, layout
from synth_assets.sinks.arranged import Arrangement
from synth_assets.sinks.interface import FileFormat, FileOptions
from synth_assets.sinks.layout import Layout, Spot
from synth_assets.sinks.objects.bucket import check_objects
from synth_assets.spoken import option

USUAL_CODEC = "usual"
"""Compress each format as is usual for it: with the first of its codecs that compresses."""

_AS_ANYBODY = Delivery()


@dataclass(frozen=True)
class Target:
    """What to store the tables of a dataset as, and where.

    Attributes:
        dataset: whose tables these are.
        formats: names of the formats.
        root: the data root.
        codec: compression of the part files; the formats' own default without.
        layout: name of the layout of part files.
        rows_per_file: rows in each part file but the last, where files are kept apart by columns.
        delivery: what is special about some of the domain's tables.
    """

    dataset: Dataset
    formats: tuple[str, ...]
    root: Path
    codec: str | None = None
    layout: str = layout.HIVE
    rows_per_file: int | None = None
    delivery: Delivery = _AS_ANYBODY

    @cached_property
    def options(self) -> Mapping[str, FileOptions]:
        """How each file format is written.

        Raises:
            UsageError: no format, one that is unknown, or a codec that none or not all of them know.
        """
        instead = [
            one for forms in self.delivery.formats_of.values() for form, one in forms.items() if form in self.formats
        ]
        return options_of((*self.formats, *instead), self.codec)

    @cached_property
    def lies(self) -> Layout:
        """The layout.

        Raises:
            UsageError: there is none of this name.
        """
        return layout.load(self.layout)

    def check(self) -> None:
        """Look whether all of it is known, and can be where it shall.

        Raises:
            UsageError: an unknown format, layout or codec, or a place that the driver of a database or lake can't take,
                or an object store, which holds files only.
            MissingExtraError: what an object store takes isn't installed.
        """
        _ = self.options, self.lies
        if (address := address_at(self.root)) is not None:
            check_objects(self.root)
            if others := _only(self.formats, catalog.ingesting()):
                raise UsageError(
                    f"{', '.join(others)} can't lie in an object store, and {address} is one: the formats that can are"
                    f" {', '.join(catalog.files())}.\n  Choose among them, or a folder: {option('output_dir', 'out')}"
                )
        for form in _only(self.formats, catalog.ingesting()):
            catalog.load_ingesting(form).check_place(self.location(form, ""))

    def check_table(self, table: Table) -> None:
        """Look whether every format can hold a table's columns, whatever will be in them.

        Raises:
            DataError: one can't; names the column, the formats and what they lack.
        """
        for form in self.formats_of(table.name):
            for column, problem in catalog.load(form).capabilities.unfit(table):
                raise DataError(
                    f"{table.path}: {form} can't hold column {column!r}, {table.column(column).type.name}: {problem}.\n"
                    f"  {_way_out(table, column)}"
                )

    def files_of(self, table: str) -> tuple[str, ...]:
        """The file formats of a table: those asked for, or what its domain writes it in instead of one of them."""
        instead = self.delivery.formats_of.get(table, {})
        return tuple(dict.fromkeys(instead.get(form, form) for form in _only(self.formats, catalog.files())))

    def formats_of(self, table: str) -> tuple[str, ...]:
        """All formats of a table, in the order in which they were asked for."""
        files = self.files_of(table)
        if set(files) <= set(self.formats):
            return _only(self.formats, {*files, *catalog.ingesting()})
        return (*files, *_only(self.formats, catalog.ingesting()))

    def arrangement(self, table: Table) -> Arrangement | None:
        """How a table's files are kept apart by columns; ``None`` if they aren't."""
        by = self.delivery.partition_by.get(table.name) if self.lies.by_columns else None
        return Arrangement(table, by, self.delivery.sort_by.get(table.name, ()), self.rows_per_file) if by else None

    def is_whole(self, table: str) -> bool:
        """Whether a table, or each of its groups, is one part file."""
        return self.lies.grouped and table in self.delivery.whole

    def location(self, form: str, table: str) -> Path:
        """Where a table lies in a format: a folder, or a database file."""
        return location(form, self.root, self.dataset, table, self.layout)

    def spot(self, form: str, table: str, group: str = "") -> Spot:
        """What its part files are called after."""
        part = None if self.is_whole(table) else 0
        one = self.dataset
        return Spot(form, one.domain, table, one.label, one.seed, group, part=part)


def _way_out(table: Table, column: str) -> str:
    """What to do about a column that a format can't hold."""
    able = [form for form in catalog.names() if column not in dict(catalog.load(form).capabilities.unfit(table))]
    formats = f"Choose formats among {', '.join(able)}, or r" if able else "R"
    return f"{formats}ename the column or change its type."


def location(form: str, root: Path, dataset: Dataset, entity: str, laid_out: str = layout.HIVE) -> Path:
    """Where a table of a dataset lies in a format: a folder, or a database file."""
    if form in catalog.files():
        spot = Spot(form, dataset.domain, entity, dataset.label, dataset.seed)
        return layout.load(laid_out).folder(root, spot)
    return catalog.load(form).place(root, f"{dataset.domain}/{entity}", dataset.label, dataset.seed)


def options_of(formats: Sequence[str], codec: str | None) -> Mapping[str, FileOptions]:
    """The options of each file format among ``formats``, checked.

    Args:
        formats: their names.
        codec: a codec, :data:`USUAL_CODEC`, or ``None`` for what a format does when nothing is said.

    Raises:
        UsageError: no format, one that is unknown, or a codec that none or not all of them know.
    """
    if not formats:
        raise UsageError(
            f"no format given; allowed: {', '.join(catalog.names())}.\n  For example: {option('formats', 'parquet')}"
        )
    for name in formats:
        catalog.load(name)
    files = {name: catalog.load_file(name) for name in formats if name in catalog.files()}
    if codec is not None and not files:
        raise UsageError(
            f"compression does not apply to {', '.join(formats)}: a database has its own.\n"
            f"  Leave it out, or add a file format: {option('formats', 'parquet')}"
        )
    options = {name: FileOptions(compression=_codec_of(form, codec)) for name, form in files.items()}
    for name, form in files.items():
        form.encoding(options[name])
    return options


def _codec_of(form: FileFormat, codec: str | None) -> str | None:
    return next(name for name in form.codecs if name != "none") if codec == USUAL_CODEC else codec


def _only(names: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    among = set(wanted)
    return tuple(name for name in names if name in among)
