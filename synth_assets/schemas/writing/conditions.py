"""Conditions over several columns: cells are made so that they hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, product

from synth_assets.columns.basis.formulas.syntax import Call, Literal, MomentLiteral, Name, Tree, names_in
from synth_assets.model.dataset import DEFAULT_AS_OF
from synth_assets.schemas.writing.bounds import SPANS, Cell, Relation, as_tree
from synth_assets.schemas.writing.cells import usual_cells, usual_range
from synth_assets.schemas.writing.evaluation import State, There, evaluated
from synth_assets.schemas.writing.expressions import cell_text, expression_text
from synth_assets.schemas.writing.tables import Said, SpecColumn, SpecTable

_MOST_TRIED = 20_000
_NUMBERS = frozenset({"whole", "decimal", "float"})
_MOMENTS = frozenset({"date", "timestamp"})
_IN_A_DAY = {"days": 1, "hours": 24, "minutes": 1_440, "seconds": 86_400}
_COLUMN_WORDS = frozenset({"unique", "references", "enumeration", "doc", "null_rate"})


def loosen_relations(table: SpecTable) -> None:
    """Keep only relations that a column can be made by; others are conditions like any. What must be there is."""
    said, kept = table.conditions, dict[str, Relation]()
    for one in said.relations:
        less, more = table.columns[one.less], table.columns[one.more]
        is_free = more.said is None and more.source.computed is None and one.more not in kept
        if is_free and _can_follow(less, more):
            kept[one.more] = one
            less.bounds.there = less.bounds.there or not more.may_be_missing
        else:
            said.others.append(as_tree(one))
    said.relations = list(kept.values())


def _can_follow(less: SpecColumn, more: SpecColumn) -> bool:
    bounds, of_type = more.bounds, more.source.type
    has_low = bounds.low is not None and not _is_above(less, more)
    has_own = bounds.allowed is not None or has_low or bounds.high is not None or bool(bounds.refused)
    if has_own or less.family != more.family:
        return False
    is_wide = of_type.digits is None or of_type.digits > 3
    return less.family in _MOMENTS or (less.family in _NUMBERS and is_wide and more.kind not in {"int8", "uint8"})


def _is_above(less: SpecColumn, more: SpecColumn) -> bool:
    """Whether what isn't less than the one has the other's lower bound anyway."""
    one, other = less.bounds, more.bounds
    if not isinstance(one.low, int | Decimal) or not isinstance(other.low, int | Decimal):
        return False
    return one.low > other.low or (one.low == other.low and (one.above or not other.above))


def following(table: SpecTable, column: SpecColumn, relation: Relation) -> Said:
    """Cells of a column that is never less than another one."""
    less = table.columns[relation.less].name
    least = relation.by + int(relation.apart)
    if column.family in _MOMENTS:
        unit = SPANS.get(relation.how, "days")
        high = relation.by + 60 * _IN_A_DAY[unit]
        return {"after": less, "low": least, "high": high, "unit": unit, "type": column.kind}
    name = table.free_name(f"{column.name}_more")
    if column.family == "whole":
        more: Said = {"integers": least, "high": relation.by + 100, "hidden": True}
    else:
        low = f"{relation.by}.01" if relation.apart else relation.by
        more = {"decimals": low, "high": relation.by + 100, "type": "decimal(10,2)", "hidden": True}
    column.hidden.append((name, more))
    return {"expression": expression_text(Call("+", (Name(less), Name(name))), {}), "type": column.computed_kind}


def see_to_conditions(table: SpecTable) -> list[str]:
    """Make columns so that what is left of a table's conditions holds.

    Returns:
        those that can't be seen to.
    """
    return [one for trees in _connected(table.conditions.others) for one in _seen_to(table, trees)]


def _connected(trees: Iterable[Tree]) -> list[list[Tree]]:
    """Conditions that have columns in common, together."""
    found: list[tuple[set[str], list[Tree]]] = []
    for tree in trees:
        names, group = set(names_in(tree)), [tree]
        rest: list[tuple[set[str], list[Tree]]] = []
        for others, some in found:
            if others & names:
                names, group = names | others, [*some, *group]
            else:
                rest.append((others, some))
        found = [*rest, (names, group)]
    return [group for _, group in found]


def _seen_to(table: SpecTable, trees: list[Tree]) -> list[str]:
    names = _names(table)
    trees = [one for one in trees if not _differ_anyway(table, one)]
    if not trees or (len(trees) == 1 and _equal(table, trees[0])):
        return []
    related = _related(table, trees)
    for dissolved in ([], related) if related else ([],):
        group = [*trees, *map(as_tree, dissolved)]
        whole = group[0] if len(group) == 1 else Call("and", tuple(group))
        tied = set() if dissolved else _held(table, related)
        columns = [one for one in dict.fromkeys(names_in(whole)) if one not in tied]
        ends = {one.more for one in related if not dissolved}
        found = _assignment(table, whole, [one for one in columns if _is_free(table.columns[one])], ends)
        if found is not None:
            _dissolve(table, dissolved)
            _guard(table, whole, found)
            return []
    trees = [one for one in trees if not (_by_being_there(table, one) or _by_being_missing(table, one))]
    return [expression_text(tree, names) for tree in trees]


def _names(table: SpecTable) -> dict[str, str]:
    """What the language calls each column."""
    return {one: column.name for one, column in table.columns.items()}


def _held(table: SpecTable, related: Iterable[Relation]) -> set[str]:
    """Columns that have to stay as they are for relations to hold: all but those at an end that may be missing."""
    less = {one.less for one in related}
    ends = {one.more for one in related} - less
    return less | {one for one in ends if not table.columns[one].may_be_missing}


def _related(table: SpecTable, trees: Iterable[Tree]) -> list[Relation]:
    """Relations that columns of some conditions are made by, and those that hang on these."""
    touched = {name for tree in trees for name in names_in(tree)}
    found: list[Relation] = []
    for _ in table.conditions.relations:
        more = [one for one in table.conditions.relations if {one.less, one.more} & touched and one not in found]
        found += more
        touched |= {name for one in more for name in (one.less, one.more)}
    return found


def _dissolve(table: SpecTable, relations: Iterable[Relation]) -> None:
    """Let columns that followed others be drawn by themselves: a condition sees to the relation."""
    for one in relations:
        table.conditions.relations.remove(one)
        column = table.columns[one.more]
        missing = {word: rate for word, rate in (column.said or {}).items() if word == "null_rate"}
        column.hidden, column.said = [], {**usual_cells(column), **missing}


def _is_free(column: SpecColumn) -> bool:
    """Whether an expression may give its cells."""
    is_own = (not column.is_tied or column.keys > 0) and column.source.computed is None
    return is_own and column.family not in {"time", "binary", "list", "duration"}


def _differ_anyway(table: SpecTable, tree: Tree) -> bool:
    """Whether two columns can't be the same: a row and an earlier one, or a pair; or the one is less anyway."""
    if not isinstance(tree, Call) or not all(isinstance(one, Name) for one in tree.of):
        return False
    columns = [table.columns[name] for name in names_in(tree)]
    said = [one.said or {} for one in columns]
    if tree.name in {"<", "<="}:
        return all(one.get("rising") and one["pairs"] == [of.name for of in columns] for one in said)
    if tree.name != "<>":
        return False
    is_own = any(one.get("earlier") or one.get("unique") for one in said) and any(
        one.get("method") == "key" for one in said
    )
    return is_own or all("pairs" in one for one in said)


def _equal(table: SpecTable, tree: Tree) -> bool:
    """A column that has to be equal to something is computed by it."""
    if not isinstance(tree, Call) or tree.name != "=":
        return False
    for one, other in (tree.of, tree.of[::-1]):
        if not isinstance(one, Name) or one.name in set(names_in(other)) or not set(names_in(other)):
            continue
        column = table.columns[one.name]
        if column.is_tied or column.bounds.are_any:
            continue
        text = expression_text(other, {name: of.name for name, of in table.columns.items()})
        others = [table.columns[name] for name in names_in(other)]
        column.said = {"expression": text, "type": column.computed_kind}
        if any(_may_miss(of) for of in others):
            column.said["nullable"] = True
        if not column.may_be_missing:
            for of in others:
                _let_be_there(of)
            column.said.pop("nullable", None)
        return True
    return False


def _may_miss(column: SpecColumn) -> bool:
    said = column.said or {}
    return bool({"null_rate", "nullable", "earlier"} & set(said)) or column.may_be_missing


def _let_be_there(column: SpecColumn) -> None:
    column.bounds.there = True
    if column.said is not None and not column.is_tied:
        column.said.pop("null_rate", None)


def _assignment(
    table: SpecTable, whole: Tree, free: Sequence[str], ends: Collection[str]
) -> dict[str, Cell | None] | None:
    """Values of as few columns as can be with which a condition holds, whatever the others have.

    Args:
        table: the condition's.
        whole: the condition.
        free: columns that may have other values.
        ends: those of them that follow others, and may only be missing.
    """
    edges = _edges(table.columns[one] for one in dict.fromkeys(names_in(whole)))
    candidates = {one: [None] if one in ends else _candidates(table.columns[one], whole, edges) for one in free}
    tried = 0
    for count in range(1, len(free) + 1):
        for some in combinations(free, count):
            for cells in product(*(candidates[one] for one in some)):
                tried += 1
                if tried > _MOST_TRIED:
                    return None
                found = dict(zip(some, cells, strict=True))
                if _holds_anyway(table, whole, found):
                    return found
    return None


def _holds_anyway(table: SpecTable, whole: Tree, found: Mapping[str, Cell | None]) -> bool:
    """Whether a condition holds with some cells, whatever the others are, and whether those are there or not."""
    others = [one for one in dict.fromkeys(names_in(whole)) if one not in found]
    states = [(There, None) if _may_miss(table.columns[one]) else (There,) for one in others[:_MOST_OTHERS]]
    return all(evaluated(whole, _states(found, others, state)) in {True, None} for state in product(*states))


_MOST_OTHERS = 6


def _states(found: Mapping[str, Cell | None], others: Sequence[str], state: Sequence[State]) -> dict[str, State]:
    known: dict[str, State] = dict(found)
    return known | dict(zip(others, state, strict=False))


def _by_being_there(table: SpecTable, tree: Tree) -> bool:
    """Whether a condition holds since cells are there, which are drawn already."""
    if not settle_missing(table, tree):
        return False
    for one in names_in(tree):
        _let_be_there(table.columns[one])
    return True


def _by_being_missing(table: SpecTable, tree: Tree) -> bool:
    """Whether a condition of references holds where one of them is missing: then it is, in all rows."""
    names = list(dict.fromkeys(names_in(tree)))
    for one in reversed(names):
        column = table.columns[one]
        if column.may_be_missing and one in table.drawn and evaluated(tree, {one: None}) in {True, None}:
            table.references = [said for said in table.references if column.name not in said["columns"]]
            column.said, column.hidden = {"constant": None, "type": column.kind}, []
            column.notes.append(f"always missing, so that {expression_text(tree, _names(table))} breaks in no row")
            return True
    return False


def settle_missing(table: SpecTable, tree: Tree) -> bool:
    """Let cells be there, or be missing, so that a condition holds that can't be said; whether that is enough."""
    names = list(dict.fromkeys(names_in(tree)))
    if any(table.columns[one].is_tied for one in names):
        return False
    there: dict[str, State] = {one: There for one in names}  # noqa: C420 - a dictionary of more than one type
    if evaluated(tree, there) is True:
        for one in names:
            table.columns[one].bounds.there = True
        return True
    return False


def _edges(columns: Iterable[SpecColumn]) -> dict[str, list[int]]:
    """Where bounds of some columns lie, and a bit beside, by their families."""
    found: dict[str, list[int]] = {}
    for column in columns:
        step = 86_400 if column.family == "timestamp" else 1
        for end in (column.bounds.low, column.bounds.high):
            if isinstance(end, int | Decimal):
                found.setdefault(column.family, []).extend(int(end) + more * step for more in (0, 1, -1, 2, -2))
    return found


def _candidates(column: SpecColumn, whole: Tree, edges: Mapping[str, list[int]]) -> list[Cell | None]:
    """Values that a column may have, the likelier first."""
    bounds, family = column.bounds, column.family
    if column.keys:
        return [None, 1]
    found: list[Cell | None] = []
    if bounds.allowed is not None:
        found += list(bounds.allowed)
    elif family == "boolean":
        found += [True, False]
    elif family == "whole":
        low, high = usual_range(column)
        found += [low, (low + high) // 2, high, *(one + more for one in _constants(whole, int) for more in (0, 1, -1))]
    elif family in {"decimal", "float"}:
        found += [*(Decimal(one) for one in usual_range(column)), *(Decimal(one) for one in _constants(whole, Decimal))]
    elif family == "date":
        found += [one + more for one in _moments(whole, "date") for more in (0, 1, -1)]
        found += [(DEFAULT_AS_OF - date(1970, 1, 1)).days - ago for ago in (100, 90, 80)]
    elif family == "timestamp":
        found += [one + more for one in _moments(whole, "timestamp") for more in (0, 86_400, -86_400)]
        found += [((DEFAULT_AS_OF - date(1970, 1, 1)).days - ago) * 86_400 for ago in (100, 90, 80)]
    elif family == "text":
        found += [one for one in _constants(whole, str) if column.longest is None or len(one) <= column.longest]
    found += [Decimal(one) if family == "decimal" else one for one in edges.get(family, [])]
    kept = [one for one in dict.fromkeys(found) if one is not None and bounds.holds(one)]
    return [*kept, *([None] if column.may_be_missing else [])]


def _constants(tree: Tree, kind: type) -> list:
    kinds = (int, Decimal) if kind in {int, Decimal} else (kind,)
    if isinstance(tree, Literal):
        fits = isinstance(tree.value, kinds) and not isinstance(tree.value, bool)
        return [kind(tree.value)] if fits else []
    return [value for one in tree.of for value in _constants(one, kind)] if isinstance(tree, Call) else []


def _moments(tree: Tree, kind: str) -> list[int]:
    if isinstance(tree, MomentLiteral):
        return [tree.value] if tree.kind == kind else []
    return [value for one in tree.of for value in _moments(one, kind)] if isinstance(tree, Call) else []


def _guard(table: SpecTable, whole: Tree, otherwise: dict[str, Cell | None]) -> None:
    """Keep what is drawn where the condition holds, and take what it holds with elsewhere."""
    names = {one: column.name for one, column in table.columns.items()}
    drawn = {one: table.free_name(f"{names[one]}_drawn") for one in otherwise}
    holds = expression_text(whole, {**names, **drawn})
    for one, cell in otherwise.items():
        column = table.columns[one]
        said = column.said or {}
        hidden = {word: value for word, value in said.items() if word not in _COLUMN_WORDS - {"null_rate"}}
        if column.keys:  # what nobody sees can't refer to a table
            hidden = {"key_elsewhere": column.keys, "of": {"method": "sequence"}, "null_rate": 0.5}
        column.hidden.append((drawn[one], {**hidden, "hidden": True}))
        kept = {word: value for word, value in said.items() if word in {"enumeration", "doc", "references"}}
        misses = cell is None or "null_rate" in said or "nullable" in said
        text = f"case when {holds} then {drawn[one]} else {cell_text(cell, column.family)} end"
        column.said = {
            "expression": text,
            "type": column.computed_kind,
            **({"nullable": True} if misses else {}),
            **kept,
        }
