"""`verify` finds every kind of damage in every format, and says so without a traceback."""

import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import polars as pl
import pytest

from synth_assets.errors import UsageError
from synth_assets.produce import copies
from synth_assets.produce.store import store
from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats
from synth_assets.usecases.generate import Request, generate
from synth_assets.usecases.scan import scan_dataset
from synth_assets.usecases.verified import Depth
from synth_assets.usecases.verify import verify

BRONZE = Project.here().domain("bronze")
TINY = BRONZE.dataset("small", volumes={"customers": 20, "products": 20, "orders": 30, "days": 5})
FORMATS = tuple(one for one in formats.names() if one != "iceberg")  # it takes its time, and has a suite of its own
FILES = tuple(formats.files())


@pytest.fixture(scope="session")
def pristine(tmp_path_factory):
    root = tmp_path_factory.mktemp("pristine")
    generate(Request(BRONZE, TINY, tuple(BRONZE.entities), FORMATS, root))
    return root


@pytest.fixture
def root(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "data")


def folder(root, form, table="raw_orders"):
    return root / form / "bronze" / table / f"preset={TINY.label}" / "seed=42"


def database(root):
    return root / "duckdb" / "bronze" / f"{TINY.label}-42.duckdb"


def part(root, form, table="raw_orders"):
    (only,) = folder(root, form, table).glob("part-*")
    return only


def problems(path, entity="raw_orders"):
    """The problems of one table; all others have none but those that come from it."""
    results = verify([Path(path)])
    (result,) = (one for one in results if one.entity == entity)
    assert result.ok == (not result.problems)
    assert all(problem.strip() for problem in result.problems)
    return result.problems


def test_what_was_just_generated_has_no_problems(root):
    results = verify([root])
    assert sorted((one.format, one.entity) for one in results) == sorted(
        (form, name) for form in FORMATS for name in BRONZE.entities
    )
    assert [one.problems for one in results if not one.ok] == []
    # Formats agree, tables differ.
    assert len({one.content_hash for one in results}) == len(BRONZE.entities)


def test_each_copy_is_looked_at_once_from_whichever_format(root, monkeypatch):
    looked = Counter()

    def counted(name, path, table):
        looked[name, path, table.path] += 1
        return look(name, path, table)

    look = copies._copy
    monkeypatch.setattr(copies, "_copy", counted)
    assert all(one.ok for one in verify([root]))
    assert {name for name, *_ in looked} >= {*FORMATS}
    assert set(looked.values()) == {1}


@pytest.mark.parametrize("rows", [1, 8, 300])
def test_many_small_part_files_are_as_they_should_be(rows, tmp_path):
    names = ("raw_orders", "raw_sessions") if rows > 1 else ("raw_orders",)
    generate(Request(BRONZE, TINY, names, FILES, tmp_path, rows_per_file=rows))
    assert [one.problems for one in verify([tmp_path]) if not one.ok] == []


def test_what_verify_says_is_plain_json(root):
    (result,) = verify([folder(root, "csv")])
    said = json.loads(json.dumps(result.as_dict()))
    assert set(said) == {
        "path",
        "format",
        "domain",
        "entity",
        "rows",
        "content_hash",
        "ok",
        "judged",
        "problems",
        "undecided",
    }
    assert (said["domain"], said["entity"], said["rows"], said["ok"]) == ("bronze", "raw_orders", 30, True)


def test_a_table_named_twice_is_looked_at_once(root):
    assert len(verify([folder(root, "csv"), folder(root, "csv")])) == 1


@pytest.mark.parametrize("form", FILES)
def test_a_flipped_byte_is_found(root, form):
    path = part(root, form)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert any("SHA-256" in one for one in problems(folder(root, form)))


def test_an_edited_cell_is_found_in_its_column(root):
    path = part(root, "csv")
    text = path.read_text()
    assert ",delivered," in text or ",shipped," in text or ",pending," in text or ",processing," in text
    for status in ("delivered", "shipped", "pending", "processing"):
        text = text.replace(f",{status},", ",lost,", 1)
    path.write_text(text)
    found = problems(folder(root, "csv"))
    assert "column status has other values than were generated" in found
    assert not any("column order_id" in one for one in found)


def test_a_cell_of_another_type_is_found(root):
    path = part(root, "csv")
    lines = path.read_text().splitlines(keepends=True)
    lines[1] = "one" + lines[1][lines[1].index(",") :]
    path.write_text("".join(lines))
    assert problems(folder(root, "csv"))


@pytest.mark.parametrize("form", FILES)
def test_a_missing_file_is_found(root, form):
    path = part(root, form)
    path.unlink()
    assert any(str(path) in one and "missing" in one for one in problems(folder(root, form)))


@pytest.mark.parametrize("form", FILES)
def test_a_part_file_that_is_nobody_s_is_found(root, form):
    extra = folder(root, form) / f"part-00001.{form}"
    shutil.copy(part(root, form), extra)
    assert any("is not in the manifest" in one for one in problems(folder(root, form)))


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("left", [0, 10, 1_000, -1])
def test_a_truncated_file_is_found(root, form, left):
    path = part(root, form)
    path.write_bytes(path.read_bytes()[:left])
    assert problems(folder(root, form))


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize(
    "manifest",
    [b"", b"nonsense", b"\xff\xfe\x00", b"{}", b"[]", b"null", b'{"domain": 5}'],
    ids=["empty", "text", "bytes", "object", "list", "null", "types"],
)
def test_a_damaged_manifest_is_found(root, form, manifest):
    (folder(root, form) / "_manifest.json").write_bytes(manifest)
    (problem,) = problems(folder(root, form))
    assert "_manifest.json" in problem
    assert "Make it again with the command that made it" in problem


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rows", 31, "30 rows are stored, not 31"),
        ("content_hash", "0" * 64, "the content hash is"),
        ("entity", "raw_reviews", "the manifest is of bronze/raw_reviews"),
        ("domain", "silver", "the manifest is of silver/raw_orders"),
    ],
)
@pytest.mark.parametrize("form", FILES)
def test_a_manifest_that_was_edited_is_found(root, form, field, value, said):
    path = folder(root, form) / "_manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, field: value}))
    assert any(said in one for one in problems(folder(root, form)))


@pytest.mark.parametrize("form", FILES)
def test_a_table_in_another_table_s_folder_is_found(root, form):
    shutil.rmtree(folder(root, form, "raw_reviews"))
    shutil.copytree(folder(root, form), folder(root, form, "raw_reviews"))
    found = problems(folder(root, form, "raw_reviews"), "raw_reviews")
    assert any("the manifest is of bronze/raw_orders" in one for one in found)


@pytest.mark.parametrize("form", FILES)
def test_a_folder_in_the_wrong_place_is_refused(root, form, tmp_path):
    elsewhere = shutil.copytree(folder(root, form), tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="doesn't lie where synth generate puts part files"):
        verify([elsewhere])


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM bronze.raw_orders WHERE order_id = 7",
        "UPDATE bronze.raw_orders SET status = 'lost' WHERE order_id = 7",
        "UPDATE bronze.raw_orders SET customer_id = 99 WHERE order_id = 7",
        "INSERT INTO bronze.raw_orders SELECT * REPLACE (31 AS order_id) FROM bronze.raw_orders WHERE order_id = 7",
        "ALTER TABLE bronze.raw_orders RENAME status TO state",
        "ALTER TABLE bronze.raw_orders ADD COLUMN note VARCHAR",
        "DROP TABLE bronze.raw_orders",
    ],
)
def test_what_was_changed_in_a_database_is_found(root, change):
    with duckdb.connect(database(root)) as con:
        con.execute(change)
    assert problems(database(root))
    assert [one.entity for one in verify([database(root)]) if not one.ok and one.entity == "raw_orders"]


def test_what_was_changed_in_a_database_s_manifest_is_found(root):
    with duckdb.connect(database(root)) as con:
        (column,) = (
            name
            for (name, kind) in con.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '_synth_manifest'"
            ).fetchall()
            if "manifest" in name
        )
        con.execute(f"UPDATE bronze._synth_manifest SET {column} = '{{}}'")
    assert all(not one.ok for one in verify([database(root)]))


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\0" * 20_000], ids=["empty", "text", "zeros"])
def test_a_database_that_is_none_is_one_problem_about_the_file(root, content):
    path = database(root)
    path.write_bytes(content)
    (result,) = verify([path])
    (problem,) = result.problems
    assert str(path) in problem
    assert "entity" not in problem


def test_a_truncated_database_is_found(root):
    path = database(root)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert any(not one.ok for one in verify([path]))


@pytest.mark.parametrize("form", FORMATS)
def test_a_reference_that_leads_nowhere_is_found_though_its_hashes_are_right(root, form):
    entity = BRONZE.entity("raw_orders")
    orders = scan_dataset(entity, TINY).collect()
    lost = orders.with_columns(
        pl.when(pl.col("order_id") == 7).then(pl.lit(99)).otherwise("customer_id").alias("customer_id")
    )
    store(entity.table(), TINY, [lost.cast(entity.table().schema)], [form], root)
    where = formats.load(form).place(root, "bronze/raw_orders", TINY.label, 42)
    (problem,) = [one for one in problems(where) if one.startswith("references_hold: ")]
    assert "customer_id" in problem
    assert "raw_customers" in problem
    assert "99" in problem


@pytest.mark.parametrize("form", FILES)
def test_a_table_without_its_parents_is_judged_alone(root, form):
    shutil.rmtree(folder(root, form, "raw_customers"))
    assert problems(folder(root, form)) == ()


@pytest.mark.parametrize("form", FILES)
def test_a_path_relative_to_the_current_folder_is_as_good_as_a_whole_one(root, form, monkeypatch):
    place = folder(root, form)
    for here, path in ((root, place.relative_to(root)), (place.parent, Path("seed=42")), (place, Path())):
        monkeypatch.chdir(here)
        assert problems(path) == ()


# More than hashes and references


def stored_with(root, name, change, form="parquet"):
    """Store a table with other rows, as if it had been generated like that: its manifest and hashes are right."""
    entity = BRONZE.entity(name)
    frame = change(scan_dataset(entity, TINY).collect())
    store(entity.table(), TINY, [frame.cast(entity.table().schema)], [form], root)
    for other in set(FORMATS) - {form}:
        place = formats.load(other).place(root, f"bronze/{name}", TINY.label, 42)
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    return formats.load(form).place(root, f"bronze/{name}", TINY.label, 42)


def set_to(column, value):
    return lambda frame: frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 5).then(pl.lit(value)).otherwise(column).alias(column)
    )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("raw_customers", lambda f: f.with_columns(pl.col("email").first()), "email is not unique: 1 row."),
        ("raw_orders", set_to("status", "lost"), "status is none of its values: 1 row."),
        ("raw_orders", set_to("subtotal", 0), "subtotal_is_sum_of_lines: the rule is broken: 1 row."),
    ],
)
def test_what_hashes_cannot_tell_is_found_in_every_format(root, form, name, change, said):
    place = stored_with(root, name, change, form)
    assert any(said in problem for problem in problems(place, name))


@pytest.mark.parametrize("form", FILES)  # databases take no missing cell in
def test_a_missing_cell_is_found(root, form):
    place = stored_with(root, "raw_sessions", set_to("device_type", None), form)
    assert any("device_type is missing: 1 row." in problem for problem in problems(place, "raw_sessions"))


def test_rules_are_left_out_on_demand(root):
    place = stored_with(root, "raw_orders", set_to("subtotal", 0))
    broken = "subtotal_is_sum_of_lines: the rule is broken"
    assert any(broken in problem for problem in verify([place])[0].problems)
    assert not any(broken in problem for problem in verify([place], Depth(rules=False))[0].problems)


def test_values_that_the_definition_does_not_give_are_found_on_demand(root):
    place = stored_with(root, "raw_products", set_to("weight_kg", 1))
    (first,) = verify([place], Depth(rules=False))[0].problems
    assert first == "the manifest's parameters give other first rows, in weight_kg"
    problems = verify([place], Depth(rules=False, regenerate=True))[0].problems
    said = "content_matches_definition: parquet differs from the definition in weight_kg.\n  Generate it again."
    assert set(problems) == {said, first}


@pytest.mark.parametrize("form", FILES)
def test_what_needs_a_table_that_is_not_there_is_undecided_and_said_so(root, tmp_path, form):
    alone = tmp_path / "alone" / folder(root, form).relative_to(root)
    shutil.copytree(folder(root, form), alone)
    (result,) = verify([alone])
    assert result.ok
    assert result.problems == ()
    assert (
        f"references_hold: not checked: raw_customers, raw_sessions {TINY.label}|42 is not stored." in result.undecided
    )
    assert f"subtotal_is_sum_of_lines: not checked: raw_order_items {TINY.label}|42 is not stored." in result.undecided


def test_other_tables_in_another_format_are_good_enough_to_refer_to(root):
    shutil.rmtree(folder(root, "csv", "raw_customers"))
    (result,) = verify([folder(root, "csv")])
    assert (result.problems, result.undecided) == ((), ())


def test_a_copy_that_differs_from_another_is_found_though_its_own_manifest_is_right(root):
    entity = BRONZE.entity("raw_products")
    frame = set_to("weight_kg", 1)(scan_dataset(entity, TINY).collect())
    store(entity.table(), TINY, [frame.cast(entity.table().schema)], ["csv"], root)
    results = {one.entity: one for one in verify([folder(root, "csv", "raw_products")])}
    assert "csv differs from parquet in weight_kg." in results["raw_products"].problems


def test_tables_that_share_a_folder_are_verified_each_and_with_each_other(tmp_path):
    generate(Request(BRONZE, TINY, tuple(BRONZE.entities), ("parquet", "csv"), tmp_path, layout="flat"))
    results = verify([tmp_path])
    assert sorted((one.format, one.entity) for one in results) == sorted(
        (form, name) for form in ("parquet", "csv") for name in BRONZE.entities
    )
    assert [one for one in results if one.problems or one.undecided] == []
    (damaged,) = tmp_path.glob("raw_orders_chunk_0000.csv")
    damaged.write_text(damaged.read_text().replace("-", "+", 1))
    assert [(one.format, one.entity) for one in verify([tmp_path]) if not one.ok] == [("csv", "raw_orders")]


def test_a_parent_that_is_damaged_leaves_its_children_undecided(root):
    path = part(root, "parquet", "raw_products")
    path.write_bytes(path.read_bytes()[:100])
    results = {one.entity: one for one in verify([root / "parquet"])}
    assert [name for name, one in results.items() if not one.ok] == ["raw_products"]
    assert "references_hold: not checked: raw_products can't be read." in results["raw_order_items"].undecided


def test_a_path_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(UsageError, match="doesn't exist"):
        verify([tmp_path / "nowhere"])


def test_a_folder_without_a_dataset_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="there is no dataset in"):
        verify([tmp_path])


@pytest.mark.parametrize("name", ["part-00000.parquet", "notes.txt", "x.duckdb.wal"])
def test_a_file_that_is_no_database_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="is no database of ours"):
        verify([path])


def test_somebody_else_s_database_is_refused(tmp_path):
    path = tmp_path / "mine.duckdb"
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE things (id INTEGER)")
    with pytest.raises(UsageError, match="no database of ours"):
        verify([path])


@pytest.mark.parametrize("form", FILES)
def test_a_file_that_is_not_part_of_the_dataset_is_no_problem(root, form):
    (folder(root, form) / "notes.txt").write_text("mine")
    assert problems(folder(root, form)) == ()


def test_one_damaged_table_does_not_hide_the_others(root):
    part(root, "csv").unlink()
    results = verify([root / "csv"])
    assert len(results) == len(BRONZE.entities)
    assert [one.entity for one in results if not one.ok] == ["raw_orders"]
