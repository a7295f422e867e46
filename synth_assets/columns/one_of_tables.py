"""A row of one of several tables, drawn."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import polars as pl
from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from synth_assets.columns.basis.arguments import Share, of
from synth_assets.columns.basis.first_births import refuse_seldom, rows_looked_at, ways_out
from synth_assets.columns.basis.formulas.functions import TEXT
from synth_assets.columns.basis.formulas.kinds import KnownValue
from synth_assets.columns.basis.formulas.sql import sql_of
from synth_assets.columns.basis.formulas.syntax import parsed
from synth_assets.columns.basis.gathering import plain
from synth_assets.columns.basis.generator import INTEGER, NAMES, Drawn, Generator, Needs
from synth_assets.columns.basis.monotone import count_before, tells_births
from synth_assets.columns.basis.parents import Known, Refers, key_of, seconds_of
from synth_assets.columns.basis.shares import happens
from synth_assets.columns.basis.weights import are_weights, table_of
from synth_assets.columns.reference import BY_SKEW, no_choice
from synth_assets.errors import UsageError, unknown
from synth_assets.kernel.choice import Codes, pick
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column, Reference, Rule
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Masked, Values

_SCHEMA = WithJsonSchema({"type": ["object", "array"]})


def _pairs(value: Any) -> Any:
    pairs: Any = list(value.items()) if isinstance(value, Mapping) else value
    return tuple(tuple(one) if isinstance(one, list) else one for one in pairs) if isinstance(pairs, list) else pairs


class OneOfTables(Drawn, Refers):
    """The key of a row of one of several tables; another column, of the method kind_of, says of which.

    Each kind is a reference of its own, which holds for the rows of that kind, and is checked as any other.
    """

    fills: ClassVar = NAMES
    stands_alone: ClassVar = False
    unordered: ClassVar = ("tables", "names")
    examples: ClassVar = (
        {"tables": {"customers": 70, "suppliers": 30}, "kind": "owner_type"},
        {
            "tables": {"customers": 70, "suppliers": 30},
            "kind": "owner_type",
            "names": {"customers": "Customer"},
            "skew": "zipf",
            "null_rate": 0.1,
        },
    )

    tables: Annotated[
        tuple[tuple[str, Annotated[int, Field(ge=0)]], ...],
        BeforeValidator(_pairs),
        Field(min_length=1, max_length=100),
        _SCHEMA,
    ] = Field(
        description="tables, each with its weight, a whole number >= 0, of which one at least is above 0",
        examples=[{"customers": 70, "suppliers": 30}],
    )
    kind: Annotated[str, Field(min_length=1)] = Field(
        description="the column of this row that says which table it is, of the method kind_of",
        examples=["owner_type"],
    )
    names: Annotated[
        tuple[tuple[str, str], ...], BeforeValidator(_pairs), WithJsonSchema({"type": ["object", "array"]})
    ] = Field(
        default=(),
        description="what the kind's column calls tables, where it isn't by their names",
        examples=[{"customers": "Customer"}],
    )
    skew: Literal["none", "square", "zipf"] = Field(
        default="none",
        description="how much more often early rows are referred to: none, square (half of all refer to the first"
        " quarter) or zipf (the n-th is chosen about n times more rarely than the first)",
        examples=["zipf"],
    )
    born_before: str = Field(
        default="",
        description="a column with a time of this row, before which the other row was born; the other tables are"
        " numbered by the times of a clock",
        examples=["opened_at"],
    )
    null_rate: Share = Field(
        default=Decimal(0),
        description="how many of all rows refer to none, from 0 to 1, with at most six digits after the point",
        examples=[0.05],
    )

    @field_validator("tables")
    @classmethod
    def _some(cls, value: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        if not are_weights(tuple(weight for _, weight in value)):
            raise ValueError(value)
        return value

    def values(self, rows: Any, name: str) -> Values:
        numbers, there = self._numbers(rows, name), self.there(rows, name)
        codes = self.codes(rows, name)
        parts: list[Values] = []
        places: list[I64Array] = []
        for code, table in enumerate(self._tables):
            places.append(np.flatnonzero((codes == code) & there))
            parent = rows.tables[table]
            parts.append(key_of(parent, rows.dataset, parent.key().columns[0], numbers[places[-1]]))
        return _put_together(parts, np.concatenate(places), there)

    def check_dataset(self, entity: type[Entity], name: str, dataset: Dataset, *, any_seed: bool = False) -> None:
        if not self.born_before or self.gives_missing:
            return
        if not any_seed:
            self._limits(rows_looked_at(entity, dataset), name)
            return
        for table in (table for table, weight in self.tables if weight):
            refuse_seldom(entity, name, self.born_before, entity.tables[table], dataset)

    def codes(self, rows: Any, name: str) -> Codes:
        """Which of the tables each row refers to, if to any; shape (n,)."""
        place = (self, name, "codes")
        if place not in rows.shared:
            weights = table_of(tuple(weight for _, weight in self.tables))
            rows.shared[place] = pick(self.words(rows, name, "table"), weights)
        return rows.shared[place]

    def there(self, rows: Any, name: str) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Which rows refer to one at all, shape (n,)."""
        if not self.null_rate:
            return np.ones(len(rows.row_numbers), dtype=np.bool_)
        return ~happens(self.words(rows, name, "null"), self.null_rate)

    def called(self) -> tuple[str, ...]:
        """What the kind's column calls each of the tables."""
        names = dict(self.names)
        return tuple(names.get(table, table) for table in self._tables)

    def leads_to(self, entity: type[Entity], name: str) -> tuple[str, ...]:
        del entity, name
        return self._tables

    def parent(self, entity: type[Entity], name: str) -> type[Entity]:
        del name
        return entity.tables[self._tables[0]]

    def parent_rows(self, rows: Any, name: str) -> Known:
        return self.rows_in(rows, name, self._tables[0])

    def rows_in(self, rows: Any, name: str, table: str) -> Known:
        is_it = self.codes(rows, name) == self._tables.index(table)
        return Known(self._numbers(rows, name), is_it & self.there(rows, name))

    def _numbers(self, rows: Any, name: str) -> I64Array:
        """The number of the row that each refers to in its table, shape (n,)."""
        place = (self, name, "numbers")
        if place not in rows.shared:
            limit = self._limits(rows, name)
            rows.shared[place] = BY_SKEW[self.skew](self.words(rows, name), np.maximum(limit, 1))
        return rows.shared[place]

    def _limits(self, rows: Any, name: str) -> I64Array:
        """How many rows of its table each may refer to, the first so many; shape (n,)."""
        codes, limit = self.codes(rows, name), np.zeros(len(rows.row_numbers), dtype=np.int64)
        seconds = seconds_of(rows, self.born_before) if self.born_before else None
        for code, table in enumerate(self._tables):
            parent, own = rows.tables[table], codes == code
            if seconds is None:
                limit[own] = parent.positions(rows.dataset)
            else:
                limit[own] = count_before(parent, rows.dataset, seconds[own])
        lost = np.flatnonzero((limit == 0) & self.there(rows, name))
        if len(lost):
            table = self._tables[int(codes[lost[0]])]
            when = f" born before its {self.born_before}" if self.born_before else ""
            raise UsageError(
                f"{rows.about.domain}/{rows.about.name}: {name} of row {int(rows.row_numbers[lost[0]])} finds no row of"
                f" {table}{when}.\n  {ways_out(rows.tables[table])}"
            )
        return limit

    @property
    def _tables(self) -> tuple[str, ...]:
        return tuple(table for table, _ in self.tables)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers; keys of text say so."""
        return INT64

    def tells_apart_in(self, entity: type[Entity]) -> bool:
        """Two rows may refer to the same one."""
        del entity
        return False

    @property
    def gives_missing(self) -> bool:
        """With a null rate."""
        return self.null_rate > 0

    def needs(self) -> Needs:
        return Needs(columns=(self.born_before,) if self.born_before else (), tables=self._tables)

    def implied(self, table: str, name: str) -> tuple[tuple[Reference, ...], tuple[Rule, ...]]:
        called = self.called()
        references = tuple(
            Reference((name,), one, when=(self.kind, said)) for one, said in zip(self._tables, called, strict=True)
        )
        among = ", ".join("'" + said.replace("'", "''") + "'" for said in called)
        own, kind = f'"{name}"', f'"{self.kind}"'
        agree = f"({own} is null) = ({kind} is null) and ({kind} is null or {kind} in ({among}))"
        condition = sql_of(parsed(agree), lambda _: KnownValue(TEXT, nullable=True))
        rule = Rule(
            f"{name}_and_{self.kind}_agree",
            f"{name} and {self.kind} are there together, and {self.kind} is one of {', '.join(called)}.",
            (table,),
            f'FROM "{table}" WHERE NOT coalesce({condition}, TRUE)',
        )
        return references, (rule,)

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if entity.declared()[column.name].generator is not self:
            return "it can't be within another method.\n  Use it alone, with a null_rate of its own."
        if stranger := next((one for one, _ in self.names if one not in self._tables), ""):
            return f"names has {stranger}, which is none of its tables {', '.join(self._tables)}.\n  Leave it out."
        if len({*self.called()}) < len(self.tables):
            return f"two of its tables are called alike: {', '.join(self.called())}.\n  Name each otherwise."
        parents = [entity.tables[one] for one in self._tables if one in entity.tables]
        return next(
            (problem for one in parents if (problem := self._no_key(entity, one, column))), ""
        ) or self._no_kind(entity, column)

    def _no_key(self, entity: type[Entity], parent: type[Entity], column: Column) -> str:
        """Why a row of a table can't be meant; empty if it can."""
        name, key = parent.about.name, parent.key()
        if problem := no_choice(entity, column.name, parent):
            return problem
        if len(key.columns) != 1 or not key.tells_numbers:
            return (
                f"{name} has the key {key or 'none'}, and one column is needed.\n  Give it such a key, or leave it out."
            )
        kind = parent.table().column(key.columns[0]).type
        if (kind.kind == INTEGER) != (column.type.kind == INTEGER):
            return (
                f"the key of {name} is of type {kind.name}, and this column of {column.type.name}.\n"
                "  Refer to tables whose keys are all whole numbers, or all text."
            )
        if self.born_before and not tells_births(parent):
            return (
                f"rows of {name} don't come by a clock, so who was born before isn't known.\n  Leave born_before out."
            )
        return ""

    def _no_kind(self, entity: type[Entity], column: Column) -> str:
        """Why the other column doesn't say which table it is; empty if it does."""
        other = entity.declared().get(self.kind)
        if other is None:
            return str(unknown("kind: column", self.kind, entity.table().column_names))
        is_one = isinstance(other.generator, Generator) and other.generator.method() == "kind_of"
        if is_one and getattr(other.generator, "column", "") == column.name and not other.hidden:
            return ""
        return (
            f"{self.kind} doesn't say of which table the row is.\n"
            f"  Declare it so. For example: {self.kind}: {{kind_of: {column.name}}}"
        )


GENERATOR = OneOfTables


def one_of_tables(
    tables: Mapping[str, int],
    kind: str,
    names: Mapping[str, str] | None = None,
    *,
    skew: Literal["none", "square", "zipf"] = "none",
    born_before: str = "",
    null_rate: Decimal | float | str = 0,
    stream: str = "",
    purpose: str = "",
) -> OneOfTables:
    """A row of one of several tables: ``one_of_tables({"customers": 70, "suppliers": 30}, "owner_type")``."""
    return of(
        OneOfTables,
        tables=tables,
        kind=kind,
        names=names or {},
        skew=skew,
        born_before=born_before,
        null_rate=null_rate,
        stream=stream,
        purpose=purpose,
    )


def _put_together(parts: Sequence[Values], places: I64Array, there: "np.ndarray[Any, np.dtype[np.bool_]]") -> Values:
    """Cells of several kinds, each at its place; missing where ``there`` is False."""
    if isinstance(parts[0], np.ndarray):
        whole = np.zeros(len(there), dtype=np.int64)
        whole[places] = np.concatenate([plain(one)[0] for one in parts])
        return whole if there.all() else Masked(whole, there)
    texts = pl.concat([one for one in parts if isinstance(one, pl.Series)])  # as codecs of text make them
    return pl.repeat(None, len(there), dtype=pl.String, eager=True).scatter(places, texts)
