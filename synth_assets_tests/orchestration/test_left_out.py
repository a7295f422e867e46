"""Change data that a project leaves out is named by who asks for it, with the way to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from synth_assets.errors import UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.orchestration.changes_partitions import ChangeData
from synth_assets.orchestration.left_out import check_named
from synth_assets.project.project import Project

PROJECT = Project.here()
LEFT_OUT = [ChangeData(PROJECT.domain("bronze"), CADENCES[name], PROJECT) for name in ("hour", "minute")]


@pytest.mark.parametrize(
    ("word", "cadence"),
    [
        ("bronze/changes_hourly/raw_orders", "hour"),
        ('key:"bronze/current_minutely/raw_orders" or group:x', "minute"),
        ("group:bronze_changes_hourly", "hour"),
        ("bronze_changes_hourly_job", "hour"),
        ("bronze_changes_minutely_backfill_job", "minute"),
        ("bronze_changes_hourly_checks_job", "hour"),
        ("bronze_changes_hourly", "hour"),
    ],
)
def test_who_names_what_is_left_out_is_told_how_to_get_it(word, cadence):
    with pytest.raises(UsageError, match=f"leaves out batches by the {cadence} .*its cadences are day") as refused:
        check_named(["materialize", "--select", word], LEFT_OUT, ["day"])
    assert f"SYNTH_CHANGES__CADENCES=day,{cadence}" in str(refused.value)


@pytest.mark.parametrize(
    "word", ["bronze/changes/raw_orders", "group:bronze_changes", "bronze_changes_job", "bronze_changes_daily", "*"]
)
def test_what_is_there_is_nobody_s_slip(word):
    check_named(["materialize", "--select", word], LEFT_OUT, ["day"])


def test_the_day_may_be_left_out_too():
    data = ChangeData(PROJECT.domain("bronze"), CADENCES["day"], PROJECT)
    for word in ("bronze/changes/raw_orders", "bronze_changes_job", "bronze_changes_daily", "group:bronze_current"):
        with pytest.raises(UsageError, match="by the day"):
            check_named([word], [data], ["hour"])
    check_named(["bronze/changes_hourly/raw_orders", "bronze_changes_hourly_job"], [data], ["hour"])


def test_dagster_s_command_says_it_without_a_traceback(tmp_path):
    (tmp_path / "synth.toml").write_text("[changes]\ncadences = ['day']\n")
    environment = {**os.environ, "SYNTH_CONFIG": str(tmp_path / "synth.toml"), "PYTHONWARNINGS": "ignore"}
    environment.pop("DAGSTER_HOME", None)
    command = (Path(sys.executable).with_name("dagster"), "asset", "materialize", "-m", "synth_assets.definitions")
    which = ("--select", "group:bronze_changes_hourly", "--partition", "2026-01-01-00:00|small-42")
    done = subprocess.run(
        (*command, *which), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Error: bronze_changes_hourly: this project leaves out batches by the hour" in done.stderr
    assert "Traceback" not in done.stderr
