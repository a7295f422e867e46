"""Try the wheel and the sdist as a stranger would: empty environments, oldest and newest libraries, other clocks.

    python scripts/check_release.py [PYTHON …]

For each Python, named or found on PATH, the distribution is installed twice: with the oldest direct dependencies that
`pyproject.toml` allows and that Python has wheels of, and with the newest. In each environment the program, started in
another folder under several time zones and locales, generates datasets, verifies them and makes batches of changes; the
hashes have to be the golden ones, and those of change data the same everywhere.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
GOLDEN = PROJECT / "synth_assets_tests" / "golden"
UV = PROJECT / ".uv" / "bin" / "uv"

DOMAINS = ("bronze", "devdata", "marketplace", "starter")
SEEDS = (42, 7)
PLACES = ({"TZ": "UTC", "LC_ALL": "C.UTF-8"}, {"TZ": "Asia/Kathmandu", "LC_ALL": "C"}, {"TZ": "America/St_Johns"})
SHOWN = ("python", "synth-assets", "polars", "numpy", "duckdb", "pyarrow", "pydantic", "dagster")


def main() -> int:
    """Build, install and try; the exit status is 1 if anything differs."""
    asked = argparse.ArgumentParser(description="Try the wheel and the sdist as a stranger would.")
    asked.add_argument("pythons", nargs="*", metavar="PYTHON", help="programs; those on PATH without")
    pythons = asked.parse_args().pythons or _found()
    with tempfile.TemporaryDirectory(prefix="synth-release-") as folder:
        return _all(Path(folder), pythons)


def _all(folder: Path, pythons: list[str]) -> int:
    _run([UV, "build", "--quiet", "--out-dir", folder / "dist", PROJECT])
    (wheel,), (source,) = (folder / "dist").glob("*.whl"), (folder / "dist").glob("*.tar.gz")
    changes_seen: dict[str, str] = {}
    failed = 0
    for python in pythons:
        for resolution in ("lowest-direct", "highest"):
            # The sdist once: the wheel is built from the same.
            what = source if (python, resolution) == (pythons[0], "highest") else wheel
            home = folder / f"{Path(python).name}-{resolution}"
            try:
                print(f"{what.name}, {_installed(home, python, resolution, what)}", flush=True)
                for place in PLACES:
                    changes_seen |= _tried(home, place, changes_seen)
            except _Different as error:
                failed += 1
                print(f"  DIFFERS: {error}", flush=True)
            shutil.rmtree(home, ignore_errors=True)
    print("All the same." if not failed else f"{failed} environments differ.")
    return 1 if failed else 0


class _Different(Exception):  # noqa: N818 - what was looked for
    """Something is not as it should be."""


def _found() -> list[str]:
    names = [f"python3.{minor}" for minor in range(11, 15)]
    return [name for name in names if shutil.which(name) and _works(name)] or [sys.executable]


def _works(name: str) -> bool:
    return subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode == 0


def _installed(home: Path, python: str, resolution: str, what: Path) -> str:
    """Make an environment; says what is in it."""
    _run([UV, "venv", "--quiet", "--python", python, home / "env"])
    where = ("--quiet", "--python", home / "env" / "bin" / "python")
    binary = ("--only-binary", ":all:", *(("--no-binary", "synth-assets") if what.suffix == ".gz" else ()))
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    # Only what is named here is direct, and so taken as old as it may be.
    named = (*project["dependencies"], *project["optional-dependencies"]["dagster"], f"synth-assets @ {what.as_uri()}")
    _run([UV, "pip", "install", *where, "--resolution", resolution, *binary, *named])
    listed = json.loads(_run([UV, "pip", "list", *where, "--format", "json"]))
    versions = {one["name"]: one["version"] for one in listed}
    versions["python"] = _run([where[-1], "-c", "import platform; print(platform.python_version())"])
    return ", ".join(f"{name} {versions[name].strip()}" for name in SHOWN)


def _tried(home: Path, place: dict[str, str], expected: dict[str, str]) -> dict[str, str]:
    """What the program makes in an environment, beside the golden hashes; returns the hashes of change data."""
    where, synth = home / "work", home / "env" / "bin" / "synth"
    where.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    environment = {**kept, **place, "DAGSTER_DISABLE_TELEMETRY": "1"}
    for domain in DOMAINS:
        golden = json.loads((GOLDEN / f"{domain}.json").read_text())["datasets"]
        for seed in SEEDS:
            of = ["--preset", "small", "--seed", str(seed), "--format", "parquet,csv,duckdb"]
            _run(
                [synth, "generate", domain, *of, "--layout", "hive", "--output-dir", "data", "--quiet"],
                where,
                environment,
            )
            expected_here = {table: one["content_hash"] for table, one in golden[f"small|{seed}"].items()}
            made = {one["entity"]: one["content_hash"] for one in _manifests(where / "data", domain, seed)}
            if made != expected_here:
                differing = sorted(table for table, value in expected_here.items() if made.get(table) != value)
                raise _Different(f"{place}: {domain} of seed {seed} differs in {', '.join(differing)}")
    _run([synth, "verify", "data", "--quiet"], where, environment)
    changes = ["changes", "generate", "bronze", "--preset", "small", "--batches", "1..3"]
    _run([synth, *changes, "--output-dir", "changes", "--quiet"], where, environment)
    _run([home / "env" / "bin" / "python", "-c", "import synth_assets.definitions"], where, environment)
    found = dict(_hashes(where / "changes"))
    for name, value in found.items():
        if expected.get(name, value) != value:
            raise _Different(f"{place}: {name} has another hash than elsewhere")
    shutil.rmtree(where)
    return found


def _manifests(folder: Path, domain: str, seed: int) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob("_manifest.json")):
        manifest = json.loads(path.read_text())
        if manifest.get("domain") == domain and manifest["parameters"]["seed"] == seed:
            yield manifest


def _hashes(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("_manifest.json")):
        yield str(path.parent.relative_to(folder)), json.loads(path.read_text())["content_hash"]


def _run(command: Sequence[object], where: Path | None = None, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=where, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise _Different(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
