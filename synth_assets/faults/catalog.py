"""The kinds of faults there are, found by looking."""

from synth_assets.faults import kinds
from synth_assets.faults.interface import Fault
from synth_assets.sinks import modules


def names() -> list[str]:
    """The kinds' names, in alphabetical order; none of them is imported."""
    return modules.names(kinds)


def load(name: str) -> type[Fault]:
    """The kind called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(kinds, name, "fault kind", "They are explained in docs/faults.md.").FAULT
