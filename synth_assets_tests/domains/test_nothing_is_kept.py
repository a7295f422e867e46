"""Rows that are made and dropped are gone at once: what holds itself would wait for the garbage collector, which may
never come, and memory would grow with the table."""

import gc
from pathlib import Path

import polars as pl
import pytest

from synth_assets.engine.chunks import generate
from synth_assets.engine.plan import plan_table
from synth_assets.model.entity import Entity
from synth_assets.project.project import Project

EXAMPLES = sorted(map(str, (Path(__file__).parents[2] / "examples/datasets").glob("*.yaml")))
NAMES = [*Project.here().names(), *EXAMPLES]


@pytest.fixture
def collected():
    """What only the collector would find is kept to be looked at."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield lambda: (gc.collect(), list(gc.garbage))[1]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def make_and_drop(entity, dataset):
    for unit in plan_table(entity, dataset).units[:1]:
        for piece in list(unit.pieces())[:1]:
            generate(entity, dataset, piece.span, hashing=True)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: Path(name).stem)
def test_no_rows_wait_for_the_garbage_collector(name, collected):
    domain = Project.here().domain(name)
    preset = next((one for one in ("tiny", "small") if one in domain.presets), None)
    dataset = domain.dataset(preset)
    for table in domain.entities:
        make_and_drop(domain.entity(table), dataset)  # what is made once
    collected()
    gc.garbage.clear()
    for table in domain.entities:
        make_and_drop(domain.entity(table), dataset)
        kept = {type(one).__name__ for one in collected() if isinstance(one, Entity | pl.Series | pl.DataFrame)}
        assert kept == set(), table
        gc.garbage.clear()
