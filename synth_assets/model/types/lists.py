"""Lists of values of one type; in text formats JSON arrays."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, cast

from synth_assets.model.types import catalog
from synth_assets.model.types.base import (
    INFINITY,
    NANOSECONDS,
    NESTED_NOT_FINITE,
    NOT_A_NUMBER,
    UNTOLD_INSIDE,
    ColumnType,
    Peculiar,
    digests,
    json_text,
)
from synth_assets.model.types.text import STRING, text_words

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_NAME = re.compile(r"list\((.+)\)")
_BETWEEN_ENTRIES = "\x1f"
_PECULIAR_INSIDE = {
    NOT_A_NUMBER: NESTED_NOT_FINITE,
    INFINITY: NESTED_NOT_FINITE,
    NESTED_NOT_FINITE: NESTED_NOT_FINITE,
    NANOSECONDS: NANOSECONDS,
}
"""What peculiar cells are called where another value holds them; in JSON, empty text is as good as any."""


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
        return {"duckdb": f"{inner['duckdb']}[]", "mariadb": "JSON", "postgresql": postgresql, "sqlite": "TEXT"}

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """XXH3-64 of the entries: of texts joined with U+001F, else of their words and which of them are there.

        Joined texts tell their entries unless one is missing, empty or holds that character: such lists have the
        words of the others.
        """
        if self.of != STRING:
            return self._words_of_entries(cells)
        import numpy as np

        joined = cells.list.join(_BETWEEN_ENTRIES)
        words = text_words(joined)
        unclear = np.flatnonzero(_is_unclear(cells, joined).to_numpy())
        if len(unclear):
            words[unclear] = self._words_of_entries(cells.gather(unclear))
        return words

    def _words_of_entries(self, cells: "pl.Series") -> "NDArray[Any]":
        import numpy as np
        import polars as pl

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

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """From a list, or the text of a JSON array; null where an entry is no value of the entries' type."""
        import polars as pl

        if found == pl.String():
            return self.value_of(from_json_text(cell, self.json_dtype), self.json_dtype)
        if not isinstance(found, pl.List):
            return pl.repeat(None, pl.len(), dtype=self.polars)
        inner = cast("pl.DataType", found.inner)
        entry = self.of.value_of(pl.element(), inner).cast(self.of.polars, strict=False)
        values = cell.list.eval(entry)
        are_read = values.list.drop_nulls().list.len() == cell.list.drop_nulls().list.len()
        return pl.when(are_read).then(values)

    @property
    def json_dtype(self) -> "pl.DataType":
        """A list of what the entries are read as."""
        import polars as pl

        return pl.List(self.of.json_dtype)

    @property
    def parts(self) -> tuple[ColumnType, ...]:
        """The list, and what its entries are."""
        return (self, *self.of.parts)

    @property
    def peculiar(self) -> Peculiar:
        """What JSON has no word for, and times that databases would cut."""
        return peculiar_inside([(self.of, lambda cells: cells.explode())])

    @property
    def asks(self) -> frozenset[str]:
        """What its entries do, and a way to tell them."""
        return asked_inside([self.of])

    def declared(self) -> "ListOf":
        """Those whose entries a dataset's own columns may have."""
        return list_of(self.of.declared())


def list_of(entry: ColumnType) -> ListOf:
    """The type of lists.

    Args:
        entry: the type of its entries; formats that hold lists as JSON have numbers, booleans, text, UUIDs, and
            lists and structs of such only.
    """
    return ListOf(f"list({entry.name})", entry)


def peculiar_inside(parts: Sequence[tuple[ColumnType, Callable[["pl.Series"], "pl.Series"]]]) -> Peculiar:
    """The peculiar cells of a type that holds others.

    Args:
        parts: the types inside, each with the way from a column of cells to those inside.
    """
    tests: dict[str, list[Callable[[pl.Series], bool]]] = {}
    for of, inside in parts:
        for name, occurs in of.peculiar.items():
            if name in _PECULIAR_INSIDE:
                tests.setdefault(_PECULIAR_INSIDE[name], []).append(partial(_occurs_inside, inside, occurs))
    return {name: partial(_any, found) for name, found in tests.items()}


def asked_inside(parts: Iterable[ColumnType]) -> frozenset[str]:
    """What a type that holds others asks of a sink."""
    asked = [one.asks if one.nests else one.asks | {UNTOLD_INSIDE} for one in parts]
    return frozenset[str]().union(*asked)


def _is_unclear(cells: "pl.Series", joined: "pl.Series") -> "pl.Series":
    """Which lists of texts, joined, could be others too; an empty list is the only one that is joined to nothing."""
    lengths = cells.list.len()
    has_missing = cells.list.drop_nulls().list.len() != lengths
    has_separator = joined.str.count_matches(_BETWEEN_ENTRIES, literal=True) + 1 != lengths
    has_empty = joined.str.contains(rf"^{_BETWEEN_ENTRIES}|{_BETWEEN_ENTRIES}{{2}}|{_BETWEEN_ENTRIES}$|^$")
    return ((lengths > 0) & (has_missing | has_separator | has_empty)).fill_null(value=False)


def _occurs_inside(
    inside: "Callable[[pl.Series], pl.Series]", occurs: "Callable[[pl.Series], bool]", cells: "pl.Series"
) -> bool:
    return occurs(inside(cells))


def _any(tests: "Sequence[Callable[[pl.Series], bool]]", cells: "pl.Series") -> bool:
    return any(test(cells) for test in tests)


def from_json_text(text: "pl.Expr", dtype: "pl.DataType") -> "pl.Expr":
    """Somebody's JSON as values of a dtype of structs and lists; null where it isn't that."""
    return text.map_batches(partial(_decoded, dtype=dtype), return_dtype=dtype)


def _decoded(texts: "pl.Series", dtype: "pl.DataType") -> "pl.Series":
    import polars as pl

    # All are read as one stream: a blank would be no value in it, and two values in one text would be two.
    filled = pl.select(pl.when(texts.str.strip_chars() != "").then(texts).alias(texts.name)).to_series()
    try:
        found = filled.str.json_decode(dtype)
    except pl.exceptions.ComputeError:
        found = None
    if found is not None and len(found) == len(texts):
        return found
    if len(texts) == 1:
        return pl.Series(texts.name, [None], dtype)
    # Few of many are wrong: look at those alone.
    half = len(texts) // 2
    return pl.concat(_decoded(_documents(part), dtype) for part in (filled[:half], filled[half:]))


def _documents(texts: "pl.Series") -> "pl.Series":
    """Those that are JSON; null for the others."""
    import polars as pl

    return pl.Series(texts.name, [text if text is not None and _is_json(text) else None for text in texts], pl.String)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


STRING_LIST = list_of(STRING)
"""Names; only change logs have such a column so far."""

TYPES = (STRING_LIST,)


def named(text: str) -> ColumnType | None:
    """``list(type)``."""
    match = _NAME.fullmatch(text)
    return list_of(catalog.any_named(match[1])) if match else None
