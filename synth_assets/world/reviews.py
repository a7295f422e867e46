"""What buyers write: titles and texts that name what was bought, and judge it by what there is to judge about it.

A text is an opening, a judgement, what the buyer does with the thing, and a closing; most leave something out. All of
it is filled in beforehand by number of goods and rating: a row gathers its sentences, and into the opening the name of
the thing and its brand or color.
"""

import functools
import re
from typing import NamedTuple

import numpy as np
import polars as pl

from synth_assets.kernel.choice import below, chance, pick, weight_table
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.values import Text, TextPool
from synth_assets.world import vocabulary
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.sentences import NUMBERS, Sentences, agreeing, run_together

_RATINGS = ("1", "2", "3", "4", "5")

# Whether there is a judgement, a use and a closing, and how many of a hundred texts are so; the opening never lacks.
_FORMS = (
    (False, False, False, 2), (True, False, False, 12), (True, True, False, 28), (True, True, True, 38),
    (True, False, True, 10), (False, True, False, 5), (False, True, True, 5),
)  # fmt: skip
_HAS = np.array([form[:3] for form in _FORMS], dtype=np.bool_)
_FORM_TABLE = weight_table([int(form[3]) for form in _FORMS])
_BROKEN_LINES = 4  # per cent of texts with a line break, so that readers are tested
_NAMING = 60  # per cent of titles that name what was bought


class Bought(NamedTuple):
    """What is reviewed; shapes (n,). The color is null where goods have none."""

    kind: I64Array
    brand: Text
    color: Text


class ReviewWords:
    """Titles and texts of reviews."""

    def __init__(self) -> None:
        goods, rows = kinds_of_goods(), vocabulary.rows("catalogue")
        self._kinds = len(rows)
        self._number: I64Array = np.array([NUMBERS.index(row["number"]) for row in rows], dtype=np.int64)
        self._is_grocery: I64Array = (goods.category == goods.categories.index("Grocery")).astype(np.int64)
        self._has_colors: I64Array = np.array([bool(row["colors"]) for row in rows], dtype=np.int64)
        subcategories = list(dict.fromkeys((row["category"], row["subcategory"]) for row in rows))
        of_kind = [subcategories.index((row["category"], row["subcategory"])) for row in rows]
        self._subcategory: I64Array = np.array(of_kind, dtype=np.int64)
        self._group, judgements = _judgements()
        self._judgements = Sentences(judgements)
        self._uses = Sentences(
            [_said("use", rating, number, of) for of in subcategories for number in range(3) for rating in _RATINGS]
        )
        by_what = [(number, rating, grocery) for number in range(3) for rating in _RATINGS for grocery in (False, True)]
        self._closings = Sentences([_said("closing", rating, number, _scope(food)) for number, rating, food in by_what])
        self._openings = _Named(
            [
                [text for text in _said("opening", rating, number, _scope(food)) if colors or "{color}" not in text]
                for number, rating, food in by_what
                for colors in (False, True)
            ]
        )
        self._titles = _Named([_said("title", rating, number, ("", "")) for number in range(3) for rating in _RATINGS])
        plain = [[row["title"] for row in vocabulary.rows("review_titles") if row["rating"] == one] for one in _RATINGS]
        self._plain_titles = _Named(plain)

    def titles(self, words: U64Array, bought: Bought, rating: I64Array) -> pl.Series:
        """A title for each review; String series of n.

        Args:
            words: uniform words, shape (n,).
            bought: what is reviewed.
            rating: stars, 1 to 5, shape (n,).
        """
        names = chance(words << np.uint64(32), _NAMING, 100)
        plain = self._plain_titles.codes(words, rating - 1)
        naming = self._titles.codes(words, self._mood(bought, rating))
        name = np.where(names, _names().of_kind(words, bought.kind), 0)
        heads, middles = (
            _either(names, mine.series(naming), other.series(plain))
            for mine, other in zip(self._titles.pieces[:2], self._plain_titles.pieces[:2], strict=True)
        )
        return run_together(heads, _names().pool.series(name), middles)

    def texts(self, words: U64Array, form: U64Array, bought: Bought, rating: I64Array) -> pl.Series:
        """A text for each review; String series of n.

        Args:
            words: uniform words, shape (n,).
            form: uniform words that tell which sentences there are, shape (n,); see :meth:`sentences`.
            bought: what is reviewed.
            rating: stars, 1 to 5, shape (n,).
        """
        kind, mood = bought.kind, self._mood(bought, rating)
        with_food = mood * 2 + self._is_grocery[kind]
        opening = self._openings.codes(words, with_food * 2 + self._has_colors[kind])
        parts = self._openings.series(opening, _names().of_kind(words, kind), bought)
        has = _HAS[pick(form, _FORM_TABLE)].T
        breaks = chance(form << np.uint64(32), _BROKEN_LINES, 100)
        use = self._subcategory[kind] * len(NUMBERS) * len(_RATINGS) + mood
        owners = (self._group[kind] * len(_RATINGS) + rating - 1, use, with_food)
        sentences = (self._judgements, self._uses, self._closings)
        for shift, owner, pool, there in zip((13, 26, 39), owners, sentences, has, strict=True):
            parts.append(pool.series(pool.codes(words << np.uint64(shift), owner), there, breaks))
            breaks &= ~there  # a text breaks once, behind its opening
        return run_together(*parts)

    @staticmethod
    def sentences(form: U64Array) -> I64Array:
        """How many sentences the texts of some forms have, 1 to 4; shape (n,)."""
        return (1 + _HAS.sum(axis=1))[pick(form, _FORM_TABLE)]

    def _mood(self, bought: Bought, rating: I64Array) -> I64Array:
        """Number of the goods and rating, as one number below 15."""
        return self._number[bought.kind] * len(_RATINGS) + rating - 1


class _Named:
    """Sentences around a name, and perhaps a brand or a color, one list per owner.

    Attributes:
        pieces: what is before, between and behind the two, by sentence.
    """

    def __init__(self, lists: list[list[str]]) -> None:
        self._count = np.array([len(own) for own in lists], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        cut = [re.split(r"\{(noun|brand|Brand|color)\}", text) for own in lists for text in own]
        extra = [next((word.lower() for word in one[1::2] if word != "noun"), "") for one in cut]
        self._extra = {word: np.array([one == word for one in extra]) for word in ("brand", "color")}
        self._extra_first = np.array([len(one) > 3 and one[1] != "noun" for one in cut])
        self.pieces = [TextPool([one[place] if place < len(one) else "" for one in cut]) for place in (0, 2, 4)]

    def codes(self, words: U64Array, owner: I64Array) -> I64Array:
        """A sentence of each owner's list, as its place; shape (n,)."""
        return self._first[owner] + below(words, self._count[owner])

    def series(self, codes: I64Array, name: I64Array, bought: Bought) -> list[pl.Series]:
        """The pieces of each sentence, to be run_together, with the name and what else is named in between."""
        extra = np.zeros(len(name), dtype=np.int64)
        for word, text in (("brand", bought.brand), ("color", bought.color)):
            of = np.flatnonzero(self._extra[word][codes])
            extra[of] = _names().places(word, text.pool)[text.codes[of]]
        swapped = self._extra_first[codes]
        first, second = np.where(swapped, extra, name), np.where(swapped, name, extra)
        (before, between, behind), pool = (piece.series(codes) for piece in self.pieces), _names().pool
        return [before, pool.series(first), between, pool.series(second), behind]


class _Names:
    """Names of kinds, plain and short, of brands and of colors, in one pool that begins with no name."""

    def __init__(self) -> None:
        goods, rows = kinds_of_goods(), vocabulary.rows("catalogue")
        self._kinds = len(rows)
        names = ["", *(row["plain_name"] for row in rows), *(row["short_name"] for row in rows)]
        self._at: dict[str, dict[str, int]] = {}
        for word, texts in (("brand", goods.brands.pool.texts), ("color", goods.colors.pool.texts)):
            distinct = sorted(set(texts.to_list()))
            self._at[word] = {text: len(names) + place for place, text in enumerate(distinct)}
            names += [text.lower() if word == "color" else text for text in distinct]
        self.pool = TextPool(names)

    def of_kind(self, words: U64Array, kind: I64Array) -> I64Array:
        """The plain or the short name of each kind, as its place; shape (n,)."""
        is_short = (words & np.uint64(1)).view(np.int64)
        return 1 + kind + is_short * self._kinds

    def places(self, word: str, pool: TextPool) -> I64Array:
        """Where the entries of a pool of brands or colors stand among the names, shape (len(pool),)."""
        at = self._at[word]
        return np.array([at.get(text, 0) for text in pool.texts.to_list()], dtype=np.int64)


def _scope(is_grocery: bool) -> tuple[str, str]:
    return ("Grocery" if is_grocery else "", "")


def _said(part: str, rating: str, number: int, of: tuple[str, str]) -> list[str]:
    """Sentences of a part that suit a rating, goods of a number, and a category and subcategory, if any."""
    fits = {("", ""), (of[0], ""), of, *([] if of[0] == "Grocery" else [("!Grocery", "")])}
    rows = _parts()[part, rating]
    return [agreeing(row["text"], number) for row in rows if (row["category"], row["subcategory"]) in fits]


@functools.cache
def _parts() -> dict[tuple[str, str], list[dict[str, str]]]:
    parts: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in vocabulary.rows("review_parts"):
        parts.setdefault((row["part"], row["rating"]), []).append(row)
    return parts


def _judgements() -> tuple[I64Array, list[list[str]]]:
    """The group of each kind, of those with the same aspects, shape (kinds,), and sentences by group and rating."""
    groups: dict[tuple[str, ...], int] = {}
    of_kind, lists = [], []
    for row, own in zip(vocabulary.rows("catalogue"), aspects_of_kinds(), strict=True):
        name = (row["category"], row["subcategory"], *(rows[0]["aspect"] for rows in own))
        if name not in groups:
            groups[name] = len(groups)
            lists += [_judged(own, rating) for rating in _RATINGS]
        of_kind.append(groups[name])
    return np.array(of_kind, dtype=np.int64), lists


def aspects_of_kinds() -> list[list[list[dict[str, str]]]]:
    """What there is to judge about each kind of goods: rows of the vocabulary ``review_aspects``, aspect by aspect."""
    aspects: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = {}
    for row in vocabulary.rows("review_aspects"):
        aspects.setdefault((row["category"], row["subcategory"]), {}).setdefault(row["aspect"], []).append(row)
    return [
        [
            rows
            for rows in aspects[kind["category"], kind["subcategory"]].values()
            if not rows[0]["kinds"] or kind["noun"] in rows[0]["kinds"].split("|")
        ]
        for kind in vocabulary.rows("catalogue")
    ]


def _judged(aspects: list[list[dict[str, str]]], rating: str) -> list[str]:
    """All judgements of a rating that aspects give rise to, in the frames of their language."""
    found: list[str] = []
    for place, rows in enumerate(aspects):
        other = aspects[(place + 1) % len(aspects)]
        fixed = {"first": rows[0]["aspect"], "is": be(rows[0]), "second": other[0]["aspect"], "are": be(other[0])}
        fixed |= {f"{row['mood']}2": row["words"] for row in reversed(other)}
        for frame, mood, needs_degrees in _frames(rating):
            words = [row["words"] for row in rows if row["mood"] == mood and row["has_degrees"] >= needs_degrees]
            found += [frame.format_map({**fixed, mood: word}) for word in (words if mood else ("",))]
    return found


@functools.cache
def _frames(rating: str) -> list[tuple[str, str, str]]:
    """Frames of judgements, whether of something good or bad, and whether what is good or bad has to have degrees."""
    return [
        (row["text"], next((mood for mood in ("good", "bad") if f"{{{mood}}}" in row["text"]), ""), needs)
        for part, needs in (("frame", "no"), ("degree", "yes"))
        for row in _parts().get((part, rating), [])
    ]


def be(aspect: dict[str, str]) -> str:
    """Is, or are: the verb of an aspect."""
    return "are" if aspect["number"] == "plural" else "is"


def _either(which: np.ndarray, one: pl.Series, other: pl.Series) -> pl.Series:
    return one.zip_with(pl.Series(which), other)


@functools.cache
def _names() -> _Names:
    return _Names()


@functools.cache
def review_words() -> ReviewWords:
    """Titles and texts, made once, in a fifth of a second."""
    return ReviewWords()
