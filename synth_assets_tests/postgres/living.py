"""Databases that live, for tests: requests of tiny datasets, and what has to lie in them."""

from dataclasses import replace

import polars as pl

from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.apply_changes import ApplyRequest
from synth_assets_tests.postgres.reading import frame_of, ordered

VOLUMES = {
    "bronze": {"customers": 60, "products": 20, "orders": 200, "days": 20},
    "marketplace": {"tenants": 2, "products_per_tenant": 10, "orders_per_tenant": 100, "customers_per_tenant": 10},
}


def request_of(database, name="bronze", batches=range(1, 3), **more):
    """A request to apply batches as fast as possible."""
    project = Project.here()
    dataset = project.dataset(name, volumes=VOLUMES[name])
    request = ApplyRequest(project.domain(name), dataset, CADENCES["day"], batches, database.url, patience=20.0)
    return replace(request, **more)


def timeline_of(request):
    return Timeline(request.domain, request.dataset, request.cadence)


def differing(database, request, batch):
    """The tables that aren't what they have to be after a batch."""
    timeline = timeline_of(request)
    found = []
    for name, table in request.domain.tables.items():
        expected = pl.concat(timeline.state(name, timeline.second(batch)))
        there = frame_of(database.connection, table, request.place)
        if not there.equals(ordered(table, expected)):
            found.append(name)
    return found


def expected_ledger(request, first, last):
    """Number and batch of each transaction of some batches."""
    timeline = timeline_of(request)
    return [(tx, batch) for batch in range(first, last + 1) for tx in timeline.batch(batch).transactions["tx_id"]]


def ledger(database, schema="bronze"):
    return database.rows(f"SELECT tx_id, batch FROM {schema}._synth_transactions ORDER BY tx_id")
