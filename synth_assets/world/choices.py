"""Lists of words, one list an owner: what a category, a rating or a kind of goods may be called."""

import numpy as np

from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.values import Text, TextPool
from synth_assets.world import vocabulary


class Choices:
    """Lists of strings laid end to end, one list per owner; an owner may have none.

    Attributes:
        pool: all entries.
    """

    def __init__(self, lists: list[list[str]]) -> None:
        self.pool = TextPool([text for texts in lists for text in texts] or [""], lasting=True)
        self._count = np.array([len(texts) for texts in lists], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count

    @classmethod
    def of(cls, pool: str, column: str, owner: str, owners: list[str]) -> "Choices":
        """The cells of a vocabulary's column, by owner.

        Args:
            pool: the vocabulary, e.g. ``brands``.
            column: the column with the entries, e.g. ``brand``.
            owner: the column that says whose an entry is, e.g. ``category``.
            owners: the owners' names; an owner's number is its place here.
        """
        rows = vocabulary.rows(pool)
        return cls([[row[column] for row in rows if row[owner] == name] for name in owners])

    def codes(self, words: U64Array, owner: I64Array) -> I64Array:
        """One entry of each owner's list, as a place in :attr:`pool`; shape (n,)."""
        return np.minimum(self._first[owner] + below(words, self._count[owner]), len(self.pool) - 1)

    def numbered(self, number: I64Array, owner: I64Array) -> Text:
        """The entry at a place in each owner's list, which comes round; null where it is empty."""
        count = np.maximum(self._count[owner], 1)
        return Text(
            self.pool, np.minimum(self._first[owner] + number % count, len(self.pool) - 1), self._count[owner] > 0
        )

    def count(self, owner: I64Array) -> I64Array:
        """How many entries each owner's list has, shape (n,)."""
        return self._count[owner]

    def text(self, words: U64Array, owner: I64Array) -> Text:
        """One entry of each owner's list; null where it is empty."""
        return Text(self.pool, self.codes(words, owner), self._count[owner] > 0)
