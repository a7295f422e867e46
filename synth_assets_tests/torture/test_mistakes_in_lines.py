"""A mistake made in lines of every example: told where it is, in few words, and no fault of ours."""

import pytest

from synth_assets_tests.torture.mistakes import FILES, answer, mistakes_of

_SAMPLED = 12
"""Mistakes of each file that are made each time."""


def _badly(mistakes):
    return [
        (one.mistake.line, one.mistake.kind, one.problem, one.texts) for one in map(answer, mistakes) if one.problem
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_some_mistakes_are_told_well(path):
    every = list(mistakes_of(path.read_text(encoding="utf-8")))
    step = max(len(every) // _SAMPLED, 1) | 1  # odd: the kinds take turns
    told = [answer(one) for one in every[::step]]
    assert not [(one.mistake.line, one.mistake.kind, one.problem, one.texts) for one in told if one.problem]
