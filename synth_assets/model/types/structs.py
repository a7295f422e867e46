"""Structs: a value of several named fields; in text formats JSON objects."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from synth_assets.errors import UsageError
from synth_assets.model.types import catalog
from synth_assets.model.types.base import ODD_FIELDS, ColumnType, Peculiar, alike, is_nameless, json_text, row_digests
from synth_assets.model.types.lists import asked_inside, from_json_text, peculiar_inside

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_NAME = re.compile(r"struct\((.+)\)")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PART = re.compile(rf"({_QUOTED}|[^\s:\"]+)\s*:\s*(.+)")
_TOKEN = re.compile(rf"{_QUOTED}|[(),]")


@dataclass(frozen=True)
class Struct(ColumnType):
    """A value of named fields, each of which may be missing.

    Attributes:
        fields: their names and types, in order.
    """

    fields: tuple[tuple[str, ColumnType], ...]

    kind: ClassVar[str] = "struct"
    nests: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Struct({name: inner.polars for name, inner in self.fields})

    def _sql(self) -> Mapping[str, str]:
        names = ['"' + name.replace('"', '""') + '"' for name, _ in self.fields]
        types = [inner.sql("duckdb") for _, inner in self.fields]
        fields = ", ".join(f"{name} {of}" for name, of in zip(names, types, strict=True))
        return {"duckdb": f"STRUCT({fields})", "mariadb": "JSON", "postgresql": "JSON", "sqlite": "TEXT"}

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """XXH3-64 of the fields' words and which of them are there."""
        import numpy as np

        parts = [(inner, cells.struct.field(name)) for name, inner in self.fields]
        found = self.digests([(inner.words(one), one.is_not_null().to_numpy()) for inner, one in parts])
        return np.where(cells.is_not_null().to_numpy(), found, np.uint64(0))

    @staticmethod
    def digests(fields: "Sequence[tuple[NDArray[Any], NDArray[Any]]]") -> "NDArray[Any]":
        """:meth:`words` of structs that are there, by the words of each field and where it is; shapes (n,)."""
        import numpy as np

        words = np.column_stack([np.ascontiguousarray(one).view("<u8") for one, _ in fields])
        present = np.column_stack([there for _, there in fields])
        return row_digests(np.hstack([words.view(np.uint8), present.view(np.uint8)]))

    def as_text(self, cell: "pl.Expr") -> "pl.Expr":
        """A JSON object with all fields, in order."""
        return json_text(cell)

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """From a JSON object."""
        return text.str.json_decode(self.polars)

    def as_json(self, cell: "pl.Expr") -> "pl.Expr":
        """As it is: JSON has objects."""
        return cell

    def from_json(self, value: "pl.Expr") -> "pl.Expr":
        """Narrowed to the fields' types."""
        return value.cast(self.polars, strict=True)

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """From a struct, or the text of a JSON object; null where a field is no value of its type.

        A field that isn't there is missing; fields of somebody's own don't count.
        """
        import polars as pl

        if found == pl.String():
            return self.value_of(from_json_text(cell, self.json_dtype), self.json_dtype)
        if not isinstance(found, pl.Struct):
            return pl.repeat(None, pl.len(), dtype=self.polars)
        given = {one.name: cast("pl.DataType", one.dtype) for one in found.fields}
        values = [
            inner.value_of(cell.struct.field(name), given[name]).cast(inner.polars, strict=False).alias(name)
            if name in given
            else pl.lit(None, inner.polars).alias(name)
            for name, inner in self.fields
        ]
        are_read = [
            cell.struct.field(name).is_null() | value.is_not_null()
            for (name, _), value in zip(self.fields, values, strict=True)
            if name in given
        ]
        return pl.when(cell.is_not_null(), *are_read).then(pl.struct(values))

    @property
    def json_dtype(self) -> "pl.DataType":
        """A struct of what the fields are read as."""
        import polars as pl

        return pl.Struct({name: inner.json_dtype for name, inner in self.fields})

    @property
    def parts(self) -> tuple[ColumnType, ...]:
        """The struct, and what its fields are."""
        return (self, *(part for _, inner in self.fields for part in inner.parts))

    @property
    def peculiar(self) -> Peculiar:
        """What JSON has no word for, and times that databases would cut."""
        return peculiar_inside([(inner, partial(_field, name)) for name, inner in self.fields])

    @property
    def asks(self) -> frozenset[str]:
        """What its fields do, ways to tell those, and their names."""
        names = [name for name, _ in self.fields]
        asked = asked_inside([inner for _, inner in self.fields])
        return asked | {ODD_FIELDS} if any(map(is_nameless, names)) or alike(names) else asked

    def declared(self) -> "Struct":
        """Those that :func:`struct` makes."""
        return struct({name: inner.declared() for name, inner in self.fields})


def _field(name: str, cells: "pl.Series") -> "pl.Series":
    return cells.struct.field(name)


def struct(fields: Mapping[str, ColumnType]) -> Struct:
    """The type of structs.

    Args:
        fields: their types by name; types as for :func:`~synth_assets.model.types.lists.list_of`.

    Raises:
        UsageError: no field, or a name that isn't made of letters, digits and ``_``.

    Example:
        >>> from synth_assets.model.types import INT8, STRING
        >>> struct({"city": STRING, "floor": INT8}).name
        'struct(city: string, floor: int8)'
    """
    wrong = next((f"{name!r} is no name of a field" for name in fields if not is_field(name)), "")
    if wrong or not fields:
        raise UsageError(
            f"struct: {wrong or 'it has no field'}; a name has letters, digits and _.\n"
            "  For example: struct(city: string, postcode: string)"
        )
    return any_struct(fields)


def is_field(name: str) -> bool:
    """Whether a dataset's own structs may have a field of that name."""
    return bool(_FIELD.fullmatch(name))


def any_struct(fields: Mapping[str, ColumnType]) -> Struct:
    """The type of structs in somebody's own table: with any names, of whatever there is."""
    named_fields = ", ".join(f"{_written(name)}: {inner.name}" for name, inner in fields.items())
    return Struct(f"struct({named_fields})", tuple(fields.items()))


def _written(name: str) -> str:
    """A field's name as types' names have it: one that isn't a plain word is a JSON string."""
    return name if _FIELD.fullmatch(name) else json.dumps(name)


TYPES: tuple[ColumnType, ...] = ()


def named(text: str) -> ColumnType | None:
    """``struct(name: type, …)``."""
    match = _NAME.fullmatch(text)
    if match is None:
        return None
    parts = [_PART.fullmatch(part.strip()) for part in _split(match[1])]
    found = [(part[1], part[2]) for part in parts if part]
    if len(found) < len(parts):
        return None
    return any_struct({_read(name): catalog.any_named(inner) for name, inner in found})


def _read(written: str) -> str:
    return json.loads(written) if written.startswith('"') else written


def _split(text: str) -> list[str]:
    """Cut at the commas that are in no brackets and in no quotes."""
    parts, depth, start = list[str](), 0, 0
    for token in _TOKEN.finditer(text):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == "," and depth == 0:
            parts.append(text[start : token.start()])
            start = token.end()
    return [*parts, text[start:]]
