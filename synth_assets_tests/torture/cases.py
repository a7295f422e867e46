"""A number → a damaged copy: the hand-made ones first, then as many as you like from a seeded source of chance."""

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from synth_assets_tests.torture import hostile
from synth_assets_tests.torture.corpus import BY_NAME, TARGETS, Target
from synth_assets_tests.torture.damage import bytes as raw
from synth_assets_tests.torture.damage import databases, documents, files, tables, texts
from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError

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


def case(number: int, home: Path, work: Path) -> Case:
    """Make a case.

    Args:
        number: from 0; those below ``len(hostile.ALL)`` are made by hand.
        home: the corpus.
        work: an empty folder for the copy, and what else the damage needs.
    """
    chance = random.Random(f"{SEED} {number}")
    if number < len(hostile.ALL):
        name, damage = hostile.ALL[number]
        scene = _copied(BY_NAME[name], home, work, chance)
        return Case(scene, f"{damage.__name__}: {damage(scene)}")
    (target,) = chance.choices(TARGETS, [one.weight for one in TARGETS])
    while True:
        damage = chance.choice(chance.choice(_kinds(target)))
        scene = _copied(target, home, work, chance)
        try:
            what = damage(scene)
            # Now and then two things are wrong at once.
            if chance.random() < 0.05:
                what += f"; and {chance.choice(chance.choice(_kinds(target)))(scene)}"
        except (UnfitError, OSError):
            shutil.rmtree(work)
            work.mkdir()
            continue
        return Case(scene, f"{damage.__name__}: {what}")


def _kinds(target: Target) -> tuple[tuple[Damage, ...], ...]:
    if target.kind == "plan" or target.kind == "declaration":
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


def _copied(target: Target, home: Path, work: Path, chance: random.Random) -> Scene:
    root = work / "data"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(home / target.name, root)
    return Scene(target, root, home, chance)
