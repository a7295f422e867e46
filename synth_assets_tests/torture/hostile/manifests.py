"""Manifests that lie, lead elsewhere, or grow."""

import hashlib
import os

from synth_assets_tests.torture.damage.scene import Scene
from synth_assets_tests.torture.hostile.collecting import CHANGES, CSV, PARQUET, each, of
from synth_assets_tests.torture.hostile.writing import changed, manifest


def manifest_text(scene: Scene, value: str) -> str:
    path = manifest(scene)
    path.write_text(path.read_text().replace(*value.split("→")) if "→" in value else value)
    return f"{scene.called(path)}: {value[:50]!r}"


for where in (PARQUET, "tenants-flat", CHANGES):
    each(
        where,
        manifest_text,
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        '{"tables": ' + "[" * 50_000,
        '{"tables": [' + '{"format": ' * 50_000,
        '{"tables": [{"format": ["parquet"]}]}',
        '{"tables": [{"format": {"a": 1}, "domain": "workshop"}]}',
        '{"domain": "workshop", "rows": ' + "9" * 1_000_000 + "}",
        '"rows": →"rows": -',
        '"rows": →"rows": 1e400, "x": ',
        '"bytes": →"bytes": 1' + "0" * 30,
        '"contract": 1→"contract": 2',
        '"contract": 1→"contract": -1',
        '"version": "→"version": "\\u001b[2J',
        '"seed": 42→"seed": 43',
        '"seed": 42→"seed": "42"',
        '"seed": 42→"seed": 42, "seed": 7',
        '"parameters": {→"parameters": {"more": 1, ',
    )


def listed_path(scene: Scene, value: str) -> str:
    """The first part's path is another; the part's own size and hash stay."""
    path = manifest(scene)
    changed(path, lambda said: said.get("tables", [said])[0]["files"][0].update(path=value))
    return f"{scene.called(path)}: path {value[:60]!r}"


for where in (PARQUET, "tenants-flat", "tenants-by_column", CHANGES):
    each(
        where,
        listed_path,
        "",
        ".",
        "..",
        "/",
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/mem",
        "a\0b",
        "\x1b[2J\x1b]0;x\x07",
        "./part-00000.parquet",
        "x/../part-00000.parquet",
        "part-00000.parquet/",
        "part-*.parquet",
        "x" * 5_000,
        "\ud800",
        "_manifest.json",
        "city=%ZZ/part-00000.parquet",
        "=/part-00000.parquet",
        "~/part-00000.parquet",
        "https://localhost/part-00000.parquet",
        "s3://x/part-00000.parquet",
        "file:///etc/passwd",
    )


def a_file_of_another_place(scene: Scene, value: str) -> str:
    """Parquet of another dataset, by a path that leads out of the folder, with its true size and hash."""
    path = manifest(scene)
    other = next((scene.home / "others").rglob("repairs/*/seed=7/part-00000.parquet"))
    content = other.read_bytes()
    told = {"absolute": str(other), "relative": os.path.relpath(other, path.parent), "link": "part-00000.parquet"}[
        value
    ]
    if value == "link":
        (path.parent / told).unlink()
        (path.parent / told).symlink_to(other)
    true = {"path": told, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    changed(path, lambda said: said["files"][0].update(true))
    return f"{scene.called(path)}: {value}"


each(PARQUET, a_file_of_another_place, "absolute", "relative", "link")
each(CHANGES, a_file_of_another_place, "absolute", "relative", "link")


@of(PARQUET, CSV, CHANGES)
def files_listed_many_times(scene: Scene) -> str:
    path = manifest(scene)

    def change(said: dict) -> None:
        said["files"] *= 100_000

    changed(path, change)
    return "a part is listed 100,000 times"


@of(PARQUET)
def manifest_of_100_mb(scene: Scene) -> str:
    path = manifest(scene)
    changed(path, lambda said: said.update(version="x" * 10**8))
    return "a version of 100 MB"


@of(PARQUET)
def endless_manifest(scene: Scene) -> str:
    path = manifest(scene)
    os.truncate(path, 20 * 2**30)  # takes no room on the disk
    return "a manifest of 20 GB of zeros"
