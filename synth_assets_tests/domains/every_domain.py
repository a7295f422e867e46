"""The domains that the common suite runs over: those of the program, and the toy in Python and as a declaration."""

import functools
from pathlib import Path

import numpy as np
import polars as pl

from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
from synth_assets.project.packages import Package, built_in
from synth_assets.specs.declared import Declared
from synth_assets_tests.workshop.declaration import WORKSHOP

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "datasets").glob("*.yaml"))
"""Files that show the dataset language."""

SOURCES = {
    **{package.name: package for package in built_in()},
    "workshop": Package("synth_assets_tests.workshop"),
    "declared workshop": Declared.of(WORKSHOP),
    **{f"example {path.stem}": Declared.read(path, path.name) for path in EXAMPLES},
}
DOMAINS = {name: source.load() for name, source in SOURCES.items()}

VOLUMES = {
    "bronze": {"customers": 40, "products": 30, "orders": 70, "days": 35},
    "devdata": {"users": 30, "orders": 60, "events": 80, "products": 20, "days": 40},
    "library": {"size": 30, "days": 60},
    "marketplace": {
        "tenants": 3,
        "products_per_tenant": 20,
        "orders_per_tenant": 60,
        "customers_per_tenant": 12,
    },
    "starter": {"users": 12, "sales": 30, "metrics": 2, "days": 30},
    "workshop": {"branches": 4, "staff": 11, "customers": 60, "repairs": 90, "days": 30},
}
VOLUMES["declared workshop"] = VOLUMES["workshop"]
"""Small volumes of each domain; a new domain names its own here or is tried as its first preset."""

DATASETS = {
    name: domain.dataset(next(iter(domain.presets)), seed=7, volumes=VOLUMES.get(name))
    for name, domain in DOMAINS.items()
}
ENTITIES = [(name, entity) for name, domain in DOMAINS.items() for entity in domain.entities]


@functools.lru_cache(maxsize=256)
def whole(name, entity, at=None):
    """A table, made by one entity over all positions at once: its cells and its rows' numbers."""
    kind, dataset = DOMAINS[name].entity(entity), DATASETS[name]
    rows = kind(dataset, Span(0, kind.positions(dataset, at)), at)
    if kind.about.shape.numbered:
        there = np.flatnonzero(rows.exists())
        rows = kind(dataset, there, at)
    return chunk_of(rows)


def position_of(kind, numbers):
    """The position in which each row is found: its number, or a ledger's window."""
    if kind.about.shape.numbered:
        return numbers
    # Windows are in the number's upper part; which bits those are is the table's own affair.
    dataset = next(DATASETS[name] for name, entity in ENTITIES if DOMAINS[name].entity(entity) is kind)
    windows = [np.full(len(chunk_of(kind(dataset, Span(at, 1))).numbers), at) for at in range(kind.positions(dataset))]
    return np.concatenate([np.zeros(0, dtype=np.int64), *windows])


def concat(frames, schema):
    """Frames as one, which has the schema even if there are none."""
    return pl.concat([schema.to_frame(), *frames])
