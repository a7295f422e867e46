"""Change data that somebody else has touched: what is missing, foreign or absurd is told, and never followed."""

import json
import os
import shutil

import duckdb
import pytest

from synth_assets.sinks.envelopes import catalog as envelopes
from synth_assets_tests import warm

VOLUMES = ["--customers", "100", "--products", "20", "--orders", "100", "--days", "20"]
TABLE = "feed/changes/bronze/raw_orders"


def synth(*words, cwd):
    ran = warm.synth(*words, cwd=cwd)
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran


def verified(*words, cwd):
    ran = synth("verify", *words, "--json", cwd=cwd)
    return ran.returncode, [one for one in map(json.loads, ran.stdout.splitlines()) if not one["ok"]]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    (folder / "synth.toml").touch()
    for name in ("plain", *envelopes.names()):
        words = ["--batches", "1..3", "--envelope", name, "--output-dir", "feed", "--quiet"]
        assert synth("changes", "generate", "bronze", *VOLUMES, *words, cwd=folder).returncode == 0
    for at in ("0", "3"):
        words = ["--at", at, "--output-dir", "feed"]
        assert synth("changes", "snapshot", "bronze", *VOLUMES, *words, cwd=folder).returncode == 0
    return folder


@pytest.fixture
def project(made, tmp_path):
    return shutil.copytree(made, tmp_path / "project")


@pytest.mark.parametrize("name", envelopes.names())
def test_an_envelope_has_manifests_and_is_verified(name, project):
    folder = project / "feed" / name
    assert synth("verify", folder, "--regenerate", cwd=project).returncode == 0
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name[0] != "_"]
    files = [path for path in files if path.parent.name != "_manifests"]
    data = files[0].read_bytes()
    files[0].write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    for place in (folder, "feed", files[0].parent):
        status, (one,) = verified(place, cwd=project)
        assert (status, one["format"], one["path"]) == (1, name, str(folder if place == folder else one["path"]))
        assert "was changed" in one["problems"][0]
    files[0].unlink()
    assert "is missing" in verified(folder, cwd=project)[1][0]["problems"][0]
    files[0].write_bytes(data)
    shutil.copy(files[0], files[0].with_name(f"more{files[0].suffix}"))
    assert "is in no manifest" in verified(folder, cwd=project)[1][0]["problems"][0]
    files[0].with_name(f"more{files[0].suffix}").unlink()
    (folder / "_manifests/batch-00002.json").unlink()
    assert verified("feed", cwd=project)[0] == 1


def test_what_was_asked_for_and_is_gone_is_missed(project):
    shutil.rmtree(project / TABLE / "batch=00002")
    shutil.rmtree(project / "feed/changes/bronze/raw_reviews")
    shutil.rmtree(project / "feed/snapshots/bronze/raw_orders")
    (project / "feed/changes/bronze/raw_products/batch=00001/_manifest.json").unlink()
    status, wrong = verified("feed", cwd=project)
    assert status == 1
    assert sorted((one["entity"], one["rows"]) for one in wrong) == [
        ("raw_orders", None), ("raw_orders", None), ("raw_orders", None), ("raw_products", None),
        ("raw_reviews", None), ("raw_reviews", None), ("raw_reviews", None),
    ]  # fmt: skip


BATCHES = ["batch=9999999999", "batch=" + "9" * 200, "batch=abc", "batch=-0001", "at=00001", "batch=٠٠٠٠٣"]


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_that_cannot_be_is_named_and_never_counted_up_to(name, project):
    shutil.copytree(project / TABLE / "batch=00003", project / TABLE / name)
    assert synth("changes", "replay", "feed", cwd=project).returncode == 0
    assert (
        synth("changes", "inject", "feed", "--plan", _plan(project), "--output-dir", "broken", cwd=project).returncode
        == 0
    )
    status, _ = verified("feed", cwd=project)
    assert status == (0 if name == "at=00001" else 1)


@pytest.mark.timeout(240)
def test_another_way_to_write_a_batchs_number_is_none(project):
    place = project / "feed/changes/bronze/raw_orders"
    (place / "batch=00002").rename(place / "batch=000002")
    ran = synth("verify", "feed", "--no-rules", cwd=project)
    assert ran.returncode == 1
    assert "batch=000002 is called after no batch" in ran.stdout
    assert "batch=00002" in ran.stdout


def test_a_gap_of_millions_takes_no_time(project):
    words = ["--cadence", "minute", "--batches", "1..1", "--output-dir", "far", "--quiet"]
    assert synth("changes", "generate", "bronze", *VOLUMES, *words, cwd=project).returncode == 0
    far = project / "far/changes/bronze/raw_orders"
    shutil.copytree(far / "batch=00001", far / "batch=8000000")
    ran = synth("changes", "replay", "far", cwd=project)
    assert (ran.returncode, "2..8000000" in ran.stderr) == (1, True)


IDENTITIES = [
    "[" * 100_000, "null", "[]", "7", '{"domain": 1, "contract": 1, "parameters": {}}', "{}", '{"domain": "bronze"}',
    '{"domain": "../x", "contract": 1, "parameters": {"cadence": "day"}}',
    '{"domain": "bronze", "contract": true, "parameters": {"cadence": "day"}}',
    '{"domain": "bronze", "contract": 1, "parameters": {"cadence": ["day"]}}',
    '{"domain": "bronze", "contract": 1, "parameters": {"cadence": "day", "seed": 1e400, "as_of": "2026-01-01"}}',
    '{"domain": "bronze", "contract": 1, "parameters": {"cadence": "day", "seed": 42, "as_of": 7}}',
    '{"domain": "bronze", "contract": 1, "parameters": {"cadence": "day", "seed": 42, "as_of": "9999-12-31"}}',
    '{"domain": "bronze", "contract": 1, "parameters": {"cadence": "day", "seed": 42, "as_of": "2026-01-01"}}',
    '{"domain": "bronze", "contract": 1, "parameters": {"cadence": "day", "seed": 42, "customers": 1000000000000000}}',
]  # fmt: skip


@pytest.mark.timeout(240)
@pytest.mark.parametrize("text", IDENTITIES, ids=range(len(IDENTITIES)))
def test_an_identity_that_says_anything_is_damaged(text, project):
    (project / "feed/_dataset.json").write_text(text)
    inject = ["inject", "feed", "--plan", _plan(project), "--output-dir", "b"]
    generate = ["generate", "bronze", *VOLUMES, "--batches", "1", "--output-dir", "feed"]
    assert synth("changes", "replay", "feed", cwd=project).returncode == 1
    assert synth("changes", *inject, cwd=project).returncode == 1
    assert synth("verify", "feed", cwd=project).returncode == 1
    assert synth("changes", *generate, cwd=project).returncode in {1, 2}


@pytest.mark.timeout(240)
def test_an_identity_that_is_a_pipe_is_not_waited_for(project):
    (project / "feed/_dataset.json").unlink()
    os.mkfifo(project / "feed/_dataset.json")
    for words in (("changes", "replay", "feed"), ("verify", "feed")):
        assert synth(*words, cwd=project).returncode in {1, 2}


@pytest.mark.parametrize(
    "where", ["feed", TABLE, f"{TABLE}/batch=00001", "feed/snapshots/bronze/raw_orders/at=00000", "feed/dms"]
)
def test_files_that_others_leave_are_expected(where, project):
    for name in (".DS_Store", "Thumbs.db", "._part-00000.parquet", "part-00000.parquet~", ".part.swp", "desktop.ini"):
        (project / where / name).write_text("theirs")
    (project / where / "lost+found").mkdir()
    assert verified("feed", cwd=project) == (0, [])
    assert synth("changes", "replay", "feed", cwd=project).returncode == 0
    plan = _plan(project)
    for _ in range(2):
        ran = synth("changes", "inject", "feed", "--plan", plan, "--output-dir", "broken", cwd=project)
        assert ran.returncode == 0, ran.stderr
        left = project / "broken/changes/.DS_Store"
        assert not list((project / "broken").rglob("Thumbs.db"))
        left.write_text("theirs")
    assert left.read_text() == "theirs"
    again = ["--batches", "1..3", "--output-dir", "feed", "--quiet"]
    assert synth("changes", "generate", "bronze", *VOLUMES, *again, cwd=project).returncode == 0
    assert (project / where / ".DS_Store").read_text() == "theirs"


def test_replaying_what_a_tool_reads_says_what_it_is(project):
    shutil.rmtree(project / "feed/changes")
    said = synth("changes", "replay", "feed", cwd=project).stderr
    assert "dms" in said
    assert "replaying takes the plain log" in said
    assert " --batches 1..3 " in said
    said = synth("changes", "replay", "feed/dms", cwd=project).stderr
    assert "is part of the folder of change data" in said


@pytest.fixture(scope="module")
def kept(made):
    """A database that has taken in three batches."""
    from synth_assets.changes.current import advance
    from synth_assets.changes.folder import ChangeFolder
    from synth_assets.model.layout import current_database

    folder = ChangeFolder.open(made / "feed")
    path = current_database(made / "data", "duckdb", "bronze", folder.dataset.name, "day")
    advance(folder, path, 3, ["raw_orders", "raw_products"])
    return path


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bronze._synth_applied SET dataset = '[1]'",
        "UPDATE bronze._synth_applied SET batch = -1 WHERE batch = 3",
        "UPDATE bronze._synth_applied SET batch = 9999999999 WHERE batch = 3",
        "UPDATE bronze._synth_applied SET is_base = true", "UPDATE bronze._synth_applied SET rows = -5",
        "UPDATE bronze._synth_applied SET dataset = repeat('[', 100000)",
        "UPDATE bronze._synth_applied SET entity = 'nothing' WHERE entity = 'raw_orders'",
        "ALTER TABLE bronze._synth_applied DROP COLUMN rows",
        "ALTER TABLE bronze._synth_applied ADD COLUMN more VARCHAR",
        "ALTER TABLE bronze._synth_applied ALTER rows TYPE VARCHAR",
        "CREATE OR REPLACE TABLE bronze._synth_applied AS SELECT [entity] AS entity FROM bronze._synth_applied",
        "ALTER TABLE bronze._synth_applied RENAME TO old; CREATE VIEW bronze._synth_applied AS FROM bronze.old",
        "DELETE FROM bronze._synth_applied WHERE batch = 2", "DROP TABLE bronze.raw_orders",
        "ALTER TABLE bronze.raw_orders RENAME TO old; CREATE VIEW bronze.raw_orders AS FROM bronze.old",
    ],
)  # fmt: skip
def test_a_ledger_that_says_anything_is_damaged(statement, kept, tmp_path):
    path = tmp_path / "data" / kept.relative_to(kept.parents[3])
    shutil.copytree(kept.parent, path.parent)
    with duckdb.connect(str(path)) as connection:
        for one in statement.split("; "):
            connection.execute(one)
    status, wrong = verified("data", cwd=tmp_path)
    assert (status, bool(wrong)) == (1, True)


def _plan(project):
    path = project / "plan.yaml"
    path.write_text("seed: 1\nfaults:\n  - kind: duplicated_records\n    entities: [raw_orders]\n    count: 1\n")
    return path


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"format": "/../../../PWN"}, "which debezium hasn't"), ({"tables": ["nothing"]}, "which bronze hasn't"),
        ({"events": 10**400}, "is damaged"), ({"events": 7}, "says 7 events"), ({"batch": 2}, "is of another dataset"),
        ({"version": "0.0.1"}, "isn't the one that was written"),
    ],
)  # fmt: skip
def test_what_an_envelopes_manifest_says_is_checked_before_it_is_followed(more, told, project):
    path = project / "feed/debezium/_manifests/batch-00001.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))
    status, wrong = verified("feed/debezium", "--regenerate", cwd=project)
    assert (status, len(wrong)) == (1, 1)
    assert told in " ".join(wrong[0]["problems"])
    assert not list(project.rglob("PWN"))


def test_a_manifest_of_a_batch_that_cannot_be_is_not_made_again(project):
    folder = project / "feed/debezium/_manifests"
    values = json.loads((folder / "batch-00001.json").read_text())
    (folder / "batch-99999999999999.json").write_text(json.dumps({**values, "batch": 99_999_999_999_999}))
    status, (one,) = verified("feed/debezium", "--regenerate", cwd=project)
    assert (status, "a batch that there isn't" in one["problems"][0]) == (1, True)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("noted", [["1..99999999"], ["1..900000"] * 1_000, ["1", "3..999999999999"]])
def test_a_note_of_millions_of_batches_takes_no_time_and_no_room(noted, project):
    note = project / "feed/.synth/asked.json"
    note.write_text(json.dumps({"changes": {"raw_orders": noted}}))
    status, wrong = verified("feed", cwd=project)
    assert (status, len(wrong)) == (1, 1_001)
    assert "more batches, up to" in wrong[-1]["problems"][0]
    words = ["--batches", "1", "--output-dir", "feed", "--quiet"]
    assert synth("changes", "generate", "bronze", *VOLUMES, *words, cwd=project).returncode == 0


def test_a_folder_without_its_identity_is_a_problem_wherever_one_looks(project):
    (project / "feed/_dataset.json").unlink()
    for place in ("feed", "feed/changes", "feed/debezium"):
        status, (one,) = verified(place, cwd=project)
        assert (status, "_dataset.json can't be read" in one["problems"][0]) == (1, True)


def test_replaying_misses_a_table_and_batches_that_were_asked_for(project):
    for number in (2, 3):
        shutil.rmtree(project / TABLE / f"batch=0000{number}")
    said = synth("changes", "replay", "feed", "raw_orders", cwd=project)
    assert (said.returncode, "batches 2..3 are missing" in said.stderr) == (1, True)
    assert synth("changes", "replay", "feed", "raw_orders", "--to", "1", cwd=project).returncode == 0
    shutil.rmtree(project / TABLE)
    said = synth("changes", "replay", "feed", cwd=project)
    assert (said.returncode, "raw_orders: batches 1..3 are missing" in said.stderr) == (1, True)


def test_one_file_of_a_whole_is_told_to_be_one(project):
    for whole, name in (
        (f"{TABLE}/batch=00001", "part-00000.parquet"),
        ("feed/dms", "bronze/raw_orders/LOAD00000001.csv"),
    ):
        ran = synth("verify", f"{whole}/{name}", cwd=project)
        assert (ran.returncode, f"is one file of {project / whole}" in ran.stderr) == (2, True)
    assert "is no database of ours" in synth("verify", "feed/_dataset.json", cwd=project).stderr
