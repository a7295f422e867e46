"""What people type into a search box when they look for goods of a kind."""

import functools

import numpy as np

from synth_assets.kernel.choice import chance
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.world import vocabulary
from synth_assets.world.choices import Choices
from synth_assets.world.goods import kinds_of_goods

_FEW = 2

_VAGUE = 8  # per cent of searches that name the category's goods in another way


class Searches:
    """Search terms by kind of goods, in one list: what the kind is called, and terms of its category that name it.

    Attributes:
        terms: all of them, in lower case.
    """

    def __init__(self) -> None:
        goods = kinds_of_goods()
        nouns = [noun.lower().replace("-", " ").replace("'", "") for noun in goods.nouns.texts]
        of_category = [nouns[first : first + count] for first, count in zip(goods.first_kind, goods.kinds, strict=True)]
        own, others = [[noun] for noun in nouns], [[] for _ in goods.categories]
        for row in vocabulary.rows("search_terms"):
            category = goods.categories.index(row["category"])
            named = _named(row["term"], of_category[category])
            for terms in [own[goods.first_kind[category] + kind] for kind in named] or [others[category]]:
                terms.append(row["term"])
        own = [list(dict.fromkeys(terms)) for terms in own]
        others = [terms or nouns for terms, nouns in zip(others, of_category, strict=True)]
        self.terms = [term for terms in own + others for term in terms]
        self._choices = Choices(own + others)

    def codes(self, words: U64Array, kind: I64Array) -> I64Array:
        """A search for goods of each kind, as a place in :attr:`terms`; shape (n,)."""
        goods = kinds_of_goods()
        is_vague = chance(words, _VAGUE, 100)
        owner = kind.copy()
        owner[is_vague] = goods.count + goods.category[kind[is_vague]]
        return self._choices.codes(words << np.uint64(32), owner)


def _named(term: str, nouns: list[str]) -> list[int]:
    """Which nouns a term names: all words of one are words of the other, or else it ends like one or two of them."""
    words, of_nouns = _words(term), [_words(noun) for noun in nouns]
    whole = frozenset(words)
    same = [at for at, noun in enumerate(of_nouns) if whole.issubset(noun) or whole.issuperset(noun)]
    alike = [at for at, noun in enumerate(of_nouns) if noun[-1] == words[-1]]
    return same or (alike if len(alike) <= _FEW else [])


@functools.cache
def _words(text: str) -> tuple[str, ...]:
    """Words, singular and plural alike."""
    return tuple(word.removesuffix("s") for word in text.split())


@functools.cache
def searches() -> Searches:
    """The search terms, made once."""
    return Searches()
