"""Text after a pattern: codes, numbers of frames and accounts."""

import functools
import re
from collections.abc import Sequence
from math import prod
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import STRING, Drawn
from synth_assets.columns.basis.shuffle import shuffled
from synth_assets.columns.basis.texts import strings
from synth_assets.kernel.choice import wide_below
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

_ALPHABETS = {
    "digits": "0123456789",
    "letters": "abcdefghijklmnopqrstuvwxyz",
    "LETTERS": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
}
_PART = re.compile(r"\{(?P<count>[1-9][0-9]?) (?P<kind>[a-zA-Z]+)\}|(?P<text>[^{}]+)|(?P<brace>\{\{|\}\})")

_MOST = 1 << 62
"""Numbers that one word is mapped to."""


class Pattern(Drawn):
    """Text after a pattern: what stands in braces is drawn, the rest is as it is written."""

    fills: ClassVar = (STRING,)
    examples: ClassVar = (
        {"pattern": "WS-{8 digits}", "unique": True},
        {"pattern": "{2 LETTERS}-{4 hex}"},
        {"pattern": "{32 hex}"},
    )

    pattern: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description='text with parts like "{8 digits}", of 1 to 99 digits, letters, LETTERS, hex or HEX; {{ and }} for'
        " braces themselves",
        examples=["WS-{8 digits}"],
    )
    unique: bool = Field(
        default=False,
        description="true if no two rows may have the same; then there are as many rows at the most as the pattern has"
        " values, and it has fewer than 2^62",
        examples=[True],
    )

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        try:
            _parsed(self.pattern)
        except ValueError as error:
            raise ValueError(
                f"pattern={self.pattern!r}: {error}; parts are like {{8 digits}}, of {', '.join(_ALPHABETS)}.\n"
                '  For example: pattern("WS-{8 digits}")'
            ) from None
        if self.unique and prod(self._sizes) >= _MOST:
            raise ValueError(
                f"pattern={self.pattern!r} has more values than can be kept apart, 4.6e18.\n"
                '  Say fewer digits or letters. For example: pattern("{18 digits}"); or uuid() for such keys'
            )
        return self

    def values(self, rows: Any, name: str) -> Values:
        template, slots = _parsed(self.pattern)
        text = np.empty((len(rows.row_numbers), len(template)), dtype=np.uint8)
        text[:] = template
        for group, part in enumerate(_groups(tuple(size for _, size in self._parts))):
            number = self._numbers(rows, name, group, prod(self._sizes[part]))
            for place, alphabet in reversed(slots[part]):
                number, digit = np.divmod(number, len(alphabet))
                text[:, place] = alphabet[digit]
        return strings(text)

    def _numbers(self, rows: Any, name: str, group: int, count: int) -> I64Array:
        """What the slots of a group spell out, below ``count``."""
        if self.unique:
            high, low = _halves(self._sizes)
            return shuffled(rows.row_numbers, high, low, rows.stream(self.stream or name, self.purpose + "order"))
        return wide_below(self.words(rows, name, f"{group}" if group else ""), count)

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    @property
    def is_unique(self) -> bool:
        """If it is asked for."""
        return self.unique

    @property
    def is_even(self) -> bool:
        """Each part has its count of characters."""
        return True

    def capacity(self, column: Column) -> int | None:
        del column
        return prod(self._sizes) if self.unique else None

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return prod(self._sizes)

    @property
    def _parts(self) -> list[tuple[int, int]]:
        _, slots = _parsed(self.pattern)
        return [(place, len(alphabet)) for place, alphabet in slots]

    @property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(size for _, size in self._parts)


@functools.lru_cache(maxsize=1_024)
def _parsed(pattern: str) -> tuple[NDArray[np.uint8], list[tuple[int, NDArray[np.uint8]]]]:
    """A pattern's bytes, with anything where a character is drawn, and for each such place its alphabet."""
    text, slots, at = bytearray(), [], 0
    while at < len(pattern):
        match = _PART.match(pattern, at)
        if match is None:
            raise ValueError(f"{pattern[at:]!r} can't be read")
        if kind := match["kind"]:
            if kind not in _ALPHABETS:
                raise ValueError(f"there are no {kind}")
            alphabet = np.frombuffer(_ALPHABETS[kind].encode(), dtype=np.uint8)
            count = int(match["count"])
            slots += [(len(text) + place, alphabet) for place in range(count)]
            text += b"?" * count
        else:
            text += (match["text"] or match["brace"][0]).encode()
        at = match.end()
    return np.frombuffer(bytes(text), dtype=np.uint8), slots


def _groups(sizes: tuple[int, ...]) -> list[slice]:
    """Runs of slots, each of which one word fills."""
    groups, first, count = [], 0, 1
    for place, size in enumerate(sizes):
        if count * size > _MOST:
            groups.append(slice(first, place))
            first, count = place, 1
        count *= size
    return [*groups, slice(first, len(sizes))] if sizes else []


def _halves(sizes: Sequence[int]) -> tuple[int, int]:
    """The slots as two digits, as equal as they get."""
    cut = min(range(len(sizes) + 1), key=lambda at: max(prod(sizes[:at]), prod(sizes[at:])))
    return prod(sizes[:cut]), prod(sizes[cut:])


GENERATOR = Pattern


def pattern(pattern: str, *, unique: bool = False, stream: str = "", purpose: str = "") -> Pattern:
    """Text after a pattern: ``pattern("WS-{8 digits}", unique=True)``."""
    return of(Pattern, pattern=pattern, unique=unique, stream=stream, purpose=purpose)
