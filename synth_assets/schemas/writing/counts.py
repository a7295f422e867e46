"""How many rows tables have: at each scale at least and at most, and what has to hold between tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from synth_assets.model.shapes import shared_out

SCALES = {"tiny": 1, "small": 10, "large": 1_000}
"""Presets, each with what numbers of rows are multiplied by."""

LARGEST_SCALE = max(SCALES.values())

SCALE = "scale"
"""The parameter."""

EACH = 20
"""Rows of a table of its own at scale 1."""

FEWEST = 20
"""Rows of a table in the smallest preset, if the source has as many."""

_FEW_EACH = 5
"""Rows of a parent that are few."""

_BLOCK = 64
"""Parents over which shares of children are exact; see :class:`~synth_assets.model.shapes.LinesOf`."""


@dataclass
class Count:
    """The rows of a table: of its own, or for each row of a parent.

    Attributes:
        each: rows at scale 1, if they grow with it.
        fixed: rows at any scale, if they don't; then :attr:`each` is 0. If they do, the fewest that there are.
        whole: rows of the source, if they are known: those of the largest scale, which is its own size.
        parts: what the scale is parts of then.
        cap: the most rows that there can be; ``None`` for as many as one likes.
        parent: the table that they hang on.
        per_parent: numbers of rows for a row of the parent, each with its share.
        is_generous: whether there are many for each of few parents, and fewer where there can't be as many.
    """

    each: int = 0
    fixed: int = 0
    whole: int | None = None
    parts: int = LARGEST_SCALE
    cap: int | None = None
    parent: "Count | None" = None
    per_parent: Mapping[int, int] = field(default_factory=dict)
    is_generous: bool = False

    @property
    def text(self) -> "str | int":
        """How ``rows`` says it."""
        if self.whole is not None:
            rows = f"max({min(self.whole, FEWEST)}, floor({SCALE} * {self.whole} / {self.parts}))"
            return rows if self.cap is None or self.cap >= self.whole else f"min({rows}, {self.cap})"
        if not self.each:
            return self.fixed if self.cap is None else min(self.fixed, self.cap)
        if self.cap is not None and self.cap <= self.fixed:
            return self.cap
        rows = SCALE if self.each == 1 else f"{SCALE} * {self.each}"
        rows = f"max({self.fixed}, {rows})" if self.fixed > self.each else rows
        whole = max(SCALES.values()) * self.each
        return rows if self.cap is None or self.cap >= whole else f"min({rows}, {self.cap})"

    def least(self, scale: int) -> int:
        """How many there are at a scale, at least."""
        if self.parent is not None:
            return self._children(self.parent.least(scale), most=False)
        rows = max(self.each * scale, self.fixed)
        if self.whole is not None:
            part = self.parts if scale == LARGEST_SCALE else scale
            rows = max(min(self.whole, FEWEST), self.whole * part // self.parts)
        return rows if self.cap is None else min(rows, self.cap)

    def most(self, scale: int) -> int:
        """How many there are, at most."""
        return self._children(self.parent.most(scale), most=True) if self.parent is not None else self.least(scale)

    def grow(self) -> None:
        """Let those that it hangs on, if anything does, become more with the scale; no fewer than there are."""
        if self.parent is not None:
            self.parent.grow()
        elif not self.each and self.whole is None:
            self.each = 1

    def limit(self, most: int) -> None:
        """Let there never be more rows; parents become fewer if they have to."""
        if self.is_generous:
            self._be_modest(most)
        if self._greatest <= most:
            return
        if self.parent is None:
            self.cap = max(min(most, self.cap if self.cap is not None else most), 1)
            return
        children = max(self.per_parent)
        if most < children:
            self.per_parent = {number: share for number, share in self.per_parent.items() if number <= 1} or {1: 1}
            children = 1
        self.parent.limit(max(most // children, 1))

    @property
    def _greatest(self) -> int:
        """How many there are at most, at any scale."""
        return max(self.most(scale) for scale in SCALES.values())

    def _be_modest(self, most: int) -> None:
        """Let there be fewer rows: first by parents that don't become more with the scale, then by fewer of each."""
        if self.parent is not None and self._greatest > most:
            self.parent.limit(max(self.parent.least(min(SCALES.values())), 1))
        while self._greatest > most and max(self.per_parent) > _FEW_EACH:
            self._halve()

    def _halve(self) -> None:
        halved: dict[int, int] = {}
        for number, share in self.per_parent.items():
            half = (number + 1) // 2
            halved[half] = halved.get(half, 0) + share
        self.per_parent = halved

    def limit_children(self, most: int) -> None:
        """Let no row of the parent have more of them."""
        kept = {number: share for number, share in self.per_parent.items() if number <= most}
        if kept != dict(self.per_parent):
            self.per_parent = kept if any(kept) else {most: 1}

    def _children(self, parents: int, *, most: bool) -> int:
        shares = sorted(shared_out(self.per_parent, _BLOCK), reverse=most)
        blocks, rest = divmod(parents, _BLOCK)
        return blocks * sum(shares) + sum(shares[:rest])


@dataclass(frozen=True)
class AtMost:
    """A table has no more rows than a column has different values.

    Attributes:
        rows: of the table.
        most: see above.
    """

    rows: Count
    most: int

    def hold(self) -> None:
        """See to it."""
        self.rows.limit(self.most)


@dataclass(frozen=True)
class NoMoreThan:
    """A table has no more rows than another one, to each of whose rows it refers once.

    Attributes:
        rows: of the table.
        other: of the other one.
    """

    rows: Count
    other: Count

    def hold(self) -> None:
        """See to it."""
        if all(self.rows.most(scale) <= self.other.least(scale) for scale in SCALES.values()):
            return
        if self.rows.whole is not None and self.other.whole is not None:
            self.rows.whole = min(self.rows.whole, self.other.whole)
        elif self.rows.parent is None and self.rows.each:
            self.rows.each = min(self.rows.each, *(self.other.least(scale) // scale for scale in SCALES.values()))
            if not self.rows.each:
                self.rows.fixed = 1
        if any(self.rows.most(scale) > self.other.least(scale) for scale in SCALES.values()):
            self.rows.limit(max(min(self.other.least(scale) for scale in SCALES.values()), 1))


@dataclass(frozen=True)
class FewEach:
    """No row of the parent has more children than another table has rows.

    Attributes:
        rows: of the children.
        other: of the other table.
    """

    rows: Count
    other: Count

    def hold(self) -> None:
        """See to it."""
        self.rows.limit_children(max(min(self.other.least(scale) for scale in SCALES.values()), 1))


Demand = AtMost | NoMoreThan | FewEach

_ROUNDS = 12


def settle(demands: Iterable[Demand]) -> None:
    """See to all demands: what one takes away, another may ask for less of."""
    kept = tuple(demands)
    for _ in range(_ROUNDS):
        for one in kept:
            one.hold()
