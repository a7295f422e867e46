"""The files in examples/datasets: materialised, checked and replayed as a person does, and readable."""

import pytest

from synth_assets_tests.domains.every_domain import EXAMPLES

DAYS = 6
FORMATS = {"types": "parquet,duckdb"}
"""Those that can hold all of an example; others refuse it by a column."""


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_is_stored_checked_and_lives_on(synth, project, path):
    assert path.read_text().startswith("# ")
    assert synth("spec", "validate", str(path)).status == 0
    (project / "datasets").mkdir()
    (project / "datasets" / path.name).write_text(path.read_text())
    name, small = path.stem, ("--preset", "tiny", "--seed", "11", "--quiet")
    made = synth("generate", name, *small, "--format", FORMATS.get(name, "parquet,ndjson,duckdb,sqlite"))
    assert made.status == 0, made.err
    assert synth("changes", "snapshot", name, *small, "--at", "0", "--output-dir", "c").status == 0
    changed = synth("changes", "generate", name, *small, "--batches", f"1..{DAYS}", "--output-dir", "c")
    assert changed.status == 0, changed.err
    assert synth("changes", "snapshot", name, *small, "--at", str(DAYS), "--output-dir", "c").status == 0
    replayed = synth("changes", "replay", "c", "--quiet")
    assert replayed.status == 0, replayed.out
    verified = synth("verify", "data", "c", "--regenerate", "--quiet")
    assert verified.status == 0, verified.out


@pytest.mark.parametrize("envelope", ["debezium", "maxwell"])
def test_what_json_can_not_say_is_refused_by_column_before_a_record_is_there(synth, project, envelope):
    (types,) = (path for path in EXAMPLES if path.stem == "types")
    made = synth(
        "changes", "generate", str(types), "--preset", "tiny", "--batches", "1", "--envelope", envelope,
        "--output-dir", "c", "--quiet",
    )  # fmt: skip
    assert made.status == 1
    assert "types/edges: column f32, float32, has NaN, which JSON hasn't." in made.err
    assert [path for path in (project / "c").rglob("*.ndjson*") if path.is_file()] == []
