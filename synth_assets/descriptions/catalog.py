"""The kinds of descriptions there are, found by looking."""

from synth_assets.descriptions import kinds
from synth_assets.descriptions.kind import Kind
from synth_assets.sinks import modules


def names() -> list[str]:
    """Their names; none is imported."""
    return modules.names(kinds)


def load(name: str) -> Kind:
    """The kind of that name.

    Raises:
        UsageError: there is none.
    """
    return modules.load(kinds, name, "kind of description", "See: synth describe --help").KIND


def written() -> list[Kind]:
    """Those that generating a dataset writes."""
    return [kind for kind in map(load, names()) if kind.file]
