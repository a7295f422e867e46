"""How the cells of all columns come about that keys and references leave open."""

from decimal import Decimal

from synth_assets.schemas.writing.cells import usual_cells
from synth_assets.schemas.writing.conditions import following, loosen_relations, see_to_conditions
from synth_assets.schemas.writing.expressions import renamed
from synth_assets.schemas.writing.guesses import GUESSED, guessed
from synth_assets.schemas.writing.statistics import has_few_texts, made_up_labels, measured_cells, skew_references
from synth_assets.schemas.writing.tables import Said, SpecColumn, SpecTable

_MISSING = Decimal("0.1")


def fill(table: SpecTable, *, guesses: bool) -> list[str]:
    """Say of each column how its cells come about.

    Args:
        table: whose key and references are said already.
        guesses: whether names tell what columns hold.

    Returns:
        conditions that can't be seen to.
    """
    loosen_relations(table)
    for column in table.columns.values():
        if column.said is None:
            column.said = _said(table, column, guesses=guesses)
    unseen = see_to_conditions(table)
    skew_references(table)
    for column in table.columns.values():
        if column.source.doc and column.said is not None:
            column.said["doc"] = " ".join(column.source.doc.split())
    return unseen


def _said(table: SpecTable, column: SpecColumn, *, guesses: bool) -> Said:
    if column.source.computed is not None:
        return _computed(table, column)
    relations = table.relations_of(column.source.name)
    if relations:
        return _perhaps_missing(column, following(table, column, relations[0]), _MISSING)
    found = guessed(column, table) if guesses and column.bounds.allowed is None else None
    is_ordered = found is not None and "after" in found[0]
    if not is_ordered and (known := measured_cells(column)) is not None:
        return _perhaps_missing(column, known, _MISSING)
    if found is None or (_is_any_text(found[0]) and has_few_texts(column)):
        return _perhaps_missing(column, made_up_labels(column) or usual_cells(column), _MISSING)
    if GUESSED not in column.notes:
        column.notes.append(GUESSED)
    return _perhaps_missing(column, *found)


def _is_any_text(said: Said) -> bool:
    return bool({"pattern", "prose"} & set(said))


def _perhaps_missing(column: SpecColumn, said: Said, rate: Decimal) -> Said:
    is_always = "constant" in said and said["constant"] is None
    if not column.may_be_missing or is_always:
        return said
    return {**said, **column.missing(float(rate))}


def _computed(table: SpecTable, column: SpecColumn) -> Said:
    """A column that the source computes itself."""
    expression = column.source.computed
    column.is_tied = True
    column.notes.append("the source computes it itself: don't load it")
    if not expression:
        column.notes.append("can't be said: how the source computes it")
        return usual_cells(column)
    names = {one: of.name for one, of in table.columns.items()}
    kind = {"type": column.computed_kind} if column.source.type.name else {}
    return {"expression": renamed(expression, names), **kind, **({"nullable": True} if column.source.nullable else {})}
