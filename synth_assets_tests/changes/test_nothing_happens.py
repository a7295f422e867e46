"""A domain in which nothing happens after its base: empty batches, of the same columns as any."""

import polars as pl
import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import CADENCES
from synth_assets.model.timeline import life_of
from synth_assets_tests.keyed_shop import DATASET, SHOP

TIMELINE = Timeline(SHOP, DATASET, CADENCES["day"])


def test_there_is_none_of_a_transaction():
    assert not any(life_of(entity) for entity in SHOP.entities.values())
    found = TIMELINE.batch(1).transactions
    assert found.is_empty()
    assert found.schema == {
        "tx_id": pl.Int64,
        "commit_ts": pl.Datetime("us", "UTC"),
        "act": pl.String,
        "tx_total": pl.Int32,
        **dict.fromkeys(SHOP.entities, pl.Int32),
    }


@pytest.mark.parametrize("name", SHOP.entities)
def test_a_table_has_no_events_no_log_and_one_version_of_each_row(name):
    batch = TIMELINE.batch(1)
    assert len(batch.events(name).lsn) == 0
    assert list(batch.log(name)) == []
    rows = pl.concat(TIMELINE.state(name, DATASET.as_of_second))
    assert pl.concat(TIMELINE.state(name, TIMELINE.second(1))).equals(rows)
    versions = pl.concat(TIMELINE.versions(name, TIMELINE.second(1)))
    assert versions.select(rows.columns).equals(rows)
