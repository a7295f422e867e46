"""None, one, two or three of anything: tables are made, or refused before the first row, with a way out."""

import pytest

from synth_assets.engine.chunks import chunk_of
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets_tests.domains.every_domain import DOMAINS, VOLUMES

NAMES = [name for name in DOMAINS if name != "bronze"]  # which has a test of its own for this


def tiny(name):
    """Datasets of which one parameter is 0, 1, 2 or 3, each with what it says where it is refused."""
    domain = DOMAINS[name]
    preset = next(iter(domain.presets))
    for parameter in type(domain.presets[preset]).model_fields:
        for value in range(4):
            try:
                yield domain.dataset(preset, seed=7, volumes=VOLUMES.get(name, {}) | {parameter: value}), ""
            except UsageError as error:
                yield None, str(error)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_not_refused_is_made(name):
    for dataset, refusal in tiny(name):
        if dataset is None:
            problem, _, way_out = refusal.partition("\n")
            assert problem.endswith("."), problem
            assert way_out.startswith("  "), problem
            continue
        for kind in DOMAINS[name].entities.values():
            frame = chunk_of(kind(dataset, Span(0, kind.positions(dataset)))).frame
            assert frame.schema == kind.table().schema


@pytest.mark.parametrize(
    ("name", "child", "volumes"), [("starter", "sales", "users"), ("devdata", "fake_orders", "products")]
)
def test_rows_that_find_no_parent_say_which_volume_to_raise(name, child, volumes):
    domain, refused = DOMAINS[name], []
    for seed in range(30):
        try:
            domain.dataset("small", seed=seed, volumes={volumes: 1})
        except UsageError as error:
            refused.append(str(error))
    assert refused
    assert all(f"{name}/{child}: " in one and f" (--{volumes}), or " in one for one in refused)
    for seed in range(30):
        domain.dataset("small", seed=seed, volumes={volumes: 3})
