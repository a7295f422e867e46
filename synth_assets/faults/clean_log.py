"""The log that faults are injected into: an index of all its events, and its files one at a time."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property

import polars as pl

from synth_assets.changes.asked import asked
from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import DataError, UsageError
from synth_assets.kernel.counter import I64Array
from synth_assets.model.change_log import AFTER, OPS, gaps, span
from synth_assets.model.layout import LOGS
from synth_assets.model.manifest import Manifest, read_manifest
from synth_assets.model.table import Table
from synth_assets.sinks import catalog as formats
from synth_assets.sinks.interface import FileFormat

_HELD_BYTES = 256 << 20
"""Files are read once by each fault: a month of a small dataset stays in memory, more would only cost it."""

_NONE = pl.lit(0, dtype=pl.Int64)


class CleanLog:
    """A clean plain log on disk.

    Args:
        folder: where it is.

    Attributes:
        tables: those that faults may befall, by name: they have a key that tells which row is which.
        batches_of: the stored batches of all tables, ascending.
        batches: those of any table.

    Raises:
        UsageError: the folder has no plain log.
        DataError: something of it that was asked for isn't there.
    """

    def __init__(self, folder: ChangeFolder) -> None:
        self.folder = folder
        # Without a key nobody tells which row an event is about, so nothing befalls it.
        self.tables: dict[str, Table] = {name: one for name, one in folder.tables.items() if one.key.tells_numbers}
        self.batches_of = {name: folder.batches(name) for name in folder.tables}
        self.batches = sorted({batch for batches in self.batches_of.values() for batch in batches})
        self._named: dict[tuple[str, tuple[str, ...]], pl.DataFrame] = {}
        self._held: OrderedDict[tuple[str, int], pl.DataFrame] = OrderedDict()
        self._held_bytes = 0
        if not self.batches:
            others = sorted(path.name for path in folder.root.iterdir() if path.is_dir() and path.name[0] not in "._")
            only = f", only {', '.join(others)}" if others else ""
            raise UsageError(
                f"{folder.root} holds no plain change log{only}; faults are injected into a plain one.\n"
                "  Generate it, without --envelope: synth changes generate DOMAIN --batches 1..14 --output-dir DIR"
            )

        self._check_whole()

    def _check_whole(self) -> None:
        """Refuse a log of which something that was asked for isn't there: nobody could tell that from the faults.

        Raises:
            DataError: it isn't there.
        """
        for one in asked(self.folder.root):
            if one.what != LOGS:
                continue
            stored = self.batches_of.get(one.table, [])
            absent = [gap for run in one.batches for gap in gaps(stored, run.start, run.stop - 1)]
            if absent:
                runs = ", ".join(span(gap) for gap in absent[:5])
                raise DataError(
                    f"{self.folder.root} isn't whole: of {one.table} batches {runs} were asked for and aren't there.\n"
                    f"  Generate them: {self.folder.command(span(absent[0]), [one.table])}"
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
        ``position`` (number of the row that it is about), ``op``, ``second``; of the same row's event before and
        after: ``before_second``, ``next_batch``, ``next_row``, ``next_second``; and of its last event ``last_batch``.
        """
        same_row = ("entity", "position")
        return self._events.drop("key").select(
            pl.int_range(pl.len(), dtype=pl.Int64).alias("id"),
            pl.all(),
            pl.col("second").shift(1).over(same_row).alias("before_second"),
            pl.col("batch").last().over(same_row).alias("last_batch"),
            *(pl.col(name).shift(-1).over(same_row).alias(f"next_{name}") for name in ("batch", "row", "second")),
        )

    @cached_property
    def keys(self) -> pl.DataFrame:
        """The key of each event's row as a person sees it: ``lsn``, ``key``."""
        return self._events.select("lsn", "key")

    def named(self, entity: str, columns: Sequence[str]) -> pl.DataFrame:
        """What rows of a table are called by some unique columns, within the log: those columns, ``position``.

        A row has another name once it is given one; a name that two rows had is the first one's.
        """
        place = (entity, tuple(columns))
        if place not in self._named:
            table = self.tables[entity]
            found = [
                self.read(entity, batch).select(
                    *(pl.col(AFTER + name).alias(name) for name in columns),
                    pl.Series("position", self.positions(entity, batch)),
                )
                for batch in self.batches_of[entity]
            ]
            names = pl.concat([table.schema.to_frame().select(columns).with_columns(position=_NONE), *found])
            names = names.drop_nulls(columns)
            self._named[place] = names.unique(columns, keep="first", maintain_order=True)
        return self._named[place]

    def positions(self, entity: str, batch: int) -> I64Array:
        """The numbers of the rows that a file's events are about, shape (n,)."""
        return self.tables[entity].key.numbers(self.read(entity, batch))

    @cached_property
    def _events(self) -> pl.DataFrame:
        names = pl.Enum(list(self.folder.tables))
        parts = [
            self.read(entity, batch).select(
                pl.lit(entity, dtype=names).alias("entity"),
                pl.lit(batch, dtype=pl.Int32).alias("batch"),
                pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
                "lsn",
                pl.Series("position", self.positions(entity, batch)),
                pl.col("op").cast(pl.Enum(OPS)),
                pl.col("commit_ts").dt.epoch("s").alias("second"),
                table.key.shown(self.read(entity, batch)),
            )
            for entity, table in self.tables.items()
            for batch in self.batches_of[entity]
        ]
        return pl.concat(parts)

    @cached_property
    def heights(self) -> dict[tuple[str, int], int]:
        """Events in each file."""
        counted = self.index.group_by("entity", "batch").len().rows()
        stored = {(entity, batch): 0 for entity, batches in self.batches_of.items() for batch in batches}
        return stored | {(entity, batch): count for entity, batch, count in counted}
