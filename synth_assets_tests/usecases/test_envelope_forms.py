"""A folder of an envelope has one form, its manifests say which, and what an envelope hasn't got is refused by name."""

import json

import pytest

from synth_assets.errors import UsageError
from synth_assets.sinks.envelopes import catalog
from synth_assets.usecases.verified import Depth
from synth_assets.usecases.verify import verify
from synth_assets_tests.usecases.test_generate_changes import bytes_of, make

SOME = ("raw_products", "raw_orders")


def forms(root):
    return [json.loads(path.read_text())["options"] for path in sorted(root.rglob("_manifests/*.json"))]


def said(root, **depth):
    (one,) = verify([root], Depth(**depth))
    return one.problems


@pytest.mark.parametrize(
    ("envelope", "options", "whole"),
    [
        ("debezium", {}, {"records": "value", "identity": "full"}),
        ("debezium", {"records": "flat", "identity": "default"}, {"records": "flat", "identity": "default"}),
        ("maxwell", {"base_as": "insert"}, {"base_as": "insert"}),
        ("dms", {}, {}),
    ],
)
def test_manifests_say_the_form_and_files_are_made_again_in_it(tmp_path, envelope, options, whole):
    make(tmp_path, range(1, 3), envelope=envelope, entities=SOME, options=options)
    assert forms(tmp_path) == [whole] * 3
    assert said(tmp_path, regenerate=True) == ()


def test_a_form_that_a_manifest_tells_wrongly_is_found(tmp_path):
    make(tmp_path, range(1, 3), envelope="debezium", entities=SOME, options={"records": "keyed"})
    path = tmp_path / "debezium/_manifests/batch-00002.json"
    whole = path.read_text()
    path.write_text(whole.replace('"keyed"', '"value"'))
    assert any("holds batches in more than one form" in text for text in said(tmp_path))
    assert any("is not what the generator makes" in text for text in said(tmp_path, regenerate=True))
    for other, expected in (
        (whole.replace('"keyed"', '"kyd"'), "is of a form that debezium hasn't"),
        (whole.replace('"identity": "full"', '"base_as": "insert"'), "is of a form that debezium hasn't"),
        (whole.replace('"identity": "full"', '"identity": 7'), "its options are no object of texts"),
    ):
        path.write_text(other)
        assert any(expected in text for text in said(tmp_path)), expected


def test_a_folder_keeps_to_one_form_and_says_which(tmp_path):
    make(tmp_path, range(1, 3), envelope="debezium", entities=SOME, options={"records": "keyed"})
    before = bytes_of(tmp_path)
    for options in ({}, {"records": "flat"}, {"records": "keyed", "identity": "default"}):
        with pytest.raises(UsageError, match=r"/debezium holds batches made with --\w+ \w+; with --\w+ \w+ it would"):
            make(tmp_path, range(3, 4), envelope="debezium", entities=SOME, options=options)
    assert bytes_of(tmp_path) == before
    make(tmp_path, range(3, 4), envelope="debezium", entities=SOME, options={"records": "keyed"})
    make(tmp_path, range(1, 2), envelope="maxwell", entities=SOME)
    assert said(tmp_path / "debezium") == ()


def test_batches_of_an_earlier_version_are_not_gone_on_with(tmp_path):
    make(tmp_path, range(1, 2), envelope="debezium", entities=SOME)
    for path in (tmp_path / "debezium/_manifests").iterdir():
        told = json.loads(path.read_text())
        del told["options"]
        path.write_text(json.dumps(told))
    with pytest.raises(UsageError, match=r"holds batches of an earlier version.*\n  Remove it"):
        make(tmp_path, range(2, 3), envelope="debezium", entities=SOME)
    assert any("or of an earlier version" in text for text in said(tmp_path))


@pytest.mark.parametrize(
    ("envelope", "options", "message"),
    [
        ("dms", {"identity": "full"}, "envelope dms has no --identity; debezium has it.\n  Leave it out"),
        ("plain", {"records": "value"}, "envelope plain has no --records; debezium has it.\n  Leave it out"),
        ("debezium", {"base_as": "insert"}, "no --base-as; maxwell has it.\n  Those of debezium: --records value|"),
        ("maxwell", {"records": "flat"}, "no --records; debezium has it.\n  Those of maxwell: --base-as bootstrap|ins"),
        ("maxwell", {"colour": "red"}, "envelope maxwell has no --colour.\n  Those of maxwell"),
        ("debezium", {"records": "keyd"}, "--records of envelope debezium 'keyd' is unknown; did you mean 'keyed'?"),
    ],
)
def test_an_option_that_an_envelope_has_not_is_refused_by_name_before_anything_is_written(
    tmp_path, envelope, options, message
):
    with pytest.raises(UsageError) as refused:
        make(tmp_path / "out", range(1, 2), envelope=envelope, options=options)
    assert message in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_only_whole_forms_are_forms():
    assert catalog.is_form("debezium", {"records": "value", "identity": "full"})
    assert not catalog.is_form("debezium", {"records": "value"})
    assert not catalog.is_form("dms", {"identity": "full"})
    assert catalog.is_form("dms", {})


def test_a_manifest_without_what_a_new_one_has_by_default_is_found(tmp_path):
    make(tmp_path, range(1, 2), envelope="debezium", entities=SOME)
    (path,) = tmp_path.rglob("_manifests/batch-00001.json")
    whole = json.loads(path.read_text())
    for name in ("version", "told"):
        path.write_text(json.dumps({field: value for field, value in whole.items() if field != name}))
        assert any("batch-00001.json" in problem for problem in said(tmp_path)), name
