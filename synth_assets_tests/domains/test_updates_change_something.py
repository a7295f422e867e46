"""An update changes a cell that people see, unless what is drawn anew comes out the same."""

import polars as pl
import pytest

from synth_assets.engine.timeline import Batch
from synth_assets.model.fates import Changes
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS

DAYS = 20


def drawn_anew(domain):
    """The acts that draw columns anew, which may come out as they were: docs/own-dataset.md says so."""
    fates = [(kind.about.name, fate) for kind in domain.entities.values() for fate in kind.about.fates]
    return {f"{name}_{fate.name}" for name, fate in fates if isinstance(fate, Changes)}


@pytest.mark.parametrize("name", list(DOMAINS))
def test_no_step_of_a_row_is_an_update_that_changes_nothing(name):
    domain, dataset = DOMAINS[name], DATASETS[name]
    batch = Batch(domain, dataset, 1, dataset.as_of_second, dataset.as_of_second + DAYS * 86_400)
    acts = batch.transactions.select("tx_id", "act").filter(~pl.col("act").is_in(sorted(drawn_anew(domain))))
    for table in domain.entities:
        for events in batch.log(table):
            updates = events.filter(pl.col("op") == "update").join(acts, on="tx_id")
            empty = updates.filter(pl.col("changed_columns").list.len() == 0)
            assert empty.is_empty(), (table, empty["act"].unique().to_list())
