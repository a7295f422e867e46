"""Ages and segments of customers agree, at first and when segments change."""

import numpy as np
import pytest

from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.world.demographics import SEGMENTS, YOUNGEST, age_in_days, other_clientele

WORDS = bits(derive("test"), Span(0, 20_000))
OTHERS = bits(derive("others"), Span(0, 20_000))


def years_of(segment):
    return age_in_days(WORDS, np.full(len(WORDS), SEGMENTS.index(segment))) / 365.25


@pytest.mark.parametrize(
    ("segment", "youngest", "middle", "oldest"),
    [("consumer", 18, (40, 46), 86), ("family", 28, (37, 41), 51), ("student", 18, (20, 23), 27),
     ("business", 25, (42, 47), 66)],
)  # fmt: skip
def test_a_segment_has_ages_of_its_own(segment, youngest, middle, oldest):
    years = years_of(segment)
    assert youngest <= years.min() < youngest + 1
    assert middle[0] < np.median(years) < middle[1]
    assert oldest - 3 < years.max() < oldest + 0.02  # two days more, for leap days


def test_nobody_is_a_minor_whatever_the_leap_days():
    for segment in range(len(SEGMENTS)):
        # From 1 March of a leap year on, 18 years have five leap days at the most.
        assert age_in_days(WORDS, np.full(len(WORDS), segment)).min() >= YOUNGEST * 365 + 5


def test_another_segment_is_another_one_and_no_grandmother_becomes_a_student():
    for segment in range(len(SEGMENTS)):
        first = np.full(len(WORDS), segment)
        age = age_in_days(WORDS, first)
        other = other_clientele(OTHERS, first, age)
        assert (other != segment).all()
        assert age[other == SEGMENTS.index("student")].max(initial=0) < 29 * 365.25
        assert age[other == SEGMENTS.index("business")].min(initial=10**6) >= 24 * 365.25
        assert len(set(other.tolist())) >= 2
