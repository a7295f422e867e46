"""Days and times as text."""

import functools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.gathering import masked, plain
from synth_assets.columns.basis.generator import DATE, STRING, TIMESTAMP, Generator, Needs, set_type
from synth_assets.columns.basis.nested import AnyGenerator
from synth_assets.columns.basis.texts import strings
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import DATE as DAYS
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import TIMESTAMP as TIMES
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Text, TextPool, Values

DIRECTIVES = {"%Y": 4, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2, "%f": 6, "%%": 1}
"""What a format may have, and how many signs of text each is."""

_PART = re.compile(r"%.|[^%]+|%$", re.DOTALL)
_OF_TIMES = {"%H": (3_600 * MICROSECONDS, 24), "%M": (60 * MICROSECONDS, 60), "%S": (MICROSECONDS, 60),
             "%f": (1, MICROSECONDS)}  # fmt: skip
"""Of a directive, how many microseconds one is, and how many there are."""

_SPAN = 1 << 12
"""Days whose texts are made at a time."""


class Formatted(Generator):
    """Days or times that another method makes, as text after a format."""

    fills: ClassVar = (STRING,)
    examples: ClassVar = (
        {"format": "%d/%m/%Y", "of": {"method": "dates", "first": "2024-01-01", "last": "2024-12-31"}},
        {"format": "%Y-%m-%dT%H:%M:%S", "of": {"method": "timestamps", "first": -365}},
    )

    format: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        description="text with %Y, %m, %d, %H, %M, %S and %f for year, month, day, hour, minute, second and"
        " microsecond, and %% for % itself",
        examples=["%d/%m/%Y"],
    )
    of: AnyGenerator = Field(
        description="another method with its arguments, of days or times",
        examples=[{"method": "dates", "first": -365}],
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        wrong = [part for part in _PART.findall(self.format) if part.startswith("%") and part not in DIRECTIVES]
        if wrong:
            raise ValueError(
                f"format={self.format!r}: there is no {wrong[0]}; what there is are {', '.join(DIRECTIVES)}.\n"
                '  For example: format="%Y-%m-%d"'
            )
        if self._kind is None:
            raise ValueError(
                f"of: {self.of.method()} makes no days or times.\n  For example: formatted('%d/%m/%Y', dates(-365, -1))"
            )
        return self

    def values(self, rows: Any, name: str) -> Values:
        part, kind = f"{name}[]", self._kind or DAYS
        set_type(rows, part, kind)
        values, valid = plain(self.of.values(rows, part))
        micros = values.astype(np.int64)
        if kind is DAYS:
            micros *= DAY * MICROSECONDS
        days = micros // (DAY * MICROSECONDS)
        low, high = (int(days.min()) // _SPAN, int(days.max()) // _SPAN + 1) if len(days) else (0, 1)
        at = days - low * _SPAN
        if not set(_PART.findall(self.format)) & set(_OF_TIMES):
            return Text(_pool(self.format, low, high), at, valid)
        text = _of_days(self.format, low, high)[at]
        rest = micros - days * (DAY * MICROSECONDS)
        for directive, place in _places(self.format):
            if directive in _OF_TIMES:
                text[:, place : place + DIRECTIVES[directive]] = _digits(directive, rest)
        return masked(strings(text), valid) if valid is not None else strings(text)

    @property
    def _kind(self) -> ColumnType | None:
        """What the other method makes: days where it can."""
        usual = self.of.default_type
        if usual is not None and usual.kind in {DATE, TIMESTAMP}:
            return DAYS if usual.kind == DATE else TIMES
        return None

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    @property
    def gives_missing(self) -> bool:
        """If the other method does."""
        return self.of.gives_missing

    @property
    def moves(self) -> bool:
        """If the other method does."""
        return self.of.moves

    @property
    def comes(self) -> bool:
        """If the other method's cells do."""
        return self.of.comes

    def followed(self, entity: type[Entity]) -> list[tuple[type[Entity], str]]:
        return self.of.followed(entity)

    def needs(self) -> Needs:
        return self.of.needs()

    def misfit(self, entity: type[Entity], column: Column) -> str:
        return self.of.misfit(entity, replace(column, type=self._kind or DAYS))


GENERATOR = Formatted


def formatted(format: str, of_: Generator) -> Formatted:  # noqa: A002
    """Days or times as text: ``formatted("%d/%m/%Y", dates(-365, -1))``."""
    return of(Formatted, format=format, of=of_)


def _places(shape: str) -> Iterator[tuple[str, int]]:
    """The parts of a format, each with the byte at which it begins."""
    at = 0
    for part in _PART.findall(shape):
        yield part, at
        at += DIRECTIVES.get(part, len(part.encode()))


@functools.lru_cache(maxsize=64)
def _of_days(shape: str, low: int, high: int) -> NDArray[np.uint8]:
    """The text of each day of some spans, with anything where times of the day stand, shape (days, length)."""
    return np.frombuffer("".join(_day_texts(shape, low, high)).encode(), np.uint8).reshape((high - low) * _SPAN, -1)


@functools.lru_cache(maxsize=64)
def _pool(shape: str, low: int, high: int) -> TextPool:
    return TextPool(list(_day_texts(shape, low, high)))


def _day_texts(shape: str, low: int, high: int) -> Iterator[str]:
    parts = _PART.findall(shape)
    for day in range(low * _SPAN, high * _SPAN):
        when = date(1970, 1, 1) + timedelta(days=day)
        known = {"%Y": f"{when.year:04}", "%m": f"{when.month:02}", "%d": f"{when.day:02}", "%%": "%"}
        yield "".join(known.get(part, "?" * DIRECTIVES.get(part, 0) or part) for part in parts)


def _digits(directive: str, rest: I64Array) -> NDArray[np.uint8]:
    """The digits of a part of the time of a day, shape (n, digits)."""
    unit, count = _OF_TIMES[directive]
    digits = DIRECTIVES[directive]
    if directive == "%f":
        number, text = rest % count, np.empty((len(rest), digits), dtype=np.uint8)
        for place in reversed(range(digits)):
            number, digit = np.divmod(number, 10)
            text[:, place] = digit + ord("0")
        return text
    return _TWO[rest // unit % count]


_TWO = np.frombuffer("".join(f"{n:02}" for n in range(60)).encode(), np.uint8).reshape(60, 2)
