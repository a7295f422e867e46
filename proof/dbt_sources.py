# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["dbt-core==1.11.16", "dbt-duckdb==1.10.1"]
# ///
"""dbt builds a project that has every domain and example file as a source, with all tests; and the page's own project.

    make proof ARGS=dbt_sources

The files lie where `synth generate` puts them; `sources.yml` is what `synth describe … --as dbt` prints. Then the
blocks of docs/your-dbt-project.md are run as they stand. Ends with status 1 if a test fails, warns or isn't run.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from shared.every_dataset import every_dataset, synth
from shared.recipes import QUIET, ROOT, SYNTH, blocks_of

PAGE = ROOT / "docs" / "your-dbt-project.md"
PROJECT = 'name: judged\nversion: "1.0"\nprofile: judged\n'
PROFILE = "judged:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: judged.duckdb, threads: 2}\n"


def main() -> int:
    """Build both; 1 if anything is wrong."""
    print(f"dbt-core {version('dbt-core')}, dbt-duckdb {version('dbt-duckdb')}")
    with tempfile.TemporaryDirectory(prefix="dbt-") as home:
        (Path(home) / "all").mkdir()
        (Path(home) / "page").mkdir()
        wrong = every_source(Path(home) / "all")
        return int(wrong + the_page(Path(home) / "page") > 0)


def every_source(folder: Path) -> int:
    """Build a project of all sources; how many tests didn't pass."""
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE)
    for made in every_dataset(folder):
        told = synth(folder, "describe", *made.words, "--as", "dbt", "--output-dir", str(made.root))
        (folder / "models" / f"{made.name}.yml").write_text(told, encoding="utf-8")
    return _passed("all sources", _run(folder, "dbt build --quiet"), folder / "target")


def the_page(folder: Path) -> int:
    """Do what the page says."""
    (folder / "synth.toml").touch()
    for block in blocks_of(PAGE):
        if block.title:
            place = folder / block.title
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, encoding="utf-8")
        elif block.language == "bash" and (done := _run(folder, block.text)).returncode:
            print(f"  Exit status {done.returncode} of\n{block.text}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            return 1
    return _passed(PAGE.name, None, folder / "target")


def _passed(what: str, done: subprocess.CompletedProcess[str] | None, target: Path) -> int:
    """Print what dbt's own report says; how many of its nodes are neither built nor passed."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    wrong = [f"{one['unique_id']}: {one['message']}" for one in results if one["status"] not in {"pass", "success"}]
    print(f"  {what}: {len(results):,} tests and models, {len(wrong)} wrong", *wrong[:10], sep="\n      ", flush=True)
    return len(wrong) + (done is not None and done.returncode > 0) + (not results)


def _run(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "VIRTUAL_ENV"))}
    environ |= QUIET
    environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), str(SYNTH.parent), environ["PATH"]])
    return subprocess.run(
        ["bash", "-e", "-c", commands],  # noqa: S607 — the reader's
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
