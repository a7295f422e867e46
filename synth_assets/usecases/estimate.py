"""What a dataset takes before it is made: bytes, files, time and memory, from samples of its tables.

A few thousand rows of each table are made and written to a temporary folder, as the whole would be. Bytes follow from
two sizes of a sample: what a file takes at least, and what a row does. Measured, they are more rows, and their time is
taken; without, time is that of the reference machine.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from synth_assets.engine.chunks import chunk_of, rows_of
from synth_assets.engine.plan import TablePlan
from synth_assets.errors import DataError
from synth_assets.kernel.counter import Span
from synth_assets.model.wide_rows import WORD, fitting_rows
from synth_assets.object_paths import address_at
from synth_assets.produce.publisher import SPOOL, SPOOLED
from synth_assets.produce.samples import Measured, SampledTable, bytes_taken_in
from synth_assets.sinks import catalog
from synth_assets.sinks.database import SpooledTable
from synth_assets.sinks.interface import FileOptions
from synth_assets.spoken import option
from synth_assets.usecases import costs
from synth_assets.usecases.generate import Request, table_plans

_FEW, _MORE = 1_024, 4_096
"""Rows of the two samples of a table."""

_FILE_SECONDS = 0.005
"""What opening and closing a file takes, where nothing was measured twice."""

_PLACES = 4
"""Places in a table that a measured sample is taken from."""

MEASURING_SECONDS = 2.2
"""How long measuring may take: with the start of the process it is less than 3 s."""

_TEXT = frozenset({"csv", "json", "ndjson"})

_LEAST_SECONDS, _LEAST_ROW = 0.8, 1e-9

_CSV = "csv"

_APART = 64
"""Places where values are looked for that files are kept apart by."""


@dataclass(frozen=True)
class EstimatedTable:
    """A table that isn't made yet.

    Attributes:
        entity: its name.
        rows: its rows, or about so many.
        counted: whether the rows are known, and not estimated.
        files: files in each format.
        counted_files: whether the part files are known, and not estimated.
        bytes: its bytes in each format; of a database, what it brings there.
        seconds: how long it takes in one process, without its start.
    """

    entity: str
    rows: int
    counted: bool
    files: Mapping[str, int]
    counted_files: bool
    bytes: Mapping[str, int]
    seconds: float


@dataclass(frozen=True)
class Estimate:
    """What a request takes.

    Attributes:
        tables: its tables, in its order.
        seconds: from the command's start to its end.
        memory: bytes of all processes together, at the most.
        measured: whether the time is that of this machine; else that of the reference machine.
        workers: how many have something to do.
        notes: what better be known before it begins, a sentence or two each.
    """

    tables: tuple[EstimatedTable, ...]
    seconds: float
    memory: int
    measured: bool
    workers: int
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """Of all tables in all formats."""
        return sum(sum(table.bytes.values()) for table in self.tables)

    @property
    def files(self) -> int:
        """Part files of all tables; a database is one, and counted once."""
        parts = sum(
            count for one in self.tables for form, count in one.files.items() if form not in catalog.databases()
        )
        return parts + len({form for one in self.tables for form in one.files if form in catalog.databases()})


class _Line(NamedTuple):
    """What something takes: so much for each file, and for each row."""

    file: float
    row: float

    @classmethod
    def through(cls, few: tuple[float, float], more: tuple[float, float]) -> "_Line":
        """Through what two samples took: (rows, what)."""
        if more[0] <= few[0] or more[1] <= few[1]:
            return cls(0.0, more[1] / max(more[0], 1.0)) if more[0] else cls(more[1], 0.0)
        row = (more[1] - few[1]) / (more[0] - few[0])
        return cls(max(0.0, few[1] - row * few[0]), row)

    def of(self, files: float, rows: float) -> float:
        """Of so many."""
        return self.file * files + self.row * rows


_NOTHING = _Line(0.0, 0.0)


@dataclass
class _Sketch:
    """A table as it is sampled.

    Attributes:
        sample: the samples.
        files: file formats that it is written in.
        into: databases and lakes that take it in.
        bytes: what it takes in each of them, by files and rows.
        frame: bytes of a row in memory.
        wall, cpu: seconds, by files and rows.
        cold: seconds that the first rows took besides.
        ingest: seconds of each database or lake, by rows.
    """

    sample: SampledTable
    files: tuple[str, ...]
    into: tuple[str, ...]
    bytes: dict[str, _Line] = field(default_factory=dict[str, _Line])
    frame: float = 0.0
    wall: _Line = _NOTHING
    cpu: _Line = _NOTHING
    cold: float = 0.0
    ingest: dict[str, _Line] = field(default_factory=dict[str, _Line])


class _Taken(NamedTuple):
    """A sample, and what it took."""

    measured: Measured
    wall: float
    cpu: float
    spooled: SpooledTable | None


def estimate(request: Request, *, measure: bool = False, started: float | None = None) -> Estimate:
    """Say what a request takes; nothing is written but samples, to a temporary folder that is gone afterwards.

    Args:
        request: what to make.
        measure: whether to take the time of samples here.
        started: how many seconds ago this process started, where it does nothing else, as that of a command.

    Raises:
        UsageError: what :func:`~synth_assets.usecases.generate.generate` refuses.
        DataError: a format can't hold a cell.
    """
    request.check()
    before = costs.resident_bytes()
    plans = table_plans(request)
    with tempfile.TemporaryDirectory(prefix="synth-plan-") as folder:
        deadline = time.monotonic() + MEASURING_SECONDS
        sketches = {name: _sketch(request, plan) for name, plan in plans.items()}
        taking = [_Taking(sketch, Path(folder) / name, request) for name, sketch in sketches.items()]
        after = costs.resident_bytes()
        if measure:
            # Larger samples tell of the time; some of it is theirs, however long the others took.
            deadline = max(deadline, time.monotonic() + _LEAST_SECONDS)
            _measure(sorted(taking, key=lambda one: -one.cells), deadline)
    footprint = costs.Footprint(before, after, started is not None)
    return _Summing(request, plans, sketches, started if measure else None).estimate(footprint, measure=measure)


def _sketch(request: Request, plan: TablePlan) -> _Sketch:
    target, name = request.target, plan.entity.about.name
    target.check_table(request.domain.tables[name])
    forms = target.formats_of(name)
    into = tuple(form for form in forms if form in catalog.ingesting())
    return _Sketch(SampledTable(request.domain, request.dataset, plan), target.files_of(name), into)


class _Taking:
    """Takes samples of a table: few rows, which all that rows are computed from is made for, and more of them.

    Args:
        sketch: the table.
        folder: where samples are written to; made for them.
        request: what is estimated.
    """

    def __init__(self, sketch: _Sketch, folder: Path, request: Request) -> None:
        self.sketch, self._folder, self._request = sketch, folder, request
        folder.mkdir()
        self.few = self._take(_FEW)
        self.more = self._take(_MORE) if self.few.measured.rows < sketch.sample.rows else self.few
        self._fit(self.few, self.more)
        rows = self.more.measured.rows
        sketch.wall = _Line.through((0.0, min(_FILE_SECONDS, self.more.wall)), (rows, self.more.wall))
        sketch.cpu = _Line.through((0.0, min(_FILE_SECONDS, self.more.cpu)), (rows, self.more.cpu))
        sketch.cold = 0.0 if self.more is self.few else max(0.0, self.few.wall - sketch.wall.of(1, _FEW))

    @property
    def cells(self) -> int:
        """How much there is to make."""
        return self.sketch.sample.rows * len(self.sketch.sample.table.columns)

    def take_larger(self, seconds: float) -> None:
        """Take a sample of as many rows as some seconds are enough for."""
        sketch, small = self.sketch, self.more
        cells = sum(costs.taking_in_ns(form) for form in sketch.into) * len(sketch.sample.table.columns) / 1e9
        chunk = sketch.sample.entity.about.shape.chunk
        for _ in range(2):
            spent = time.monotonic()
            # Half of it at first: what so few rows tell of the time of many is not much.
            rows = min(int(seconds / 2 / (sketch.wall.row + cells + _LEAST_ROW)), sketch.sample.rows)
            if rows < 2 * self.more.measured.rows:
                break
            # Whole chunks where there is time for them: dictionaries and row groups are then those of the files.
            places = min(_PLACES, max(1, rows // chunk))
            self.more = self._take(min(rows, places * max(chunk, _MORE)), places)
            self._fit(small, self.more)
            rows = float(small.measured.rows), float(self.more.measured.rows)
            sketch.wall = _Line.through((rows[0], small.wall), (rows[1], self.more.wall))
            sketch.cpu = _Line.through((rows[0], small.cpu), (rows[1], self.more.cpu))
            seconds -= time.monotonic() - spent

    def take_in(self) -> None:
        """Let databases and lakes take the last sample in."""
        sketch, taken = self.sketch, self.more
        if taken.spooled is None:
            return
        for form in sketch.into:
            begun = time.monotonic()
            size = bytes_taken_in(form, taken.spooled, self._folder)
            seconds = time.monotonic() - begun
            rows = float(taken.measured.rows)
            if costs.tells(form, taken.measured.rows):
                sketch.bytes[form] = _Line.through((0.0, min(costs.bytes_of_empty(form), size)), (rows, size))
            sketch.ingest[form] = _Line.through((0.0, min(costs.PUBLISHING, seconds)), (rows, seconds))

    def _take(self, rows: int, places: int = 1) -> _Taken:
        sketch, sample = self.sketch, self.sketch.sample
        pieces = sample.pieces(min(rows, max(sample.rows, 1)), places)
        options = {form: self._request.target.options[form] for form in sketch.files}
        wall, cpu = time.monotonic(), time.process_time()
        measured, spooled = sample.make(pieces, self._folder, options, spool=bool(sketch.into))
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        if costs.LIKE_CSV & {*sketch.into} and _CSV not in options:
            with suppress(DataError):  # which databases may well hold
                like, _ = sample.make(pieces, self._folder, {_CSV: FileOptions()})
                measured = measured._replace(bytes={**measured.bytes, _CSV: like.bytes[_CSV]})
        return _Taken(measured, wall, cpu, spooled)

    def _fit(self, few: _Taken, more: _Taken) -> None:
        """What a file and a row take, by a sample of few rows and one of more."""
        sketch, sizes = self.sketch, (few.measured.bytes, more.measured.bytes)
        rows = float(few.measured.rows), float(more.measured.rows)
        for form in sketch.files:
            sketch.bytes[form] = _Line.through((rows[0], sizes[0][form]), (rows[1], sizes[1][form]))
        for form in sketch.into:
            there = [
                one[_CSV] if form in costs.LIKE_CSV and _CSV in one else costs.bytes_from_spool(form, one[SPOOLED])
                for one in sizes
            ]
            sketch.bytes[form] = _Line.through((rows[0], there[0]), (rows[1], there[1]))
        sketch.frame = more.measured.frame_bytes / max(more.measured.rows, 1)


def _measure(taking: list[_Taking], deadline: float) -> None:
    """Take the time of more rows of each table, until there is none left, those first that most of it will go into.

    Tables that are not looked at yet get their part of the time, too.
    """
    for at, one in enumerate(taking):
        waiting = sum(other.cells for other in taking[at:]) or 1
        left = deadline - time.monotonic()
        if one.more is not one.few and one.more.measured.rows < one.sketch.sample.rows and left > 0:
            one.take_larger(left * one.cells / waiting)
        if deadline > time.monotonic():
            one.take_in()


@dataclass(frozen=True)
class _Summing:
    """From samples to the whole."""

    request: Request
    plans: Mapping[str, TablePlan]
    sketches: Mapping[str, _Sketch]
    started: float | None

    def estimate(self, footprint: costs.Footprint, *, measure: bool) -> Estimate:
        """All of it."""
        tables = tuple(self._table(name, measure=measure) for name in self.plans)
        units = sum(len(plan.units) for plan in self.plans.values())
        workers = min(self.request.workers, units)
        chunk = max((self._chunk_bytes(name) for name in self.plans), default=0)
        seconds = self._seconds(tables, units, measure=measure)
        row_groups = any({*sketch.files, *sketch.into} - _TEXT for sketch in self.sketches.values())
        memory = footprint.peak(chunk, workers, row_groups=row_groups)
        return Estimate(tables, seconds, memory, measure, workers, tuple(self._notes(tables, units)))

    def _table(self, name: str, *, measure: bool) -> EstimatedTable:
        plan, sketch = self.plans[name], self.sketches[name]
        rows, files, known = sketch.sample.rows, self._files(name), self._files_known(name)
        sizes = {form: round(sketch.bytes[form].of(1 if form in sketch.into else files, rows)) for form in sketch.bytes}
        counts = {form: 1 if form in catalog.databases() else files for form in sketch.bytes}
        seconds = self._making(name, files)[0] if measure else self._reference(name)
        return EstimatedTable(name, rows, plan.rows is not None, counts, known, sizes, seconds)

    def _making(self, name: str, files: int) -> tuple[float, float, float]:
        """Seconds measured: of all, of what is first made, and of what is not shared among workers."""
        sketch, rows = self.sketches[name], self.sketches[name].sample.rows
        made = sketch.wall.of(files, rows)
        apart = sum(line.of(1, rows) for line in sketch.ingest.values())
        apart += costs.PUBLISHING * len(sketch.bytes)
        return sketch.cold + made + apart, sketch.cold, apart

    def _reference(self, name: str) -> float:
        """Seconds on the reference machine."""
        making, whole, apart = self._reference_parts(name)
        return max(making, whole / costs.REFERENCE_CORES) + apart

    def _reference_parts(self, name: str) -> tuple[float, float, float]:
        sketch = self.sketches[name]
        spool = [SPOOL] if sketch.into and SPOOL not in sketch.files else []
        cells = sketch.sample.rows * len(sketch.sample.table.columns)
        making, whole = costs.making_ns(sketch.sample.entity.about.shape.name, [*sketch.files, *spool])
        taking = sum(costs.taking_in_ns(form) for form in sketch.into)
        return making * cells / 1e9, whole * cells / 1e9, taking * cells / 1e9 + costs.PUBLISHING * len(sketch.bytes)

    def _seconds(self, tables: tuple[EstimatedTable, ...], units: int, *, measure: bool) -> float:
        """From start to end: workers share the units, never more of them than there are processors."""
        workers = min(self.request.workers, units)
        start = costs.REFERENCE_START if self.started is None else self.started
        alone = sum(table.seconds for table in tables)
        if workers <= 1:
            return start + alone
        first = apart = longest = cpu = 0.0
        for name in self.plans:
            files = self._files(name)
            if measure:
                whole, cold, aside = self._making(name, files)
                cpu += self.sketches[name].cpu.of(files, self.sketches[name].sample.rows)
            else:
                making, used, aside = self._reference_parts(name)
                whole, cold, cpu = max(making, used / costs.REFERENCE_CORES) + aside, 0.0, cpu + used
            first, apart = first + cold, apart + aside
            longest = max(longest, (whole - cold - aside) / len(self.plans[name].units))
        cores = (os.cpu_count() or 1) if measure else costs.REFERENCE_CORES
        shared = alone - first - apart
        # Each worker starts, and computes once what rows are computed from.
        return 2 * start + first + apart + max(shared / workers, longest, cpu / min(cores, workers))

    def _chunk_bytes(self, name: str) -> int:
        """The frame of the largest chunk of a table."""
        plan, sketch = self.plans[name], self.sketches[name]
        shape, rows = plan.entity.about.shape, sketch.sample.rows
        chunk = shape.chunk_in(self.request.dataset)
        if shape.numbered:
            chunk = fitting_rows(sketch.frame + WORD * len(sketch.sample.table.columns), chunk)
        return round(sketch.frame * min(chunk * (rows / max(plan.positions, 1)), rows))

    def _files(self, name: str) -> int:
        """Part files in each file format."""
        plan, sketch = self.plans[name], self.sketches[name]
        target = self.request.target
        arrangement = target.arrangement(sketch.sample.table)
        if arrangement is not None:
            folders = max(1, _variety(sketch.sample, arrangement.by))
            size = arrangement.rows_per_file
            return folders * (1 if size is None else max(1, -(-sketch.sample.rows // (folders * size))))
        if plan.parts is not None:
            return plan.parts
        return max(len(plan.units), -(-sketch.sample.rows // (plan.rows_per_file or 1)))

    def _files_known(self, name: str) -> bool:
        arranged = self.request.target.arrangement(self.sketches[name].sample.table) is not None
        return not arranged and self.plans[name].parts is not None

    def _notes(self, tables: tuple[EstimatedTable, ...], units: int) -> Iterator[str]:
        asked, cores = self.request.workers, os.cpu_count() or 1
        workers = option("workers")
        if asked > units:
            yield f"{workers} {asked}: there {_are(units, 'part')}, so {_have(units, 'worker')} something to do."
        if min(asked, units) > cores:
            yield f"{workers} {asked}: this machine has {_count(cores, 'processor')}; more workers share them."
        place = self.request.root.absolute()
        if address_at(place) is None:
            free = shutil.disk_usage(next(one for one in (place, *place.parents) if one.exists())).free
            size = sum(sum(table.bytes.values()) for table in tables)
            if size > free:
                yield f"{place} has room for {free / 1e9:,.1f} GB, which is less than that."


def _variety(sample: SampledTable, by: tuple[str, ...]) -> int:
    """How many different values of some columns there are, about.

    Those that were seen, and those that were seen once tell of others (Chao 1984).
    """
    seen = [
        chunk_of(rows_of(sample.entity, sample.dataset, piece), by).frame
        for piece in sample.pieces(_MORE, _APART)
        if isinstance(piece, Span)
    ]
    if not seen:
        return 1
    import polars as pl

    counts = pl.concat(seen).group_by(by).len()["len"]
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return len(counts) + (once * (once - 1)) // (2 * (twice + 1))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _are(number: int, what: str) -> str:
    return f"{'is' if number == 1 else 'are'} {_count(number, what)}"


def _have(number: int, what: str) -> str:
    return f"{_count(number, what)} {'has' if number == 1 else 'have'}"
