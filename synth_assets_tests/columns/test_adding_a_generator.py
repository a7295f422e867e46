"""Adding a generator is adding a file: a copy of the package takes one up, everywhere that generators are known."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

DICE = '''
"""The eyes of some dice."""

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import INTEGER, Drawn
from synth_assets.kernel.choice import below
from synth_assets.model.types import INT8, ColumnType
from synth_assets.model.values import Values


class Dice(Drawn):
    """The eyes of some dice, together."""

    fills: ClassVar = (INTEGER,)
    examples: ClassVar = ({"count": 2},)

    count: int = Field(ge=1, le=4, description="how many dice, a whole number from 1 to 4", examples=[2])

    def values(self, rows: Any, name: str) -> Values:
        words = self.words(rows, name)
        return sum(below(words << np.uint64(8 * die), 6) + 1 for die in range(self.count))

    @property
    def default_type(self) -> ColumnType:
        return INT8


GENERATOR = Dice


def dice(count: int) -> Dice:
    """The eyes of some dice."""
    return of(Dice, count=count)
'''

PROGRAM = '''
import importlib.util, sys

import synth_assets
assert synth_assets.__file__.startswith(sys.argv[1]), synth_assets.__file__

from synth_assets.columns.basis import catalog
assert "dice" in catalog.names()
assert catalog.made({"method": "dice", "count": 3}) == catalog.load("dice").model_validate({"count": 3})
try:
    catalog.made({"method": "dice", "count": 9})
except Exception as error:
    print(error)

from synth_assets.columns.dice import dice
from synth_assets.columns.key import key
from synth_assets.columns.null_rate import null_rate
from synth_assets.engine.chunks import generate
from synth_assets.kernel.counter import Span
from synth_assets.model.domain import Domain
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.params import Params
from synth_assets.model.types import INT8, INT64


class Throws(Entity):
    """Throws."""

    about = About("game", "throws", "one throw", "throw_id")
    throw_id = column(INT64, "key", key())
    eyes = column(INT8, "what came up", dice(2))
    seen = column(INT8, "what was seen", null_rate(0.5, dice(1)), nullable=True)

    @classmethod
    def positions(cls, dataset, at=None):
        return 1_000


game = Domain.of("game", "A game.", Params, {"all": Params()}, "all", [Throws], None)
eyes = generate(Throws, game.dataset(), Span(0, 1_000)).frame["eyes"]
print(eyes.min(), eyes.max(), eyes.n_unique())

sys.path.append(sys.argv[2].rpartition("/")[0])
spec = importlib.util.spec_from_file_location("make_column_docs", sys.argv[2])
maker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(maker)
chapter = maker.page().partition("## dice")[2].partition("## every")[0]
print(" ".join(chapter.split()))
'''


def test_a_file_is_all_that_a_generator_takes(tmp_path):
    shutil.copytree(
        ROOT / "synth_assets", tmp_path / "synth_assets", ignore=shutil.ignore_patterns("__pycache__", "orchestration")
    )
    (tmp_path / "synth_assets" / "columns" / "dice.py").write_text(DICE)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(ROOT / "scripts" / "make_column_docs.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    refusal, example, eyes, chapter = done.stdout.splitlines()
    assert refusal == "dice: count=9 is not allowed; it is how many dice, a whole number from 1 to 4."
    assert example == "  For example: dice(count=2)"
    assert eyes == "2 12 11"
    said, _, seen = chapter.partition(" ```text ")
    assert seen.endswith(" 13 ```")
    assert said == (
        "The eyes of some dice, together. For columns of integer. It draws random bits."
        " | argument | what it is | default | for example | | --- | --- | --- | --- |"
        " | `count` | how many dice, a whole number from 1 to 4 | required | `2` |"
        ' ```json {"method": "dice", "count": 2} ```'
    )
