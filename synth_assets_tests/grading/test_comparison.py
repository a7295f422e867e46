"""Verdicts don't depend on how the frames of either table are cut."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.grading.cells import typed
from synth_assets.grading.comparison import judged
from synth_assets.grading.ordering import NUMBER, in_order
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT8, INT64


@given(st.data())
def test_every_key_of_either_table_has_exactly_one_verdict_however_the_frames_are_cut(data):
    table = Table("d", "t", "", "", Key.of("k"), (Column("k", INT64, ""), Column("v", INT8, "", nullable=True)))
    rows = st.tuples(st.integers(1, 12), st.none() | st.integers(0, 2))
    truth = sorted(data.draw(st.lists(rows, unique_by=lambda row: row[0])))
    anything = st.tuples(st.integers(-2, 12), st.none() | st.integers(0, 2))
    found = sorted(data.draw(st.lists(anything)), key=lambda row: row[0])
    past = data.draw(st.lists(rows))

    def cut(rows, label):
        edges = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4), label=label))
        whole = pl.DataFrame(rows, schema=table.schema, orient="row").with_columns((pl.col("k") - 1).alias(NUMBER))
        return [whole[a:b] for a, b in zip([0, *edges], [*edges, len(rows)], strict=True)]

    def versions(numbers):
        return [pl.DataFrame([r for r in past if r[0] - 1 in numbers], schema=table.schema, orient="row")]

    def verdict(key):
        cells, true = [v for k, v in found if k == key], [v for k, v in truth if k == key]
        if not cells or not true:
            return "phantom" if cells else "missing"
        if len(cells) > 1:
            return "duplicated"
        return "exact" if cells == true else "stale" if (key, cells[0]) in past else "wrong"

    candidate = in_order([typed(frame, table) for frame in cut(found, "found")], table)
    verdicts = pl.concat(
        [
            pl.DataFrame(schema={NUMBER: pl.Int64, "verdict": pl.String, "key": pl.String}),
            *(
                p.verdicts.select(NUMBER, "verdict", "key")
                for p in judged(cut(truth, "truth"), candidate, table, versions)
            ),
        ]
    )
    assert verdicts.height == verdicts[NUMBER].n_unique()
    assert {number + 1: verdict for number, verdict, _ in verdicts.iter_rows()} == {
        k: verdict(k) for k, _ in truth + found
    }
    assert all(
        key == (None if verdict == "exact" else str(number + 1)) for number, verdict, key in verdicts.iter_rows()
    )
