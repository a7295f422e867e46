"""Lists of values of one type; in text formats JSON arrays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.errors import UsageError
from synth_assets.model.types import catalog
from synth_assets.model.types.base import NESTED_NOT_FINITE, ColumnType, Peculiar, digests
from synth_assets.model.types.text import STRING, text_words

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_NAME = re.compile(r"list\((.+)\)")
_BETWEEN_ENTRIES = "\x1f"


@dataclass(frozen=True)
class ListOf(ColumnType):
    """A list; its entries may be missing."""

    of: ColumnType

    kind: ClassVar[str] = "list"
    nests: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.List(self.of.polars)

    def _sql(self) -> Mapping[str, str]:
        inner = {dialect: self.of.sql(dialect) for dialect in ("duckdb", "postgresql")}
        # PostgreSQL has no arrays of arrays of different lengths, and no type for a struct.
        is_plain = not isinstance(self.of, ListOf) and self.of.kind != "struct"
        postgresql = f"{inner['postgresql']}[]" if is_plain else "JSON"
        return {"duckdb": f"{inner['duckdb']}[]", "postgresql": postgresql, "sqlite": "TEXT"}

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """XXH3-64 of the entries: of texts joined with U+001F, else of their words and which of them are there."""
        import numpy as np
        import polars as pl

        if self.of == STRING:
            return text_words(cells.list.join(_BETWEEN_ENTRIES))
        lengths = cells.list.len().fill_null(0).to_numpy().astype(np.int64)
        entries = cells.filter(pl.Series(lengths > 0)).explode()
        words = np.ascontiguousarray(self.of.words(entries)).view("<u8")
        present = entries.is_not_null().to_numpy()
        edges = np.concatenate([[0], np.cumsum(lengths)]).tolist()
        found = digests((words[a:b].tobytes() + present[a:b].tobytes() for a, b in pairwise(edges)), len(cells))
        return np.where(cells.is_not_null().to_numpy(), found, np.uint64(0))

    def as_text(self, cell: "pl.Expr") -> "pl.Expr":
        """A JSON array."""
        return json_text(cell)

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """From a JSON array."""
        return text.str.json_decode(self.polars)

    def as_json(self, cell: "pl.Expr") -> "pl.Expr":
        """As it is: JSON has arrays."""
        return cell

    def from_json(self, value: "pl.Expr") -> "pl.Expr":
        """Narrowed to the entries' type."""
        return value.cast(self.polars, strict=True)

    @property
    def json_dtype(self) -> "pl.DataType":
        """A list of what the entries are read as."""
        import polars as pl

        return pl.List(self.of.json_dtype)

    @property
    def peculiar(self) -> Peculiar:
        """What JSON has no word for."""
        peculiar = self.of.peculiar
        tests = [peculiar[name] for name in peculiar if is_nested_trouble(name)]
        return {NESTED_NOT_FINITE: lambda cells: any(test(cells.explode()) for test in tests)} if tests else {}


def list_of(entry: ColumnType) -> ListOf:
    """The type of lists.

    Args:
        entry: the type of its entries: numbers, booleans, text, UUIDs, or lists and structs of such.

    Raises:
        UsageError: entries that JSON doesn't give back.
    """
    return ListOf(f"list({nested(entry).name})", entry)


def nested(inner: ColumnType) -> ColumnType:
    """The type itself, if lists and structs may hold it.

    Raises:
        UsageError: they may not.
    """
    if not inner.nests:
        raise UsageError(
            f"{inner.name} can't be inside a list or a struct: text formats write those as JSON, which has no such"
            " values.\n  Use numbers, booleans, string or uuid there, or give it a column of its own."
        )
    return inner


def is_nested_trouble(name: str) -> bool:
    """Whether a peculiar cell is one inside JSON too: there, empty text is as good as any."""
    return name in {"NaN", "infinity", NESTED_NOT_FINITE}


def json_text(cell: "pl.Expr") -> "pl.Expr":
    """A cell as JSON text; missing where it is."""
    import polars as pl

    # Only structs have an encoder: {"":[…]} without its first four bytes and its last.
    encoded = pl.struct(cell.alias("")).struct.json_encode().str.slice(4).str.strip_suffix("}")
    return pl.when(cell.is_not_null()).then(encoded)


STRING_LIST = list_of(STRING)
"""Names; only change logs have such a column so far."""

TYPES = (STRING_LIST,)


def named(text: str) -> ColumnType | None:
    """``list(type)``."""
    match = _NAME.fullmatch(text)
    return list_of(catalog.named(match[1])) if match else None
