"""What was replayed beside what should be there: a row that is there twice is too many, and nothing else is wrong."""

import polars as pl

from synth_assets.checking.replay import _Comparison
from synth_assets_tests.samples import TABLE, many


def test_a_row_that_is_there_twice_is_a_row_too_many_and_its_first_is_compared():
    comparison = _Comparison(TABLE)
    right = many(7)
    other = right[:1].with_columns(title=pl.lit("another"))
    comparison.compare(1, pl.concat([right[:5], other]), [right], "the generator")
    (problem,) = comparison.problems
    assert "2 rows missing" in problem
    assert "1 row too many" in problem
    assert comparison.differing == 3 * len(TABLE.columns)


def test_the_same_rows_are_no_problem():
    comparison = _Comparison(TABLE)
    comparison.compare(1, many(7), [many(3), many(7)[3:]], "the generator")
    assert (comparison.problems, comparison.differing) == ([], 0)
