"""The formats there are, found by looking."""

from typing import TYPE_CHECKING

from synth_assets.sinks import formats, modules

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for polars
    from synth_assets.sinks.interface import Format


def names() -> list[str]:
    """The formats' names, in alphabetical order; none of them is imported."""
    return modules.names(formats)


def load(name: str) -> "Format":
    """The format called ``name``; only now its driver is imported.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(formats, name, "format").FORMAT
