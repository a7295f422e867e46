"""Names and values as SQL has them."""

from collections.abc import Iterable, Sequence


def quoted(name: str) -> str:
    """The name of a column, table or schema.

    Example:
        >>> print(quoted('5" nails'))
        "5"" nails"
    """
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """A table's name with its schema."""
    return f"{quoted(schema)}.{quoted(name)}"


def listed(names: Sequence[str]) -> str:
    """Columns with commas between."""
    return ", ".join(quoted(name) for name in names)


def literal(text: object) -> str:
    """A text, a path or a number as a text.

    Example:
        >>> print(literal("it's"))
        'it''s'
    """
    return "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """Texts with commas between."""
    return ", ".join(map(literal, texts))
