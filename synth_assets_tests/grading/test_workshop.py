"""Tables of the toy domain, which live, are graded against their own past."""

import polars as pl
import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.faults import answer_key
from synth_assets.grading.grade import grade
from synth_assets.grading.report import Question
from synth_assets.model.change_log import CADENCES
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS

TIMELINE = Timeline(DOMAINS["workshop"], DATASETS["workshop"], CADENCES["day"])
SECOND, EARLIER = TIMELINE.second(40), TIMELINE.second(10)
KEYED = [name for name, table in DOMAINS["workshop"].tables.items() if table.key]


def graded(name, frame, path):
    frame.sample(fraction=1, shuffle=True, seed=1).write_parquet(path)
    return grade(Question(TIMELINE, name, SECOND, str(path)), answer_key.TABLE.schema.to_frame())


@pytest.mark.parametrize("name", KEYED)
def test_the_truth_is_exact_and_what_was_earlier_is_stale_or_deleted(name, tmp_path):
    now, then = (pl.concat(TIMELINE.state(name, second)) for second in (SECOND, EARLIER))
    assert graded(name, now, tmp_path / "now.parquet").counts["exact"] == now.height
    found = graded(name, then, tmp_path / "then.parquet")
    keys = list(DOMAINS["workshop"].tables[name].key.columns)
    same = then.join(now, on=now.columns, how="semi", nulls_equal=True).height
    both = then.join(now, on=keys, how="semi").height
    assert {verdict: count for verdict, count in found.counts.items() if count} == {
        verdict: count
        for verdict, count in {
            "exact": same,
            "stale": both - same,
            "missing": now.height - both,
            "phantom": then.height - both,
        }.items()
        if count
    }
    assert found.phantoms == {"deleted": then.height - both, "never": 0, "keyless": 0}


def test_rows_with_uuids_move_and_go_so_that_this_says_something():
    now, then = (pl.concat(TIMELINE.state("customers", second)) for second in (SECOND, EARLIER))
    both = then.join(now, on="customer_id", how="semi").height
    assert both < then.height
    assert then.join(now, on=now.columns, how="semi", nulls_equal=True).height < both
