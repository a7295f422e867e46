"""Running text of some length."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import STRING, Drawn
from synth_assets.columns.basis.texts import pieces_of
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values
from synth_assets.world import vocabulary
from synth_assets.world.prose import LENGTH, is_plain, letters, running_text

_MOST = 100_000
_USUAL = "review_titles.title"


class Prose(Drawn):
    """Text of so many characters: comments and notes, cut out of a vocabulary's entries anywhere, also within a word.

    All lengths are as likely as any other. Short texts come again now and then, as they do where people write.
    Without a vocabulary it reads as scraps of reviews; whole sentences are phrases, and those of a trade are
    composed of choices. With an alphabet it is letters without sense, cut out of four million of them.
    """

    fills: ClassVar = (STRING,)
    examples: ClassVar = (
        {"low": 29, "high": 116},
        {"low": 10, "high": 10, "vocabulary": "search_terms.term"},
        {"low": 10, "high": 40, "alphabet": "abcdefghijklmnopqrstuvwxyz 0123456789"},
    )

    low: Annotated[int, Field(ge=0, le=_MOST)] = Field(
        description="the fewest characters, a whole number from 0 to 100,000", examples=[29]
    )
    high: Annotated[int, Field(ge=0, le=_MOST)] = Field(
        description="the most characters, a whole number from 0 to 100,000", examples=[116]
    )
    vocabulary: Annotated[str, Field(pattern=r"^[^.]+\.[^.]+$")] = Field(
        default=_USUAL,
        description="a vocabulary and its column, as vocabulary.column; docs/columns.md lists them",
        examples=["search_terms.term"],
    )
    alphabet: Annotated[str, Field(max_length=128)] = Field(
        default="",
        description="characters of ASCII to draw from in place of a vocabulary, each as often as it stands there",
        examples=["0123456789abcdef"],
    )

    @model_validator(mode="after")
    def _can_be_cut(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}.\n  For example: prose(low=29, high=116)")
        if self.alphabet:
            return self._of_letters()
        pool, entry = self._source
        known = vocabulary.rows(pool)[0] if pool in vocabulary.names() else {}
        if entry not in known:
            there = f"{pool} has {', '.join(known)}" if known else f"vocabularies are {', '.join(vocabulary.names())}"
            raise ValueError(f"there is no {self.vocabulary}; {there}.\n  For example: vocabulary='search_terms.term'")
        if not is_plain(pool, entry):
            raise ValueError(
                f"{self.vocabulary} has letters beyond ASCII, which can't be cut anywhere.\n"
                "  For example: vocabulary='review_titles.title'"
            )
        return self

    def _of_letters(self) -> Self:
        if not self.alphabet.isascii() or not self.alphabet.isprintable():
            raise ValueError(
                "alphabet has other characters than printable ones of ASCII.\n  For example: alphabet='abc123'"
            )
        if "vocabulary" in self.model_fields_set and self.vocabulary != _USUAL:
            raise ValueError("vocabulary and alphabet are both said.\n  Leave one out. For example: alphabet='abc123'")
        return self

    def values(self, rows: Any, name: str) -> Values:
        text = letters(self.alphabet) if self.alphabet else running_text(*self._source)
        lengths: I64Array = below(self.words(rows, name, "length"), self.high - self.low + 1) + self.low
        starts = below(self.words(rows, name), LENGTH - self.high)
        return pieces_of(text, starts, lengths)

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    @property
    def _source(self) -> tuple[str, str]:
        pool, _, entry = self.vocabulary.partition(".")
        return pool, entry


GENERATOR = Prose


def prose(
    low: int, high: int, vocabulary: str = _USUAL, *, alphabet: str = "", stream: str = "", purpose: str = ""
) -> Prose:
    """Running text of so many characters: ``prose(29, 116)``."""
    return of(Prose, low=low, high=high, vocabulary=vocabulary, alphabet=alphabet, stream=stream, purpose=purpose)
