"""`synth changes` as a person types it."""

import json
import subprocess

import pytest

from synth_assets.cli import change_options
from synth_assets.model.change_log import CADENCES

TINY = ("--customers", "40", "--products", "30", "--orders", "120", "--days", "20")


def test_cadences_are_the_models():
    assert tuple(CADENCES) == change_options.CADENCES


def test_generate_snapshot_history_and_replay(synth, project):
    where = ("--output-dir", "out")
    made = synth("changes", "generate", "bronze", *TINY, "--batches", "1..3", *where)
    assert made.status == 0, made.err
    assert "raw_orders       1..3" in made.out
    assert (project / "out/changes/bronze/raw_orders/batch=00003/part-00000.parquet").is_file()
    for what, folder in (("snapshot", "snapshots"), ("history", "history")):
        for at, label in (("3", "00003"), ("2026-01-02T06:30:00Z", "2026-01-02T06-30-00Z")):
            stored = synth("changes", what, "bronze", "raw_orders", *TINY, "--at", at, *where, "--json")
            assert stored.status == 0, stored.err
            path = project / f"out/{folder}/bronze/raw_orders/at={label}"
            assert json.loads(stored.out)["path"] == str(path)
            assert (path / "part-00000.parquet").is_file()
    replayed = synth("changes", "replay", "out", "--json")
    assert replayed.status == 0
    lines = [json.loads(line) for line in replayed.out.splitlines()]
    assert len(lines) == 8
    assert all(line["ok"] and line["differing"] == 0 for line in lines)


def test_without_a_folder_changes_go_to_the_data_root(synth, project):
    assert synth("changes", "generate", "bronze", "raw_customers", "--batches", "2", "--cadence", "hour").status == 0
    assert (project / "data/changes/bronze/medium-42/hour/changes/bronze/raw_customers/batch=00002").is_dir()


def test_replay_of_something_tampered_fails_and_says_where(synth, project):
    made = synth("changes", "generate", "bronze", "raw_customers", *TINY, "--batches", "1..2", "--output-dir", "out")
    assert made.status == 0
    folder = project / "out/changes/bronze/raw_customers"
    (folder / "batch=00001").rename(folder / "batch=00004")
    result = synth("changes", "replay", "out")
    assert result.status == 1
    assert "batches 1, 3 are missing" in result.err
    (folder / "batch=00004").rename(folder / "batch=00001")
    again = ("changes", "replay", "out", "--to")
    assert synth(*again, "2").status == 0
    assert "batch 3 is missing" in synth(*again, "3").err
    assert "--to 0 is not allowed" in synth(*again, "0").err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("generate", "bronze"), "--batches is missing"),
        (("generate", "bronze", "--batches", "3..1"), "--batches 3..1 is not allowed"),
        (("generate", "bronze", "--batches", "one"), "For example: --batches 1..30"),
        (("generate", "bronze", "--batches", "0..2"), "batches are numbered from 1"),
        (("generate", "bronze", "raw_order", "--batches", "1"), "did you mean 'raw_orders'"),
        (("generate", "bronze/raw_orders", "--batches", "1"), "synth changes generate bronze raw_orders"),
        (("generate", "bronze", "--batches", "1", "--envelope", "debezum"), "did you mean 'debezium'"),
        (("generate", "bronze", "--batches", "1", "--cadence", "week"), "--cadence"),
        (("generate", "bronze", "--batches", "1", "--envelope", "dms", "--identity", "full"), "dms has no --identity"),
        (("generate", "bronze", "--batches", "1", "--records", "flat"), "envelope plain has no --records; debezium"),
        (("generate", "bronze", "--batches", "1", "--envelope", "maxwell", "--base-as", "rows"), "bootstrap, insert"),
        (("snapshot", "bronze", "--at", "yesterday"), "--at 2026-01-31T00:00:00Z"),
        (("snapshot", "bronze", "--at", "2025-12-31T23:59:59Z"), "is not allowed: a moment from 2026-01-01"),
        (("history", "bronze", "--at", "99999999"), "is not allowed"),
        (("snapshot", "bronze", "--at", "1", "--format", "duckdb"), "file format 'duckdb' is unknown"),
        (("inject", "feed", "--output-dir", "broken"), "synth changes inject: --plan FILE is missing"),
        (("replay",), "DIR is missing"),
        (("replay", "nowhere"), "is no folder of change data"),
        (("generat",), "did you mean 'generate'"),
    ],
)
def test_wrong_input_is_refused_in_words(synth, project, args, said):
    result = synth("changes", *args)
    assert result.status in {1, 2}
    assert said in result.err, result.err
    assert not (project / "data").exists()


def test_a_feed_is_made_in_the_form_that_is_asked_for_and_keeps_it(synth, project):
    generate = (
        "changes",
        "generate",
        "bronze",
        "raw_customers",
        *TINY,
        "--envelope",
        "debezium",
        "--output-dir",
        "out",
    )
    assert synth(*generate, "--batches", "1", "--records", "keyed", "--identity", "default").status == 0
    (topic,) = (project / "out/debezium").glob("*raw_customers")
    (first, *_) = (topic / "batch-00000.ndjson").read_text().splitlines()
    assert list(json.loads(first)) == ["key", "value", "headers"]
    refused = synth(*generate, "--batches", "2", "--identity", "default")
    assert refused.status == 2
    assert "holds batches made with --records keyed; with --records value it would hold two forms" in refused.err
    assert not (topic / "batch-00002.ndjson").exists()
    help_text = " ".join(synth("changes", "generate", "--help").out.split())
    assert "--records value|keyed|schema|flat debezium:" in help_text
    assert "--base-as bootstrap|insert maxwell:" in help_text


def test_an_old_change_folder_is_refused_with_the_command_that_moves_it(synth, project):
    generate = ("changes", "generate", "bronze", "raw_customers", *TINY, "--batches")
    assert synth(*generate, "1").status == 0
    (folder,) = (project / "data/changes/bronze").iterdir()
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("part-*")}
    folder.rename(project / "data/changes" / folder.name)
    (project / "data/changes/bronze").rmdir()
    refused = synth(*generate, "2")
    assert refused.status == 2
    assert not (project / "data/changes/bronze").exists()
    said, command = refused.err.split("Move it: ")
    assert "now each domain has a folder of its own" in said
    subprocess.run(["/bin/sh", "-c", command], check=True, cwd=project)
    assert synth(*generate, "2").status == 0
    after = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("part-*")}
    assert before.items() < after.items()


def test_batches_of_another_length_than_a_snapshots_folder_has_are_refused_and_not_called_wrong(synth):
    hourly = [*TINY, "--cadence", "hour"]
    assert synth("changes", "snapshot", "bronze", "raw_orders", *hourly, "--at", "48", "--output-dir", "h").status == 0
    asked = ["changes", "score", "bronze/raw_orders", *TINY, "--candidate", "h/snapshots/bronze/raw_orders/at=00048"]
    refused = synth(*asked, "--at", "48")
    assert (refused.status, refused.out) == (2, "")
    assert "whose batches are of hours, not of days" in refused.err
    assert "--cadence hour" in refused.err
    assert synth(*asked, "--at", "48", "--cadence", "hour").status == 0
    assert synth(*asked, "--at", "2026-01-03T00:00:00Z").status == 0


def test_who_forgets_a_folder_s_cadence_is_told_which_it_is(synth):
    generate = ("changes", "generate", "bronze", "raw_customers", *TINY, "--batches", "1", "--output-dir", "h")
    assert synth(*generate, "--cadence", "hour").status == 0
    refused = synth(*generate)
    assert refused.status == 2
    assert "cadence is hour, not day" in refused.err
    assert "Say --cadence hour, or choose another --output-dir" in refused.err
    refused = synth(*generate, "--seed", "7")
    assert "  Choose another --output-dir: a folder holds one dataset" in refused.err
