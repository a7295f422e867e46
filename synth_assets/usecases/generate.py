"""Generate tables of a dataset into files and databases."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from synth_assets.engine.plan import TablePlan, Units, plan_table
from synth_assets.errors import DataError, SynthError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.manifest import PartFile
from synth_assets.produce import engines
from synth_assets.produce.finished import FinishedJobs
from synth_assets.produce.job import Watch
from synth_assets.produce.line import Order, order_of
from synth_assets.produce.manifests import Provenance, is_of
from synth_assets.produce.publisher import Publisher, Stored, stored_as, stored_bytes
from synth_assets.produce.store import Made, make
from synth_assets.produce.target import Target
from synth_assets.project.sections.files import FileSettings
from synth_assets.sinks import catalog, store
from synth_assets.sinks import layout as layouts
from synth_assets.sinks.layout import HIVE
from synth_assets.sinks.objects.copies import refresh, sizes_in
from synth_assets.sinks.store import LOCAL, Drafts, Resumption
from synth_assets.sinks.waiting import waits
from synth_assets.usecases.descriptions import write_descriptions
from synth_assets.usecases.handouts import check_handouts, write_handouts
from synth_assets.version import __version__


@dataclass(frozen=True)
class Request:
    """What to generate, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        entities: names of the tables, parents first.
        formats: names of the formats.
        root: the data root.
        codec: compression of part files; the formats' own default without.
        rows_per_file: rows in each part file but the last.
        workers: how many jobs at a time; 1 for this process.
        engine: name of the runner that does them; worker processes without.
        layout: name of the layout of part files.
        keep: leave a table of the same parameters that is there as it is, instead of replacing it.
        resume: go on with what an earlier run of the same began: its finished parts and tables are left as they are.
        handouts: files for what the domain hands out beside its tables, by the handout's name.
    """

    domain: Domain
    dataset: Dataset
    entities: tuple[str, ...]
    formats: tuple[str, ...]
    root: Path
    codec: str | None = None
    rows_per_file: int | None = None
    workers: int = 1
    engine: str | None = None
    layout: str = HIVE
    keep: bool = False
    resume: bool = False
    handouts: Mapping[str, Path] = field(default_factory=dict[str, Path])

    def check(self) -> None:
        """Look whether all of it is known, and can be written where it shall.

        Raises:
            UsageError: something isn't, or can't.
        """
        self.target.check()
        if self.resume:
            store.check_resumable(self.root)
        check_handouts(self.domain, self.target, self.handouts)

    @property
    def target(self) -> Target:
        """What to store the tables as, and where."""
        root, delivery = self.root.absolute(), self.domain.delivery
        return Target(self.dataset, self.formats, root, self.codec, self.layout, self.rows_per_file, delivery)


_NOTHING_SET = FileSettings()


def request_for(
    domain: Domain,
    dataset: Dataset,
    entities: Sequence[str],
    root: Path,
    *,
    formats: Sequence[str] = (),
    codec: str | None = None,
    rows_per_file: int | None = None,
    layout: str | None = None,
    settings: FileSettings = _NOTHING_SET,
    **more: Any,
) -> Request:
    """A request in which the project's settings, and then the domain's own delivery, stand for whatever isn't said.

    Args:
        domain: the domain.
        dataset: the dataset.
        entities: names of the tables, parents first.
        root: the data root.
        formats: names of the formats.
        codec: compression of part files.
        rows_per_file: rows in each part file but the last.
        layout: name of the layout.
        settings: the project's, of files.
        more: further fields of the request.
    """
    usual = domain.delivery.of(formats)
    files = any(form in catalog.files() for form in formats or usual.formats)
    # Files that lie otherwise are cut otherwise, too.
    is_usual = layout is None or layout == usual.layout
    return Request(
        domain,
        dataset,
        tuple(entities),
        tuple(formats) or usual.formats,
        root,
        codec=codec or ((settings.compression or usual.codec) if files else None),
        rows_per_file=rows_per_file or settings.chunk_size or (usual.rows_per_file if is_usual else None),
        layout=layout or usual.layout,
        **more,
    )


def layout_of_folders(domain: Domain) -> str:
    """The layout of a domain whose tables are stored one by one, each in a folder of its own.

    That is the domain's own, unless tables share a folder in it.
    """
    own = domain.delivery.layout
    return HIVE if layouts.load(own).together else own


class PlannedUnit(NamedTuple):
    """A unit of work: positions ``start`` to ``stop``, made in so many chunks."""

    number: int
    start: int
    stop: int
    chunks: int


@dataclass(frozen=True)
class PlannedTable:
    """A table of a plan.

    Attributes:
        entity: its name.
        rows: its rows; ``None`` where only generating tells.
        positions: the sum of its progress.
        units: the units of work, as the engine has them.
        files: part files in each file format; ``None`` where only generating tells.
        targets: where it will lie, a path a format.
    """

    entity: str
    rows: int | None
    positions: int
    units: Units
    files: int | None
    targets: tuple[Path, ...]

    @property
    def parts(self) -> tuple[PlannedUnit, ...]:
        """The units of work; of a table of 10^12 rows they are a quarter of a million."""
        return tuple(
            PlannedUnit(unit.number, unit.start, unit.stop, sum(piece.write for piece in unit.pieces()))
            for unit in self.units
        )

    @property
    def chunks(self) -> int:
        """In how many chunks it is made."""
        return self.units.chunks


@dataclass(frozen=True)
class Plan:
    """What :func:`generate` would do."""

    tables: tuple[PlannedTable, ...]

    @property
    def total_positions(self) -> int:
        """The sum of all progress."""
        return sum(table.positions for table in self.tables)


class Progress(NamedTuple):
    """How far a table is.

    Attributes:
        table: its name.
        done: positions that are done.
        total: positions there are.
        rows: rows that are written, as far as that is known; ``None`` of what has no rows to count.
        finished: whether all are.
    """

    table: str
    done: int
    total: int
    rows: int | None = None
    finished: bool = False


def plan(request: Request) -> Plan:
    """Say what :func:`generate` would do, without doing it.

    Raises:
        UsageError: an unknown entity, format or codec.
    """
    request.check()
    return Plan(tuple(_planned(request, name, table) for name, table in table_plans(request).items()))


def generate(request: Request, progress: Callable[[Progress], None] | None = None) -> list[Stored]:
    """Generate tables and publish each, all or nothing in every format.

    Args:
        request: what and where to.
        progress: told how far each table is.

    Returns:
        what is stored, a table and format each, in the order of the request.

    Raises:
        UsageError: an unknown entity, format or codec.
        OutputError: something can't be written; what was there before is whole.
    """
    request.check()
    plans = table_plans(request)
    stored = list(_kept(request, plans)) if request.keep or request.resume else []
    done = {one.entity for one in stored}
    waiting = {name: table for name, table in plans.items() if name not in done}
    if waiting:
        stored += [one for made in _make(request, waiting, progress or (lambda _: None), None) for one in made.stored]
    else:
        _describe(request)
    write_handouts(request.domain, request.dataset, request.handouts)
    return sorted(stored, key=lambda one: (list(plans).index(one.entity), _rank(request, one)))


def generate_watched(
    request: Request, watch: Watch, progress: Callable[[Progress], None] | None = None
) -> dict[str, Made]:
    """:func:`generate`, with something that looks at every row on its way to storage.

    Args:
        request: what and where to; a table that is there is made again.
        watch: begins to watch a table; see :data:`synth_assets.produce.job.Watch`.
        progress: told how far each table is.

    Returns:
        table → what is stored, in the order of the formats, and what was seen.
    """
    request.check()
    made = {one.table.name: one for one in _make(request, table_plans(request), progress or (lambda _: None), watch)}
    for one in made.values():
        one.stored.sort(key=lambda stored: _rank(request, stored))
    write_handouts(request.domain, request.dataset, request.handouts)
    return made


def _describe(request: Request) -> None:
    """Tell other tools of what is stored now, where they can read it."""
    if store.at(request.target.root) == LOCAL:
        write_descriptions(request.domain, request.dataset, request.target.root)


def _rank(request: Request, stored: Stored) -> int:
    return request.target.formats_of(stored.entity).index(stored.format)


def _make(
    request: Request, plans: dict[str, TablePlan], progress: Callable[[Progress], None], watch: Watch | None
) -> Iterator[Made]:
    counts = {name: _Count(table) for name, table in plans.items()}

    def done(order: Order, positions: int) -> None:
        progress(counts[order.table.name].done(positions))

    def written(order: Order, rows: int) -> None:
        progress(counts[order.table.name].written(rows))

    engines.check(request.engine, request.workers, request.target.root)
    drafts: Drafts | None = None
    try:
        with _drafts(request) as drafts:
            publisher = Publisher(request.target, drafts, tuple(request.domain.entities))
            orders = [_order(request, table, publisher, watch) for table in plans.values()]
            finished = FinishedJobs(drafts, together=publisher.together)
            yield from make(orders, publisher, request.workers, request.engine, done, written, finished)
            # As long as drafts are open, who verifies knows that somebody writes here.
            _describe(request)
    except SynthError as error:
        if drafts is not None:
            error.args = (f"{error}{waits(drafts.finished)}",)
        raise


def _drafts(request: Request) -> AbstractContextManager[Drafts]:
    """Begin a run, whose finished parts wait for another one if it fails."""
    target, dataset = request.target, request.dataset
    made_by = dataset.params.made_by
    identity = {
        **Provenance.of(dataset).identity(dataset.domain),
        "declaration": None if made_by is None else made_by.fingerprint,
        "version": __version__,
        "formats": list(target.formats),
        "compression": target.codec,
        "chunk_size": target.rows_per_file,
        "layout": target.layout,
    }
    return store.drafts_below(target.root, Resumption(identity, request.resume))


class _Count:
    """How far a table is, added up. Where each position is a row, rows are counted before a job of them ends."""

    def __init__(self, plan: TablePlan) -> None:
        self._plan = plan
        self._positions = self._rows = self._jobs = 0

    def done(self, positions: int) -> Progress:
        """So many more positions are done."""
        self._positions += positions
        return self._progress()

    def written(self, rows: int) -> Progress:
        """One more job is, of so many rows."""
        self._jobs, self._rows = self._jobs + 1, self._rows + rows
        return self._progress(finished=self._jobs == len(self._plan.units))

    def _progress(self, *, finished: bool = False) -> Progress:
        plan = self._plan
        rows = self._rows if plan.rows is None or finished else self._positions
        return Progress(plan.entity.about.name, self._positions, plan.positions, rows, finished)


def _order(request: Request, plan: TablePlan, publisher: Publisher, watch: Watch | None) -> Order:
    table = request.domain.tables[plan.entity.about.name]
    to = partial(publisher.destinations, table)
    return order_of(request.domain, request.dataset, plan, to, watch=watch)


def table_plans(request: Request) -> dict[str, TablePlan]:
    """How each table is made, parents first.

    Raises:
        UsageError: an unknown entity or layout, or one that can't be kept apart as its domain says.
    """
    target, found = request.target, dict[str, TablePlan]()
    for name in request.entities:
        entity, whole = request.domain.entity(name), target.is_whole(name)
        if arrangement := target.arrangement(entity.table()):
            arrangement.check()
        found[name] = plan_table(
            entity, request.dataset, request.rows_per_file, grouped=target.lies.grouped, whole=whole
        )
    return found


def _planned(request: Request, name: str, table: TablePlan) -> PlannedTable:
    target = request.target
    targets = tuple(target.location(form, name) for form in target.formats_of(name))
    # How many values columns have, only making them tells.
    files = None if target.arrangement(request.domain.tables[name]) else table.parts
    return PlannedTable(name, table.rows, table.positions, table.units, files, targets)


def _kept(request: Request, plans: dict[str, TablePlan]) -> Iterator[Stored]:
    """Tables that are there in every format asked for, with these parameters and this contract."""
    refresh(request.target.root)
    for table in plans.values():
        formats = request.target.formats_of(table.entity.about.name)
        found = [_existing(request, form, table) for form in formats]
        if all(found):
            yield from (one for one in found if one)


def _existing(request: Request, form: str, table: TablePlan) -> Stored | None:
    description = table.entity.table()
    path = request.target.location(form, description.name)
    if not path.exists():
        return None
    try:
        manifest = catalog.load(form).read_manifest(path, description)
    except DataError:
        return None
    if not is_of(manifest, request.dataset) or not _are_there(path, manifest.files):
        return None
    size = sum(file.bytes for file in manifest.files) or stored_bytes(path)
    return stored_as(form, path, manifest, size, 0.0, kept=True)


def _are_there(folder: Path, files: Sequence[PartFile]) -> bool:
    sizes = sizes_in(folder)
    if sizes is None:
        sizes = {one.path: path.stat().st_size for one in files if (path := folder / one.path).is_file()}
    return all(sizes.get(one.path) == one.bytes for one in files)
