"""What may be declared of a dataset: its words, each with what is allowed and an example."""

from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from synth_assets.columns.basis.moments import SECONDS
from synth_assets.columns.basis.spelling import spelt_out
from synth_assets.kernel.clocks import Season
from synth_assets.model.paces import CALENDAR
from synth_assets.model.rates import UNITS, WORDS, Rate

LANGUAGE = 1
"""The newest version of the language that is read here."""

NAME = r"^[a-z][a-z0-9_]*$"
Name = Annotated[str, Field(pattern=NAME)]
COLUMN_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
ColumnName = Annotated[str, Field(pattern=COLUMN_NAME)]
Columns = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


EVERY = rf"([1-9][0-9]{{0,8}}) ({'|'.join(unit.removesuffix('s') for unit in (*SECONDS, *CALENDAR))})s?"
"""How often: ``5 minutes``, ``1 day``, ``1 month``."""


def _in_order(span: tuple[int, int]) -> tuple[int, int]:
    if span[0] > span[1]:
        raise ValueError(span)
    return span


def _from_1(span: tuple[int, int]) -> tuple[int, int]:
    if span[0] < 1:
        raise ValueError(span)
    return span


RATE_WORDS = WORDS
AnyRate = Annotated[
    Rate,
    PlainValidator(Rate.read),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\s*[0-9].*(day|week|month|year|daily|weekly|monthly|yearly)\s*$"},
                {"type": "integer", "minimum": 0},
                {
                    "type": "object",
                    "required": ["per"],
                    "properties": {
                        "rows": {"type": "number"},
                        "percent": {"type": "number"},
                        "per": {"enum": list(UNITS)},
                    },
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""A rate, however it is written."""

Count = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
Days = Annotated[int, Field(ge=0, le=100_000)]
Span = Annotated[tuple[Days, Days], AfterValidator(_in_order)]
Children = Annotated[int, Field(ge=0, le=100_000)]
Share = Annotated[int, Field(ge=0, le=1_000_000)]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ParameterDeclaration(_Words):
    """A parameter: a whole number within bounds."""

    default: int = Field(description="a whole number", examples=[500])
    minimum: int = Field(default=0, description="the smallest value allowed, a whole number", examples=[0])
    maximum: int = Field(
        default=100_000_000, description="the greatest value allowed, a whole number", examples=[1_000_000]
    )
    doc: str = Field(default="", description="what it counts", examples=["rows of customers"])


class KeyDeclaration(_Words):
    """What names a row."""

    columns: Columns = Field(description="the key's columns", examples=[["order_id", "line"]])
    codec: Literal["integer", "text", "uuid", "composite", "none"] = Field(
        "integer", description="integer, text, uuid, composite or none", examples=["uuid"]
    )
    prefix: str = Field(default="", description="what a text key begins with", examples=["B"])
    digits: int = Field(default=6, description="digits of a text key, from 1 to 18", ge=1, le=18, examples=[6])
    sizes: tuple[Annotated[int, Field(ge=1, le=1_000_000)], ...] = Field(
        default=(), description="how many values each column but the first has", examples=[[8]]
    )
    start: int = Field(
        default=1, description="the least of the whole numbers, from 0 to 1,000,000,000", ge=0, le=10**9, examples=[0]
    )
    run: int = Field(
        default=1,
        description="how many of so many whole numbers in a row are keys, from 1 to 1,000,000; the others are gaps",
        ge=1,
        le=1_000_000,
        examples=[8],
    )
    of: int = Field(
        default=1,
        description="of how many whole numbers in a row run are keys, from run to 1,000,000",
        ge=1,
        le=1_000_000,
        examples=[32],
    )


class ChangesDeclaration(_Words):
    """Columns that change every so many days, or at a rate."""

    changes: Name = Field(description="a name for what happens", examples=["moves"])
    days: Annotated[Span, AfterValidator(_from_1)] | None = Field(
        default=None, description="shortest and longest days between changes, from 1", examples=[[30, 90]]
    )
    rate: AnyRate | None = Field(
        default=None, description=f"in place of days: how many rows change, {RATE_WORDS}", examples=["2 % a month"]
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.days is None) == (self.rate is None):
            raise ValueError("changes come after some days or at a rate.\n  For example: rate: 2 % a month")
        return self


class StepDeclaration(_Words):
    """A step of a lifecycle."""

    state: str = Field(description="what a row is afterwards", examples=["done"])
    days: Span | None = Field(
        default=None, description="shortest and longest days after the state that it follows", examples=[[0, 3]]
    )
    hours: Span | None = Field(default=None, description="in place of days, hours", examples=[[1, 8]])
    minutes: Span | None = Field(default=None, description="in place of days, minutes", examples=[[5, 90]])
    per_hundred: int = Field(default=100, description="a whole number from 1 to 100", ge=1, le=100, examples=[80])
    after: str = Field(
        default="", description="the state that it follows; without, that of the step before", examples=["open"]
    )
    weight: int = Field(
        default=1,
        description="where several steps follow one state, how often it is this one, a whole number from 1 to 1000000",
        ge=1,
        le=1_000_000,
        examples=[70],
    )
    unless: str = Field(
        default="",
        description="a boolean column that doesn't change; rows where it is true stay in the state before",
        examples=["is_called_off"],
    )

    @model_validator(mode="after")
    def _once(self) -> Self:
        said = [one for one in (self.days, self.hours, self.minutes) if one is not None]
        if len(said) != 1:
            raise ValueError(
                f"{self.state} comes after some days, hours or minutes, said once.\n  For example: days: [1, 10]"
            )
        return self


class LifecycleDeclaration(_Words):
    """Steps that rows go through."""

    lifecycle: Name = Field(description="a name for it", examples=["repair"])
    first: str = Field(description="the state of a new row", examples=["open"])
    steps: tuple[StepDeclaration, ...] = Field(
        description="one or more steps", min_length=1, examples=[[{"state": "done", "days": [1, 10]}]]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        before = [self.first]
        for one in self.steps:
            if one.after and one.after not in before:
                raise ValueError(
                    f"{one.state} follows {one.after}, which is no state before it; those are {', '.join(before)}.\n"
                    f"  For example: after: {before[-1]}"
                )
            before.append(one.state)
        if len({*before}) < len(before) and any(one.after for one in self.steps):
            raise ValueError(f"two states are called alike, and after can't tell them: {', '.join(before)}.")
        return self


class EndsDeclaration(_Words):
    """Some rows are deleted after the base."""

    ends: int = Field(description="one in so many rows leaves, a whole number from 2", ge=2, examples=[8])
    days: int = Field(
        default=2_000, description="days within which as many leave as leave of the base", ge=1, examples=[2_000]
    )
    stay: int = Field(default=30, description="days that a row stays at least", ge=0, examples=[30])


class ErasedDeclaration(_Words):
    """Some rows are deleted after the base, at a rate."""

    erased: AnyRate = Field(description=f"how many rows leave, {RATE_WORDS}", examples=["1 a month"])


class FollowsDeclaration(_Words):
    """Rows are deleted with the rows of another table that they refer to."""

    follows: str = Field(description="the table, or the column that refers to it", examples=["bikes"])


FateDeclaration = ChangesDeclaration | LifecycleDeclaration | EndsDeclaration | ErasedDeclaration | FollowsDeclaration


class EventDeclaration(_Words):
    """Columns that change together."""

    columns: Columns = Field(description="the columns", examples=[["city", "postal_code"]])
    rate: AnyRate = Field(description=f"how many rows change, {RATE_WORDS}", examples=["2 % a month"])


class TableChanges(_Words):
    """What becomes of a table after the base."""

    born: AnyRate | None = Field(default=None, description=f"how many rows come, {RATE_WORDS}", examples=["3 a day"])
    change: dict[Name, AnyRate | EventDeclaration] = Field(
        default={},
        description="columns that are drawn anew, each with its rate; or a name for what happens, with the columns that"
        f" change together and their rate, {RATE_WORDS}",
        examples=[{"city": "2 % a month"}],
    )
    erased: AnyRate | None = Field(
        default=None, description=f"how many rows leave, {RATE_WORDS}", examples=["1 a month"]
    )
    follows: str = Field(
        default="",
        description="a table that a column refers to, or that column: rows go with those that they refer to",
        examples=["bikes"],
    )


class LedgerDeclaration(_Words):
    """Movements of accounts."""

    of: str = Field(description="the table of the accounts", examples=["branches"])
    over: Days | str = Field(description="days before as_of at which it begins, or a parameter", examples=["days"])
    days: int = Field(default=7, description="days of a window, a whole number >= 1", ge=1, examples=[7])
    entries: int = Field(default=4, description="movements of an account in a window", ge=1, le=1_000, examples=[4])
    low: int = Field(default=0, description="no balance is lower, a whole number", examples=[0])
    high: int = Field(default=1_000, description="none is higher, a whole number", examples=[1_000])


class ReferenceDeclaration(_Words):
    """A reference of several columns."""

    columns: Columns = Field(description="the columns that refer", examples=[["part_id", "supplier_id"]])
    to: str = Field(description="the table they refer to", examples=["part_suppliers"])
    target: Columns = Field(
        default=(), description="its columns; its key without", examples=[["part_id", "supplier_id"]]
    )


class RuleDeclaration(_Words):
    """What always holds: an expression over each row, or SQL that finds the rows where it doesn't."""

    name: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = Field(
        default="", description="a short name; that of its sentence without", examples=["total_is_positive"]
    )
    doc: str = Field(description="the rule as a sentence", min_length=1, examples=["A total is positive."])
    holds: str = Field(default="", description="an expression that is true of each row", examples=["total > 0"])
    sql: str = Field(
        default="", description="a query that finds offending rows", examples=["FROM orders WHERE total <= 0"]
    )
    tables: tuple[str, ...] = Field(default=(), description="other tables that it reads", examples=[["items"]])

    @model_validator(mode="before")
    @classmethod
    def _spelt_out(cls, value: Any) -> Any:
        """A sentence and what holds: ``done repairs have hours: "state <> 'done' or hours > 0"``."""
        if not isinstance(value, dict) or len(cast("dict[str, Any]", value)) != 1:
            return value
        ((doc, holds),) = cast("dict[str, Any]", value).items()
        return value if doc in cls.model_fields else {"doc": doc, "holds": holds}


class ColumnDeclaration(_Words):
    """A column: a method with its arguments, and what the table says of it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _spelt_out(cls, value: Any) -> Any:
        return spelt_out(value)

    method: str = Field(
        description="how its cells come about; docs/columns.md lists the methods", examples=["weighted"]
    )
    type: str = Field(default="", description="a type's name", examples=["decimal(10,2)"])
    doc: str = Field(default="", description="one line", examples=["how it is paid"])
    nullable: bool = Field(default=False, description="whether cells may be missing", examples=[True])
    unique: bool = Field(default=False, description="whether no two rows share a value", examples=[True])
    references: str = Field(default="", description="a table, or table.column", examples=["customers"])
    enumeration: tuple[str, ...] = Field(
        default=(), description="the closed set of its values", examples=[["card", "invoice"]]
    )
    since: int = Field(default=1, description="contract version of its values", ge=1, examples=[2])
    hidden: bool = Field(
        default=False,
        description="true if other columns are made of it, and the table doesn't have it",
        examples=[True],
    )


def full_column(said: str | ColumnDeclaration) -> ColumnDeclaration:
    """A column with all its words, however it is written."""
    return ColumnDeclaration.model_validate(spelt_out(said)) if isinstance(said, str) else said


class EntityDeclaration(_Words):
    """A table. One of rows, lines_of, slots_of, some_of, series_of and ledger says how many rows it has."""

    doc: str = Field(default="", description="what it holds", examples=["Customers."])
    grain: str = Field(default="", description="what one row is", examples=["one customer"])
    rows: Count | str | None = Field(
        default=None,
        description="a count, a parameter's name, or a calculation over parameters, rounded to the nearest whole"
        " number",
        examples=["customers * 4"],
    )
    over: Days | str | None = Field(
        default=None, description="days before as_of over which rows appear, said as rows are", examples=["days"]
    )
    season: Season = Field(
        default="shop",
        description="with over: shop (more rows in the evening, at weekends and before Christmas), weekly (all months"
        " alike) or even (always the same)",
        examples=["weekly"],
    )
    born: AnyRate | None = Field(
        default=None,
        description=f"how many rows come after as_of, {RATE_WORDS}; as many as before without, if there is an over",
        examples=["3 a day"],
    )
    lines_of: str = Field(
        default="", description="the parent table; children are numbered without gaps", examples=["orders"]
    )
    slots_of: str = Field(default="", description="the parent table; children keep a place each", examples=["orders"])
    per_parent: Annotated[dict[Children, Share], AfterValidator(lambda said: dict(sorted(said.items())))] = Field(
        default={}, description="children: share of parents", examples=[{1: 70, 2: 30}]
    )
    some_of: str = Field(default="", description="the parent table; some rows have one", examples=["orders"])
    per_thousand: int | None = Field(
        default=None, description="how many of a thousand have one", ge=0, le=1_000, examples=[80]
    )
    series_of: str = Field(
        default="", description="the parent table; each row of it has one at each tick", examples=["devices"]
    )
    every: str = Field(
        default="",
        description="from tick to tick, as in 5 minutes or 1 month",
        pattern=rf"^({EVERY})?$",
        examples=["5 minutes"],
    )
    past: int | None = Field(
        default=None,
        description="in place of over, how many rows of a series each row of the other table has by as_of, one's after"
        " the other's; each comes in the last second of its time",
        ge=1,
        le=1_000_000,
        examples=[60],
    )
    periods: bool = Field(
        default=False, description="whether rows of a series are periods, closed by the next", examples=[True]
    )
    ledger: LedgerDeclaration | None = Field(
        default=None, description="movements of accounts", examples=[{"of": "accounts"}]
    )
    key: str | KeyDeclaration = Field(
        default="", description="the key's column, or more of it", examples=["customer_id"]
    )
    spec: dict[str, Any] = Field(
        default={},
        description="columns as rand-engine's dictionaries have them, in front of the others; docs/rand-engine.md",
        examples=[{"age": {"method": "integers", "kwargs": {"min": 18, "max": 65}}}],
    )
    columns: dict[ColumnName, str | ColumnDeclaration] = Field(
        description="columns by name (letters of English, digits and _, no digit first), each a method's name or more",
        min_length=1,
        examples=[{"customer_id": "key"}],
    )
    references: tuple[ReferenceDeclaration, ...] = Field(
        default=(), description="references of several columns", examples=[[]]
    )
    unique: tuple[Columns, ...] = Field(
        default=(), description="groups of columns that no two rows share", examples=[[["a", "b"]]]
    )
    fates: tuple[FateDeclaration, ...] = Field(
        default=(),
        description="what becomes of rows after the base",
        examples=[[{"changes": "moves", "days": [30, 90]}]],
    )
    pinned: tuple[dict[str, Any], ...] = Field(
        default=(),
        description="rows given by hand: which row, counted from 1 (its place in the list without), and cells",
        examples=[[{"row": 1, "name": "Ada Lovelace"}]],
    )
    rules: tuple[RuleDeclaration, ...] = Field(
        default=(), description="what always holds", examples=[[{"totals are positive": "total > 0"}]]
    )


class DeliveryDeclaration(_Words):
    """How the tables' files are laid out unless somebody says otherwise."""

    layout: str = Field(
        default="",
        description="name of a layout; by_column without, if there is a partition_by, else hive",
        examples=["by_column"],
    )
    formats: Columns = Field(default=(), description="names of formats; parquet without", examples=[["parquet", "csv"]])
    chunk_size: int | None = Field(
        default=None, description="rows in each file but the last, a whole number from 1", ge=1, examples=[100_000]
    )
    partition_by: dict[Name, Columns] = Field(
        default={},
        description="tables, each with the columns that its files are kept apart by: they are in the path only",
        examples=[{"orders": ["country", "status"]}],
    )
    sort_by: dict[Name, Columns] = Field(
        default={},
        description="tables of partition_by, each with the columns that the rows of a file are sorted by, then by the"
        " key",
        examples=[{"orders": ["ordered_at"]}],
    )


class Declaration(_Words):
    """A dataset."""

    version: int = Field(
        default=LANGUAGE, description="the version of the language, a whole number from 1", ge=1, examples=[LANGUAGE]
    )
    dataset: Name = Field(description="its name: small letters, digits and _", examples=["workshop"])
    doc: str = Field(default="", description="one paragraph", examples=["A bicycle workshop."])
    parameters: dict[Name, int | ParameterDeclaration] = Field(
        default={}, description="parameters by name: a default, or more", examples=[{"customers": 500}]
    )
    presets: dict[str, dict[str, Any]] = Field(
        default={"small": {}},
        description="named sets of parameters",
        min_length=1,
        examples=[{"small": {}, "large": {}}],
    )
    default_preset: str = Field(default="", description="one of the presets; the first without", examples=["small"])
    entities: dict[Name, EntityDeclaration] = Field(
        description="tables by name (small letters, digits and _)",
        min_length=1,
        examples=[{"customers": {"rows": 5, "columns": {"id": "key"}}}],
    )
    changes: dict[Name, TableChanges] = Field(
        default={},
        description="what becomes of tables after the base, by their names",
        examples=[{"customers": {"born": "3 a day", "change": {"city": "2 % a month"}}}],
    )
    delivery: DeliveryDeclaration = Field(
        default=DeliveryDeclaration(),
        description="how files are laid out unless somebody says otherwise",
        examples=[{"partition_by": {"orders": "status"}}],
    )
