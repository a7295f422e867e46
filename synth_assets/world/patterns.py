"""Concrete strings from patterns with placeholders: postal codes, phone numbers."""

import numpy as np

from synth_assets.kernel.counter import Span, U64Array, bits
from synth_assets.kernel.keys import derive

_FILL = {
    placeholder: np.array([ord(char) for char in chars], dtype=np.uint32)
    for placeholder, chars in (("#", "0123456789"), ("@", "ABDEFGHJLNPQRSTUWXYZ"), ("&", "ABCEGHJKLMNPRSTVWXYZ"))
}


def filled(kind: str, patterns: list[str], each: int) -> list[str]:
    """``each`` concrete strings per pattern, the placeholders filled in by keyed draws.

    Args:
        kind: names the draw, e.g. ``phone``: the same for every dataset, as vocabularies are.
        patterns: what to fill in; see :mod:`~synth_assets.world.vocabulary` for the placeholders.
        each: how many strings a pattern gives.

    Returns:
        The strings, one pattern's after the other's; some may be equal.
    """
    words = bits(derive("vocabulary", kind), Span(0, len(patterns) * each)).reshape(len(patterns), each)
    return [text for pattern, own in zip(patterns, words, strict=True) for text in _fill(pattern, own)]


def _fill(pattern: str, words: U64Array) -> list[str]:
    """A string for each word; shape (each,)."""
    chars = np.empty((len(words), len(pattern)), dtype=np.uint32)
    for at, char in enumerate(pattern):
        choices = _FILL.get(char)
        if choices is None:
            chars[:, at] = ord(char)
        else:
            words, place = np.divmod(words, np.uint64(len(choices)))
            chars[:, at] = choices[place]
    return chars.view(f"<U{len(pattern)}").ravel().tolist()
