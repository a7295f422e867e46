"""Rewrite the golden hashes of the program's domains: a deliberate act, after values were changed on purpose.

    python scripts/update_golden.py

Whoever runs it raises ``since`` of the columns that changed, and writes a "Data" entry in
CHANGELOG.md: datasets that somebody generated before are no longer the ones that are generated now. Where only the
files of change data changed, because a tool is imitated better, an entry is enough.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from synth_assets.project.packages import built_in  # noqa: E402
from synth_assets.project.project import Project  # noqa: E402 — the project need not be installed
from synth_assets.usecases.generate import Request, generate  # noqa: E402
from synth_assets.world import vocabulary  # noqa: E402
from synth_assets_tests.golden import change_files  # noqa: E402

GOLDEN = PROJECT / "synth_assets_tests" / "golden"
PRESET, SEEDS = "small", (42, 7)


def golden(name: str) -> dict[str, object]:
    """What the golden file of a domain should hold."""
    domain = Project.here().domain(name)
    datasets: dict[str, dict[str, dict[str, object]]] = {}
    for seed in SEEDS:
        with TemporaryDirectory() as root:
            request = Request(domain, domain.dataset(PRESET, seed), tuple(domain.entities), ("parquet",), Path(root))
            stored = generate(request)
        tables = {one.entity: {"rows": one.rows, "content_hash": one.content_hash} for one in stored}
        datasets[f"{PRESET}|{seed}"] = tables
    return {"contract": domain.contract, "vocabularies": vocabulary.fingerprint(), "datasets": datasets}


def update_change_files() -> None:
    """Write the hashes of the files of change data."""
    hashes: dict[str, str] = {}
    for label in change_files.FORMS:
        with TemporaryDirectory() as root:
            hashes[label] = change_files.digest_of(label, Path(root))
    change_files.HASHES.write_text(json.dumps(hashes, indent=2) + "\n")


def update(name: str) -> None:
    """Write a domain's file and say what to do besides."""
    path = GOLDEN / f"{name}.json"
    before = json.loads(path.read_text()) if path.exists() else {}
    after = golden(name)
    path.write_text(json.dumps(after, indent=2) + "\n")
    if after == before:
        print(f"{path.relative_to(PROJECT)} has not changed.")
        return
    print(f"{path.relative_to(PROJECT)} was rewritten.")
    if after["contract"] == before.get("contract"):
        print(
            "Values changed under the same contract.\n"
            "  Raise `since` of the columns that changed and run this again,\n"
            '  and say under "Data" in CHANGELOG.md what changed.'
        )


def main() -> None:
    """Write the files and say what to do besides."""
    update_change_files()
    for source in built_in():
        update(source.name)


if __name__ == "__main__":
    main()
