"""Concrete strings from patterns with placeholders: postal codes, phone numbers."""

import numpy as np

from synth_assets.kernel.counter import Span, U64Array, bits
from synth_assets.kernel.keys import derive

_FILL = {
    placeholder: np.array([ord(char) for char in chars], dtype=np.uint32)
    for placeholder, chars in (("#", "0123456789"), ("@", "ABDEFGHJLNPQRSTUWXYZ"), ("&", "ABCEGHJKLMNPRSTVWXYZ"))
}
_FIXED = str.maketrans({chr(code): "." for code in range(32, 0x250) if chr(code) not in _FILL})


def filled(kind: str, patterns: list[str], each: int) -> list[str]:
    """``each`` concrete strings per pattern, the placeholders filled in by keyed draws.

    Args:
        kind: names the draw, e.g. ``phone``: the same for every dataset, as vocabularies are.
        patterns: what to fill in; see :mod:`~synth_assets.world.vocabulary` for the placeholders.
        each: how many strings a pattern gives.

    Returns:
        The strings, one pattern's after the other's; some may be equal.
    """
    wanted = np.repeat(np.array(patterns), each)
    words = bits(derive("vocabulary", kind), Span(0, len(wanted)))
    texts = np.empty(len(wanted), dtype=wanted.dtype)
    # Patterns that have the same placeholders in the same places are filled in at once.
    shapes, of = np.unique([pattern.translate(_FIXED) for pattern in patterns], return_inverse=True)
    for number, shape in enumerate(shapes.tolist()):
        rows = np.flatnonzero(np.repeat(of == number, each))
        texts[rows] = _fill(shape, wanted[rows], words[rows])
    return texts.tolist()


def _fill(shape: str, patterns: np.ndarray, words: U64Array) -> np.ndarray:
    """Each pattern with its placeholders filled in; all have the shape, which has a dot for what stays."""
    chars = patterns.astype(f"<U{len(shape)}").view(np.uint32).reshape(len(patterns), len(shape))
    for at, char in enumerate(shape):
        if char in _FILL:
            words, place = np.divmod(words, np.uint64(len(_FILL[char])))
            chars[:, at] = _FILL[char][place]
    return chars.view(f"<U{len(shape)}").ravel()
