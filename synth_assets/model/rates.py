"""Rates: so many rows, or such a part of them, a day, a week, a month or a year."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from synth_assets.errors import UsageError

UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
"""Days of each unit: months and years are as long as they are on an average, about."""

MOST_A_DAY = 1_000_000
"""Rows that come or go a day."""

WORDS = "as 3 a day or 2 % a month say it (day, week, month or year), or a number of rows a day"

_TEXT = re.compile(
    r"\s*(?P<number>\d+(?:_\d+)*(?:\.\d{1,6})?)\s*(?P<share>%|per ?cent)?"
    r"\s*(?:(?:an?|per|each|every)\s+|/\s*)(?P<unit>day|week|month|year)\s*"
)
_SHORT = {"daily": "a day", "weekly": "a week", "monthly": "a month", "yearly": "a year"}


@dataclass(frozen=True)
class Rate:
    """How often something happens to a table.

    Attributes:
        amount: how many rows, or how many of a hundred.
        unit: within which time, one of :data:`UNITS`.
        is_share: whether the amount is of a hundred.

    Example:
        >>> str(Rate.read("1_000 per week")), Rate.read("3 % a month").of(500)
        ('1000 a week', Fraction(1, 2))
    """

    amount: Fraction
    unit: str
    is_share: bool = False

    @classmethod
    def read(cls, said: object) -> "Rate":
        """The rate that words, a number of rows a day, or ``{rows: 3, per: day}`` say.

        Raises:
            ValueError: they say none.
        """
        if isinstance(said, Rate):
            return said
        if isinstance(said, dict):
            said = _text_of(said)
        if isinstance(said, int) and not isinstance(said, bool):
            said = f"{said} a day"
        if not isinstance(said, str):
            raise ValueError(WORDS)  # noqa: TRY004 - what pydantic takes for a value that isn't allowed
        text = said.lower()
        for word, meant in _SHORT.items():
            text = re.sub(rf"\b{word}$", meant, text.rstrip())
        found = _TEXT.fullmatch(text)
        if not found:
            raise ValueError(WORDS)
        return cls(Fraction(found["number"].replace("_", "")), found["unit"], bool(found["share"]))

    def of(self, rows: int) -> Fraction:
        """How many rows a day it is of so many."""
        a_day = self.amount / UNITS[self.unit]
        return a_day * rows / 100 if self.is_share else a_day

    def share_of(self, rows: int) -> Fraction:
        """Which part of so many rows it is a day; may be above 1."""
        return self.of(100) / 100 if self.is_share else self.of(rows) / max(rows, 1)

    def __str__(self) -> str:
        number = str(self.amount) if self.amount.denominator == 1 else f"{float(self.amount):.6f}".rstrip("0")
        return f"{number}{' %' if self.is_share else ''} a {self.unit}"


class RateError(UsageError):
    """A rate that a dataset can't keep.

    Args:
        entity: whose.
        word: what a declaration says it with: born, change or erased.
        message: why, with the numbers.
    """

    def __init__(self, entity: Any, word: str, message: str) -> None:
        super().__init__(f"{entity.about.domain}/{entity.about.name}: {message}")
        self.table, self.word = entity.about.name, word


class RoomError(UsageError):
    """More rows than a column has values for.

    Args:
        entity: whose.
        column: the column's name.
        message: why, with the numbers.
    """

    def __init__(self, entity: Any, column: str, message: str) -> None:
        super().__init__(f"{entity.about.domain}/{entity.about.name}: {message}")
        self.table, self.column = entity.about.name, column


def told(number: Fraction) -> str:
    """A number of rows as messages say it.

    Example:
        >>> told(Fraction(5_000)), told(Fraction(1, 3))
        ('5,000', '0.33')
    """
    return f"{int(number):,}" if number.denominator == 1 else f"{float(number):,.2f}"


def _text_of(said: dict[object, object]) -> str:
    """A mapping as words."""
    if set(said) not in ({"rows", "per"}, {"percent", "per"}):
        raise ValueError(WORDS)
    number = said.get("rows", said.get("percent"))
    if isinstance(number, bool):
        raise ValueError(WORDS)  # noqa: TRY004 - likewise
    return f"{number}{' %' if 'percent' in said else ''} per {said['per']}"
