"""Graded tables whose damage is known, from every place that a table may lie in."""

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import zipfile
from decimal import Decimal
from urllib.parse import quote

import duckdb
import polars as pl
import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.cli.run import run
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.faults import answer_key
from synth_assets.grading.candidates import unpacked
from synth_assets.grading.comparison import VERDICTS
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.score import Question, score_of
from synth_assets_tests.parity.pg_server import pg_server

BRONZE = Project.here().domain("bronze")

DATASET = (
    Project.here()
    .domain("bronze")
    .dataset("small", seed=9, volumes={"customers": 60, "products": 20, "orders": 200, "days": 20})
)
TIMELINE = Timeline(BRONZE, DATASET, CADENCES["day"])
BATCH = 14
SECOND = TIMELINE.second(BATCH)
ORDERS = BRONZE.tables["raw_orders"]
TRUTH = pl.concat(TIMELINE.state("raw_orders", SECOND))
A, B, C = TRUTH["order_id"][:3]
EARLIER = pl.concat(TIMELINE.state("raw_orders", TIMELINE.second(BATCH - 5)))


def graded(candidate, answer_key=None, entity="raw_orders"):
    return score_of(Question(TIMELINE, entity, SECOND, str(candidate), answer_key))


@pytest.fixture
def grade(tmp_path):
    def call(frame, answer_key=None):
        path = tmp_path / "candidate.parquet"
        frame.write_parquet(path)
        return graded(path, answer_key)

    return call


def counts(**some):
    return dict.fromkeys(VERDICTS, 0) | some


def changed(frame, key, **cells):
    row = pl.col("order_id") == key
    return frame.with_columns(pl.when(row).then(pl.lit(v)).otherwise(c).alias(c) for c, v in cells.items())


def example(score, verdict):
    return next(one for one in score.examples if one.verdict == verdict)


# Verdicts


def test_the_truth_itself_in_any_order_has_every_row_exact(grade):
    found = grade(TRUTH.sample(fraction=1, shuffle=True, seed=1))
    assert (found.counts, found.passed, found.score) == (counts(exact=TRUTH.height), True, 1.0)


def test_a_row_that_is_not_there_is_missing(grade):
    found = grade(TRUTH[1:])
    assert found.counts == counts(exact=TRUTH.height - 1, missing=1)
    assert (example(found, "missing").key, example(found, "missing").position) == (str(A), A - 1)
    assert not found.passed


def test_a_table_without_rows_misses_all_of_them(grade):
    assert grade(TRUTH[:0]).counts == counts(missing=TRUTH.height)


def test_a_row_that_comes_twice_is_duplicated_whatever_the_copies_hold(grade):
    copy = changed(TRUTH[3:4], TRUTH["order_id"][3], status="lost")
    found = grade(pl.concat([TRUTH, copy, TRUTH[3:4]]))
    assert found.counts == counts(exact=TRUTH.height - 1, duplicated=1)
    assert example(found, "duplicated").copies == 3


def test_a_row_that_never_was_and_one_that_was_deleted_are_phantoms_and_told_apart(grade):
    base = pl.concat(TIMELINE.state("raw_orders", TIMELINE.second(0)))
    gone = base.filter(~pl.col("order_id").is_in(TRUTH["order_id"].implode()))
    assert gone.height, "choose a seed under which an order is deleted"
    never = TRUTH[:1].with_columns(
        pl.lit(10**9, pl.Int64).alias("order_id"), pl.lit(None, pl.Int64).alias("session_id")
    )
    found = grade(pl.concat([TRUTH, gone, never, never.with_columns(order_id=pl.lit(-5, pl.Int64))]))
    assert found.counts == counts(exact=TRUTH.height, phantom=gone.height + 2)
    assert found.phantoms == {"deleted": gone.height, "never": 2, "keyless": 0}


def test_a_row_without_a_key_is_a_phantom_of_its_own(grade):
    found = grade(pl.concat([TRUTH, *[TRUTH[:1].with_columns(order_id=pl.lit(None, pl.Int64))] * 2]))
    assert (found.counts["phantom"], found.phantoms["keyless"]) == (2, 2)
    assert example(found, "phantom").key is None


def test_a_row_as_it_was_days_ago_is_stale(grade):
    same = EARLIER.join(TRUTH, on=TRUTH.columns, how="semi", nulls_equal=True)["order_id"]
    late = EARLIER.filter(
        pl.col("order_id").is_in(TRUTH["order_id"].implode()) & ~pl.col("order_id").is_in(same.implode())
    )
    assert late.height
    others = TRUTH.filter(~pl.col("order_id").is_in(late["order_id"].implode()))
    found = grade(pl.concat([others, late]))
    assert found.counts == counts(exact=others.height, stale=late.height)


def test_a_row_half_old_and_half_new_is_wrong_cell_by_cell(grade):
    moved = TRUTH.join(EARLIER, on="order_id").filter(pl.col("status") != pl.col("status_right"))
    key = moved["order_id"][0]
    found = grade(changed(TRUTH, key, status=moved["status_right"][0], total_amount=Decimal("0.01")))
    assert found.counts == counts(exact=TRUTH.height - 1, wrong=1)
    assert found.columns == {"status": 1, "total_amount": 1}
    assert example(found, "wrong").cells == (
        {"column": "status", "expected": moved["status"][0], "found": moved["status_right"][0]},
        {"column": "total_amount", "expected": str(moved["total_amount"][0]), "found": "0.01"},
    )


def test_a_cell_that_is_no_value_of_its_type_is_wrong_not_null(grade):
    late = TRUTH.filter(pl.col("shipped_at").is_null())["order_id"][0]
    text = TRUTH.with_columns(pl.col("shipped_at").dt.strftime("%Y-%m-%d %H:%M:%S"))
    found = grade(changed(text, late, shipped_at="soon"))
    assert found.columns == {"shipped_at": 1}
    assert example(found, "wrong").cells[0]["found"] == "soon"


def test_columns_of_the_consumers_own_are_named_and_do_not_count(grade):
    found = grade(TRUTH.with_columns(pl.lit(1).alias("_loaded_at")).select("_loaded_at", *reversed(TRUTH.columns)))
    assert (found.ignored, found.passed) == (("_loaded_at",), True)


# Places


def text(frame):
    return frame.write_csv().encode()


def archive(frame):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("t.ndjson", frame.write_ndjson())
    return packed.getvalue()


TEXTS = {
    "csv": text,
    "csv.gz": lambda frame: gzip.compress(text(frame)),
    "csv.xz": lambda frame: lzma.compress(text(frame)),
    "csv.bz2": lambda frame: bz2.compress(text(frame)),
    "tsv": lambda frame: frame.write_csv(separator="\t", quote_style="always").encode(),
    "json": lambda frame: json.dumps(json.loads(frame.write_json()), indent=1).encode(),
    "ndjson.zip": archive,
}


def written(folder, form, frame):
    """The location of a frame, stored in a form."""
    path = folder / f"t.{form}"
    if form in TEXTS:
        path.write_bytes(TEXTS[form](frame))
    match form:
        case "parquet":
            frame.write_parquet(path)
        case "duckdb":
            with duckdb.connect(path) as connection:
                connection.register("given", frame)
                connection.execute("CREATE SCHEMA s; CREATE TABLE s.orders AS FROM given")
            return f"{path}::s.orders"
        case "db":
            written(folder, "duckdb", frame).partition("::")
            (folder / "t.duckdb").rename(path)
            return f"{path}::orders"
        case "sqlite":
            with sqlite3.connect(path) as connection:
                connection.execute(f"CREATE TABLE orders ({', '.join(frame.columns)})")
                marks = ", ".join("?" * frame.width)
                floats = frame.with_columns(pl.selectors.decimal().cast(pl.Float64))
                texts = floats.with_columns(pl.selectors.datetime().dt.strftime("%Y-%m-%d %H:%M:%S"))
                connection.executemany(f"INSERT INTO orders VALUES ({marks})", texts.iter_rows())
            connection.close()
            return f"{path}::orders"
    return str(path)


@pytest.mark.parametrize("form", ["parquet", *TEXTS, "duckdb", "db", "sqlite"])
@pytest.mark.parametrize("entity", ["raw_orders", "raw_reviews"])
def test_the_truth_is_exact_and_a_changed_cell_is_wrong_in_every_place(tmp_path, form, entity):
    truth = pl.concat(TIMELINE.state(entity, SECOND))
    found = graded(written(tmp_path, form, truth[::-1]), entity=entity)
    assert found.counts == counts(exact=truth.height), found.examples
    (tmp_path / "again").mkdir()
    text = "status" if entity == "raw_orders" else "review_text"
    found = graded(written(tmp_path / "again", form, truth.with_columns(pl.col(text) + "*")), entity=entity)
    assert found.columns == {text: truth.height}


def test_notes_in_json_beside_a_table_are_no_part_of_it(tmp_path):
    TRUTH.write_parquet(tmp_path / "t.parquet")
    (tmp_path / "notes.json").write_text('{"made": "yesterday"}')
    assert graded(tmp_path).passed


def test_a_file_that_unpacks_to_far_more_than_a_table_is_not_graded(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacked, "_SLACK", 1_000)
    path = tmp_path / "t.csv.bz2"
    path.write_bytes(bz2.compress(TRUTH.head(1).write_csv().encode() + b"\n" * 5_000_000))
    with pytest.raises(UnjudgedError, match=r"t\.csv\.bz2 unpacks to more than"):
        graded(path)


def test_a_folder_of_files_with_values_in_their_paths_is_one_table(tmp_path):
    for (status,), some in TRUTH.group_by("status"):
        (tmp_path / f"status={status}" / "_temporary").mkdir(parents=True)
        some.drop("status").write_parquet(tmp_path / f"status={status}" / "part-0.parquet")
        (tmp_path / f"status={status}" / "_temporary" / "x.parquet").write_bytes(b"")
    assert graded(tmp_path).passed
    assert graded(f"{tmp_path}/*/*.parquet").passed


def test_a_postgresql_table_is_read_as_it_is_and_its_password_is_never_shown():
    with pg_server() as server, server.database() as connection:
        types = {"decimal": "numeric(14,4)", "timestamp": "timestamptz", "integer": "bigint", "string": "text"}
        columns = ", ".join(f"{c.name} {types[c.type.kind]}" for c in ORDERS.columns)
        connection.execute("CREATE SCHEMA bronze")
        connection.execute(f"CREATE TABLE bronze.raw_orders ({columns}, _loaded_at timestamptz DEFAULT now())")
        with connection.cursor().copy(f"COPY bronze.raw_orders ({', '.join(ORDERS.column_names)}) FROM STDIN") as copy:
            for row in TRUTH.sample(fraction=1, shuffle=True, seed=1).iter_rows():
                copy.write_row(row)
        info = connection.info
        url = f"postgresql://{info.user}:s3cr%3Dt@/{info.dbname}?host={quote(info.host)}&port={info.port}"
        found = graded(f"{url}::bronze.raw_orders")
        assert (found.counts, found.ignored) == (counts(exact=TRUTH.height), ("_loaded_at",))
        connection.execute("UPDATE bronze.raw_orders SET currency = 'EUR' WHERE order_id = %s", (A,))
        assert graded(f"{url}::raw_orders").columns == {"currency": 1}
        shown = json.dumps(found.as_dict())
        for wrong in (f"{url}::bronze.raw_order", f"{url}9::t", url, f"{url}&dbname=x&password=s3cret::x"):
            with pytest.raises((UsageError, UnjudgedError)) as caught:
                graded(wrong)
            shown += str(caught.value)
        assert "s3cr" not in shown


# Bad input


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: f.rename({"status": "order_status"}), "no column 'status'; is it 'order_status'?"),
        (lambda f: f.drop("total_amount", "currency"), "2 of 23 columns of bronze/raw_orders are missing"),
        (lambda f: f.rename({"order_id": "ORDER_ID"}), "no column 'order_id'; is it 'ORDER_ID'?"),
    ],
)
@pytest.mark.parametrize("form", ["parquet", "csv", "duckdb", "sqlite"])
def test_missing_and_renamed_columns_are_refused_with_what_they_may_be_called(tmp_path, form, damage, said):
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        graded(written(tmp_path, form, damage(TRUTH)))


def test_what_is_not_there_or_cannot_be_read_is_said(tmp_path):
    database = written(tmp_path, "duckdb", TRUTH).partition("::")[0]
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "broken.duckdb").write_bytes(b"nothing")
    (tmp_path / "lake" / "_delta_log").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for location, said in {
        f"{tmp_path}/none.parquet": "doesn't exist",
        f"{tmp_path}/none.duckdb::t": "doesn't exist",
        f"{tmp_path}/empty": "no .csv, .json or .parquet file there",
        f"{tmp_path}/lake": "is a Delta table",
        f"{tmp_path}/broken.parquet": "can't be read",
        f"{tmp_path}/broken.duckdb::t": "is no DuckDB or SQLite database",
        database: "which table? It has s.orders",
        f"{database}::s.order": "did you mean 's.orders'",
    }.items():
        with pytest.raises((UsageError, UnjudgedError), match="(?s)" + said.replace("?", r"\?")):
            graded(location)


def test_the_command_says_with_its_exit_status_what_it_found(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "synth.toml").touch()
    volumes = [part for name, value in DATASET.params.model_dump().items() for part in (f"--{name}", str(value))]
    start = ["changes", "score", "bronze/raw_orders", "--seed", "9", *volumes, "--candidate", "t.parquet"]
    for frame, at, status in (
        (TRUTH, "14", 0),
        (TRUTH, "2026-01-15T00:00:00Z", 0),
        (TRUTH[1:], "14", 1),
        (TRUTH, "9", 1),
    ):
        frame.write_parquet("t.parquet")
        assert run([*start, "--at", at, "--json"]) == status
        assert json.loads(capsys.readouterr().out)["passed"] == (status == 0)
        assert run([*start, "--at", at]) == status
        assert ("Not passed: " in capsys.readouterr().out) == (status == 1)
    TRUTH.drop("status").write_parquet("t.parquet")
    assert run([*start, "--at", "14"]) == 2
    assert run([*start, "--at", "soon"]) == 2


# Faults


def entry(fault, key, *, recoverable=True, batch=3, source_batch=3, column=None, entity="raw_orders", right_from=None):
    return {
        "fault": fault, "kind": "kind", "entity": entity, "batch": batch, "source_batch": source_batch, "file": "f",
        "row": 0, "lsn": 1, "key": str(key), "position": key - 1, "column": column, "recoverable": recoverable,
        "right_from": (right_from or batch) if recoverable else None, "remedy": "r", "detail": "{}",
    }  # fmt: skip


@pytest.fixture
def key_of(tmp_path):
    def write(*entries):
        path = tmp_path / "answer_key.parquet"
        answer_key.write(pl.DataFrame(entries, schema=answer_key.TABLE.schema), path)
        return path

    return write


def test_a_bad_row_is_excused_only_by_a_fault_that_cannot_be_recovered_from(grade, key_of):
    damaged = TRUTH.filter(~pl.col("order_id").is_in([A, B]))
    found = grade(damaged, key_of(entry(1, A, recoverable=False), entry(2, B), entry(3, C)))
    assert (found.recoverable, found.right, found.passed) == (TRUTH.height - 1, TRUTH.height - 2, False)
    assert [(one.key, one.recoverable, one.faults[0]["fault"]) for one in found.examples] == [
        (str(B), True, 2),
        (str(A), False, 1),
    ]
    assert [one["verdicts"] for one in found.by_fault] == [{"missing": 1}, {"missing": 1}, {"exact": 1}]
    assert grade(TRUTH.filter(pl.col("order_id") != A), key_of(entry(1, A, recoverable=False))).passed


def test_one_unrecoverable_entry_of_a_row_is_enough(grade, key_of):
    missing = TRUTH.filter(pl.col("order_id") != A)
    assert grade(missing, key_of(entry(1, A), entry(2, A, recoverable=False))).passed


def test_a_lost_column_excuses_that_cell_and_no_other(grade, key_of):
    key = key_of(entry(1, A, recoverable=False, column="status"))
    assert grade(changed(TRUTH, A, status="x"), key).passed
    assert not grade(changed(TRUTH, A, status="x", currency="y"), key).passed
    assert not grade(changed(TRUTH, A, currency="y"), key).passed
    assert not grade(TRUTH.filter(pl.col("order_id") != A), key).passed


def test_faults_of_other_tables_and_later_batches_excuse_nothing_but_what_arrives_late_does(grade, key_of):
    missing = TRUTH.filter(pl.col("order_id") != A)
    assert not grade(missing, key_of(entry(1, A, recoverable=False, entity="raw_customers"))).passed
    assert not grade(missing, key_of(entry(1, A, recoverable=False, batch=BATCH + 1, source_batch=BATCH + 1))).passed
    assert grade(missing, key_of(entry(1, A, batch=BATCH + 1, source_batch=BATCH))).passed


def test_a_row_is_excused_until_another_event_of_it_tells_what_was_lost(grade, key_of):
    missing = TRUTH.filter(pl.col("order_id") != A)
    assert grade(missing, key_of(entry(1, A, right_from=BATCH + 1))).passed
    assert not grade(missing, key_of(entry(1, A, right_from=BATCH))).passed


def test_a_copy_that_comes_after_the_moment_excuses_nothing(grade, key_of):
    copy = entry(1, A, batch=BATCH + 1, source_batch=BATCH, right_from=BATCH)
    assert not grade(TRUTH.filter(pl.col("order_id") != A), key_of(copy)).passed


def test_bad_rows_that_no_fault_touches_are_counted(grade, key_of):
    assert grade(TRUTH[2:], key_of(entry(1, A))).untraced == 1


def test_the_answer_key_of_another_dataset_is_refused(tmp_path, grade, key_of):
    key = key_of(entry(1, A))
    other = BRONZE.dataset("small", seed=4, volumes={"customers": 60, "products": 20, "orders": 200, "days": 20})
    ChangeFolder.claim(tmp_path, BRONZE, other, CADENCES["day"])
    with pytest.raises(UsageError, match="another dataset: seed is 4, not 9"):
        grade(TRUTH, key)
