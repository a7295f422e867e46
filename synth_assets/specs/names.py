"""What a declaration names has to be there, and nothing may take a name that means something already."""

import functools
import re
from collections.abc import Collection

from synth_assets.documents.places import Path
from synth_assets.errors import UsageError, unknown
from synth_assets.model.change_log import AFTER, BEFORE, CHANGED, META
from synth_assets.model.params import RESERVED as RESERVED_PARAMETERS
from synth_assets.model.params import Params
from synth_assets.specs.amounts import amount_of
from synth_assets.specs.declaration import (
    COLUMN_NAME,
    ColumnDeclaration,
    Declaration,
    EntityDeclaration,
    KeyDeclaration,
    ParameterDeclaration,
)
from synth_assets.specs.slips import Slips

RESERVED = frozenset(
    {
        "changes", "current", "postgres", "snapshots", "history", "own",  # folders and assets of ours
        "main", "temp", "system", "public", "information_schema",  # schemas that databases have
        "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)),  # no folders
    }
)  # fmt: skip
"""Names that no dataset and no table can have."""

_OF_EVENTS = frozenset(column.name for column in (*META, CHANGED))

LONGEST = 63
"""Letters of a name: what PostgreSQL takes."""


def checked_names(said: Declaration, parameters: Collection[str], slips: Slips) -> Declaration:
    """Note names of a declaration that stand for nothing, or for something else.

    Args:
        said: the declaration.
        parameters: the names of all that it has, also of those with something wrong in them.
        slips: what was found.

    Returns:
        it without parameters that can't be called so.
    """
    _refuse_reserved(f"dataset {said.dataset}", said.dataset, ("dataset",), slips)
    _refuse_parameters(said, slips)
    _refuse_defaults(said, slips)
    if said.default_preset and said.default_preset not in said.presets:
        error = unknown(f"{said.dataset}: default_preset", said.default_preset, said.presets)
        slips.add(("default_preset",), error)
    for name, entity in said.entities.items():
        where, path = f"{said.dataset}/{name}", ("entities", name)
        _refuse_reserved(f"{where}: the table", name, path, slips)
        for column in entity.columns:
            _refuse_long(f"{where}: column {column}", column, (*path, "columns", column), slips)
        _check_counts(where, entity, parameters, slips)
        if (parent := parent_of(entity)) and parent not in said.entities:
            slips.add((*path, _parent_word(entity)), unknown(f"{where}: table", parent, said.entities))
        _check_key(where, entity, slips)
    for name in said.entities:
        _note_circle(said, name, slips)
    kept = {name: one for name, one in said.parameters.items() if name not in _taken(Params) | RESERVED_PARAMETERS}
    return said.model_copy(update={"parameters": kept})


def is_column_name(name: str) -> bool:
    """Whether a column can be called so, in any table."""
    return re.fullmatch(COLUMN_NAME, name) is not None and len(name) <= LONGEST


@functools.cache
def _taken(made: type) -> set[str]:
    """Names that a class made of a declaration has already."""
    said = (vars(one).get("__annotations__", {}) for one in made.__mro__)
    return {*dir(made), *(name for annotations in said for name in annotations)}


PARENTS = ("lines_of", "slots_of", "some_of", "series_of")
"""Words of a table that name the one that its rows hang on."""


def parent_of(entity: EntityDeclaration) -> str:
    """The table that an entity's rows hang on; empty if on none."""
    own = (getattr(entity, word) for word in PARENTS)
    return next(filter(None, own), entity.ledger.of if entity.ledger else "")


def key_columns(entity: EntityDeclaration) -> tuple[str, ...]:
    """The columns of a table's key: those that it names, or the first that the method ``key`` fills; none without."""
    if isinstance(entity.key, KeyDeclaration):
        return entity.key.columns
    if entity.key:
        return (entity.key,)
    methods = {name: one if isinstance(one, str) else one.method for name, one in entity.columns.items()}
    return tuple(name for name, method in methods.items() if method == "key")[:1]


def _check_key(where: str, entity: EntityDeclaration, slips: Slips) -> None:
    """Note columns of the key that aren't there, that nobody sees, or that events have one of the name of."""
    path = ("entities", where.partition("/")[2])
    seen = [name for name, one in entity.columns.items() if not _is_hidden(one)]
    images = {prefix + name for prefix in (BEFORE, AFTER) for name in seen}
    for column in key_columns(entity):
        if _is_hidden(entity.columns.get(column, "")):
            wrong = f"{where}: {column} is of the key, which can't be hidden.\n  Leave hidden out."
            slips.add((*path, "columns", column, "hidden"), wrong)
        if column.lower() in _OF_EVENTS | images:
            wrong = f"{where}: a key's column can't be called {column}: events of change data have one of that name."
            slips.add((*path, "columns", column), f"{wrong}\n  Rename it.")
        if column not in entity.columns:
            slips.add((*path, "key"), unknown(f"{where}: column of the key", column, entity.columns))
    if all(_is_hidden(one) for one in entity.columns.values()):
        slips.add((*path, "columns"), f"{where}: all its columns are hidden.\n  Let one of them be seen.")


def _is_hidden(column: str | ColumnDeclaration) -> bool:
    return isinstance(column, ColumnDeclaration) and column.hidden


def _parent_word(entity: EntityDeclaration) -> str:
    return next((word for word in PARENTS if getattr(entity, word)), "ledger")


def _refuse_reserved(what: str, name: str, path: Path, slips: Slips) -> None:
    if name in RESERVED or name.startswith("pg_"):
        slips.add(path, f"{what} can't be called {name}: that means something else.\n  Choose another name.")
    else:
        _refuse_long(what, name, path, slips)


def _refuse_long(what: str, name: str, path: Path, slips: Slips) -> None:
    if len(name) > LONGEST:
        slips.add(path, f"{what} has a name of {len(name)} letters; databases take {LONGEST}.\n  Choose a shorter one.")


def _refuse_parameters(said: Declaration, slips: Slips) -> None:
    for name in said.parameters:
        why = "commands have an option of that name" if name in RESERVED_PARAMETERS else ""
        why = "the class that is made of it has that name already" if name in _taken(Params) else why
        if why:
            slips.add(("parameters", name), f"{said.dataset}: parameter can't be called {name}: {why}.\n  Rename it.")


def _refuse_defaults(said: Declaration, slips: Slips) -> None:
    for name, one in said.parameters.items():
        full = ParameterDeclaration(default=one) if isinstance(one, int) else one
        if not full.minimum <= full.default <= full.maximum:
            told = f"{said.dataset}: parameter {name} is {full.default:,}, which isn't from"
            wrong = f"{told} {full.minimum:,} to {full.maximum:,}.\n  For example: {name}: {max(full.minimum, 1)}"
            slips.add(("parameters", name), wrong)


def _check_counts(where: str, entity: EntityDeclaration, parameters: Collection[str], slips: Slips) -> None:
    path = ("entities", where.partition("/")[2])
    counts: list[tuple[tuple[str, ...], int | str | None]] = [(("rows",), entity.rows), (("over",), entity.over)]
    if entity.ledger:
        counts.append((("ledger", "over"), entity.ledger.over))
    for at, count in counts:
        if isinstance(count, str):
            try:
                amount_of(count, parameters)
            except UsageError as error:
                slips.add((*path, *at), f"{where}: {'.'.join(at)}: {error}")
    is_missing = not any(entity.per_parent.values()) and not slips.has_any(path, {"per_parent"})
    if (entity.lines_of or entity.slots_of) and is_missing:
        slips.add(
            (*path, "per_parent"),
            f"{where}: per_parent says how many children parents have, and is missing.\n"
            "  For example: per_parent: {1: 70, 2: 30}",
        )


def _note_circle(said: Declaration, name: str, slips: Slips) -> None:
    seen, at = {name}, parent_of(said.entities[name])
    while at and at in said.entities:
        if at in seen:
            error = UsageError(f"{said.dataset}/{name}: its parents lead back to {at}.\n  Give one of them rows.")
            slips.add(("entities", name), error)
            return
        seen.add(at)
        at = parent_of(said.entities[at])
