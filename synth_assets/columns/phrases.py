"""Words and sentences of the world's vocabularies."""

import functools
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import read
from synth_assets.columns.basis.cells import problem_of
from synth_assets.columns.basis.generator import INTEGER, STRING, Drawn, Needs, type_of
from synth_assets.columns.basis.weights import are_weights
from synth_assets.errors import UsageError
from synth_assets.kernel.choice import WeightTable, pick, weight_table
from synth_assets.kernel.counter import I64Array
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Masked, Text, TextPool, Values
from synth_assets.world import vocabulary
from synth_assets.world.choices import Choices


class Phrases(Drawn):
    """An entry of one of the vocabularies that come with the program: any of them, or one that fits another column.

    Entries that are whole numbers, such as what goods cost at the most, fill columns of whole numbers, too. The
    vocabularies are frozen: they change with the contract only.
    """

    fills: ClassVar = (STRING, INTEGER)
    examples: ClassVar = (
        {"vocabulary": "search_terms.term"},
        {"vocabulary": "review_titles.title", "by": "rating"},
        {"vocabulary": "countries.name", "weight": "weight"},
    )

    vocabulary: Annotated[str, Field(pattern=r"^[^.]+\.[^.]+$")] = Field(
        description="a vocabulary and its column, as vocabulary.column; docs/columns.md lists them",
        examples=["review_titles.title"],
    )
    by: str = Field(
        default="",
        description="a column of this row whose cells are among those of the vocabulary's column of that name, or of"
        " owner; only entries beside it are drawn",
        examples=["rating"],
    )
    owner: str = Field(
        default="",
        description="the vocabulary's column that by is compared with, if it is called otherwise",
        examples=["category"],
    )
    weight: str = Field(
        default="", description="the vocabulary's column with weights; without, all are as likely", examples=["weight"]
    )

    @model_validator(mode="after")
    def _there(self) -> Self:
        pool, _, name = self.vocabulary.partition(".")
        try:
            known = vocabulary.rows(pool)[0]
        except UsageError as error:
            raise ValueError(str(error)) from None
        for column in (name, self._owner, self.weight):
            if column and column not in known:
                raise ValueError(
                    f"{pool} has no column {column}; it has {', '.join(known)}.\n  For example: {self.example()}"
                )
        if self.by and self.weight:
            raise ValueError("weight and by don't go together.\n  Leave one of them out")
        if self.weight and not _weights_are_fine(pool, self.weight):
            raise ValueError(f"{pool}.{self.weight} holds no weights.\n  For example: weight='weight'")
        return self

    def values(self, rows: Any, name: str) -> Values:
        text = self._text(rows, name)
        return _as_numbers(text) if type_of(rows, name).kind == INTEGER else text

    def _text(self, rows: Any, name: str) -> Text:
        words = self.words(rows, name)
        pool, _, entry = self.vocabulary.partition(".")
        if self.weight:
            texts, table = _weighted(pool, entry, self.weight)
            return Text(texts, pick(words, table))
        if not self.by:
            return _all_of(pool, entry).text(words, np.zeros(len(words), dtype=np.int64))
        owners, lists = _lists(pool, entry, self._owner)
        text = lists.text(words, _owner_numbers(read(rows, self.by), owners))
        if text.valid is not None and not text.valid.all() and not type(rows).declared()[name].column.nullable:
            raise UsageError(
                f"{rows.about.domain}/{rows.about.name}: {name}: {self.by} has values that {pool}.{self._owner} has"
                f" not; it has {', '.join(owners)}.\n  Use those, or declare {name} with nullable=True."
            )
        return text

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    def needs(self) -> Needs:
        return Needs(columns=(self.by,) if self.by else ())

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if column.type.kind == INTEGER and (problem := self._no_number(column)):
            return problem
        other = entity.declared().get(self.by)
        if other is None:
            return ""
        if other.column.type.kind not in {STRING, INTEGER}:
            return f"{self.by} is of type {other.column.type.name}.\n  Name a column of text or whole numbers."
        if other.column.nullable and not column.nullable:
            return f"{self.by} may be missing, and so may this.\n  Declare it nullable."
        return ""

    def _no_number(self, column: Column) -> str:
        """Why a column of whole numbers can't have the entries; empty if it can."""
        pool, _, entry = self.vocabulary.partition(".")
        cells = {row[entry] for row in vocabulary.rows(pool)}
        if wrong := sorted(cell for cell in cells if not cell.isdecimal()):
            return f"{self.vocabulary} has {wrong[0]!r}, which is no number.\n  Declare it as text: type: string"
        return problem_of(tuple(sorted(map(int, cells))), column.type)

    @property
    def _owner(self) -> str:
        return self.owner or self.by


@functools.cache
def _all_of(pool: str, entry: str) -> Choices:
    return Choices([[row[entry] for row in vocabulary.rows(pool)]])


@functools.cache
def _weighted(pool: str, entry: str, weight: str) -> tuple[TextPool, WeightTable]:
    rows = vocabulary.rows(pool)
    return TextPool([row[entry] for row in rows], lasting=True), weight_table([int(row[weight]) for row in rows])


def _weights_are_fine(pool: str, weight: str) -> bool:
    cells = [row[weight] for row in vocabulary.rows(pool)]
    return all(cell.isdecimal() for cell in cells) and are_weights(tuple(map(int, cells)))


@functools.cache
def _lists(pool: str, entry: str, owner: str) -> tuple[tuple[str, ...], Choices]:
    """The owners, and the entries of each; the last list is of nobody, for cells that are none of the owners."""
    owners = tuple(dict.fromkeys(row[owner] for row in vocabulary.rows(pool)))
    own = [[row[entry] for row in vocabulary.rows(pool) if row[owner] == one] for one in owners]
    return owners, Choices([*own, []])


def _as_numbers(text: Text) -> Values:
    """The cells as whole numbers, shape (n,)."""
    numbers = np.array([int(cell or "0") for cell in text.pool.texts.to_list()], dtype=np.int64)[text.codes]
    return numbers if text.valid is None or text.valid.all() else Masked(numbers, text.valid)


def _owner_numbers(cells: Values, owners: tuple[str, ...]) -> I64Array:
    """The place of each cell among the owners, shape (n,); the one after the last for others."""
    order = {owner: number for number, owner in enumerate(owners)}
    if isinstance(cells, Text):
        of_text = np.array([order.get(text, len(owners)) for text in cells.pool.texts.to_list()], dtype=np.int64)
        return of_text[cells.codes]
    values, inverse = np.unique(np.asarray(cells), return_inverse=True)
    return np.array([order.get(str(value), len(owners)) for value in values.tolist()], dtype=np.int64)[inverse]


GENERATOR = Phrases


def phrases(
    vocabulary: str, *, by: str = "", owner: str = "", weight: str = "", stream: str = "", purpose: str = ""
) -> Phrases:
    """An entry of a vocabulary: ``phrases("review_titles.title", by="rating")``."""
    return of(Phrases, vocabulary=vocabulary, by=by, owner=owner, weight=weight, stream=stream, purpose=purpose)
