"""A number → a damaged copy: the hand-made ones first, then as many as you like from a seeded source of chance."""

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from synth_assets_tests.torture.corpus import BY_NAME, TARGETS, Target
from synth_assets_tests.torture.damage import bytes as raw
from synth_assets_tests.torture.damage import databases, documents, files, tables, texts
from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError
from synth_assets_tests.torture.hostile import every

SEED = "the torture of what is stored"

_PARTS = (raw.ALL, files.ALL, documents.ALL, documents.ALL, tables.ALL)
_DATABASES = (raw.ALL, files.ALL, databases.ALL, databases.ALL, databases.ALL)


@dataclass(frozen=True)
class Case:
    """A damaged copy.

    Attributes:
        scene: the copy.
        what: was done to it.
    """

    scene: Scene
    what: str


def chance(number: int) -> random.Random:
    """What decides everything about a case."""
    return random.Random(f"{SEED} {number}")  # noqa: S311 - which damage, not a secret


def case(number: int, home: Path, work: Path) -> Case:
    """Make a case.

    Args:
        number: from 0; those below ``len(every.CASES)`` are made by hand.
        home: the corpus.
        work: an empty folder for the copy, and what else the damage needs.
    """
    decides = chance(number)
    if number < len(every.CASES):
        name, damage = every.CASES[number]
        scene = copied(BY_NAME[name], home, work, decides)
        return Case(scene, f"{damage.__name__}: {damage(scene)}")
    (target,) = decides.choices(TARGETS, [one.weight for one in TARGETS])
    while True:
        damage = decides.choice(decides.choice(_kinds(target)))
        scene = copied(target, home, work, decides)
        try:
            what = damage(scene)
            # Now and then two things are wrong at once.
            if decides.random() < 0.05:
                what += f"; and {decides.choice(decides.choice(_kinds(target)))(scene)}"
        except (UnfitError, OSError):
            shutil.rmtree(work)
            work.mkdir()
            continue
        return Case(scene, f"{damage.__name__}: {what}")


def _kinds(target: Target) -> tuple[tuple[Damage, ...], ...]:
    if target.kind in {"plan", "declaration"}:
        return (raw.ALL, texts.YAML, texts.YAML, texts.YAML)
    if target.kind == "settings":
        return (raw.ALL, texts.TOML, texts.TOML, texts.TOML)
    if target.name.endswith(("duckdb", "sqlite")) or target.kind == "current":
        return _DATABASES
    if target.name.endswith("-all"):
        return (*_PARTS, databases.ALL)
    if target.kind == "candidate":
        return (raw.ALL, tables.ALL, tables.ALL)
    return _PARTS


def copied(target: Target, home: Path, work: Path, decides: random.Random) -> Scene:
    """A copy of a target, in the folder ``data`` of ``work``."""
    root = work / "data"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(home / target.name, root)
    return Scene(target, root, home, decides)
