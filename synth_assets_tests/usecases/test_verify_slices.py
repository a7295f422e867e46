"""Some rows of stored tables are verified alone: what isn't needed isn't read, whatever differs is named."""

import hashlib
import shutil
from dataclasses import replace

import duckdb
import polars as pl
import pytest

from synth_assets import generate, scan, verify
from synth_assets.errors import UsageError
from synth_assets.model.layout import MANIFEST_FILE
from synth_assets.model.manifest import PartFile, read_manifest
from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats
from synth_assets.usecases import verify_slices
from synth_assets_tests.warm import synth

VOLUMES = {"customers": 40, "products": 20, "orders": 300, "days": 5}
FORMATS = tuple(one for one in formats.names() if one not in formats.lakes())
TABLE = "raw_clickstream"
PER_FILE = 1_000


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    root = tmp_path_factory.mktemp("slices")
    generate("bronze", root, "small", 7, formats=FORMATS, chunk_size=PER_FILE, volumes=VOLUMES)
    return root


@pytest.fixture
def root(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "data")


def folder(root, form="parquet", table=TABLE):
    (found,) = (root / form / "bronze" / table).glob("preset=*/seed=7")
    return found


def rows_of(table, offset, rows):
    return scan(f"bronze/{table}", "small", 7, volumes=VOLUMES, offset=offset, rows=rows).collect()


@pytest.mark.parametrize(("offset", "rows"), [(0, 1), (999, 2), (1_000, 1_000), (2_500, 4_321), (0, 10**6)])
def test_any_rows_are_as_they_should_be_in_each_format(pristine, offset, rows):
    results = [one for one in verify(pristine, offset=offset, rows=rows) if one.rows]
    assert [one.problems for one in results if not one.ok] == []
    for name in {one.entity for one in results}:
        of_table = [one for one in results if one.entity == name]
        assert len(of_table) == len(FORMATS)
        assert len({one.content_hash for one in of_table}) == 1
        assert {one.rows for one in of_table} == {rows_of(name, offset, rows).height}


def test_the_hash_of_all_rows_is_the_whole_tables(pristine):
    whole = verify(folder(pristine))
    assert [one.content_hash for one in verify(folder(pristine), rows=10**6)] == [one.content_hash for one in whole]


def test_a_table_with_fewer_rows_is_undecided(pristine):
    (of,) = (one for one in verify(pristine / "parquet", offset=5_000, rows=3) if one.entity == "raw_customers")
    assert (of.ok, of.rows) == (True, 0)
    assert of.undecided == ("rows 5,000 to 5,002 of 40: there are none.",)


def test_no_other_part_file_is_read(root):
    at = folder(root)
    for path in at.glob("part-*"):
        if "00003" not in path.name:
            path.unlink()
    (of,) = verify(at, offset=3 * PER_FILE, rows=PER_FILE)
    assert (of.problems, of.rows) == ((), PER_FILE)
    (of,) = verify(at, offset=3 * PER_FILE - 1, rows=2)
    assert "part-00002.parquet is missing" in of.problems[0]


def test_a_changed_file_is_wrong_even_where_its_rows_are_right(root):
    path = next(folder(root, "csv").glob("part-00001*"))
    text = path.read_text().rstrip("\n") + "\n\n"
    path.write_text(text)
    (of,) = verify(folder(root, "csv"), offset=PER_FILE, rows=5)
    assert "part-00001.csv has" in of.problems[0]


@pytest.mark.parametrize(("offset", "is_found"), [(0, False), (4_200, True), (4_000, True), (4_201, False)])
def test_a_changed_cell_is_named_if_it_is_looked_at(root, offset, is_found):
    (database,) = (root / "duckdb" / "bronze").glob("*.duckdb")
    event = rows_of(TABLE, 4_200, 1)["event_id"].item()
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"UPDATE bronze.{TABLE} SET session_id = -5 WHERE event_id = {event}")
    (of,) = (one for one in verify(database, offset=offset, rows=201) if one.entity == TABLE)
    session = rows_of(TABLE, 4_200, 1)["session_id"].item()
    expected = (
        f"rows {offset:,} to {offset + 200:,} differ from the definition in session_id."
        f" Row 4,200: session_id is -5, not {session}."
    )
    assert of.problems == ((expected,) if is_found else ())


def test_a_row_too_few_is_told(root):
    (database,) = (root / "duckdb" / "bronze").glob("*.duckdb")
    event = rows_of(TABLE, 100, 1)["event_id"].item()
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"DELETE FROM bronze.{TABLE} WHERE event_id = {event}")
    (of,) = (one for one in verify(database, offset=90, rows=20) if one.entity == TABLE)
    assert f"Row 100: event_id is {event + 1}, not {event}." in of.problems[0]


def test_rows_that_a_cell_of_a_part_file_lacks_are_told_as_missing(root):
    at = folder(root, "parquet")
    path = next(at.glob("part-00002*"))
    pl.read_parquet(path).with_columns(pl.lit(None, pl.String).alias("page_url")).write_parquet(path)
    (of,) = verify(at, offset=2_000, rows=1)
    assert any("page_url is missing, not " in problem for problem in of.problems)


def test_a_manifest_of_other_parameters_is_wrong(root):
    at = folder(root)
    manifest = read_manifest(at)
    other = replace(manifest, parameters={**manifest.parameters, "orders": 301}).sealed()
    (at / MANIFEST_FILE).write_text(other.to_json())
    shutil.rmtree(root / ".synth", ignore_errors=True)  # what was noted of those that were written
    (of,) = verify(at, rows=10)
    assert any("the manifest's parameters are not those of" in problem for problem in of.problems)


def test_files_kept_apart_by_columns_are_looked_at(tmp_path):
    generate("library/transactions", tmp_path, formats="parquet", layout="by_column", volumes={"size": 500})
    (of,) = verify(tmp_path, offset=100, rows=50)
    assert (of.problems, of.rows) == ((), 50)


def test_rows_of_one_tenant_alone_are_counted_by_themselves(tmp_path):
    tenant = scan("marketplace/tenants", "small", rows=2).collect()["tenant_id"][1]
    generate("marketplace/orders", tmp_path, "small", formats="parquet", tenant=tenant)
    (of,) = verify(tmp_path, offset=3, rows=4)
    assert (of.problems, of.rows) == ((), 4)


VAST = """
dataset: vast
doc: Readings, too many to keep.
parameters:
  readings: {default: 10000000000, minimum: 1, maximum: 1000000000000, doc: rows}
presets: {default: {}}
default_preset: default
entities:
  readings:
    doc: What sensors told.
    grain: one reading
    rows: readings
    columns:
      reading_id: key
      level: {decimals: 1, high: 100, type: "decimal(8,2)"}
"""


def test_of_a_table_that_is_too_large_to_keep_the_rows_of_one_file_are_verified(tmp_path):
    """Of 10^10 rows one part file is there, in the middle: nothing else is read, made or counted."""
    project = tmp_path / "vast.yaml"
    project.write_text(VAST)
    rows, per_file, at = 10_000_000_000, 4_194_304, 1_200
    (stored,) = generate(str(project), tmp_path / "data", formats="parquet", volumes={"readings": 3})
    whole = Project.here().domain(str(project)).dataset()
    home = stored.path.parents[1] / f"preset={whole.label}" / "seed=42"
    home.mkdir(parents=True)
    path = home / f"part-{at:05d}.parquet"
    scan(f"{project}/readings", offset=at * per_file, rows=per_file).collect().write_parquet(path)
    listed = [
        PartFile(f"part-{number:05d}.parquet", min(per_file, rows - start), 1_000_000, "0" * 64)
        for number, start in enumerate(range(0, rows, per_file))
    ]
    listed[at] = PartFile(path.name, per_file, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    manifest = read_manifest(stored.path)
    manifest = replace(manifest, parameters=whole.manifest_parameters, rows=rows, files=tuple(listed)).sealed()
    (home / MANIFEST_FILE).write_text(manifest.to_json())
    (of,) = verify(home, offset=at * per_file + 4_000_000, rows=1_000)
    assert (of.problems, of.rows) == ((), 1_000)
    (of,) = verify(home, offset=at * per_file - 1, rows=2)
    assert [problem.rpartition("/")[2] for problem in of.problems] == [f"part-{at - 1:05d}.parquet is missing"]


@pytest.mark.parametrize(("contract", "judged"), [(99, True), (1, False)])
def test_values_of_another_contract_are_never_called_right(root, contract, judged):
    at = folder(root)
    (at / MANIFEST_FILE).write_text(replace(read_manifest(at), contract=contract).sealed().to_json())
    shutil.rmtree(root / ".synth", ignore_errors=True)
    (of,) = verify(at, rows=10)
    assert (of.ok, of.judged) == (False, judged)
    assert f"contract {contract}" in of.problems[0]


def test_a_time_that_python_has_not_is_shown_as_it_is(root):
    (database,) = (root / "duckdb" / "bronze").glob("*.duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE bronze.raw_orders SET order_date = TIMESTAMP '12000-01-01' WHERE order_id = 5")
    (of,) = (one for one in verify(database, rows=10) if one.entity == "raw_orders")
    assert "Row 4: order_date is 12000-01-01" in of.problems[0].replace("+", "")
    (of,) = (one for one in verify(database) if one.entity == "raw_orders")
    assert not of.ok


@pytest.mark.parametrize("rows", [1, 10, 10**30])
@pytest.mark.parametrize("offset", [299, 300, 295])
def test_a_row_too_many_at_the_end_is_found(root, offset, rows):
    (database,) = (root / "duckdb" / "bronze").glob("*.duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "INSERT INTO bronze.raw_orders SELECT * REPLACE (301 AS order_id) FROM bronze.raw_orders WHERE order_id = 9"
        )
    (of,) = (one for one in verify(database, offset=offset, rows=rows) if one.entity == "raw_orders")
    assert of.ok is (offset + rows <= 300)


def test_a_table_without_rows_is_as_it_should_be(tmp_path):
    none = {"orders": 0, "customers": 0, "products": 3}
    generate("bronze", tmp_path, "small", formats="parquet,csv,duckdb", volumes=none)
    results = verify(tmp_path, rows=10)
    assert [one.problems for one in results if not one.ok] == []
    assert {one.undecided for one in results} == {()}
    assert {one.rows for one in results if one.entity == "raw_orders"} == {0}


def test_of_a_ledger_no_more_is_made_than_is_looked_at(tmp_path, monkeypatch):
    volumes = {"customers": 10, "orders": 10, "products": 2_000, "days": 60}
    generate("bronze/raw_inventory", tmp_path, "small", formats="parquet", volumes=volumes)
    asked = []
    made = verify_slices.row_frames
    monkeypatch.setattr(verify_slices, "row_frames", lambda *of: (asked.append(of[2:]), made(*of))[1])
    (of,) = verify(tmp_path, offset=1_000, rows=5)
    assert (of.problems, of.rows, asked) == ((), 5, [(1_000, 5)])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"offset": 5}, "offset says where, and nothing how many rows.\n  Add rows=1000"),
        ({"rows": 0}, "no rows are asked for.\n  For example: rows=1000"),
        ({"rows": -1}, "rows=-1 is not allowed"),
        ({"rows": 2, "offset": 10**15}, "no table there has rows"),
        ({"rows": 2, "tenant": "448f2bc1-2a5e-44c5-97b7-066d62a0b945"}, "rows and tenant look at different rows."),
    ],
)
def test_what_is_refused(pristine, arguments, said):
    with pytest.raises(UsageError) as caught:
        verify(pristine / "parquet", **arguments)
    assert said in str(caught.value)


def test_the_command_tells_the_same(pristine):
    ran = synth("verify", folder(pristine), "--rows", "5", "--offset", "1000", cwd=pristine)
    assert ran.returncode == 0, ran.stderr
    hashed = verify(folder(pristine), rows=5, offset=1_000)[0].content_hash
    assert f"{TABLE}  parquet     5  {hashed[:12]}  ok" in ran.stdout
    both = synth("verify", folder(pristine), "--rows", "5", "--regenerate", cwd=pristine)
    assert (both.returncode, both.stdout) == (2, "")
    assert "--rows and --regenerate look at different rows." in both.stderr
