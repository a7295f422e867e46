"""`synth generate` and `synth plan`: what they make, where, and what they say about it."""

import json
import re
import shlex
import subprocess

import polars as pl
import pytest

from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats

SMALL = ("--preset", "small")


def _table(root, entity, label="small", form="parquet", seed=42):
    return root / form / "bronze" / entity / f"preset={label}" / f"seed={seed}"


def test_generate_stores_every_table_of_the_domain_in_the_project_s_data_folder(synth, project):
    result = synth("generate", "bronze", *SMALL)
    assert result.status == 0
    for entity in Project.here().domain("bronze").entities:
        assert (_table(project / "data", entity) / "_manifest.json").is_file()
        assert f"data/parquet/bronze/{entity}/preset=small/seed=42" in result.out


def test_results_go_to_stdout_and_progress_and_the_hint_to_stderr(synth):
    result = synth("generate", "bronze", "raw_orders", *SMALL)
    assert result.out.split("\n")[1].split()[:3] == ["raw_orders", "parquet", "5,000"]
    assert "raw_orders: generated" in result.err
    assert "Try it:" in result.err


@pytest.mark.parametrize("form", formats.names())
def test_the_hint_of_every_format_shows_rows_of_the_table(synth, project, form):
    result = synth("generate", "bronze", "raw_products", *SMALL, "--format", form)
    assert (result.status, result.err.count("Try it:\n")) == (0, 1)
    command = result.err.partition("Try it:\n")[2]
    shown = subprocess.run(shlex.split(command), cwd=project, capture_output=True, text=True, check=True).stdout
    assert len(re.findall(r"\b[A-Z]{3}-\d{6}\b", shown)) == 5


def test_quiet_says_nothing_on_stderr(synth):
    result = synth("generate", "bronze", "raw_orders", *SMALL, "--quiet")
    assert result.err == ""
    assert "raw_orders" in result.out


def test_verbose_shows_the_plan_on_stderr_before_and_sizes_after(synth):
    result = synth("generate", "bronze", "raw_orders", *SMALL, "--verbose")
    assert result.err.startswith("bronze small, seed 42: customers 1000")
    assert "kB" in result.out


def test_only_the_tables_and_formats_named_are_stored(synth, project):
    synth("generate", "bronze", "raw_products", "raw_orders", *SMALL, "--format", "csv,duckdb", "--output-dir", "out")
    assert {path.name for path in (project / "out").iterdir() if path.name[0] != "."} == {
        "csv",
        "descriptions",
        "duckdb",
    }
    assert {path.name for path in (project / "out/csv/bronze").iterdir()} == {"raw_products", "raw_orders"}


def test_json_is_one_object_a_line_for_each_table_and_format(synth):
    result = synth("generate", "bronze", "raw_products", "raw_orders", *SMALL, "--format", "parquet,csv", "--json")
    stored = [json.loads(line) for line in result.out.splitlines()]
    assert [(one["entity"], one["format"], one["rows"]) for one in stored] == [
        ("raw_products", "parquet", 500),
        ("raw_products", "csv", 500),
        ("raw_orders", "parquet", 5000),
        ("raw_orders", "csv", 5000),
    ]
    assert stored[0]["content_hash"] == stored[1]["content_hash"]
    assert all(len(one["content_hash"]) == 64 and not one["kept"] for one in stored)


def test_volumes_override_those_of_the_preset_and_give_a_dataset_of_its_own(synth, project):
    plan = json.loads(synth("plan", "bronze", *SMALL, "--orders", "70", "--days", "3", "--json").out)
    assert plan["parameters"] == {"customers": 1000, "products": 500, "orders": 70, "days": 3, "as_of": "2026-01-01"}
    synth("generate", "bronze", "raw_orders", *SMALL, "--orders", "70", "--days", "3")
    assert plan["label"].startswith("custom-")
    assert pl.read_parquet(_table(project / "data", "raw_orders", plan["label"]) / "*.parquet").height == 70


def test_without_a_preset_the_domain_s_default_is_taken_and_volumes_override_it(synth):
    assert json.loads(synth("plan", "bronze", "--json").out)["label"] == "medium"
    args = ("--customers", "50000", "--products", "10000", "--days", "730")
    parameters = json.loads(synth("plan", "bronze", *args, "--json").out)["parameters"]
    assert parameters == {"customers": 50000, "products": 10000, "orders": 50000, "days": 730, "as_of": "2026-01-01"}


@pytest.mark.parametrize("command", ["plan", "generate --dry-run"])
def test_a_plan_tells_rows_and_places_and_writes_nothing(synth, project, command):
    result = synth(*command.split(), "bronze", "--preset", "large", "--format", "parquet,duckdb")
    assert result.status == 0
    assert "24,000,000" in result.out
    assert "data/parquet/bronze/raw_clickstream/preset=large/seed=42" in result.out
    assert "data/duckdb/bronze/large-42.duckdb" in result.out
    assert not (project / "data").exists()


def test_chunk_size_is_the_rows_in_a_file_and_changes_no_value(synth, project):
    synth("generate", "bronze", "raw_orders", *SMALL, "--output-dir", "one")
    synth("generate", "bronze", "raw_orders", *SMALL, "--output-dir", "many", "--chunk-size", "2000")
    one, many = (_table(project / name, "raw_orders") for name in ("one", "many"))
    parts = sorted(many.glob("part-*"))
    assert [pl.read_parquet(part).height for part in parts] == [2000, 2000, 1000]
    assert pl.read_parquet(parts).equals(pl.read_parquet(one / "*.parquet"))


@pytest.mark.parametrize(
    ("compress", "suffix"),
    [((), ".csv"), (("--compress",), ".csv.gz"), (("--compress=zstd",), ".csv.zst"), (("--compress=none",), ".csv")],
)
def test_compress_alone_is_the_format_s_usual_codec_and_never_takes_the_next_argument(synth, project, compress, suffix):
    result = synth("generate", *compress, "bronze", "raw_products", *SMALL, "--format", "csv,parquet")
    assert result.status == 0
    assert (_table(project / "data", "raw_products", form="csv") / f"part-00000{suffix}").is_file()


def test_keep_leaves_a_table_that_is_there_and_overwrite_replaces_it(synth, project):
    synth("generate", "bronze", "raw_products", *SMALL)
    part = _table(project / "data", "raw_products") / "part-00000.parquet"
    before = part.stat().st_ino
    kept = synth("generate", "bronze", "raw_products", *SMALL, "--keep")
    assert "(kept)" in kept.out
    assert part.stat().st_ino == before
    assert "(kept)" not in synth("generate", "bronze", "raw_products", *SMALL).out
    assert part.stat().st_ino != before


def test_workers_change_no_content(synth):
    args = ("generate", "bronze", "raw_orders", "raw_order_items", *SMALL, "--json")
    here = [json.loads(line)["content_hash"] for line in synth(*args, "--output-dir", "a").out.splitlines()]
    there = [
        json.loads(line)["content_hash"]
        for line in synth(*args, "--output-dir", "b", "--workers", "2").out.splitlines()
    ]
    assert here == there


def test_a_partition_of_the_project_is_planned_as_its_preset_and_seed(synth):
    assert synth("plan", "bronze", "--partition", "small|7").out == synth("plan", "bronze", *SMALL, "--seed", "7").out


def test_a_negative_seed_is_a_seed(synth):
    assert json.loads(synth("plan", "bronze", "--seed", "-5", "--json").out)["seed"] == -5


@pytest.mark.parametrize(
    ("args", "workers"),
    [((), 1), (("--workers", "3"), 3), (("--engine", "processes"), 2), (("--engine", "local", "--workers", "1"), 1)],
)
def test_processes_are_as_many_as_asked_for_and_else_one_a_processor(synth, monkeypatch, args, workers):
    asked = []
    monkeypatch.setattr(
        "synth_assets.usecases.generate.generate", lambda request, _: asked.append(request.workers) or []
    )
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    synth("generate", "bronze", *args)
    assert asked == [workers]


def test_an_interrupted_run_ends_with_status_130_and_no_traceback(synth, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("synth_assets.usecases.generate.generate", interrupted)
    result = synth("generate", "bronze", *SMALL)
    assert result.status == 130
    assert result.out == ""
    assert "Interrupted." in result.err


def test_a_domain_s_own_delivery_and_the_flag_that_overrides_it(synth, project):
    (project / "synth.toml").write_text('domains = ["synth_assets_tests.tenants"]\n')
    made = synth("generate", "tenants", "orders", "tenants")
    assert made.status == 0, made.err
    assert {path.name[:12] for path in (project / "generated_data").glob("*_*.ndjson")} == {
        "orders_t_00_",
        "orders_t_01_",
        "orders_t_02_",
    }
    assert (project / "generated_data/tenants.csv").is_file()
    assert "read_csv('generated_data/tenants.csv')" in made.err or "orders_t_0*" in made.err
    hive = synth("generate", "tenants", "orders", "--layout", "hive", "--output-dir", "out", "--json")
    assert hive.status == 0, hive.err
    assert json.loads(hive.out)["path"].endswith("out/ndjson/tenants/orders/preset=small/seed=42")


def test_a_layout_that_is_not_there_is_refused_by_name(synth):
    result = synth("generate", "bronze", "--layout", "hiev")
    assert result.status == 2
    assert "hive" in result.err
