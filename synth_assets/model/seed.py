"""Seeds: which whole numbers are some, and how names of partitions, folders and datasets have them."""

from synth_assets.documents.whole_number import whole_number

MOST_DIGITS = 100
"""Seeds are part of file names, which have an end."""

A_SEED = f"a whole number of up to {MOST_DIGITS} digits"
_END = 10**MOST_DIGITS


def is_seed(value: object) -> bool:
    """Whether this is one; truth values aren't."""
    return isinstance(value, int) and not isinstance(value, bool) and -_END < value < _END


def named_seed(text: str) -> int | None:
    """The seed that is part of a name: 42, and not 042 or +42, as one dataset has one name; ``None`` for others."""
    seed = whole_number(text)
    return seed if seed is not None and is_seed(seed) and str(seed) == text else None


def label_and_seed(name: str, between: str) -> tuple[str, int] | None:
    """What the name of a dataset or of its partition says; ``None`` if it is another name.

    Args:
        name: for example ``small-42`` or ``small|42``.
        between: what stands before the seed.

    Example:
        >>> label_and_seed("small-42", "-"), label_and_seed("small--1", "-"), label_and_seed("small|042", "|")
        (('small', 42), ('small', -1), None)
    """
    label, sign, text = name.rpartition(between)
    if between == "-" and label.endswith("-"):
        label, text = label[:-1], f"-{text}"
    seed = named_seed(text) if sign and label else None
    return None if seed is None else (label, seed)
