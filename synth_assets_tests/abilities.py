"""Test cases from what sinks say of themselves: an ability that one lacks is a mark with the reason, never a gap."""

import pytest


def cases(sinks, abilities):
    """A case for every sink and ability, as ``(name, ability)``.

    Args:
        sinks: what they declare, by name.
        abilities: the abilities in question.
    """
    return [
        pytest.param(name, ability, marks=_marks(capabilities, ability), id=f"{name}: {ability}")
        for name, capabilities in sinks.items()
        for ability in abilities
    ]


def lack(request):
    """Why the sink of this test case lacks the ability, or ``None``: then it has it."""
    mark = request.node.get_closest_marker("lacks")
    return None if mark is None else mark.args[0]


def _marks(capabilities, ability):
    return () if capabilities.can(ability) else pytest.mark.lacks(capabilities.lacks[ability])
