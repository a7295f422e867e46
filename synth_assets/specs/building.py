"""A declaration → the classes that Python domains are made of, and all that is wrong with it on the way."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from types import new_class
from typing import Any, cast

from pydantic import Field, create_model

from synth_assets.columns.basis import catalog as methods
from synth_assets.columns.basis.arguments import ArgumentError, tried
from synth_assets.columns.basis.generator import ANY, Generator
from synth_assets.columns.basis.moments import SECONDS
from synth_assets.columns.basis.nested import Around
from synth_assets.columns.basis.spelling import spelt_out, written_at
from synth_assets.documents.places import Path
from synth_assets.errors import UsageError, unknown
from synth_assets.model import types
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.fates import Changes, Ends, Fate, Follows, Lifecycle, Step
from synth_assets.model.key import Key, RowOrder
from synth_assets.model.ledgers import LedgerEntity, LedgerOf
from synth_assets.model.paces import CALENDAR, Months
from synth_assets.model.params import Params
from synth_assets.model.series import SeriesOf
from synth_assets.model.shapes import LinesOf, Rows, Shape, Slots, SparseOf
from synth_assets.model.table import Reference
from synth_assets.model.values import Values
from synth_assets.specs.amounts import Amount, amount_of
from synth_assets.specs.declaration import (
    EVERY,
    ChangesDeclaration,
    ColumnDeclaration,
    Declaration,
    EndsDeclaration,
    EntityDeclaration,
    ErasedDeclaration,
    FateDeclaration,
    FollowsDeclaration,
    KeyDeclaration,
    ParameterDeclaration,
    full_column,
)
from synth_assets.specs.keys import declared_key
from synth_assets.specs.kinds import At, Kinds
from synth_assets.specs.names import PARENTS
from synth_assets.specs.pools import Pools
from synth_assets.specs.rules import rules_of
from synth_assets.specs.slips import Slips

HOW_MANY = frozenset(
    {
        *("rows", "over", "born", "season", "lines_of", "slots_of", "some_of", "series_of", "ledger"),
        *("per_parent", "per_thousand", "every", "past", "periods"),
    }
)
"""Words of a table that say which rows it has."""

TOLD = "told_already"
"""Stands for a column that is no column, in place of a method."""

WORDS = frozenset(ColumnDeclaration.model_fields) - {methods.METHOD}
"""What a column says besides its method's arguments."""


class Unknown(Generator):
    """Stands for a column that is wrong, so that the others can be looked at."""

    fills = ANY
    examples = ()

    def values(self, rows: Any, name: str) -> Values:
        """Nothing."""
        raise NotImplementedError

    @property
    def is_unique(self) -> bool:
        """Nobody knows."""
        return True


def entities(said: Declaration, slips: Slips, pools: Pools) -> Iterator[type[Entity]]:
    """The classes of a declaration's tables; what can't be made is noted, and something stands for it."""
    full = {
        (name, at): one
        for name, entity in said.entities.items()
        for at, one in _pinned(said.dataset, name, entity, slips).items()
    }
    generators = {
        (name, at): _generator(f"{said.dataset}/{name}: {at}", ("entities", name, "columns", at), one, slips, pools)
        for (name, at), one in full.items()
    }
    _note_circles(said, generators, slips)
    kinds = Kinds(said, generators)
    for name, entity in said.entities.items():
        columns = {
            at: _column(said.dataset, (name, at), full[name, at], generators, kinds, slips) for at in entity.columns
        }
        yield _entity(said, name, columns, slips)


def _note_circles(said: Declaration, generators: dict[At, Generator | None], slips: Slips) -> None:
    """Note columns of a row that are made of each other; nothing is made of them from here on."""
    for name, entity in said.entities.items():
        needed = {at: _own_needs(generators[name, at], entity) for at in entity.columns}
        try:
            TopologicalSorter(needed).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            way = " ← ".join(circle)
            for at in dict.fromkeys(circle):
                generators[name, at] = None
            slips.add(
                ("entities", name, "columns", circle[0]),
                f"{said.dataset}/{name}: {circle[0]}: these columns are made of each other: {way}.\n"
                "  Let one of them be drawn.",
            )


def _own_needs(generator: Generator | None, entity: EntityDeclaration) -> list[str]:
    return sorted({one for one in (generator.needs().own if generator else ()) if one in entity.columns})


def params_of(said: Declaration) -> type[Params]:
    """The class of a declaration's parameters."""
    fields: dict[str, Any] = {}
    for name, one in said.parameters.items():
        full = ParameterDeclaration(default=one) if isinstance(one, int) else one
        bounds = Field(
            ge=full.minimum, le=full.maximum, description=full.doc or name.replace("_", " "), examples=[full.default]
        )
        fields[name] = (int, bounds)
    title = said.dataset.title().replace("_", "")
    return create_model(f"{title}Params", __base__=Params, __doc__=f"Parameters of {said.dataset}.", **fields)


def note_columns(values: Any, slips: Slips, pools: Pools | None) -> None:
    """Note what is wrong with the methods of columns, whatever else is wrong around them.

    Args:
        values: a declaration's, as they are written.
        slips: what was found.
        pools: of the file; ``None`` if they don't matter yet.
    """
    for name, entity in _mapping(_mapping(values).get("entities")).items():
        for at, one in _mapping(_mapping(entity).get("columns")).items():
            path = ("entities", name, "columns", at)
            where = f"{_mapping(values).get('dataset')}/{name}: {at}"
            full = _mapping(spelt_out(one))
            if isinstance(method := full.get(methods.METHOD), str):
                arguments = {word: of for word, of in full.items() if word not in WORDS and word != methods.METHOD}
                unique = full.get("unique") is True
                _generator(where, path, ColumnDeclaration(method=method, unique=unique, **arguments), slips, pools)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _entity(whole: Declaration, name: str, columns: Mapping[str, column], slips: Slips) -> type[Entity]:
    said, domain = whole.entities[name], whole.dataset
    where, path = f"{domain}/{name}", ("entities", name)
    shape: Shape = Rows(1, 1)  # with rows that come: nothing is said of what only lacks them
    try:
        shape = _shape(where, said, whole.parameters)
    except UsageError as error:
        # What was left out because it is wrong is told already.
        if not slips.has_any(path, HOW_MANY):
            slips.add((*path, "rows"), error)
    # Of a key that is wrong its columns are known: what refers to them is right.
    key = Key(said.key.columns, RowOrder()) if isinstance(said.key, KeyDeclaration) else Key.of("")
    with slips.at(*path, "key"):
        key = declared_key(where, whole, name)
    about = About(
        domain=domain,
        name=name,
        grain=said.grain or f"one row of {name}",
        key=key,
        shape=shape,
        rules=rules_of(where, path, said, columns, slips),
        references=tuple(Reference(one.columns, one.to, one.target) for one in said.references),
        unique=said.unique,
        fates=tuple(_fate(one) for one in said.fates),
    )
    base = LedgerEntity if isinstance(shape, LedgerOf) else Entity
    title = name.title().replace("_", "")
    members = {"about": about, "__doc__": said.doc or name, "__module__": __name__}
    return new_class(title, (base,), {"columns": columns}, lambda made: made.update(members))


def _shape(where: str, said: EntityDeclaration, parameters: Collection[str]) -> Shape:
    found: list[Shape] = []
    # That it is missing is told with the names.
    per_parent = said.per_parent if any(said.per_parent.values()) else {1: 1}
    if said.rows is not None:
        over = None if said.over is None else _number(said.over, parameters)
        found.append(Rows(_number(said.rows, parameters), over, said.born, said.season))
    if said.lines_of:
        found.append(LinesOf(said.lines_of, per_parent))
    if said.slots_of:
        found.append(Slots(said.slots_of, per_parent))
    if said.some_of:
        found.append(SparseOf(said.some_of, said.per_thousand or 0))
    if said.series_of:
        found.append(_series(where, said, parameters))
    if said.ledger is not None:
        one = said.ledger
        found.append(LedgerOf(one.of, _number(one.over, parameters), one.days, one.entries, one.low, one.high))
    if len(found) != 1:
        raise UsageError(
            f"{where}: exactly one of rows, lines_of, slots_of, some_of, series_of and ledger says how many rows there"
            f" are; {len(found) or 'none'} of them {'is' if not found else 'are'} there.\n  For example: rows: 100"
        )
    return found[0]


def _series(where: str, said: EntityDeclaration, parameters: Collection[str]) -> SeriesOf:
    found = re.fullmatch(EVERY, said.every)
    if found is None or (said.over is None) == (said.past is None):
        raise UsageError(
            f"{where}: a series says how often, and since how many days before as_of.\n"
            "  For example: every: 5 minutes, and: over: 30"
        )
    per_thousand, over = 1_000 if said.per_thousand is None else said.per_thousand, _number(said.over or 0, parameters)
    count, unit = int(found[1]), f"{found[2]}s"
    every = Months(count * CALENDAR[unit]) if unit in CALENDAR else count * SECONDS[unit]
    return SeriesOf(said.series_of, every, over, per_thousand, said.periods, said.past or 0)


def _number(said: int | str, parameters: Collection[str]) -> int | str | Amount:
    """A number, a parameter's name, or what follows from parameters; what is wrong with it the names have told."""
    if isinstance(said, int) or said in parameters:
        return said
    with suppress(UsageError):
        return amount_of(said, parameters)
    return 1


def _fate(said: FateDeclaration) -> Fate:
    if isinstance(said, ChangesDeclaration):
        return Changes(said.changes, said.days, said.rate)
    if isinstance(said, EndsDeclaration):
        return Ends(said.ends, said.days, said.stay)
    if isinstance(said, ErasedDeclaration):
        return Ends(rate=said.erased)
    if isinstance(said, FollowsDeclaration):
        return Follows(said.follows)
    steps = tuple(
        Step(one.state, one.days, one.per_hundred, one.hours, one.minutes, one.after, one.weight, one.unless)
        for one in said.steps
    )
    return Lifecycle(said.lifecycle, said.first, steps)


def _column(
    domain: str, at: At, said: ColumnDeclaration, generators: Mapping[At, Generator | None], kinds: Kinds, slips: Slips
) -> column:
    where, path = f"{domain}/{at[0]}: {at[1]}", ("entities", at[0], "columns", at[1])
    generator, kind = generators[at] or Unknown(), None
    try:
        kind = kinds.of(at)
    except UsageError as error:
        slips.add((*path, "type"), f"{where}: {error}")
        generator = Unknown()
    if said.hidden and (said.references or said.unique):
        what = "references" if said.references else "unique"
        slips.add(
            (*path, what),
            f"{where}: a hidden column can't say {what}: nobody sees its cells.\n  Leave one of both out.",
        )
    if kind is None and not isinstance(generator, Unknown) and not kinds.is_misled(at):
        slips.add(path, f"{where}: what type it has isn't known.\n  Say so. For example: type: string")
        generator = Unknown()
    return column(
        kind or types.STRING,
        said.doc,
        generator,
        references=said.references or None,
        unique=said.unique,
        hidden=said.hidden,
        nullable=said.nullable or generator.gives_missing,
        values=said.enumeration,
        since=said.since,
    )


def _generator(where: str, path: Path, said: ColumnDeclaration, slips: Slips, pools: Pools | None) -> Generator | None:
    """What fills a column; what is wrong with its method or arguments is noted, each by its place."""
    if said.method == TOLD:
        return None
    try:
        method = methods.load(said.method)
    except UsageError as error:
        slips.add((*path, methods.METHOD), f"{where}: {error}")
        return None
    arguments: Mapping[str, Any] = said.model_extra or {}
    if said.unique:
        arguments = _unique(said.method, arguments)
    try:
        arguments = pools.filled(arguments, said.method) if pools else arguments
    except UsageError as error:
        slips.add(path, f"{where}: {error}")
        return None
    made = tried(method, arguments)
    if isinstance(made, list):
        for error in made:
            way = written_at(slips.written(path), error.path)
            slips.add((*path, *way), _placed(where, error))
        return None
    return made


def _unique(name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what is said of a column said of its values, too: of those of the method within, where there is one."""
    method = methods.load(name)
    if "unique" in method.model_fields:
        return {**arguments, "unique": True}
    inner = arguments.get("of")
    if not issubclass(method, Around) or not isinstance(inner, dict):
        return arguments
    within = cast("dict[str, Any]", inner)
    if within.get(methods.METHOD) not in methods.names():
        return arguments
    rest = {word: one for word, one in within.items() if word != methods.METHOD}
    other = str(within[methods.METHOD])
    return {**arguments, "of": {methods.METHOD: other, **_unique(other, rest)}}


def _pinned(domain: str, name: str, said: EntityDeclaration, slips: Slips) -> dict[str, ColumnDeclaration]:
    """A table's columns, those with cells given by hand wrapped."""
    columns = {at: full_column(one) for at, one in said.columns.items()}
    cells: dict[str, list[tuple[Any, Any]]] = {}
    for place, row in enumerate(said.pinned):
        number = row.get("row", place + 1)
        for at, cell in row.items():
            if at != "row" and at not in columns:
                error = unknown(f"{domain}/{name}: pinned: column", at, columns)
                slips.add(("entities", name, "pinned", place, at), error)
            elif at != "row":
                cells.setdefault(at, []).append((number, cell))
    for at, given in cells.items():
        one = columns[at]
        within = {methods.METHOD: one.method, **(one.model_extra or {})}
        words = {word: getattr(one, word) for word in WORDS if word in one.model_fields_set}
        columns[at] = ColumnDeclaration.model_validate(
            {methods.METHOD: "pinned", "cells": given, "of": within, **words}
        )
    return columns


def _placed(where: str, error: ArgumentError) -> str:
    return f"{where}: {error}"


def is_unknown(entity: type[Entity], name: str) -> bool:
    """Whether a column is only one that stands for another."""
    declared = entity.declared().get(name)
    return declared is not None and isinstance(declared.generator, Unknown)


_MADE_OF = {
    "key": frozenset({"key"}),
    "of_parent": HOW_MANY,
    "moment": HOW_MANY,
    "state": frozenset({"fates"}),
    "step": frozenset({"fates"}),
}
"""Methods that show what a table says beside its columns, each with the words that say it."""


def follows_from_told(said: Declaration, table: str, name: str, slips: Slips) -> bool:
    """Whether a column shows something of its table in which a mistake was found."""
    entity = said.entities.get(table)
    if entity is None or name not in entity.columns:
        return False
    declared = full_column(entity.columns[name])
    near = [(table, word) for word in PARENTS]
    near += [(of, word) for of in said.entities if of in _texts_in(declared) for word in PARENTS]
    if any(slips.is_wrong(("entities", *one)) for one in near):
        return True
    words = _MADE_OF.get(declared.method, frozenset[str]())
    if slips.has_any(("entities", table), words):
        return True
    if "fates" not in words:
        return False
    # A lifecycle may be said in a column.
    return any(slips.has_any(("entities", table, "columns", at), {"lifecycle"}) for at in entity.columns)


def _texts_in(said: ColumnDeclaration) -> set[str]:
    """The texts that a column's words have as values: among them tables that it is about."""
    return {one for one in said.model_dump(exclude_unset=True).values() if isinstance(one, str)}


def leans_on_unknown(entity: type[Entity], name: str, tables: Mapping[str, type[Entity]]) -> bool:
    """Whether what a column is made of has something wrong in it, so that nothing is known of the column itself."""
    declared = entity.declared().get(name)
    if declared is None or isinstance(declared.generator, Unknown):
        return True
    needs = declared.generator.needs() if isinstance(declared.generator, Generator) else None
    ours = [(entity, one) for one in needs.own] if needs else []
    others = [one.partition(".") for one in needs.tables] if needs else []
    theirs = [(tables[table], of) for table, _, of in others if table in tables and of]
    reference = declared.reference
    if reference is not None and reference.table in tables:
        parent = tables[reference.table]
        # Of a table without a key: one of its wrong columns may be that.
        theirs += [(parent, of) for of in reference.to or parent.key().columns or parent.generated()]
    return any(is_unknown(one, of) for one, of in [*ours, *theirs])
