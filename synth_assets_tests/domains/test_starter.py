"""What is starter's own: figures of the month go on."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import CADENCES
from synth_assets_tests.domains.every_domain import DOMAINS

DAYS = 92


@pytest.mark.parametrize(
    ("as_of", "first", "grown"), [("2026-01-01", 1, 3), ("2026-01-31", 1, 4), ("2026-02-15", 2, 3)]
)
def test_figures_of_a_month_come_when_it_ends_and_none_is_left_out(as_of, first, grown):
    domain = DOMAINS["starter"]
    volumes = {"metrics": 2, "users": 3, "sales": 3}
    dataset = domain.dataset("small", seed=3, volumes=volumes, as_of=date.fromisoformat(as_of))
    timeline = Timeline(domain, dataset, CADENCES["day"])
    base, later = (pl.concat(timeline.state("timeseries_monthly", timeline.second(batch))) for batch in (0, DAYS))
    assert later.head(120).equals(base)  # 60 months of one metric, then 60 of the other one
    new = later.tail(2 * grown)
    months = [datetime(2026, month, 1, tzinfo=UTC) for month in range(first, first + grown)]
    assert new["timestamp"].to_list() == [month for month in months for _ in range(2)]
    of_one = later.filter(pl.col("metric_name") == base["metric_name"][0])["timestamp"]
    assert len(of_one) == 60 + grown
    assert (
        of_one.sort().to_list()
        == pl.datetime_range(of_one.min(), of_one.max(), "1mo", time_zone="UTC", eager=True).to_list()
    )
    assert sorted(batch for batch in range(DAYS + 1) if _events(timeline, batch)) == [
        (datetime(2026, month + 1, 1, tzinfo=UTC).date() - dataset.as_of).days for month in range(first, first + grown)
    ]


def _events(timeline, batch):
    return batch and len(timeline.batch(batch).events("timeseries_monthly").rows)
