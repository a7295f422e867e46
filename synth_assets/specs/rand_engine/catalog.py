"""All methods of rand-engine, by name."""

import difflib

from synth_assets.specs.rand_engine import choices_of, keys, numbers, texts, times
from synth_assets.specs.rand_engine.method import Method

METHODS: dict[str, Method] = {
    one.name: one
    for one in sorted(
        (*numbers.METHODS, *texts.METHODS, *choices_of.METHODS, *times.METHODS, *keys.METHODS),
        key=lambda method: method.name,
    )
}
"""Name → method."""

_ELSEWHERE = {
    "distincts_external": "say it in 'constraints', as a key of tipo FK",
    "foreign_keys": "say it in 'constraints', as a key of tipo FK",
    "distincts_untyped": "use 'distincts'",
}


def unknown_method(name: object) -> str:
    """What to say of a method that there isn't."""
    if isinstance(name, str) and name in _ELSEWHERE:
        return f"method '{name}' is not taken: {_ELSEWHERE[name]}"
    close = difflib.get_close_matches(str(name)[:100], METHODS, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(repr(one) for one in close)}?" if close else "."
    return f"method '{name}' does not exist{hint} Available methods: {', '.join(METHODS)}, and those of docs/columns.md"
