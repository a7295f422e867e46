"""What conditions say of single columns, and what is left of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from synth_assets.columns.basis.formulas.syntax import Call, Literal, MomentLiteral, Name, Tree, names_in

Cell = int | Decimal | str | bool
"""A value; of days and times as many days or seconds since 1970."""

SPANS = {"add_days": "days", "add_hours": "hours", "add_minutes": "minutes", "add_seconds": "seconds"}
"""Functions that make a moment later, and the unit of each."""

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass
class Bounds:
    """What a column's cells have to be.

    Attributes:
        low: no cell is less.
        high: none is greater.
        above: whether :attr:`low` itself is none.
        below: whether :attr:`high` itself is none.
        allowed: the closed set of cells, if there is one.
        refused: cells that there can't be.
        shortest: the fewest characters of a text.
        longest: the most.
        head: what a text begins with.
        within: what a text has in it somewhere.
        tail: what it ends with.
        pattern: a regular expression that it fits from end to end.
        case: ``lower`` or ``upper`` if it has no other letters.
        there: whether it can't be missing.
    """

    low: Cell | None = None
    high: Cell | None = None
    above: bool = False
    below: bool = False
    allowed: tuple[Cell, ...] | None = None
    refused: list[Cell] = field(default_factory=list)
    shortest: int = 0
    longest: int | None = None
    head: str = ""
    within: str = ""
    tail: str = ""
    pattern: str = ""
    case: str = ""
    there: bool = False

    @property
    def are_any(self) -> bool:
        """Whether they say something."""
        return self != Bounds()

    @property
    def is_text_form(self) -> bool:
        """Whether they say what a text looks like."""
        return bool(self.head or self.within or self.tail or self.pattern or self.case)

    @property
    def are_any_range(self) -> bool:
        """Whether they say where values lie."""
        return self.low is not None or self.high is not None or self.allowed is not None or bool(self.refused)

    @property
    def refused_text(self) -> bool:
        """Whether there are texts that can't be."""
        return any(isinstance(one, str) and one for one in self.refused)

    def raise_low(self, value: Cell, *, above: bool) -> None:
        """No cell is less, or as little."""
        if self.low is None or value > self.low or (value == self.low and above):  # type: ignore[operator]
            self.low, self.above = value, above

    def lower_high(self, value: Cell, *, below: bool) -> None:
        """No cell is greater, or as great."""
        if self.high is None or value < self.high or (value == self.high and below):  # type: ignore[operator]
            self.high, self.below = value, below

    def allow(self, cells: Iterable[Cell]) -> None:
        """No other cells."""
        some = tuple(dict.fromkeys(cells))
        self.allowed = some if self.allowed is None else tuple(one for one in self.allowed if one in some)

    def holds(self, cell: Cell) -> bool:
        """Whether a cell is within them, as far as numbers, sets and lengths go."""
        if self.allowed is not None and cell not in self.allowed:
            return False
        if cell in self.refused:
            return False
        if isinstance(cell, str):
            fits = len(cell) >= self.shortest and (self.longest is None or len(cell) <= self.longest)
            return fits and cell.startswith(self.head) and cell.endswith(self.tail) and self.within in cell
        if self.low is not None and (cell < self.low or (self.above and cell == self.low)):  # type: ignore[operator]
            return False
        return self.high is None or not (cell > self.high or (self.below and cell == self.high))  # type: ignore[operator]


@dataclass(frozen=True)
class Relation:
    """A column that is never greater than another one.

    Attributes:
        less: the one.
        more: the other.
        apart: whether they can't be the same, or nearer than :attr:`by`.
        by: how much less it is at least; from 0.
        how: what adds that: ``+`` to a number, to a moment one of :data:`SPANS`.
    """

    less: str
    more: str
    apart: bool
    by: int = 0
    how: str = "+"


def as_tree(relation: Relation) -> Tree:
    """A relation as a condition."""
    less: Tree = Name(relation.less)
    if relation.by:
        less = Call(relation.how, (less, Literal(relation.by)))
    return Call("<" if relation.apart else "<=", (less, Name(relation.more)))


@dataclass
class SaidBounds:
    """What conditions of a table say.

    Attributes:
        bounds: of single columns.
        relations: between two columns.
        others: what is neither.
    """

    bounds: dict[str, Bounds] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    others: list[Tree] = field(default_factory=list)

    def of(self, column: str) -> Bounds:
        """The bounds of a column."""
        return self.bounds.setdefault(column, Bounds())

    def take(self, tree: Tree) -> None:
        """Sort a condition in."""
        tree = without_missing(tree)
        if isinstance(tree, Name):  # a column of booleans that has to be true
            self.of(tree.name).allow([True])
        elif isinstance(tree, Call) and tree.name == "and":
            for one in tree.of:
                self.take(one)
        elif not (self._of_one(tree) or self._of_two(tree)):
            self.others.append(tree)

    def _of_one(self, tree: Tree) -> bool:
        names = set(names_in(tree))
        if len(names) != 1 or not isinstance(tree, Call):
            return False
        (name,) = names
        return _taken(self.of(name), name, tree)

    def _of_two(self, tree: Tree) -> bool:
        if not isinstance(tree, Call) or tree.name not in {"<", "<=", ">", ">="} or len(tree.of) != 2:
            return False
        one, other = tree.of if tree.name.startswith("<") else tree.of[::-1]
        one, by, how = _added_to(one)
        if not isinstance(one, Name) or not isinstance(other, Name) or one == other:
            return False
        self.relations.append(Relation(one.name, other.name, "=" not in tree.name, by, how))
        return True


def _added_to(tree: Tree) -> tuple[Tree, int, str]:
    """What a whole number of at least 1 is added to, that number, and how; any other tree with 0."""
    if isinstance(tree, Call) and tree.name in {"+", *SPANS} and len(tree.of) == 2:
        one, more = tree.of
        by = more.value if isinstance(more, Literal) else 0
        if isinstance(by, int) and not isinstance(by, bool) and by > 0:
            return one, by, tree.name
    return tree, 0, "+"


def _taken(bounds: Bounds, name: str, tree: Call) -> bool:
    """Whether bounds could take a condition of one column."""
    if tree.name == "or":
        return _either(bounds, name, tree)
    if tree.name == "not":
        return _not(bounds, name, tree.of[0])
    if tree.name == "in" and tree.of[0] == Name(name):
        cells = [constant_of(one) for one in tree.of[1:]]
        if None in cells:
            return False
        bounds.allow(one for one in cells if one is not None)
        return True
    if tree.name in _TURNED and len(tree.of) == 2:
        return _compared(bounds, name, tree)
    return _of_text(bounds, name, tree)


def _compared(bounds: Bounds, name: str, tree: Call) -> bool:
    sign, one, other = tree.name, *tree.of
    if sign == "=" and Name(name) in tree.of and (case := _case(name, tree)):
        bounds.case = case
        return True
    if constant_of(one) is not None:
        sign, one, other = _TURNED[sign], other, one
    value = constant_of(other)
    if value is None:
        return False
    if one != Name(name):
        return _of_part(bounds, name, Call(sign, (one, other)), value)
    if sign == "=":
        bounds.allow([value])
    elif sign == "<>":
        bounds.refused.append(value)
    elif isinstance(value, str):
        return False
    elif sign.startswith(">"):
        bounds.raise_low(value, above=sign == ">")
    else:
        bounds.lower_high(value, below=sign == "<")
    return True


def _case(name: str, tree: Call) -> str:
    """``lower`` or ``upper`` if a text has to be as that function makes it."""
    found = [one.name for one in tree.of if isinstance(one, Call) and one.of == (Name(name),)]
    return found[0] if found and found[0] in {"lower", "upper"} else ""


def without_missing(tree: Tree) -> Tree:
    """A condition without ``x is null or …`` before what breaks nothing anyway where x is missing."""
    if not isinstance(tree, Call) or tree.name != "or":
        return tree
    parts = _alternatives(tree)
    rest = [one for one in parts if not (isinstance(one, Call) and one.name == "is null")]
    missing = {one.of[0] for one in parts if isinstance(one, Call) and one.name == "is null"}
    if len(rest) != 1 or not missing or not isinstance(rest[0], Call) or rest[0].name not in {*_TURNED, "in"}:
        return tree
    return rest[0] if all(isinstance(one, Name) and one.name in set(names_in(rest[0])) for one in missing) else tree


def _of_part(bounds: Bounds, name: str, tree: Call, value: Cell) -> bool:
    """Of how long a text is, or of its end."""
    part = tree.of[0]
    if not isinstance(part, Call) or part.of[0] != Name(name):
        return False
    if part.name == "length" and isinstance(value, int):
        return _length(bounds, tree.name, value)
    if part.name == "right" and tree.name == "=":
        bounds.tail = str(value)
        return True
    return False


def _length(bounds: Bounds, sign: str, value: int) -> bool:
    if sign in {"=", ">=", ">"}:
        bounds.shortest = max(bounds.shortest, value + (sign == ">"))
    if sign in {"=", "<=", "<"}:
        most = value - (sign == "<")
        bounds.longest = most if bounds.longest is None else min(bounds.longest, most)
    if sign == "<>" and value == 0:
        bounds.shortest = max(bounds.shortest, 1)
    return sign != "<>" or value == 0


def _of_text(bounds: Bounds, name: str, tree: Call) -> bool:
    if tree.name not in {"starts_with", "contains"} or len(tree.of) != 2 or tree.of[0] != Name(name):
        return False
    value = constant_of(tree.of[1])
    if not isinstance(value, str):
        return False
    if tree.name == "starts_with":
        bounds.head = value
    elif bounds.within:
        return False
    else:
        bounds.within = value
    return True


def _either(bounds: Bounds, name: str, tree: Call) -> bool:
    """``x is null or …`` is the other one; of equal signs a set."""
    kept = [one for one in tree.of if one != Call("is null", (Name(name),))]
    if len(kept) < len(tree.of):
        return len(kept) == 1 and isinstance(kept[0], Call) and _taken_whole(bounds, name, kept[0])
    cells: list[Cell] = []
    for one in _alternatives(tree):
        if not isinstance(one, Call) or one.name not in {"=", "in"} or one.of[0] != Name(name):
            return False
        some = [constant_of(of) for of in one.of[1:]]
        cells += [of for of in some if of is not None]
        if None in some:
            return False
    bounds.allow(cells)
    return True


def _alternatives(tree: Tree) -> list[Tree]:
    if isinstance(tree, Call) and tree.name == "or":
        return [one for of in tree.of for one in _alternatives(of)]
    return [tree]


def _taken_whole(bounds: Bounds, name: str, tree: Call) -> bool:
    """Several conditions of one column at once; all of them or none."""
    if tree.name != "and":
        return _taken(bounds, name, tree)
    return all(isinstance(one, Call) and _taken_whole(bounds, name, one) for one in tree.of)


def _not(bounds: Bounds, name: str, tree: Tree) -> bool:
    if isinstance(tree, Name):  # a column of booleans that can't be true
        bounds.allow([False])
    if not isinstance(tree, Call):
        return isinstance(tree, Name)
    if tree == Call("is null", (Name(name),)):
        bounds.there = True
        return True
    opposite = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}.get(tree.name)
    if opposite:
        return _taken(bounds, name, Call(opposite, tree.of))
    if tree.name == "in" and tree.of[0] == Name(name):
        cells = [constant_of(one) for one in tree.of[1:]]
        bounds.refused += [one for one in cells if one is not None]
        return None not in cells
    return False


def constant_of(tree: Tree) -> Cell | None:
    """The value of a tree without columns; ``None`` for others and for what is missing."""
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, MomentLiteral):
        return tree.value
    if isinstance(tree, Call) and tree.name == "negative":
        value = constant_of(tree.of[0])
        return -value if isinstance(value, int | Decimal) else None
    return None


def said_bounds(trees: Iterable[Tree], patterns: Iterable[tuple[str, str]]) -> SaidBounds:
    """What conditions say: of single columns, of two, and what is left.

    Args:
        trees: of conditions.
        patterns: columns, each with a regular expression that it fits.
    """
    found = SaidBounds()
    for tree in trees:
        found.take(tree)
    for name, pattern in patterns:
        found.of(name).pattern = pattern
    return found


def columns_in(trees: Iterable[Tree]) -> set[str]:
    """The columns that some trees are about."""
    return {name for tree in trees for name in names_in(tree)}
