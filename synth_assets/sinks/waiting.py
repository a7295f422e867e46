"""Finished parts that wait in a staging folder for the rest of their table, and the record of them.

The record is ``finished.jsonl`` in the folder: a line that says what the parts follow from, then a line for the parts
of each finished piece of work, with their paths from the folder. A last line that was cut off counts for nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth_assets.errors import UsageError, first_line
from synth_assets.sinks.store import Finished
from synth_assets.spoken import option

RECORD = "finished.jsonl"


@dataclass
class Waiting:
    """The finished parts in a staging folder whose lock is held.

    Attributes:
        home: the folder.
        identity: what they follow from.
        finished: those there are.
    """

    home: Path
    identity: Mapping[str, Any]
    finished: list[Finished] = field(default_factory=list[Finished])

    @classmethod
    def in_folder(cls, home: Path) -> "Waiting | None":
        """What waits in a dead run's folder; ``None`` if nothing does."""
        try:
            lines = (home / RECORD).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return None
        first, *others = [_read(line) for line in lines] or [{}]
        found = [Finished(tuple(home / path for path in one["files"]), one["told"]) for one in others if "told" in one]
        there = [one for one in found if all(path.is_file() for path in one.files)]
        return cls(home, first["identity"], there) if there and "identity" in first else None

    def note(self, one: Finished) -> None:
        """Add to the record."""
        path = self.home / RECORD
        first = "" if path.exists() else json.dumps({"identity": self.identity})
        line = {"files": [file.relative_to(self.home).as_posix() for file in one.files], "told": one.told}
        with path.open("a", encoding="utf-8") as record:
            # A break before it: the line that a dead run was writing may have none.
            record.write(f"{first}\n{json.dumps(line)}")
        self.finished.append(one)

    def keep(self) -> int:
        """Remove drafts that were not finished, as far as that can be done; how many parts are left."""
        files = {file for one in self.finished for file in one.files}
        # What was taken away from its place is no draft, and is given back.
        drafts = [path for path in self.home.iterdir() if path.is_dir() and path.name != "old"]
        for path in (path for folder in drafts for path in folder.rglob("*")):
            if path.is_file() and path not in files:
                with suppress(OSError):
                    path.unlink()
        return sum(file.is_file() for file in files)


def waits(finished: Sequence[Finished]) -> str:
    """What to say of finished parts of a run that failed; empty if there are none."""
    count = sum(file.is_file() for one in finished for file in one.files)
    return f"\n  Finished parts wait, {count} of them; go on with {option('resume')}." if count else ""


def of_another(root: Path, identity: Mapping[str, Any], others: Iterable[Waiting]) -> UsageError:
    """What to say where parts wait, and none of them are of this identity."""
    nearest = min((one.identity for one in others), key=lambda one: len(_different(one, identity)))
    told = "; ".join(
        f"{name} {_shown(nearest.get(name))}, not {_shown(identity.get(name))}"
        for name in _different(nearest, identity)
    )
    return UsageError(
        f"The finished parts below {root} are of another dataset: {told}.\n"
        f"  Ask for the same again, or leave {option('resume')} out to begin anew, which removes them."
    )


def _different(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return [name for name in dict.fromkeys([*one, *other]) if one.get(name) != other.get(name)]


def _shown(value: Any) -> str:
    return "unsaid" if value is None else first_line(json.dumps(value))


def _read(line: str) -> dict[str, Any]:
    """A line of the record; nothing of one that was cut off."""
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
