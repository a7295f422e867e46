"""What isn't whole, and what has no name, is refused before anything is made of it."""

import shutil

import pytest

TINY = ("--customers", "40", "--products", "30", "--orders", "120", "--days", "20")


def test_something_else_where_notes_belong_is_a_problem(synth, project):
    assert synth("generate", "bronze", "raw_products", *TINY, "--output-dir", "d").status == 0
    shutil.rmtree(project / "d" / ".synth")
    (project / "d" / ".synth").write_text("")
    verified = synth("verify", "d")
    assert verified.status == 1
    assert ".synth is no folder: nobody knows what was asked for there" in verified.out


def test_faults_are_injected_into_a_log_that_is_whole(synth, project):
    generate = ("changes", "generate", "bronze", *TINY, "--batches", "1..3", "--output-dir", "c", "--quiet")
    assert synth(*generate).status == 0
    shutil.rmtree(project / "c/changes/bronze/raw_orders/batch=00002")
    (project / "p.yaml").write_text("seed: 1\nfaults: [{kind: duplicated_records, entities: raw_orders, count: 1}]\n")
    refused = synth("changes", "inject", "c", "--plan", "p.yaml", "--output-dir", "broken")
    assert refused.status == 1
    assert "of raw_orders batches 2 were asked for and aren't there" in refused.err
    assert not (project / "broken").exists()


@pytest.mark.parametrize("command", [("generate", "bronze"), ("changes", "generate", "bronze", "--batches", "1")])
def test_an_empty_folder_name_is_refused(synth, project, command):
    refused = synth(*command, "--output-dir", "")
    assert refused.status == 2
    assert "--output-dir '' is not allowed; it is the path of a folder" in refused.err
    assert not any(project.rglob("*.parquet"))
