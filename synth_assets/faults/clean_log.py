"""The log that faults are injected into: an index of all its events, and its files one at a time."""

from collections import OrderedDict
from functools import cached_property

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import UsageError
from synth_assets.model.change_log import OPS
from synth_assets.model.manifest import Manifest, read_manifest
from synth_assets.model.table import Table
from synth_assets.sinks import catalog as formats
from synth_assets.sinks.interface import FileFormat

_HELD_BYTES = 256 << 20
"""Files are read once by each fault: a month of a small dataset stays in memory, more would only cost it."""


class CleanLog:
    """A clean plain log on disk.

    Args:
        folder: where it is.

    Raises:
        UsageError: the folder has no plain log.
    """

    def __init__(self, folder: ChangeFolder) -> None:
        self.folder = folder
        self.tables: dict[str, Table] = dict(folder.tables)
        self.batches_of = {name: folder.batches(name) for name in self.tables}
        self.batches = sorted({batch for batches in self.batches_of.values() for batch in batches})
        self._held: OrderedDict[tuple[str, int], pl.DataFrame] = OrderedDict()
        self._held_bytes = 0
        if not self.batches:
            others = sorted(path.name for path in folder.root.iterdir() if path.is_dir() and path.name[0] not in "._")
            only = f", only {', '.join(others)}" if others else ""
            raise UsageError(
                f"{folder.root} holds no plain change log{only}; faults are injected into a plain one.\n"
                "  Generate it, without --envelope: synth changes generate DOMAIN --batches 1..14 --output-dir DIR"
            )

    def read(self, entity: str, batch: int) -> pl.DataFrame:
        """A file's events, in order of lsn; checked when it is read first.

        Raises:
            DataError: it is damaged.
        """
        place = (entity, batch)
        if place in self._held:
            self._held.move_to_end(place)
            return self._held[place]
        frame = self.folder.read_log(entity, batch)
        self._held[place] = frame
        self._held_bytes += frame.estimated_size()
        while self._held_bytes > _HELD_BYTES and len(self._held) > 1:
            self._held_bytes -= self._held.popitem(last=False)[1].estimated_size()
        return frame

    def manifest(self, entity: str, batch: int) -> Manifest:
        """The manifest of a file."""
        return read_manifest(self.folder.log_path(entity, batch))

    @cached_property
    def formats(self) -> dict[tuple[str, int], FileFormat]:
        """The format of each file."""
        forms = [formats.load_file(name) for name in formats.files()]
        found: dict[tuple[str, int], FileFormat] = {}
        for entity, batches in self.batches_of.items():
            for batch in batches:
                names = [file.path for file in self.manifest(entity, batch).files]
                found[entity, batch] = next(form for form in forms if all(name.endswith(form.suffix) for name in names))
        return found

    @property
    def is_typed(self) -> bool:
        """Whether all files say what types their columns have."""
        return all(form.name == "parquet" for form in self.formats.values())

    @cached_property
    def index(self) -> pl.DataFrame:
        """All events, by table and lsn: who and where, without images; some 70 bytes an event.

        Columns ``id`` (position in this frame), ``entity``, ``batch``, ``row`` (position in the file), ``lsn``,
        ``key``, ``op``, ``second``; of the same row's event before and after: ``before_second``, ``next_batch``,
        ``next_row``, ``next_second``; and of its last event ``last_batch``.
        """
        names = pl.Enum(list(self.tables))
        parts = [
            self.read(entity, batch).select(
                pl.lit(entity, dtype=names).alias("entity"),
                pl.lit(batch, dtype=pl.Int32).alias("batch"),
                pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
                "lsn",
                pl.col(str(table.key)).alias("key"),
                pl.col("op").cast(pl.Enum(OPS)),
                pl.col("commit_ts").dt.epoch("s").alias("second"),
            )
            for entity, table in self.tables.items()
            for batch in self.batches_of[entity]
        ]
        whole = pl.concat(parts)
        same_row = ("entity", "key")
        return whole.select(
            pl.int_range(pl.len(), dtype=pl.Int64).alias("id"),
            pl.all(),
            pl.col("second").shift(1).over(same_row).alias("before_second"),
            pl.col("batch").last().over(same_row).alias("last_batch"),
            *(pl.col(name).shift(-1).over(same_row).alias(f"next_{name}") for name in ("batch", "row", "second")),
        )

    @cached_property
    def heights(self) -> dict[tuple[str, int], int]:
        """Events in each file."""
        counted = self.index.group_by("entity", "batch").len().rows()
        stored = {(entity, batch): 0 for entity, batches in self.batches_of.items() for batch in batches}
        return stored | {(entity, batch): count for entity, batch, count in counted}
