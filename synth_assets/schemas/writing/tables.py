"""Tables and columns of a file in the making."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from synth_assets.schemas.schema import Link, SourceColumn, SourceTable
from synth_assets.schemas.writing.bounds import Bounds, Relation, SaidBounds
from synth_assets.schemas.writing.counts import Count

Said = dict[str, Any]
"""A column as the language says it: a method and its arguments, and what the table says of it."""


@dataclass
class SpecColumn:
    """A column in the making.

    Attributes:
        source: as the source told it.
        name: what the language calls it.
        bounds: what its cells have to be.
        said: how its cells come about; ``None`` as long as nobody knows.
        hidden: columns that it is made of, each a name and how it comes about.
        notes: what comments say of it: guesses, and what can't be said.
        is_tied: whether rows hang on its cells: as a part of a key, of a reference or of what is unique.
        keys: of a reference that may be missing, to a table whose keys are 1, 2, 3 …: how many of those there are in
            any preset; 0 of all others.
    """

    source: SourceColumn
    name: str
    bounds: Bounds
    said: Said | None = None
    hidden: list[tuple[str, Said]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_tied: bool = False
    keys: int = 0

    @property
    def kind(self) -> str:
        """Its type in the language; text where there is none."""
        return self.source.type.name or "string"

    @property
    def computed_kind(self) -> str:
        """The type that its cells have if an expression gives them, or they are numbered: with a sign."""
        return {"uint8": "int16", "uint16": "int32", "uint32": "int64", "uint64": "int64"}.get(self.kind, self.kind)

    @property
    def family(self) -> str:
        """``whole``, ``decimal``, ``float``, ``text``, ``list``, ``unknown``, or a type's name without its brackets."""
        if not self.source.type.name and self.source.type.told:
            return "unknown"
        kind = self.kind.partition("(")[0]
        if kind.startswith(("int", "uint")):
            return "whole"
        if kind == "decimal":
            return "whole" if self.kind.endswith(",0)") else "decimal"
        return {"float32": "float", "float64": "float", "string": "text"}.get(kind, kind)

    @property
    def may_be_missing(self) -> bool:
        """Whether cells may be missing."""
        return self.source.nullable and not self.bounds.there

    def missing(self, usual: float) -> Said:
        """The word ``null_rate``: the source's share of missing cells if it is known; none where none is missing."""
        known = self.source.statistics
        rate = usual if known is None or known.nulls is None else _rounded(float(known.nulls))
        return {"null_rate": rate} if rate else {}

    @property
    def longest(self) -> int | None:
        """The most characters that a text may have."""
        limits = [one for one in (self.source.type.length, self.bounds.longest) if one is not None]
        return min(limits, default=None)

    @property
    def shortest(self) -> int:
        """The fewest."""
        return max(self.bounds.shortest, len(self.bounds.head) + len(self.bounds.within) + len(self.bounds.tail), 1)


def _rounded(rate: float) -> float:
    """A share with four digits after the point; what is more than none stays so."""
    return max(round(rate, 4), 0.0001) if rate else 0


@dataclass
class SpecTable:
    """A table in the making.

    Attributes:
        source: as the source told it.
        name: what the language calls it.
        columns: by the source's names, in order.
        links: in full.
        conditions: what the source's conditions say, over the source's names.
        count: its rows.
        hung: the link to the table whose rows it hangs on; ``None`` for none.
        parent: what that table is called; empty for none.
        key: what the word ``key`` says; empty for a column of the method ``key``.
        references: those of several columns, and others that no column says.
        unique: groups of columns, by the language's names.
        rules: sentences, each with an expression.
        notes: what comments say of the table.
        drawn: columns, each with the link that its cells come from.
        opened: links that the file says nothing of, since they would close a circle.
    """

    source: SourceTable
    name: str
    columns: dict[str, SpecColumn]
    links: tuple[Link, ...]
    conditions: SaidBounds
    count: Count = field(default_factory=Count)
    hung: Link | None = None
    parent: str = ""
    key: Said = field(default_factory=dict)
    references: list[Said] = field(default_factory=list)
    unique: list[list[str]] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    drawn: dict[str, Link] = field(default_factory=dict)
    opened: tuple[Link, ...] = ()

    def called(self, columns: Iterable[str]) -> list[str]:
        """What the language calls some columns."""
        return [self.columns[one].name for one in columns]

    def free_name(self, wanted: str) -> str:
        """A name that no column has."""
        taken = {one.name.lower() for one in self.columns.values()}
        taken |= {name.lower() for one in self.columns.values() for name, _ in one.hidden}
        name, number = wanted[:60], 2
        while name.lower() in taken:
            name, number = f"{wanted[:57]}_{number}", number + 1
        return name

    def relations_of(self, column: str) -> list[Relation]:
        """Those that make a column greater than another one."""
        return [one for one in self.conditions.relations if one.more == column]


Tables = Mapping[str, SpecTable]
"""Tables by the source's names."""
