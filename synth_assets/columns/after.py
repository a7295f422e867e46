"""A time or day after another one."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import column_there
from synth_assets.columns.basis.gathering import plain
from synth_assets.columns.basis.generator import DATE, TIMESTAMP, Drawn, Generator, Needs, changes_in_time, type_of
from synth_assets.columns.basis.moments import SECONDS
from synth_assets.columns.basis.parents import may_lack, no_way_to, parents_of
from synth_assets.columns.basis.quantities import Skew, drawn_below, skew_field, too_many
from synth_assets.columns.moment import Moment
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array
from synth_assets.model.arrivals import Arrivals
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.entity import Entity
from synth_assets.model.entity import column as declared_column
from synth_assets.model.table import Column
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Masked, Values

Unit = Literal["seconds", "minutes", "hours", "days", "weeks"]

_WHOLE_DAYS = ("days", "weeks")


class After(Drawn):
    """A time, or a day, that comes a bounded while after another one, of the same row or of the row it refers to.

    Where the other one is missing, so is this.
    """

    fills: ClassVar = (TIMESTAMP, DATE)
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {"column": "opened_at", "low": 0, "high": 3, "unit": "days"},
        {"column": "customers.joined_at", "low": 1, "high": 400, "unit": "days", "skew": "square"},
        {"column": "opened_at", "low": 1, "high": 90, "unit": "days", "may_come": True},
    )

    column: Annotated[str, Field(min_length=1)] = Field(
        description="a column with a time or a day: of this row, or as table.column of the row that it refers to",
        examples=["customers.joined_at"],
    )
    low: Annotated[int, Field(ge=0)] = Field(
        description="the shortest while in units, a whole number >= 0", examples=[0]
    )
    high: Annotated[int, Field(ge=0)] = Field(
        description="the longest while in units, a whole number >= 0", examples=[30]
    )
    unit: Unit = Field(description="seconds, minutes, hours, days or weeks", examples=["days"])
    skew: Skew = skew_field("short ones")
    by: str = Field(
        default="",
        description="the column that refers to the other table, if there are several",
        examples=["buyer_id"],
    )
    may_come: bool = Field(
        default=False,
        description="true if it may lie after the moment at which the row is looked at; then it is missing",
        examples=[True],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(
                f"low={self.low} is above high={self.high}.\n  For example: after('opened_at', 0, 3, 'days')"
            )
        if too_many((self.high - self.low) * SECONDS[self.unit] + 1, "square"):
            raise ValueError(f"high={self.high} {self.unit} are more than 68 years.\n  For example: high=30")
        return self

    @property
    def moves(self) -> bool:
        """If it may be yet to come."""
        return self.may_come

    @property
    def comes(self) -> bool:
        """If it may be yet to come."""
        return self.may_come

    def arrivals(self, entity: type[Entity], name: str) -> Arrivals | None:
        moments = partial(self._moments, name)
        return Arrivals(lambda rows: moments(rows)[0], self._reach(entity)) if self.may_come else None

    def _reach(self, entity: type[Entity]) -> int | None:
        """How many seconds after its row's birth it comes at the latest; ``None`` if only the rows can tell."""
        declared = entity.declared().get(self.column)
        source = declared.generator if declared else None
        before = source._reach(entity) if isinstance(source, After) else None  # noqa: SLF001 - another one's
        if isinstance(source, Moment) and source.second == "born":
            before = 0
        return None if before is None else before + self.high * SECONDS[self.unit]

    def values(self, rows: Any, name: str) -> Values:
        moments, there = self._moments(name, rows)
        is_day = type_of(rows, name).kind == DATE
        values = (moments // DAY).astype(np.int32) if is_day else moments * MICROSECONDS
        return self._shown(rows, values, moments, there)

    def _moments(self, name: str, rows: Any) -> tuple[I64Array, Any]:
        """When each comes in seconds, of days when they begin; and where there is one."""
        seconds, there = self._other(rows)
        if type_of(rows, name).kind == DATE:
            days = seconds // DAY + self._drawn(rows, name, SECONDS[self.unit] // DAY)
            return days * DAY, there
        return seconds + self._drawn(rows, name, SECONDS[self.unit]), there

    def _drawn(self, rows: Any, name: str, unit: int) -> I64Array:
        low, high = self.low * unit, self.high * unit
        return drawn_below(self.words(rows, name), high - low + 1, self.skew) + low

    def _shown(self, rows: Any, values: Any, moments: I64Array, there: Any) -> Values:
        if self.may_come:
            has_come = moments < rows.at
            there = has_come if there is None else there & has_come
        return values if there is None else Masked(values, there)

    def _other(self, rows: Any) -> tuple[I64Array, Any]:
        """The other time in seconds, and where there is one."""
        table, _, name = self.column.rpartition(".")
        values = parents_of(rows, table, self.by).cells(name) if table else rows.cells(name)
        kind = self._source(type(rows)).column.type.kind
        cells, there = plain(values)
        return (cells.astype(np.int64) * DAY if kind == DATE else cells // MICROSECONDS), there

    def _source(self, entity: type[Entity]) -> declared_column:
        table, _, name = self.column.rpartition(".")
        return (entity.tables[table] if table else entity).declared()[name]

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds in UTC."""
        return TIMESTAMP_UTC

    @property
    def gives_missing(self) -> bool:
        """If it may be yet to come."""
        return self.may_come

    def needs(self) -> Needs:
        return Needs(tables=(self.column,)) if "." in self.column else Needs(columns=(self.column,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        table = self.column.rpartition(".")[0]
        other, problem = column_there(entity, self.column), no_way_to(entity, table, self.by) if table else ""
        if problem or other is None:
            return problem  # what isn't there, `needs` tells
        if other.column.type.kind not in self.fills:
            return f"{self.column} is of type {other.column.type.name}, no time.\n  Name a column with times or days."
        if column.type.kind == DATE and self.unit not in _WHOLE_DAYS:
            return f"a day doesn't come {self.unit} after another.\n  For example: unit='days'"
        if self.may_come and not table and _wanders(entity, self.column):
            return (
                f"{self.column} changes in time, so when this comes isn't known beforehand.\n"
                "  Count from a column that stays, or leave may_come out."
            )
        if not column.nullable and (other.column.nullable or (table and may_lack(entity, table, self.by))):
            return f"{self.column} may be missing, and so may this.\n  Declare it nullable."
        return ""


def _wanders(entity: type[Entity], name: str) -> bool:
    """Whether a time of the own row may become another one; one that comes and stays doesn't."""
    source = entity.declared()[name].generator
    return changes_in_time(entity, name) and not (isinstance(source, Generator) and source.gives_missing)


GENERATOR = After


def after(
    column: str,
    low: int,
    high: int,
    unit: Unit,
    skew: Skew = "none",
    *,
    by: str = "",
    may_come: bool = False,
    stream: str = "",
    purpose: str = "",
) -> After:
    """A while after another time: ``after("customers.joined_at", 0, 400, "days")``."""
    return of(
        After,
        column=column,
        low=low,
        high=high,
        unit=unit,
        skew=skew,
        by=by,
        may_come=may_come,
        stream=stream,
        purpose=purpose,
    )
