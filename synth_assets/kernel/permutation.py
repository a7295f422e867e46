"""Permutations of [0, n) by arithmetic, one per key, with inverses: x → a·x + b (mod n)."""

from dataclasses import dataclass

import numpy as np

from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, U64Array


@dataclass(frozen=True)
class AffinePermutations:
    """Many permutations side by side, one per element of ``size``.

    Attributes:
        size: shape (m,), n of each permutation, 0 ≤ n < 2^31; 0 stands for the empty one.
        factor: shape (m,), coprime to ``size``.
        offset: shape (m,), in [0, n).
        inverse: shape (m,), the modular inverse of ``factor``.
    """

    size: I64Array
    factor: I64Array
    offset: I64Array
    inverse: I64Array

    def forward(self, which: I64Array, x: I64Array, turn: I64Array | int = 0) -> I64Array:
        """The image of ``x`` under permutation ``which``; another ``turn`` shifts it to another one.

        Shapes (k,); ``x`` in [0, size[which]).
        """
        size = self.size[which]
        return (self.factor[which] * x + self._shift(which, turn)) % size

    def backward(self, which: I64Array, y: I64Array, turn: I64Array | int = 0) -> I64Array:
        """The ``x`` whose image is ``y``: ``backward(w, forward(w, x, t), t) == x``."""
        size = self.size[which]
        return ((y - self._shift(which, turn)) % size) * self.inverse[which] % size

    def _shift(self, which: I64Array, turn: I64Array | int) -> I64Array:
        if isinstance(turn, int) and turn == 0:
            return self.offset[which]
        # The inverse is coprime to n, so the first n turns are n different permutations.
        return self.offset[which] + turn % self.size[which] * self.inverse[which]


def affine_permutations(size: I64Array, words: U64Array) -> AffinePermutations:
    """Choose one permutation per size.

    Args:
        size: shape (m,), 0 ≤ n < 2^31.
        words: shape (m,), uniform words that choose factor and offset.
    """
    n = np.maximum(size, 1)
    factor = np.maximum(below(words, n), 1)
    while True:
        bad = np.gcd(factor, n) != 1
        if not bad.any():
            break
        factor[bad] = factor[bad] % n[bad] + 1
    offset = below(words << np.uint64(32), n)
    return AffinePermutations(size, factor, offset, _modular_inverse(factor, n))


def _modular_inverse(a: I64Array, n: I64Array) -> I64Array:
    """Extended Euclid on arrays; ``a`` coprime to ``n``."""
    r0, r1 = n.copy(), a % n
    t0, t1 = np.zeros_like(n), np.ones_like(n)
    while True:
        live = r1 > 0
        if not live.any():
            return t0 % n
        q = r0[live] // r1[live]
        r0[live], r1[live] = r1[live], r0[live] - q * r1[live]
        t0[live], t1[live] = t1[live], t0[live] - q * t1[live]
