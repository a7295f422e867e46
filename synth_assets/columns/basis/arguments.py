"""Arguments of generators: what is wrong with them, in words, and the kinds of values that several have."""

import difflib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails

from synth_assets.documents.words import allowed, example
from synth_assets.errors import UsageError, unknown

if TYPE_CHECKING:
    from synth_assets.columns.basis.generator import Generator

Made = TypeVar("Made", bound="Generator")
Item = TypeVar("Item")


Steps = tuple[str | int, ...]
"""Where something stands within an argument."""


class InnerError(ValueError):
    """What is wrong within an argument, in whole sentences.

    Args:
        problems: each thing, perhaps with its place within the argument.
    """

    def __init__(self, *problems: str | tuple[Steps, str]) -> None:
        self.problems = tuple(((), one) if isinstance(one, str) else one for one in problems)
        super().__init__("\n".join(text for _, text in self.problems))


class ArgumentError(UsageError):
    """An argument of a generator that isn't allowed.

    Args:
        argument: its name; empty where several don't go together.
        message: what is wrong.
        inner: where it stands within the argument.
    """

    def __init__(self, argument: str, message: str, inner: Steps = ()) -> None:
        super().__init__(message)
        self.argument = argument
        self.path: Steps = (argument, *inner) if argument else ()


def of(generator: type[Made], /, **arguments: Any) -> Made:
    """Make a generator.

    Raises:
        ArgumentError: an argument that isn't allowed; names it, what is allowed, and an example.
    """
    made = tried(generator, arguments)
    if isinstance(made, list):
        raise made[0]
    return made


def tried(generator: type[Made], arguments: Mapping[str, Any]) -> Made | list[ArgumentError]:
    """A generator, or all that is wrong with its arguments: misspelt names first, which make others look missing."""
    try:
        return generator.model_validate(arguments)
    except ValidationError as error:
        unknown_names = [str(one["loc"][0]) for one in error.errors() if one["type"] == "extra_forbidden"]
        ordered = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        found = [
            refusal
            for one in ordered
            for refusal in _refusals(generator, one, arguments)
            if one["type"] != "missing" or not _is_misspelt(one["loc"], unknown_names)
        ]
        return list({one.path: one for one in reversed(found)}.values())[::-1]


def _is_misspelt(loc: Sequence[int | str], others: Sequence[str]) -> bool:
    """Whether what is missing is there under a name so close to its own that this is all that is wrong."""
    return bool(loc) and bool(difflib.get_close_matches(str(loc[0]), others, n=1))


def _refusals(generator: "type[Generator]", error: ErrorDetails, arguments: Mapping[str, Any]) -> list[ArgumentError]:
    cause = error.get("ctx", {}).get("error")
    if not error["loc"] or not isinstance(cause, InnerError):
        return [_refusal(generator, error, arguments)]
    method, name = generator.method(), str(error["loc"][0])
    return [ArgumentError(name, f"{method}: {name}: {text}", inner) for inner, text in cause.problems]


def _refusal(generator: "type[Generator]", error: ErrorDetails, arguments: Mapping[str, Any]) -> ArgumentError:
    method, fields = generator.method(), generator.model_fields
    if not error["loc"]:
        return ArgumentError("", f"{method}: {error['msg'].removeprefix('Value error, ')}")
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        wrong = unknown(f"{method}: argument", name, generator.arguments(), f"For example: {generator.example()}")
        return ArgumentError(name, str(wrong))
    if error["type"] == "missing" and name not in arguments:
        words = fields[name].description or allowed(fields[name])
        return ArgumentError(name, f"{method}: {name} is missing; it is {words}.\n  For example: {generator.example()}")
    words, good = fields[name].description or allowed(fields[name]), example(fields[name])
    wrong = f"{method}: {name}={arguments[name]!r} is not allowed; it is {words}."
    return ArgumentError(name, f"{wrong}\n  For example: {method}({name}={good!r})")


def _several(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Many = Annotated[tuple[Item, ...], BeforeValidator(_several)]
"""Several of something; a list will do."""

Pair = Annotated[tuple[Item, Item], BeforeValidator(_several)]
"""Two of something; a list will do."""

Plain = bool | int | float | str | None
"""What JSON has of a single value."""


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


Cell = Annotated[Plain, BeforeValidator(_cell)]
"""What a declaration can say of a cell: the rest (decimals, days, times, bytes) is written as text or as a number,
lists and structs as they are, and kept as JSON.
"""


def _exact(value: Any) -> Any:
    """Numbers as they are written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        return Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise ValueError(value) from None


Exact = Annotated[
    Decimal, BeforeValidator(_exact), PlainSerializer(str, when_used="json"), Field(allow_inf_nan=False, max_digits=18)
]
"""A number of which every digit counts."""

Share = Annotated[Exact, Field(ge=0, le=1, decimal_places=6)]
"""A part of all rows."""


def _when(value: Any) -> Any:
    """Days as they are counted, days of the calendar as their first second."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        if value.utcoffset():
            raise ValueError(value)
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value  # noqa: DTZ001 — all UTC


When = Annotated[Annotated[int, Field(ge=-73_000, le=73_000)] | datetime, BeforeValidator(_when)]
"""A moment: so many days after ``as_of`` (before it, if negative), a day of the calendar, or a time in UTC."""

DAY_WORDS = "so many days after as_of (before it, if negative), or a day, written YYYY-MM-DD"
TIME_WORDS = "so many days after as_of (before it, if negative), a day, or a time in UTC, written YYYY-MM-DDTHH:MM:SS"
HOUR_WORDS = (
    "so many days after as_of (before it, if negative), a day, or a whole hour in UTC, written YYYY-MM-DDTHH:00:00"
)
"""What a moment may be, where days, times or hours are meant."""
