"""The envelopes there are, found by looking."""

from typing import TYPE_CHECKING

from synth_assets.sinks import modules
from synth_assets.sinks.envelopes import tools

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for polars
    from synth_assets.sinks.envelopes.interface import Envelope


def names() -> list[str]:
    """The envelopes' names, in alphabetical order; none of them is imported."""
    return modules.names(tools)


def load(name: str) -> "Envelope":
    """The envelope called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(tools, name, "envelope").ENVELOPE
