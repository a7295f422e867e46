"""Pipes, devices, sockets and folders under the names of files."""

import os
from pathlib import Path

from synth_assets_tests.torture.damage.scene import Scene
from synth_assets_tests.torture.hostile.collecting import CHANGES, CSV, DUCKDB, PARQUET, SQLITE, each


def no_regular_file(scene: Scene, value: str) -> str:
    name, kind = value.split(" ")
    found = [*scene.root.rglob(f"repairs/**/{name}"), *scene.root.rglob(name)][0]
    scene.touched.append(found)
    found.unlink()
    if kind == "fifo":
        os.mkfifo(found)
    elif kind == "folder":
        found.mkdir()
        (found / "x").write_text("x")
    elif kind == "socket":
        import socket

        here = Path.cwd()
        os.chdir(found.parent)  # a socket's path is short
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(found.name)
        os.chdir(here)
    else:
        found.symlink_to(kind)
    return f"{scene.called(found)} is {kind}"


NOTHINGS = ("fifo", "folder", "socket", "/dev/zero", "/dev/tty", "/dev/null", "nowhere")
for where, name in (
    (PARQUET, "part-*.parquet"),
    (PARQUET, "_manifest.json"),
    (CSV, "part-*.csv"),
    ("workshop-ndjson", "part-*.ndjson"),
    ("tenants-flat", "_manifest.json"),
    (DUCKDB, "*.duckdb"),
    (SQLITE, "*.sqlite"),
    (CHANGES, "_dataset.json"),
    (CHANGES, "_manifest.json"),
    (CHANGES, "part-*.parquet"),
    ("current", "*.duckdb"),
    ("broken", "answer_key.parquet"),
    ("broken", "_injected.json"),
    ("candidate-parquet", "*.parquet"),
    ("candidate-csv", "*.csv"),
    ("candidate-duckdb", "*.duckdb"),
    ("candidate-sqlite", "*.sqlite"),
    ("plan", "plan.yaml"),
    ("settings", "synth.toml"),
    ("envelope-debezium", "_manifests/base.json"),
    ("envelope-debezium", "batch-*.ndjson"),
    ("declaration", "workshop.yaml"),
):
    each(where, no_regular_file, *(f"{name} {kind}" for kind in NOTHINGS))
