"""A dataset whose file is named by its path: commands find it again from what is stored, and say so if they can't."""

import json

import pytest

from synth_assets import generate, verify
from synth_assets_tests.cli.as_process import done
from synth_assets_tests.specs.test_files import SHOP

TINY = ("--preset", "tiny", "--customers", "12")
PLAN = "seed: 1\nfaults: [{kind: duplicated_records, entities: [orders], count: 2}]\n"


@pytest.fixture
def shop(project):
    (project / "my").mkdir()
    file = project / "my" / "shop.yaml"
    file.write_text(SHOP)
    return file


@pytest.fixture
def made(synth, shop, project):  # noqa: ARG001 - its file
    assert synth("generate", "./my/shop.yaml", *TINY, "--format", "parquet,duckdb", "--quiet").status == 0
    for command in (("generate", "--batches", "1..3"), ("snapshot", "--at", "3"), ("history", "--at", "2")):
        name, *more = command
        ran = synth("changes", name, "./my/shop.yaml", *TINY, *more, "--output-dir", "log", "--quiet")
        assert ran.status == 0, ran.err
    return project


def test_what_was_made_of_it_is_verified_replayed_injected_and_scored(synth, made):
    (made / "plan.yaml").write_text(PLAN)
    assert synth("changes", "inject", "log", "--plan", "plan.yaml", "--output-dir", "far/broken").status == 0
    for command in (("verify", "data", "--regenerate"), ("changes", "replay", "log"), ("verify", "log")):
        ran = synth(*command)
        assert ran.status == 0, ran.out + ran.err
    assert "it was broken on purpose" in synth("verify", "far/broken").out
    graded = ("--at", "3", "--candidate", "log/snapshots/shop/orders/at=00003", "--answer-key", "far/broken")
    assert synth("changes", "score", "my/shop.yaml/orders", *TINY, *graded).status == 0
    assert done(made / "my", "verify", "../data", "../log", "--quiet").returncode == 0


def test_python_takes_the_path_too(shop, project):
    generate(str(shop), project / "data", "tiny")
    assert all(one.ok for one in verify(project / "data"))


def test_comments_and_the_order_of_keys_are_not_its_meaning(synth, made, shop):  # noqa: ARG001 - what is stored
    lines = shop.read_text().splitlines()
    shop.write_text("\n".join(["# more", lines[1], lines[0], *lines[2:], ""]))
    assert shop.read_text() != SHOP
    assert synth("verify", "data", "log").status == 0


def test_a_file_that_changed_or_went_is_told_with_what_to_type(synth, made, shop):
    shop.write_text(SHOP.replace("doc: A shop.", "doc: Another shop."))
    for command in (("verify", "data"), ("changes", "replay", "log")):
        told = synth(*command)
        assert told.status == 3
        assert "shop was declared in my/shop.yaml, which says something else by now" in told.out + told.err
        assert "SYNTH_DATASETS=my synth" in told.out + told.err
    assert done(made, "verify", "data", "log", SYNTH_DATASETS="my").returncode == 0
    shop.unlink()
    for command in (("verify", "data"), ("changes", "replay", "log")):
        told = synth(*command)
        assert told.status == 3
        assert "my/shop.yaml, which isn't there any more" in told.out + told.err


def test_what_its_name_finds_is_noted_no_more(synth, made, shop):
    note = made / "data" / ".synth" / "declared.json"
    assert json.loads(note.read_text())["shop"]["file"] == "../my/shop.yaml"
    (made / "datasets").mkdir()
    shop.rename(made / "datasets" / "shop.yaml")
    assert synth("generate", "shop", *TINY, "--quiet").status == 0
    assert json.loads(note.read_text()) == {}
    assert synth("verify", "data", "log").status == 0, "the project's own of that name is what there is"


def test_a_note_that_nobody_can_read_knows_nothing(synth, shop, project):  # noqa: ARG001 - its file
    assert synth("generate", "my/shop.yaml", "customers", *TINY, "--quiet").status == 0
    for note in (
        "{",
        "[]",
        '{"shop": 3}',
        '{"shop": {"file": "my/shop.yaml", "sha256": "0"}}',
        '{"shop": {"file": 7}}',
    ):
        (project / "data" / ".synth" / "declared.json").write_text(note)
        told = synth("verify", "data")
        assert told.status == 3, note
        assert "a domain that this project doesn't know" in told.out


def test_a_note_of_another_file_is_not_believed(synth, shop, project):  # noqa: ARG001 - its file
    assert synth("generate", "my/shop.yaml", "customers", *TINY, "--quiet").status == 0
    path = project / "data" / ".synth" / "declared.json"
    (project / "secret.yaml").write_text("password: hunter2\n")
    note = json.loads(path.read_text())
    note["shop"]["file"] = "../secret.yaml"
    path.write_text(json.dumps(note))
    told = synth("verify", "data")
    assert told.status == 3
    assert "hunter2" not in told.out + told.err
