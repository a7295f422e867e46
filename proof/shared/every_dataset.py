"""Every domain that comes with the program, and every example file, generated in a folder: what the proofs judge."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYNTH = ROOT / ".venv" / "bin" / "synth"

SMALL = {
    "bronze": ["--customers", "40", "--products", "30", "--orders", "70", "--days", "35"],
    "devdata": ["--users", "30", "--orders", "60", "--events", "80", "--products", "20", "--days", "40"],
    "library": ["--size", "30", "--days", "60"],
    "starter": ["--users", "12", "--sales", "30", "--metrics", "2", "--days", "30"],
}
"""What makes the domains small that come with the program; files have a first preset for that."""


@dataclass(frozen=True)
class Made:
    """A dataset in a folder.

    Attributes:
        name: of its domain.
        words: what stands after a command: the domain, and what says which dataset.
        root: the data root.
    """

    name: str
    words: tuple[str, ...]
    root: Path

    @property
    def descriptions(self) -> Path:
        """The folder of what generating wrote beside the data."""
        (folder,) = (self.root / "descriptions" / self.name).iterdir()
        return folder


def every_dataset(home: Path, formats: Sequence[str] = ()) -> Iterator[Made]:
    """Generate all of them below a folder, each in a data root of its own.

    Args:
        home: the folder.
        formats: Parquet without.
    """
    if not SYNTH.exists():
        raise SystemExit("synth is not installed in .venv: run `make setup` first")
    named = {name: (name, *words) for name, words in SMALL.items()}
    files = sorted((ROOT / "examples" / "datasets").glob("*.yaml"))
    named |= {path.stem: (str(path), "--preset", "tiny") for path in files}
    for name, words in named.items():
        made = Made(name, words, home / name)
        more = ["--format", ",".join(formats)] if formats else []
        synth(home, "generate", *words, *more, "--output-dir", str(made.root), "--quiet")
        yield made


def synth(folder: Path, *words: str) -> str:
    """What a command of ours prints.

    Raises:
        SystemExit: it fails; with what it says.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "VIRTUAL_ENV"))}
    (folder / "synth.toml").touch()
    done = subprocess.run([str(SYNTH), *words], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"synth {' '.join(words)}\n{done.stderr}")
    return done.stdout


def rows_of(made: Made) -> int:
    """The rows of all its tables, as its data package says."""
    package = json.loads((made.descriptions / "datapackage.json").read_text(encoding="utf-8"))
    return sum(resource["synth"]["rows"] for resource in package["resources"])
