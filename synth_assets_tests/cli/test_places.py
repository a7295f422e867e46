"""A path is a path: whatever folders are called, what is stored is what was generated."""

import ast
import json
import shutil
import struct
import subprocess
import sys

import polars as pl
import pytest

from synth_assets.sinks import catalog
from synth_assets_tests import warm

FORMATS = [one for one in catalog.names() if one not in catalog.lakes()]  # which refuse some, as their suite shows
SMALL = ["--preset", "small", "--seed", "42"]
PLACES = ["country=DE/seed=7/run[1]", "a*b/x{1,2}/**", "it's/50% #1/~home", "semi;colon/line\nbreak"]


def stored(root, form):
    if form in catalog.files():
        return root / form / "bronze/raw_products/preset=small/seed=42"
    return root / form / f"bronze/small-42.{form}"


def synth(*words, cwd, **options):
    return warm.synth(*words, cwd=cwd, timeout=300, **options)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What is stored where nothing about the path is peculiar."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "synth.toml").touch()
    ran = synth("generate", "bronze", "raw_products", *SMALL, "--format", ",".join(FORMATS), cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.mark.parametrize("place", PLACES)
def test_a_path_changes_no_value_in_no_format(place, plain):
    # Neighbours, whose names fit where the place's is taken for a pattern.
    for other in ("country=DE/seed=7/run1", "aXb/x1/any", "a*b/x1/any"):
        for form in FORMATS:
            neighbour = stored(plain / "lake" / other, form)
            neighbour.parent.mkdir(parents=True, exist_ok=True)
            if form in catalog.files() and not neighbour.exists():
                shutil.copytree(stored(plain / "data", form), neighbour)
    target = plain / "lake" / place
    ran = synth("generate", "bronze", "raw_products", *SMALL, "--format", ",".join(FORMATS), "--output-dir", target,
                "--json", cwd=plain)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    table = _table()
    for line in ran.stdout.splitlines():
        told = json.loads(line)
        form = catalog.load(told["format"])
        found = pl.concat(form.read(stored(target, form.name), table))
        assert found.equals(pl.concat(form.read(stored(plain / "data", form.name), table)))
        assert told["content_hash"] == form.read_manifest(stored(target, form.name), table).content_hash
    verified = synth("verify", target, "--regenerate", cwd=plain)
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout


@pytest.mark.parametrize("place", ["what?", "back\\slash"])
def test_what_duckdb_takes_for_another_path_is_refused_before_anything_is_written(place, plain):
    target = plain / place
    ran = synth("generate", "bronze", "raw_products", *SMALL, "--format", "csv,duckdb", "--output-dir",
                target, cwd=plain)  # fmt: skip
    assert (ran.returncode, target.exists()) == (2, False)
    assert "gives" in ran.stderr
    assert "Choose another output folder" in ran.stderr
    ran = synth("generate", "bronze", "raw_products", *SMALL, "--format", "csv,parquet,ndjson,sqlite", "--output-dir",
                target, cwd=plain)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert synth("verify", target, "--regenerate", cwd=plain).returncode == 0


def test_the_folder_for_temporary_files_may_be_called_anything(plain):
    home = plain / "it's [a] tmp*"
    home.mkdir()
    ran = synth("verify", "data", "--regenerate", cwd=plain, env={"TMPDIR": str(home), "PATH": "/usr/bin:/bin"})
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout


def test_duckdb_databases_are_of_the_first_storage_version(plain):
    header = stored(plain / "data", "duckdb").read_bytes()[:20]
    # https://duckdb.org/docs/stable/internals/storage: 64 is that of 0.9.2 to 1.1, which all later ones read.
    assert struct.unpack("<Q", header[12:20]) == (64,)


@pytest.mark.parametrize("reader", ["pandas", "pyarrow", "polars", "DuckDB"])
def test_the_lines_that_generate_prints_read_the_table_and_nothing_else(reader, plain):
    ran = synth("generate", "bronze", "raw_products", *SMALL, "--output-dir", "lake [1]", cwd=plain)
    (line,) = [line for line in ran.stderr.splitlines() if line.split()[:1] == [reader]]
    code = line.strip().removeprefix(reader).strip()
    ast.parse(code)
    ending = {"polars": ".collect()", "DuckDB": ".to_arrow_table()"}.get(reader, "")
    columns = "column_names" if reader in {"DuckDB", "pyarrow"} else "columns"
    script = f"import pandas, polars, duckdb, pyarrow.parquet\nfound = {code}{ending}\n"
    script += f"print(found.shape, *found.{columns}[:2])"
    read = subprocess.run([sys.executable, "-c", script], cwd=plain, capture_output=True, text=True, check=False)
    assert read.stdout == f"(500, {len(_table().columns)}) product_id sku\n", read.stderr


def _table():
    from synth_assets.project.project import Project

    return Project.here().domain("bronze").tables["raw_products"]
