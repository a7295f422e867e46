"""The line: jobs in any order and on any runner give the same files, and what stops one job stops all."""

import hashlib
from dataclasses import dataclass

import polars as pl
import pytest

from synth_assets.engine.content_hash import BlockHasher
from synth_assets.engine.plan import plan_table
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.produce import engines
from synth_assets.produce.job import Job
from synth_assets.produce.line import Order, order_of, produce
from synth_assets.produce.parts import Destination
from synth_assets.produce.sources import Frames
from synth_assets.project.project import Project
from synth_assets.sinks.interface import FileOptions

BRONZE = Project.here().domain("bronze")
# Those far away have tests of their own.
HERE = [name for name in engines.names() if not engines.load(name).is_far]
# Three units of the ledger, whose positions are weeks.
TINY = BRONZE.dataset("small", volumes={"customers": 20, "products": 20, "orders": 30, "days": 400})


@dataclass
class Count:
    """A watcher that counts rows and notes the first key."""

    rows: int = 0
    keys: tuple[int, ...] = ()

    def see(self, frame):
        self.rows += frame.height
        self.keys += tuple(frame["movement_id"].to_list())

    def joined(self, later):
        return Count(self.rows + later.rows, self.keys + later.keys)


def count_rows(_table):
    return Count()


@dataclass(frozen=True)
class Square:
    """A task."""

    value: int
    size = 1

    @property
    def name(self):
        return f"square {self.value}"

    def do(self, done):
        if self.value < 0:
            raise DataError("no root")
        done(1)
        return self.value**2


def inventory(folder, watch=None):
    plan = plan_table(BRONZE.entity("raw_inventory"), TINY)
    assert len(plan.units) > 1
    to = (Destination("parquet", folder, FileOptions()),)
    return order_of(BRONZE, TINY, plan, lambda _group: to, watch=watch)


@pytest.mark.parametrize("engine", HERE)
def test_every_runner_writes_the_same_files_and_sees_the_same_rows_in_order(engine, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    ((_, expected),) = produce([inventory(here, count_rows)])
    ((_, found),) = produce([inventory(there, count_rows)], 2, engine)
    assert found == expected
    assert found.watched.rows == found.written.digest.rows
    assert list(found.watched.keys) == sorted(found.watched.keys)
    for file in found.written.files["parquet"]:
        assert hashlib.sha256((there / file.path).read_bytes()).hexdigest() == file.sha256


@pytest.mark.parametrize("engine", HERE)
def test_every_runner_gives_each_result_with_its_task_and_tells_all_progress(engine):
    told = []
    tasks = [Square(value) for value in range(5)]
    results = dict(engines.load(engine).run(tasks, 2, lambda at, count: told.append((at, count))))
    assert results == {at: at**2 for at in range(5)}
    assert sorted(told) == [(at, 1) for at in range(5)]


@pytest.mark.parametrize("engine", HERE)
def test_every_runner_raises_what_stops_a_task(engine):
    with pytest.raises(DataError, match="no root"):
        list(engines.load(engine).run([Square(2), Square(-1)], 2, lambda _at, _count: None))


def test_a_runner_that_is_not_there_is_refused_by_name():
    with pytest.raises(UsageError, match="engine 'proceses' is unknown; did you mean 'processes'"):
        list(engines.run([Square(1), Square(2)], 2, "proceses"))


def test_a_table_comes_out_as_soon_as_its_last_job_is_done(tmp_path):
    orders = [
        inventory(tmp_path),
        *(order_of(BRONZE, TINY, plan_table(BRONZE.entity("raw_products"), TINY)) for _ in "ab"),
    ]
    running = produce(orders)
    order, _ = next(running)
    assert order is orders[0]
    running.close()
    with pytest.raises(StopIteration):
        next(running)


def test_frames_go_the_same_way_as_units(tmp_path):
    ((_, made),) = produce([inventory(tmp_path)])
    table = BRONZE.entity("raw_inventory").table()
    frames = [pl.read_parquet(tmp_path / file.path) for file in made.written.files["parquet"]]
    ((order, streamed),) = produce([Order(table, (Job(Frames(table, iter(frames))),))])
    assert order.table == table
    assert streamed.written.digest == made.written.digest
    hasher = BlockHasher(table)
    hasher.update(pl.concat(frames))
    assert hasher.finish() == made.written.digest


def test_a_folder_that_is_gone_is_one_clear_error(tmp_path):
    with pytest.raises(OutputError, match="can't be written"):
        list(produce([inventory(tmp_path / "gone")]))


class Overlapped:
    """A task whose end another one may overlap; notes what happens to it."""

    size = 1

    def __init__(self, name, log, fails=False):
        self.name, self.log, self.fails = name, log, fails

    def do(self, done):
        return self.begin(done).result()

    def begin(self, done):
        if self.fails:
            raise DataError("no rows")
        self.log.append(f"made {self.name}")
        done(1)
        return self

    def result(self):
        self.log.append(f"written {self.name}")
        return self.name

    def give_up(self):
        self.log.append(f"given up {self.name}")

    def attempt(self, _mark):
        return self.begin(lambda _: None).result()

    def settle(self, _mark, result):
        pass


def test_the_end_of_a_part_overlaps_the_next_one_of_its_table_only():
    log = []
    for _, name in engines.run([Overlapped(name, log) for name in ("a", "a", "b")]):
        log.append(f"got {name}")
    assert log == ["made a", "made a", "written a", "got a", "written a", "got a", "made b", "written b", "got b"]


def test_what_was_made_before_a_part_that_fails_is_given_first():
    log, got = [], []
    with pytest.raises(DataError, match="no rows"):
        got.extend(name for _, name in engines.run([Overlapped("a", log), Overlapped("a", log, fails=True)]))
    running = engines.run([Overlapped("a", log), Overlapped("a", log, fails=True)])
    assert next(running) == (0, "a")
    with pytest.raises(DataError, match="no rows"):
        next(running)


def test_who_stops_listening_gives_up_what_is_being_written():
    log = []
    running = engines.run([Overlapped("a", log) for _ in range(3)])
    assert next(running) == (0, "a")
    running.close()
    assert log == ["made a", "made a", "written a", "given up a"]


def test_an_interrupted_part_gives_up_the_one_before():
    log = []

    class Interrupted(Overlapped):
        def begin(self, _done):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(engines.run([Overlapped("a", log), Interrupted("a", log)]))
    assert log == ["made a", "given up a"]
