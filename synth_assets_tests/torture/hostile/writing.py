"""What hand-made files are written with."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from synth_assets_tests.torture.damage.scene import Scene, resealed


def manifest(scene: Scene) -> Path:
    """The manifest to damage."""
    found = [*scene.root.rglob("repairs/**/_manifest.json"), *scene.root.rglob("_manifest.json")][0]
    scene.touched.append(found)
    return found


def changed(path: Path, change: Callable[[dict], object]) -> None:
    """Change what a manifest says."""
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(resealed(values)))


def part(scene: Scene, ending: str = ".parquet") -> Path:
    """The part, or the candidate, to damage."""
    found = sorted(scene.root.rglob(f"repairs*/**/*{ending}")) or sorted(scene.root.rglob(f"*{ending}"))
    scene.touched.append(found[0])
    return found[0]


def tell(path: Path, rows: int | None = None) -> None:
    """Let the manifest beside a part say what is true of its bytes."""
    beside = path.parent / "_manifest.json"
    if not beside.exists():
        return
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while some := file.read(2**20):
            digest.update(some)

    def change(said: dict) -> None:
        (entry,) = [one for one in said["files"] if one["path"] == path.name]
        entry.update(bytes=path.stat().st_size, sha256=digest.hexdigest())
        if rows is not None:
            said["rows"] += rows - entry["rows"]
            entry["rows"] = rows

    changed(beside, change)
