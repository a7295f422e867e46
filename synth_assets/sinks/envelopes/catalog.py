"""The envelopes there are, found by looking."""

from typing import TYPE_CHECKING, cast

from synth_assets.errors import UsageError
from synth_assets.sinks import modules
from synth_assets.sinks.envelopes import tools

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for polars
    from synth_assets.sinks.envelopes.interface import Envelope
    from synth_assets.sinks.envelopes.messages import MessageEnvelope


def names() -> list[str]:
    """The envelopes' names, in alphabetical order; none of them is imported."""
    return modules.names(tools)


def load(name: str) -> "Envelope":
    """The envelope called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(tools, name, "envelope").ENVELOPE


def load_messages(name: str) -> "MessageEnvelope":
    """The envelope called ``name``, of a tool that sends messages.

    Raises:
        UsageError: there is none of this name, or its tool writes rows.
    """
    envelope = load(name)
    if not envelope.has_records:
        others = [one for one in names() if load(one).has_records]
        raise UsageError(
            f"envelope {name} has rows, not records with a key and a value.\n  Those with records: {', '.join(others)}."
        )
    return cast("MessageEnvelope", envelope)
