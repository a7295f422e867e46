"""`generate`: formats, workers, part files and codecs change no content, and what was there stays whole."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from synth_assets.errors import OutputError, UsageError
from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats
from synth_assets.usecases.generate import Request, generate, plan
from synth_assets.usecases.verify import verify

BRONZE = Project.here().domain("bronze")
ALL = tuple(BRONZE.entities)
FORMATS = tuple(one for one in formats.names() if one != "iceberg")  # it takes its time, and has a suite of its own
# More clicks than two chunks and two blocks of the hash.
DATASET = BRONZE.dataset("small", volumes={"customers": 200, "products": 100, "orders": 2_800, "days": 300})
TINY = BRONZE.dataset("small", volumes={"customers": 20, "products": 20, "orders": 30, "days": 5})
LATE = re.compile(r"/descriptions/.*\n  Run the same synth generate again")
TABLES = ("raw_products", "raw_clickstream", "raw_inventory", "raw_reviews")


def content(stored):
    return {one.entity: (one.rows, one.content_hash) for one in stored}


@pytest.fixture(scope="session")
def expected(tmp_path_factory):
    """Rows and hashes as one process makes them, and the frames."""
    root = tmp_path_factory.mktemp("expected")
    stored = generate(Request(BRONZE, DATASET, TABLES, ("parquet",), root))
    return content(stored), {one.entity: pl.read_parquet(sorted(one.path.glob("part-*"))) for one in stored}


def fingerprints(root):
    """SHA-256 of every file of the datasets."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".synth" not in path.parts
    }


def unsound(root, *, tables=None):
    """Stored tables that aren't right; ``tables`` is how many there are.

    A run that is killed has not yet told other tools of what it published; that this is said is looked at here.
    """
    found = verify([root])
    assert all(LATE.search(problem) for one in found if not one.entity for problem in one.problems)
    stored = [one for one in found if one.entity]
    assert tables is None or len(stored) == tables
    return [(one.format, one.entity, one.problems) for one in stored if not one.ok]


@pytest.fixture
def small_units(monkeypatch):
    """Tables of three and more units of work, as only far larger ones have; chunks and blocks cross their edges."""
    monkeypatch.setattr("synth_assets.model.shapes.Shape.part", 1 << 16)


CASES = [
    (FORMATS, 1, None, None),
    (("parquet", "csv", "duckdb"), 2, 70_000, None),
    (("csv",), 2, 1_000, "gzip"),
    (("parquet",), 1, 1_000, "zstd"),
    (("parquet", "csv"), 1, 65_536, "none"),
    (("duckdb",), 2, 65_536, None),
    (("parquet", "csv"), 1, 70_000, "zstd"),
]


@pytest.mark.parametrize(("forms", "workers", "rows_per_file", "codec"), CASES)
@pytest.mark.usefixtures("small_units")
def test_formats_workers_rows_per_file_and_codec_change_no_content(
    forms, workers, rows_per_file, codec, tmp_path, expected
):
    request = Request(
        BRONZE, DATASET, TABLES, forms, tmp_path, codec=codec, rows_per_file=rows_per_file, workers=workers
    )
    planned = {table.entity: table for table in plan(request).tables}
    stored = generate(request)
    hashes, frames = expected
    assert [(one.entity, one.format) for one in stored] == [(name, form) for name in TABLES for form in forms]
    assert {(one.entity, one.rows, one.content_hash) for one in stored} == {(k, *v) for k, v in hashes.items()}
    assert unsound(tmp_path) == []
    for one in stored:
        form, table = formats.load(one.format), BRONZE.entity(one.entity).table()
        assert pl.concat(form.read(one.path, table, None)).equals(frames[one.entity]), one
        assert one.path in planned[one.entity].targets
        if one.format in formats.files():
            parts = json.loads((one.path / "_manifest.json").read_text())["files"]
            assert one.bytes == sum(part["bytes"] for part in parts)
            rows = [part["rows"] for part in parts]
            if rows_per_file is not None:
                assert all(count == rows_per_file for count in rows[:-1])
                assert rows[-1] <= rows_per_file
            if planned[one.entity].files is not None:
                assert len(parts) == planned[one.entity].files
            assert sorted(path.name for path in one.path.glob("part-*")) == [part["path"] for part in parts]


@pytest.mark.usefixtures("small_units")
@pytest.mark.parametrize("rows_per_file", [None, 30_000])
def test_two_workers_write_the_same_bytes_as_one(rows_per_file, tmp_path):
    for workers in (1, 2):
        root = tmp_path / str(workers)
        request = Request(
            BRONZE, DATASET, TABLES, ("parquet", "csv"), root, rows_per_file=rows_per_file, workers=workers
        )
        generate(request)
    assert fingerprints(tmp_path / "1") == fingerprints(tmp_path / "2")


def test_a_second_run_writes_the_same_bytes_and_leaves_nothing_else(tmp_path):
    request = Request(BRONZE, TINY, ALL, ("parquet", "csv"), tmp_path)
    generate(request)
    before = fingerprints(tmp_path)
    generate(request)
    assert fingerprints(tmp_path) == before
    assert [path.name for path in (tmp_path / ".synth").iterdir() if path.is_dir()] == ["datasets"]


def test_a_run_replaces_what_was_there_part_files_of_other_numbers_too(tmp_path):
    many = generate(Request(BRONZE, TINY, ("raw_clickstream",), ("parquet",), tmp_path, rows_per_file=100))
    assert len(list(many[0].path.glob("part-*"))) > 10
    (one,) = generate(Request(BRONZE, TINY, ("raw_clickstream",), ("parquet",), tmp_path))
    assert [path.name for path in one.path.glob("part-*")] == ["part-00000.parquet"]
    assert unsound(tmp_path) == []


def test_tables_not_asked_for_stay_as_they_are(tmp_path):
    generate(Request(BRONZE, TINY, ALL, ("parquet", "duckdb"), tmp_path))
    before = {name: stamp for name, stamp in fingerprints(tmp_path).items() if "raw_orders/" not in name}
    generate(Request(BRONZE, TINY, ("raw_orders",), ("parquet", "duckdb"), tmp_path))
    after = fingerprints(tmp_path)
    assert all(after[name] == stamp for name, stamp in before.items() if not name.endswith(".duckdb"))
    assert unsound(tmp_path) == []
    assert len(verify([tmp_path / "duckdb"])) == len(ALL)


def test_keep_makes_only_what_is_missing(tmp_path):
    generate(Request(BRONZE, TINY, ("raw_orders", "raw_products"), ("parquet",), tmp_path))
    before = {name: stamp for name, stamp in fingerprints(tmp_path).items() if not name.startswith("descriptions/")}
    seen = []
    stored = generate(Request(BRONZE, TINY, ALL, ("parquet",), tmp_path, keep=True), lambda p: seen.append(p.table))
    assert [one.entity for one in stored] == list(ALL)
    assert {one.entity for one in stored if one.kept} == {"raw_orders", "raw_products"}
    assert set(seen) == set(ALL) - {"raw_orders", "raw_products"}
    assert before.items() <= fingerprints(tmp_path).items()
    again = generate(Request(BRONZE, TINY, ALL, ("parquet",), tmp_path, keep=True), lambda p: pytest.fail(str(p)))
    assert all(one.kept for one in again)
    assert content(again) == content(stored)


def test_keep_makes_a_table_that_one_of_the_formats_lacks(tmp_path):
    generate(Request(BRONZE, TINY, ("raw_orders",), ("parquet",), tmp_path))
    stored = generate(Request(BRONZE, TINY, ("raw_orders",), FORMATS, tmp_path, keep=True))
    assert [one.kept for one in stored] == [False] * len(FORMATS)
    assert all(one.kept for one in generate(Request(BRONZE, TINY, ("raw_orders",), FORMATS, tmp_path, keep=True)))


@pytest.mark.parametrize("manifest", ["nonsense", "contract", "parameters"])
def test_keep_replaces_a_table_of_another_contract_or_unknown_origin(manifest, tmp_path):
    (one,) = generate(Request(BRONZE, TINY, ("raw_orders",), ("parquet",), tmp_path))
    path = one.path / "_manifest.json"
    values = json.loads(path.read_text())
    changed = {"contract": {"contract": 0}, "parameters": {"parameters": {}}}.get(manifest)
    path.write_text("nonsense" if changed is None else json.dumps({**values, **changed}))
    (again,) = generate(Request(BRONZE, TINY, ("raw_orders",), ("parquet",), tmp_path, keep=True))
    assert not again.kept
    assert unsound(tmp_path) == []


def test_somebody_s_own_file_beside_the_part_files_survives(tmp_path):
    (one,) = generate(Request(BRONZE, TINY, ("raw_orders",), ("csv",), tmp_path))
    (one.path / "notes.txt").write_text("mine")
    generate(Request(BRONZE, TINY, ("raw_orders",), ("csv",), tmp_path))
    assert (one.path / "notes.txt").read_text() == "mine"


def test_progress_ends_at_what_was_planned(tmp_path):
    request = Request(BRONZE, DATASET, TABLES, ("parquet",), tmp_path)
    seen = {}
    calls = []
    generate(request, lambda p: (calls.append(p), seen.update({p.table: p.done})))
    assert sum(seen.values()) == plan(request).total_positions
    assert all(call.done <= call.total for call in calls)


def test_a_plan_tells_the_rows_that_come_of_it_or_nothing(tmp_path):
    request = Request(BRONZE, TINY, ALL, ("parquet",), tmp_path)
    planned = {table.entity: table for table in plan(request).tables}
    assert not any(tmp_path.iterdir())
    for one in generate(request):
        assert planned[one.entity].rows in {one.rows, None}
    assert {name for name, table in planned.items() if table.rows is None} == {"raw_inventory", "raw_reviews"}


@pytest.mark.parametrize("preset", ["small", "medium", "large", "xlarge"])
@pytest.mark.parametrize("rows_per_file", [None, 1_000, 65_536, 10_000_000])
def test_the_parts_of_a_plan_cover_each_position_once(preset, rows_per_file, tmp_path):
    request = Request(BRONZE, BRONZE.dataset(preset), ALL, ("parquet",), tmp_path, rows_per_file=rows_per_file)
    for table in plan(request).tables:
        edges = [0, *(part.stop for part in table.parts)]
        assert [part.start for part in table.parts] == edges[:-1]
        assert [part.number for part in table.parts] == list(range(len(table.parts)))
        assert table.rows in {None, edges[-1]}


def test_empty_tables_are_stored_with_their_schema(tmp_path):
    nothing = BRONZE.dataset("small", volumes={"customers": 0, "products": 0, "orders": 0})
    stored = generate(Request(BRONZE, nothing, ALL, FORMATS, tmp_path))
    assert {one.rows for one in stored} == {0}
    assert unsound(tmp_path) == []
    for one in stored:
        if one.format == "parquet":
            assert pl.read_parquet(one.path / "*.parquet").schema == BRONZE.entity(one.entity).table().schema


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"entities": ("raw_order",)}, "did you mean 'raw_orders'"),
        ({"formats": ("parket",)}, "did you mean 'parquet'"),
        ({"formats": ()}, "no format given"),
        ({"codec": "zip"}, "parquet has no compression 'zip'; it has zstd, snappy"),
        ({"formats": ("duckdb",), "codec": "zstd"}, "does not apply"),
    ],
)
def test_what_is_unknown_is_refused_before_anything_is_written(wrong, said, tmp_path):
    request = {"entities": ALL, "formats": ("parquet",), "root": tmp_path / "out", **wrong}
    for act in (plan, generate):
        with pytest.raises(UsageError, match=said):
            act(Request(BRONZE, TINY, **request))
    assert not (tmp_path / "out").exists()


# Places that can't be written


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("below", ["", "data", "data/deeper"])
def test_a_root_under_a_regular_file_is_refused(form, below, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="is a file where a folder is needed"):
        generate(Request(BRONZE, TINY, ("raw_orders",), (form,), tmp_path / "file" / below))
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_where_a_format_s_folder_belongs_is_refused_and_kept(form, tmp_path):
    (tmp_path / form).write_text("mine")
    with pytest.raises(OutputError, match="is a file where a folder is needed"):
        generate(Request(BRONZE, TINY, ("raw_orders",), (form,), tmp_path))
    assert (tmp_path / form).read_text() == "mine"
    assert [path.name for path in (tmp_path / ".synth").iterdir() if path.is_dir()] == ["datasets"]


# The victims of these run in processes of their own: a full disk, and kill -9.

VICTIM = """
import os, resource, signal, sys
from pathlib import Path
from synth_assets.project.project import Project
from synth_assets.errors import SynthError
from synth_assets.sinks.staging import Staging
from synth_assets.usecases.generate import Request, generate

def main():
    root, forms = Path(sys.argv[1]), sys.argv[3].split(",")
    at, workers, limit = (int(sys.argv[place]) for place in (2, 4, 5))
    domain = Project.here().domain("bronze")
    dataset = domain.dataset("small", volumes={"customers": 200, "products": 100, "orders": 400, "days": 40})
    steps = 0

    def step(*_):
        nonlocal steps
        steps += 1
        if steps == at:
            print("killed", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    real = Staging.publish
    def publish(self, *args):
        step()
        real(self, *args)
        step()
    Staging.publish = publish
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        generate(Request(domain, dataset, tuple(domain.entities), tuple(forms), root, workers=workers), step)
    except SynthError as error:
        print(type(error).__name__, error)
        sys.exit(3)
    print("done")

if __name__ == "__main__":
    main()
"""
VICTIMS = BRONZE.dataset("small", volumes={"customers": 200, "products": 100, "orders": 400, "days": 40})


def victim(tmp_path, root, at=0, forms=FORMATS, workers=1, limit=0):
    script = tmp_path / "victim.py"
    script.write_text(VICTIM)
    command = [sys.executable, script, root, str(at), ",".join(forms), str(workers), str(limit)]
    folder = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": folder}
    # Files, not pipes: a worker that outlives its parent would hold those open.
    out, err = tmp_path / "out.txt", tmp_path / "err.txt"
    with out.open("w") as stdout, err.open("w") as stderr:
        run = subprocess.run(
            command, stdout=stdout, stderr=stderr, timeout=120, check=False, env=environment, cwd=tmp_path
        )
    run.stdout, run.stderr = out.read_text(), err.read_text()
    return run


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """Old data of what victims make, in other part files, so that one sees which is there. To be copied."""
    root = tmp_path_factory.mktemp("old") / "data"
    generate(Request(BRONZE, VICTIMS, ALL, FORMATS, root, rows_per_file=500))
    return root


def killed_at(at, old, tmp_path, workers=1):
    """Old data, a run that is killed, and then another one: sound at every moment. Whether it was killed."""
    root = shutil.copytree(old, tmp_path / f"data{at}")
    run = victim(tmp_path, root, at, workers=workers)
    assert unsound(root, tables=len(ALL) * len(FORMATS)) == []
    if run.stdout == "done\n":
        return False
    assert run.stdout == "killed\n", run.stderr
    assert run.returncode == -signal.SIGKILL
    generate(Request(BRONZE, TINY, ("raw_orders",), ("csv",), root))
    assert [path.name for path in (root / ".synth").iterdir() if path.is_dir()] == ["datasets"]
    assert not list(root.rglob("*.new"))
    assert unsound(root) == []
    return True


@pytest.mark.parametrize("at", [13])
def test_killed_at_some_moment_everything_is_whole_and_the_next_run_sweeps(at, old, tmp_path):
    assert killed_at(at, old, tmp_path)


def test_killed_with_workers_everything_is_whole_and_no_worker_stays_behind(old, tmp_path):
    assert killed_at(4, old, tmp_path, workers=2)
    assert left_behind(tmp_path) == []


@pytest.mark.torture
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment_everything_is_whole_and_the_next_run_sweeps(workers, old, tmp_path):
    at = 1
    while killed_at(at, old, tmp_path, workers):
        assert left_behind(tmp_path) == []
        at += 1
    assert at > 40


def left_behind(folder):
    """Processes that a victim left and that don't end by themselves; ended here."""
    deadline = time.monotonic() + 15
    while (left := workers_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.2)
    for one in left:
        os.kill(one, signal.SIGKILL)
    return left


def workers_of(folder):
    """Processes that run in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    ("form", "limit"),
    [
        pytest.param("parquet", 4_096, marks=pytest.mark.torture),
        ("csv", 100_000),
        pytest.param("duckdb", 4_096, marks=pytest.mark.torture),
        ("duckdb", 100_000),
    ],
)
def test_a_full_disk_is_one_clear_error_and_the_old_data_is_whole(form, limit, tmp_path):
    root = tmp_path / "data"
    generate(Request(BRONZE, VICTIMS, ALL, (form,), root, rows_per_file=500))
    run = victim(tmp_path, root, forms=(form,), limit=limit)
    assert run.returncode == 3, run.stdout + run.stderr
    assert run.stdout.startswith("OutputError")
    assert "can't be written" in run.stdout
    assert run.stderr == ""
    assert unsound(root) == []
    assert len(verify([root])) == len(ALL)
    assert [path.name for path in (root / ".synth").iterdir() if path.is_dir()] == ["datasets"]


def test_a_reader_of_the_database_sees_whole_tables_only(tmp_path):
    generate(Request(BRONZE, VICTIMS, ("raw_products",), ("duckdb",), tmp_path))
    seen = []

    def look(_progress):
        (path,) = (tmp_path / "duckdb").rglob("*.duckdb")
        with duckdb.connect(path, read_only=True) as con:
            names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            seen.append({n: con.execute(f"SELECT count(*) FROM bronze.{n}").fetchone()[0] for n in names if n in ALL})

    stored = generate(Request(BRONZE, VICTIMS, ALL, ("duckdb",), tmp_path), look)
    rows = {one.entity: one.rows for one in stored}
    assert len(seen) >= len(ALL)
    assert all(tables.items() <= rows.items() for tables in seen)
    assert len({len(tables) for tables in seen}) > 3
