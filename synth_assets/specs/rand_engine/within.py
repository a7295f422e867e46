"""Dictionaries of rand-engine within a declaration: the word ``spec`` of a table, read into its columns."""

from typing import Any, cast

from synth_assets.documents.document import Document
from synth_assets.documents.places import Path
from synth_assets.specs import SPEC
from synth_assets.specs.declaration import ColumnDeclaration, spelt_out
from synth_assets.specs.rand_engine.columns import IN_DATASET, RandColumn, column_named
from synth_assets.specs.slips import Slips

COLUMNS = "columns"
_CHANGING = "changing"
_ABOUT = {*ColumnDeclaration.model_fields, _CHANGING} - {"method"}
"""What ``in_dataset`` says of a column besides how it is made."""

Wrong = list[tuple[Path, str]]
"""What is wrong, each thing with its place."""


def without_specs(document: Document, slips: Slips) -> Document:
    """A declaration in which every table has columns; what is wrong with its dictionaries is noted.

    Columns of the dictionary come first; the table may have others besides. Slips find their places in it from here on.
    """
    entities = cast("dict[str, Any]", document.value(("entities",)))
    written, tables, wrong = dict(document.written), dict(entities), Wrong()
    for name, entity in entities.items():
        if not isinstance(entity, dict) or SPEC not in entity:
            continue
        said, path = cast("dict[str, Any]", entity), ("entities", name)
        columns: dict[str, Any] = {}
        if isinstance(said[SPEC], dict):
            for column, one in cast("dict[str, Any]", said[SPEC]).items():
                for own, words in _columns(column, one, (*path, SPEC, column), wrong).items():
                    columns[own] = words
                    if (*path, SPEC, column) in written:
                        written[*path, COLUMNS, own] = written[*path, SPEC, column]
        else:
            wrong.append(
                ((*path, SPEC), f"{name}: spec is a dictionary of columns as rand-engine has them.\n  {_EXAMPLE}")
            )
        if isinstance(more := said.get(COLUMNS, {}), dict):
            columns |= cast("dict[str, Any]", more)
        tables[name] = {word: one for word, one in said.items() if word != SPEC} | {COLUMNS: columns}
    read = Document({**document.values, "entities": tables}, written, document.base)
    slips.look_at(read)
    for path, problem in wrong:
        slips.add(path, problem)
    return read


_EXAMPLE = "For example: spec: {age: {method: integers, kwargs: {min: 18, max: 65}}}"


def _columns(name: str, said: Any, path: Path, wrong: Wrong) -> dict[str, Any]:
    """An entry of a dictionary as columns of our own language, by their names there."""
    problems: list[str] = []
    found = column_named(name, said, problems)
    wrong += [(path, problem.removeprefix("❌ ")) for problem in problems]
    if any(one.transformers for one in found):
        problem = f"column '{name}': transformers are functions, and a file runs no code.\n  Take an expression."
        wrong.append((path, problem))
    more = cast("dict[str, Any]", said).get(IN_DATASET) if isinstance(said, dict) else None
    of_each = cast("dict[str, Any]", more) if isinstance(more, dict) and len(found) > 1 else {}
    return {one.own: _in_dataset(one, of_each.get(one.name) if len(found) > 1 else more) for one in found}


def _in_dataset(column: RandColumn, more: Any) -> Any:
    """A column's words, with what it is in a dataset: words about it besides, or another method."""
    words = {"doc": column.name, **column.words} if column.own != column.name else column.words
    if more is None:
        return words
    if not isinstance(more, dict) or not set(cast("dict[str, Any]", more)) <= _ABOUT:
        return more
    said = cast("dict[str, Any]", more)
    about = {word: one for word, one in said.items() if word != _CHANGING}
    if _CHANGING not in said:
        return {**words, **about}
    own = {word: one for word, one in words.items() if word not in _ABOUT}
    rest = {word: one for word, one in words.items() if word in _ABOUT}
    return {**rest, **about, "method": _CHANGING, "by": said[_CHANGING], "of": spelt_out(own)}
