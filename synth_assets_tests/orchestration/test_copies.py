"""Several copies of a table: downstream reads what was materialised last, or is told that nobody can tell."""

import shutil

import duckdb
import polars as pl
import pytest

from synth_assets_tests.orchestration.conftest import Project
from synth_assets_tests.orchestration.own import asset, failure, read, run

OLD, NEW = pl.DataFrame({"n": [1]}), pl.DataFrame({"n": [2, 3]})
ALL = ("parquet", "csv", "ndjson", "duckdb", "sqlite")


def stored(project, frame, *formats):
    made = asset(project, frame)
    result = run(project, made, formats=list(formats))
    assert result.success, failure(result)
    return made


@pytest.mark.parametrize(
    ("first", "second"), [(one, other) for one in ALL for other in ("parquet", "duckdb", "csv") if one != other]
)
def test_downstream_reads_what_was_materialised_last(project, first, second):
    stored(project, OLD, first)
    assert read(project, stored(project, NEW, second)).equals(NEW)
    assert read(project, stored(project, OLD, second)).equals(OLD)


def test_there_and_back_again(project):
    for frame, formats in (
        (OLD, ("parquet", "duckdb")),
        (NEW, ("duckdb",)),
        (OLD, ("csv",)),
        (NEW, ("ndjson", "parquet")),
    ):
        assert read(project, stored(project, frame, *formats)).equals(frame)


def test_a_copy_that_says_the_same_is_as_good_as_the_last(project):
    stored(project, NEW, "parquet")
    made = stored(project, NEW, "duckdb")
    (project.data / "duckdb/own/tiny-42.duckdb").unlink()
    assert read(project, made).equals(NEW)


def test_a_last_copy_that_is_gone_isnt_replaced_by_an_older_one(project):
    stored(project, OLD, "parquet")
    made = stored(project, NEW, "duckdb")
    (project.data / "duckdb/own/tiny-42.duckdb").unlink()
    with pytest.raises(AssertionError, match="is stored as parquet, and none is what was made last"):
        read(project, made)


def test_a_last_copy_that_is_damaged_isnt_replaced_by_an_older_one(project):
    stored(project, OLD, "parquet")
    made = stored(project, NEW, "duckdb")
    (project.data / "duckdb/own/tiny-42.duckdb").write_bytes(b"no database")
    with pytest.raises(AssertionError, match=r"tiny-42\.duckdb can't be read"):
        read(project, made)


def test_copies_that_differ_are_refused_where_nothing_says_which_is_the_last(project):
    stored(project, OLD, "parquet")
    made = stored(project, NEW, "csv")
    shutil.rmtree(project.data / ".synth")
    with pytest.raises(AssertionError, match="is stored as parquet, csv, and none is what was made last"):
        read(project, made)


def test_a_run_that_is_killed_before_anything_appears_leaves_what_was_there(project, monkeypatch):
    made = stored(project, OLD, "parquet", "csv")

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("synth_assets.sinks.staging.Staging.publish", killed)
        assert not run(project, asset(project, NEW), formats=["parquet", "csv"]).success
    assert read(project, made).equals(OLD)


def test_a_run_that_is_killed_in_between_leaves_what_is_new(project, monkeypatch):
    made = stored(project, OLD, "csv", "duckdb")

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("synth_assets.sinks.staging.Staging.publish", killed)
        assert not run(project, asset(project, NEW), formats=["csv", "duckdb"]).success
    assert read(project, made).equals(NEW)


def test_a_table_of_ours_with_other_parameters_is_not_what_its_preset_says_now(project, tmp_path):
    ours = asset(project, None, key=["bronze", "raw_products"])
    assert project.run(assets=["bronze/raw_products"], formats=["parquet"]).success
    (tmp_path / "synth.toml").write_text(
        (project.folder / "synth.toml").read_text().replace("products = 40", "products = 41")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
        changed = Project(tmp_path, project.data)
        with pytest.raises(AssertionError, match=r"bronze/raw_products tiny\|42 is stored with other parameters"):
            read(changed, ours)
        assert changed.run(assets=["bronze/raw_products"], formats=["duckdb"]).success
        assert read(changed, ours).height == 41


def test_somebodys_own_table_beside_ours_says_nothing_of_generating(project):
    made = asset(project, NEW, key=["bronze", "mine"])
    assert run(project, made, formats=["duckdb"]).success
    with duckdb.connect(str(project.data / "duckdb/bronze/tiny-42.duckdb"), read_only=True) as connection:
        (manifest,) = connection.execute("SELECT manifest FROM bronze._synth_manifest").fetchone()
    assert '"preset": "tiny"' in manifest
    assert read(project, made).equals(NEW)
