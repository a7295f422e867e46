"""`verify` looks at logs, snapshots, histories and current tables as it does at whole datasets."""

import json
import shutil

import duckdb
import pytest

from synth_assets.changes.current import advance, database_of
from synth_assets.changes.folder import ChangeFolder, folder_of
from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.model.manifest import Manifest
from synth_assets.project.project import Project
from synth_assets.sinks.staging import Staging
from synth_assets.usecases.change_data import DatasetChanges
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets.usecases.inject import inject
from synth_assets.usecases.replay_changes import replay_folder
from synth_assets.usecases.verified import Depth
from synth_assets.usecases.verify import verify

BRONZE = Project.here().domain("bronze")

TINY = (
    Project.here()
    .domain("bronze")
    .dataset("small", volumes={"customers": 60, "products": 40, "orders": 50, "days": 20})
)
DAY = CADENCES["day"]
TABLES = tuple(BRONZE.entities)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    root = tmp_path_factory.mktemp("pristine")
    place = folder_of(root, TINY, DAY)
    for form in ("parquet", "csv", "ndjson"):
        batches = {"parquet": range(1, 3), "csv": range(3, 4), "ndjson": range(4, 5)}[form]
        list(generate_changes(ChangeRequest(BRONZE, TINY, DAY, TABLES, place, batches, format=form)))
    folder = ChangeFolder.open(place)
    list(store_states(folder, "snapshot", TABLES, folder.timeline.second(2), "parquet"))
    list(store_states(folder, "history", TABLES, folder.timeline.second(2), "csv"))
    advance(folder, database_of(root, TINY, DAY), 2)
    return root


@pytest.fixture
def root(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "data")


def test_every_log_snapshot_history_and_current_table_is_found_and_well(root):
    results = verify([root])
    assert [one.problems for one in results if not one.ok] == []
    forms = sorted(one.format for one in results)
    assert forms == sorted(8 * ["parquet", "parquet", "csv", "ndjson", "parquet", "csv", "duckdb"])


@pytest.mark.parametrize(
    "pattern", ["changes/**/raw_orders/batch=00001", "snapshots/**/raw_orders/at=00002", "history/**/raw_orders/at=*"]
)
def test_damage_to_stored_change_data_is_found(root, pattern):
    (folder,) = folder_of(root, TINY, DAY).glob(pattern)
    (part,) = folder.glob("part-*")
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    (result,) = verify([folder])
    assert "is damaged: it has another SHA-256" in result.problems[0]
    assert [one.entity for one in verify([root]) if not one.ok] == ["raw_orders"]


def test_a_batch_in_the_place_of_another_is_found(root):
    first, second = (folder_of(root, TINY, DAY) / f"changes/bronze/raw_orders/batch=0000{k}" for k in (1, 2))
    shutil.rmtree(first)
    shutil.copytree(second, first)
    (result,) = verify([first])
    assert "batch differs" in result.problems[0]


@pytest.mark.parametrize("what", ["snapshots", "history"])
def test_a_snapshot_or_history_in_the_place_of_another_moments_is_found(root, what):
    (stored,) = folder_of(root, TINY, DAY).glob(f"{what}/**/raw_orders/at=00002")
    other = shutil.copytree(stored, stored.with_name("at=00001"))
    (result,) = verify([other])
    assert "at differs" in result.problems[0]
    for name in ("at=2026-01-02T00-00-99Z", "at=1969-01-01T00-00-00Z", "at=99999999999", "at=9999-12-31T23-59-59Z"):
        (result,) = verify([other.rename(other.with_name(name))])
        other = other.with_name(name)
        assert "is called after no batch and no moment" in result.problems[0]


@pytest.mark.parametrize("what", ["snapshots", "history"])
def test_a_manifest_that_agrees_with_files_of_other_values_is_found_by_making_them_again(root, what):
    folder = ChangeFolder.open(folder_of(root, TINY, DAY))
    (stored,) = folder.root.glob(f"{what}/**/raw_orders/at=00002")
    kind = "snapshot" if what == "snapshots" else "history"
    (told,) = store_states(folder, kind, ["raw_orders"], folder.timeline.second(3), "parquet")
    shutil.rmtree(stored)
    shutil.copytree(told.path, stored)
    manifest = stored / "_manifest.json"
    said = manifest.read_text().replace("2026-01-04T00:00:00Z", "2026-01-03T00:00:00Z")
    manifest.write_text(Manifest.from_json(said, "it").sealed().to_json())
    assert [one.problems for one in verify([stored])] == [()]
    (result,) = verify([stored], Depth(regenerate=True))
    assert any("other values than were generated" in problem for problem in result.problems)


def test_a_parameter_that_no_manifest_of_ours_has_is_found(root):
    (manifest,) = folder_of(root, TINY, DAY).glob("changes/**/raw_orders/batch=00001/_manifest.json")
    manifest.write_text(manifest.read_text().replace('"seed": 42', '"seed": 42, "mine": 1'))
    (result,) = verify([manifest.parent])
    assert "mine differs" in result.problems[0]


PLAN = """
seed: 1
faults:
  - {kind: duplicated_records, entities: raw_orders, batches: 2, count: 1}
  - {kind: late_arrival, entities: raw_reviews, count: 1}
  - {kind: truncated_file, entities: raw_sessions, batches: 1}
  - {kind: schema_drift, entities: raw_clickstream, batches: 2, change: added, column: channel}
"""


def test_a_broken_log_is_said_to_be_broken_on_purpose_and_damage_beside_that_is_found(root, tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN)
    broken = inject(folder_of(root, TINY, DAY), tmp_path / "plan.yaml", tmp_path / "broken").folder
    wrong = {(one.entity, one.path.name): one.problems for one in verify([broken]) if not one.ok}
    kinds = {
        place: problems[0].partition("synth changes inject: ")[2].partition(";")[0] for place, problems in wrong.items()
    }
    assert {place: kind for place, kind in kinds.items() if place[0] != "raw_reviews"} == {
        ("raw_orders", "batch=00002"): "duplicated_records",
        ("raw_sessions", "batch=00001"): "truncated_file",
        ("raw_clickstream", "batch=00002"): "schema_drift",
    }
    assert all(len(problems) == 1 and "on purpose" in problems[0] for problems in wrong.values())
    (part,) = broken.glob("changes/**/raw_orders/batch=00002/part-*")
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    (part,) = broken.glob("changes/**/raw_orders/batch=00001/part-*")
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    first, second = verify(
        [broken / "changes/bronze/raw_orders/batch=00001", broken / "changes/bronze/raw_orders/batch=00002"]
    )
    assert [["was changed" in text for text in one.problems] for one in (first, second)] == [[True], [False, True]]
    with pytest.raises(DataError, match="broken on purpose by synth changes inject"):
        replay_folder(broken)
    (broken / "answer_key.parquet").unlink()
    assert all("answer_key.parquet doesn't exist" in one.problems[0] for one in verify([broken / "changes"]))


def test_a_changed_row_of_a_current_table_is_found(root):
    database = database_of(root, TINY, DAY)
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE bronze.raw_products SET name = 'mine' WHERE product_id = 1")
    (result,) = (one for one in verify([database]) if not one.ok)
    assert result.entity == "raw_products"
    assert result.problems == (
        "the table differs from snapshot 2 in name",
        "1 current versions aren't rows of the table",
        "1 rows have no current version",
    )


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A project with a preset of its own: two batches of it, and the tables that took them in."""
    (tmp_path / "synth.toml").write_text(
        "[presets.bronze.demo]\ncustomers = 60\nproducts = 40\norders = 50\ndays = 20\n"
    )
    monkeypatch.chdir(tmp_path)
    project = Project.here()
    domain, dataset = project.domain("bronze"), project.dataset("bronze", "demo", 7)
    place = folder_of(tmp_path / "data", dataset, DAY)
    list(generate_changes(ChangeRequest(domain, dataset, DAY, TABLES, place, range(1, 3))))
    advance(ChangeFolder.open(place), database_of(tmp_path / "data", dataset, DAY), 2)
    return tmp_path / "data"


def test_change_data_of_a_projects_own_preset_is_found_by_its_name_and_well(own):
    assert (own / "changes/bronze/demo-7/day/_dataset.json").exists()
    assert ChangeFolder.open(own / "changes/bronze/demo-7/day").dataset.label == "demo"
    results = verify([own])
    assert [one.problems for one in results if not one.ok] == []
    assert sorted(one.format for one in results) == 8 * ["duckdb"] + 16 * ["parquet"]


def test_batches_of_an_own_preset_are_found_from_elsewhere_by_the_databases_name(own, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    database = own / "duckdb/bronze/current/demo-7-day.duckdb"
    manifest = own / "changes/bronze/demo-7/day/changes/bronze/raw_orders/batch=00002/_manifest.json"
    assert all(one.ok for one in verify([database]))
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "content_hash": "0" * 64}))
    (wrong,) = [one for one in verify([database]) if not one.ok]
    assert wrong.entity == "raw_orders"
    assert wrong.problems == ("batch 2 is stored with other content than was applied",)


def test_a_log_is_replayed_when_that_is_asked_for(root):
    folder = folder_of(root, TINY, DAY)
    of = ChangeFolder.open(folder)
    log = of.read_log("raw_orders", 2)
    with Staging(folder) as staging:
        of.write_log(staging, "raw_orders", 2, [log[:-1]], "parquet")
    path = of.log_path("raw_orders", 2)
    (result,) = verify([path])
    assert result.ok
    (result,) = verify([path], Depth(regenerate=True))
    assert any("after batch 2, beside the generator" in problem for problem in result.problems)


def test_references_among_current_tables_at_different_batches_are_undecided(root):
    database = database_of(root, TINY, DAY)
    advance(ChangeFolder.open(folder_of(root, TINY, DAY)), database, 3, ["raw_orders"])
    results = {one.entity: one for one in verify([database])}
    assert all(one.ok for one in results.values())
    (text,) = results["raw_orders"].undecided
    assert text.startswith("references_hold: not checked: raw_customers, raw_sessions is not at batch 3.\n")
    assert results["raw_customers"].undecided == ()


def test_a_manifest_of_change_data_is_known_by_its_digest(root):
    (manifest,) = folder_of(root, TINY, DAY).glob("snapshots/**/raw_orders/at=00002/_manifest.json")
    before = manifest.read_text()
    for after in (
        before.replace('"version": "0', '"version": "1'),  # nothing else tells which program wrote it
        json.dumps({name: value for name, value in json.loads(before).items() if name != "told"}),
    ):
        assert after != before
        manifest.write_text(after)
        (result,) = verify([manifest.parent])
        assert "_manifest.json isn't the one that was written" in result.problems[0]
    manifest.write_text(json.dumps(json.loads(before)))  # the same values, spaced otherwise
    assert all(one.ok for one in verify([manifest.parent]))


def test_an_identity_file_says_nothing_that_nobody_knows(root):
    path = folder_of(root, TINY, DAY) / "_dataset.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "path": "x"}))
    with pytest.raises(DataError, match="it has an unknown 'path'"):
        ChangeFolder.open(path.parent)


def test_a_current_database_that_is_gone_or_called_otherwise_is_missed(tmp_path):
    changes = DatasetChanges(BRONZE, TINY, DAY, tmp_path)
    with pytest.raises(UsageError, match="missing of"):  # what is refused leaves nothing that is missed
        changes.bring_up(3, ["raw_orders"], catch_up=False)
    assert not list((tmp_path / ".synth").rglob("*.json"))
    changes.bring_up(1, ["raw_orders", "raw_customers"], catch_up=True)
    assert all(one.ok for one in verify([tmp_path]))
    changes.database.rename(changes.database.with_name(f"x{changes.database.name}"))
    missing = {one.entity for one in verify([tmp_path]) if not one.ok and "was asked for and isn't there" in str(one)}
    assert missing == {"raw_orders", "raw_customers"}
