"""Datasets of bronze for tests: whole tables of them, and what they look like some days later."""

import functools

import numpy as np
import polars as pl

from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import Span
from synth_assets.model.values import series_of
from synth_assets.project.project import Project

BRONZE = Project.here().domain("bronze")
ENTITIES = dict(BRONZE.entities)
DENSE = [name for name, entity in ENTITIES.items() if entity.about.shape.name == "dense"]


def dataset(seed=42, **volumes):
    """small, or other volumes."""
    return BRONZE.dataset("small", seed=seed, volumes=volumes)


SMALL = dataset()
ODD = {
    "nothing": dataset(customers=0, products=0, orders=0, days=1),
    "no orders": dataset(customers=5, products=20, orders=0, days=2),
    "one of each": dataset(customers=1, products=1, orders=1, days=1),
    "one customer, one product": dataset(customers=1, products=1, orders=37, days=3),
    "one day": dataset(customers=30, products=40, orders=100, days=1),
    "seldom": dataset(customers=10, products=20, orders=40, days=400),
    "more customers than sessions": dataset(customers=900, products=3, orders=17, days=10),
    "more products than lines": dataset(customers=7, products=1_200, orders=33, days=45),
    **{f"{n} products": dataset(customers=3, products=n, orders=50, days=7) for n in range(2, 10)},
    **{
        f"seed {seed}": dataset(seed, customers=40, products=30, orders=70, days=35)
        for seed in (0, -1, 2**63, -(2**200), 10**40)
    },
}


def frame_of(rows, columns=None):
    """The columns of an entity at some rows, as a frame."""
    table = rows.table()
    wanted = table.columns if columns is None else [table.column(name) for name in columns]
    return pl.DataFrame([series_of(column, getattr(rows, column.name)) for column in wanted])


@functools.lru_cache(maxsize=64)
def whole(name, of):
    """A whole table, made by one entity over all positions at once."""
    entity = ENTITIES[name]
    rows = entity(of, Span(0, entity.positions(of)))
    if entity.about.shape.name == "sparse":
        rows = entity(of, np.flatnonzero(rows.exists()))
    return frame_of(rows)


def second_of(of, days):
    """The start of a day, counted from ``as_of``."""
    return of.as_of_second + days * DAY


def state(name, of, days):
    """A table as it is so many days after ``as_of``."""
    entity, at = ENTITIES[name], second_of(of, days)
    rows = entity(of, Span(0, entity.positions(of, at)), at)
    if entity.about.shape.name != "windows":
        rows = entity(of, np.flatnonzero(rows.exists()), at)
    return frame_of(rows)
