"""What a kind of damage gets: a copy of something stored, a source of chance, and the other things that there are."""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from synth_assets_tests.torture.corpus import Target


class UnfitError(Exception):
    """This kind of damage can't be done here; another one is chosen."""


@dataclass
class Scene:
    """A copy of a target, to damage.

    Attributes:
        target: which one it is.
        root: the copy's folder.
        home: the corpus, which stays as it is.
        random: decides everything; the same number gives the same damage.
        touched: the files and folders that were damaged, as they are called now or were before.
    """

    target: Target
    root: Path
    home: Path
    random: random.Random
    touched: list[Path] = field(default_factory=list)

    @property
    def pristine(self) -> Path:
        """The target as it was made."""
        return self.home / self.target.name

    def files(self, *endings: str) -> list[Path]:
        """The files of the copy that count, sorted; only those with one of some endings, if any are named."""
        found = [path for path in sorted(self.root.rglob("*")) if path.is_file() and not is_lock(path, self.root)]
        return [path for path in found if not endings or path.name.endswith(endings)]

    def file(self, *endings: str) -> Path:
        """One of them, which is about to be damaged."""
        path = self.pick(self.files(*endings))
        self.touched.append(path)
        return path

    def folder(self) -> Path:
        """A folder of the copy, which is about to be damaged."""
        path = self.pick([one for one in sorted(self.root.rglob("*")) if one.is_dir() and not is_lock(one, self.root)])
        self.touched.append(path)
        return path

    def pick(self, choices):
        """One of some things, if there are any."""
        if not choices:
            raise UnfitError
        return self.random.choice(choices)

    def called(self, path: Path) -> str:
        """A path for people."""
        return path.relative_to(self.root).as_posix()


Damage = Callable[[Scene], str]
"""Damages a copy, and says what it did."""


def resealed(values):
    """A manifest of change data with the digest of what it says now, as a liar who is careful writes it."""
    if isinstance(values, dict) and "told" in values:
        said = {name: value for name, value in values.items() if name != "told"}
        text = json.dumps(said, indent=2, ensure_ascii=False)
        values["told"] = hashlib.sha256(f"{text}\n".encode(errors="surrogatepass")).hexdigest()
    return values


def is_lock(path: Path, root: Path) -> bool:
    """Whether nobody of ours reads a path: locks, and folders of them."""
    return path.name.endswith(".lock") or path.relative_to(root).parts == (".synth",)
