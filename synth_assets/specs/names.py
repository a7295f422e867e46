"""What a declaration names has to be there, and nothing may take a name that the classes made of it have already."""

from collections.abc import Iterable

from synth_assets.errors import UsageError, unknown
from synth_assets.model.ledgers import LedgerEntity
from synth_assets.model.params import Params
from synth_assets.specs.declaration import Declaration, EntityDeclaration, KeyDeclaration


def check_names(said: Declaration) -> None:
    """Refuse names of a declaration that stand for nothing, or for something else.

    Raises:
        UsageError: there is one; says where, and what is allowed.
    """
    _refuse_taken(f"{said.dataset}: parameter", said.parameters, Params)
    if said.default_preset and said.default_preset not in said.presets:
        raise unknown(f"{said.dataset}: default_preset", said.default_preset, said.presets)
    for name, entity in said.entities.items():
        where = f"{said.dataset}/{name}"
        _refuse_taken(f"{where}: column", entity.columns, LedgerEntity)
        _check_counts(where, said, entity)
        if (parent := _parent(entity)) and parent not in said.entities:
            raise unknown(f"{where}: table", parent, said.entities)
        key = entity.key.columns if isinstance(entity.key, KeyDeclaration) else (entity.key,) if entity.key else ()
        for column in key:
            if column not in entity.columns:
                raise unknown(f"{where}: column of the key", column, entity.columns)
    for name in said.entities:
        _refuse_circle(said, name)


def _refuse_taken(what: str, names: Iterable[str], made: type) -> None:
    said = (vars(one).get("__annotations__", {}) for one in made.__mro__)
    taken = {*dir(made), *(name for annotations in said for name in annotations)}
    for name in names:
        if name in taken:
            raise UsageError(
                f"{what} can't be called {name}: the class that is made of it has that name already.\n  Rename it."
            )


def _check_counts(where: str, said: Declaration, entity: EntityDeclaration) -> None:
    for count in (entity.rows, entity.over, entity.ledger.over if entity.ledger else None):
        if isinstance(count, str) and count not in said.parameters:
            raise unknown(f"{where}: parameter", count, said.parameters, "Declare it in parameters, or write a number.")
    if (entity.lines_of or entity.slots_of) and not any(entity.per_parent.values()):
        raise UsageError(
            f"{where}: per_parent says how many children parents have, and is missing.\n"
            "  For example: per_parent: {1: 70, 2: 30}"
        )


def _parent(entity: EntityDeclaration) -> str:
    return entity.lines_of or entity.slots_of or entity.some_of or (entity.ledger.of if entity.ledger else "")


def _refuse_circle(said: Declaration, name: str) -> None:
    seen, at = {name}, _parent(said.entities[name])
    while at:
        if at in seen:
            raise UsageError(f"{said.dataset}/{name}: its parents lead back to {at}.\n  Give one of them rows.")
        seen.add(at)
        at = _parent(said.entities[at])
