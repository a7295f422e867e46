"""The envelopes there are, found by looking."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from synth_assets.errors import UsageError, unknown
from synth_assets.sinks import modules
from synth_assets.sinks.envelopes import tools
from synth_assets.spoken import option

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for polars
    from synth_assets.sinks.envelopes.interface import Envelope, EnvelopeOption
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


def form_of(name: str, asked: Mapping[str, str]) -> dict[str, str]:
    """A value of every option of an envelope.

    Args:
        name: the envelope's, or ``plain``, which has no options.
        asked: those that were asked for.

    Raises:
        UsageError: the envelope hasn't got an option, or an option hasn't got the value.
    """
    own = {one.name: one for one in load(name).options} if name in names() else {}
    for one, value in asked.items():
        if one not in own:
            raise UsageError(f"envelope {name} has no {option(one)}{_who_has(one)}\n  {_told(name, own)}")
        if value not in own[one].values:
            raise unknown(f"{option(one)} of envelope {name}", value, own[one].values)
    return {one.name: asked.get(one.name, one.values[0]) for one in own.values()}


def is_form(name: str, options: Mapping[str, str]) -> bool:
    """Whether options are all of an envelope's, each with a value that it has."""
    return {one.name for one in load(name).options} == set(options) and all(
        options[one.name] in one.values for one in load(name).options
    )


def _who_has(name: str) -> str:
    having = [one for one in names() if any(known.name == name for known in load(one).options)]
    return f"; {', '.join(having)} {'has' if len(having) == 1 else 'have'} it." if having else "."


def _told(name: str, own: "Mapping[str, EnvelopeOption]") -> str:
    told = ", ".join(option(one.name, "|".join(one.values)) for one in own.values())
    return f"Those of {name}: {told}." if told else f"Leave it out: {name} has none."


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
