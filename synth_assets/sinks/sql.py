"""Names, values and paths as SQL has them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_WILDCARDS = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Names:
    """How a language writes names.

    Attributes:
        mark: what stands before and after one, and twice for itself.
    """

    mark: str

    def quoted(self, name: str) -> str:
        """The name of a column, table or schema."""
        return self.mark + name.replace(self.mark, 2 * self.mark) + self.mark

    def qualified(self, schema: str, name: str) -> str:
        """A table's name with its schema."""
        return f"{self.quoted(schema)}.{self.quoted(name)}"

    def listed(self, names: Sequence[str]) -> str:
        """Columns with commas between."""
        return ", ".join(map(self.quoted, names))


STANDARD = Names('"')
BACKTICKS = Names("`")
"""As MariaDB writes them, and whoever reads its log expects them."""


def quoted(name: str) -> str:
    """The name of a column, table or schema.

    Example:
        >>> print(quoted('5" nails'))
        "5"" nails"
    """
    return STANDARD.quoted(name)


def qualified(schema: str, name: str) -> str:
    """A table's name with its schema."""
    return STANDARD.qualified(schema, name)


def listed(names: Sequence[str]) -> str:
    """Columns with commas between."""
    return STANDARD.listed(names)


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


def pattern_of(path: Path) -> str:
    r"""The pattern that only this path fits, for readers that take every path for one (DuckDB, polars' for NDJSON).

    Absolute, so that nothing at its start means a home, a scheme or an option.

    Example:
        >>> print(pattern_of(Path("/data/run[1]/part-00000.parquet")))
        /data/run[[]1]/part-00000.parquet
    """
    return as_pattern(path.absolute())


def as_pattern(path: Path) -> str:
    """:func:`pattern_of` of a path as it is given, for people to read."""
    return _WILDCARDS.sub(r"[\g<0>]", str(path))


def parquet_rows(paths: Iterable[Path]) -> str:
    """The rows of Parquet files as DuckDB reads them: what is in the files, whatever their folders are called."""
    return f"read_parquet([{literals(map(pattern_of, paths))}], hive_partitioning = false)"
