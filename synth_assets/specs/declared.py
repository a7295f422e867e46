"""A declared dataset as a domain: its source travels as text, so any process makes the same one."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field, create_model

from synth_assets.columns.basis import catalog as methods
from synth_assets.documents import reading
from synth_assets.documents.document import Document
from synth_assets.documents.places import Place
from synth_assets.documents.problems import Wording
from synth_assets.documents.syntax import JSON
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError, shortened
from synth_assets.model import types
from synth_assets.model.domain import Domain
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.fates import Changes, Ends, Fate, Lifecycle, Step
from synth_assets.model.key import CompositeCodec, IntegerCodec, Key, RowOrder, TextCodec, UuidCodec
from synth_assets.model.ledgers import LedgerEntity, LedgerOf
from synth_assets.model.params import Params
from synth_assets.model.shapes import LinesOf, Rows, Shape, Slots, SparseOf
from synth_assets.model.table import Reference, Rule
from synth_assets.specs.declaration import (
    ChangesDeclaration,
    ColumnDeclaration,
    Declaration,
    EndsDeclaration,
    EntityDeclaration,
    KeyDeclaration,
    LifecycleDeclaration,
    ParameterDeclaration,
)
from synth_assets.specs.names import check_names


@dataclass(frozen=True)
class Declared:
    """A domain's source: the declaration itself.

    Attributes:
        text: the declaration as JSON, its names sorted.
        said: where it is written, for messages.

    Example:
        >>> source = Declared.of({"dataset": "tiny", "entities": {"things": {"rows": 3, "columns": {"id": "key"}}}})
        >>> source.load().tables["things"].column_names
        ['id']
    """

    text: str
    said: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any], said: str = "a declaration") -> "Declared":
        """The source of a declaration; nothing is checked yet but that it is one of plain values.

        Raises:
            UsageError: it isn't: values that JSON doesn't have, or that hold themselves.
        """
        try:
            return cls(json.dumps(values), said)
        except (TypeError, ValueError, RecursionError) as error:
            problem = "it nests too deeply" if isinstance(error, RecursionError) else str(error)
            raise UsageError(f"{said} can't be read: {problem}.\n  Use mappings, lists, text and numbers.") from None

    @property
    def name(self) -> str:
        """The domain's name."""
        return _declaration(self).dataset

    def load(self) -> Domain:
        """The domain, made once a process.

        Raises:
            UsageError: something in it isn't allowed; says where, what, and what is.
        """
        return _load(self)

    def params(self) -> type[Params]:
        """The class of its parameters."""
        return self.load().params

    def __str__(self) -> str:
        return self.said


@functools.cache
def _declaration(source: Declared) -> Declaration:
    place = Place(source.said, 0, 0)
    document = reading.parse(source.text, source.said, ".json")  # bounded, as all that people write
    # Nobody has seen this text: names say where something is, lines of it wouldn't.
    written = {path: replace(how, place=place, value_place=None) for path, how in document.written.items()}
    return validated(replace(document, written=written), Declaration, Wording(thing="word"))


@functools.cache
def _load(source: Declared) -> Domain:
    said = _declaration(source)
    check_names(said)
    params = _params(said)
    params.made_by = source
    presets = {name: _preset(said, params, name) for name in said.presets}
    domain = Domain.of(
        name=said.dataset,
        doc=said.doc or said.dataset,
        params=params,
        presets=presets,
        default_preset=said.default_preset or next(iter(presets)),
        entities=[_entity(said.dataset, name, entity) for name, entity in said.entities.items()],
        source=source,
    )
    for entity in domain.entities.values():
        for name in entity.table().column_names:
            getattr(entity, name).generator.check(entity, name)
    return domain


def _params(said: Declaration) -> type[Params]:
    fields: dict[str, Any] = {}
    for name, one in said.parameters.items():
        full = ParameterDeclaration(default=one) if isinstance(one, int) else one
        fields[name] = (int, Field(ge=full.minimum, le=full.maximum, description=full.doc or name.replace("_", " ")))
    title = said.dataset.title().replace("_", "")
    return create_model(f"{title}Params", __base__=Params, __doc__=f"Parameters of {said.dataset}.", **fields)


def _preset(said: Declaration, params: type[Params], name: str) -> Params:
    values = {**_defaults(said), **said.presets[name]}
    what = f"preset {shortened(repr(name))} of {said.dataset}"
    return validated(Document.of(values, {(): (Place(what, 0, 0), None)}, JSON), params, Wording(thing="parameter"))


def _defaults(said: Declaration) -> dict[str, int]:
    return {name: one if isinstance(one, int) else one.default for name, one in said.parameters.items()}


def _entity(domain: str, name: str, said: EntityDeclaration) -> type[Entity]:
    shape = _shape(f"{domain}/{name}", said)
    about = About(
        domain=domain,
        name=name,
        grain=said.grain or f"one row of {name}",
        key=_key(f"{domain}/{name}", said),
        shape=shape,
        rules=tuple(Rule(one.name, one.doc, (name, *one.tables), one.sql) for one in said.rules),
        references=tuple(Reference(one.columns, one.to, one.target) for one in said.references),
        unique=said.unique,
        fates=tuple(_fate(one) for one in said.fates),
    )
    columns = {at: _column(f"{domain}/{name}: {at}", one) for at, one in said.columns.items()}
    base = LedgerEntity if isinstance(shape, LedgerOf) else Entity
    title = name.title().replace("_", "")
    made = type(title, (base,), {"about": about, "__doc__": said.doc or name, "__module__": __name__, **columns})
    assert issubclass(made, Entity)  # noqa: S101 — for the type checker
    return made


def _shape(where: str, said: EntityDeclaration) -> Shape:
    found: list[Shape] = []
    if said.rows is not None:
        found.append(Rows(said.rows, said.over))
    if said.lines_of:
        found.append(LinesOf(said.lines_of, said.per_parent))
    if said.slots_of:
        found.append(Slots(said.slots_of, said.per_parent))
    if said.some_of:
        found.append(SparseOf(said.some_of, said.per_thousand))
    if said.ledger is not None:
        one = said.ledger
        found.append(LedgerOf(one.of, one.over, one.days, one.entries, one.low, one.high))
    if len(found) != 1:
        raise UsageError(
            f"{where}: exactly one of rows, lines_of, slots_of, some_of and ledger says how many rows there are;"
            f" {len(found) or 'none'} of them {'is' if not found else 'are'} there.\n  For example: rows: 100"
        )
    return found[0]


def _key(where: str, said: EntityDeclaration) -> Key:
    if isinstance(said.key, KeyDeclaration):
        one = said.key
        codecs = {
            "integer": IntegerCodec(),
            "text": TextCodec(one.prefix, one.digits),
            "uuid": UuidCodec(),
            "none": RowOrder(),
        }
        count = min(len(one.columns), 2)
        if one.codec != "none" and count != (2 if one.codec == "composite" else 1):
            raise UsageError(
                f"{where}: a key of {len(one.columns)} columns can't have the codec {one.codec}.\n"
                "  Several columns have the codec composite, one column another."
            )
        if one.codec == "composite":
            if len(one.sizes) != len(one.columns) - 1:
                raise UsageError(
                    f"{where}: sizes has {len(one.sizes)} numbers; each column of the key but the first has one.\n"
                    "  For example: sizes: [8]"
                )
            return Key(one.columns, CompositeCodec((IntegerCodec(),) * len(one.columns), one.sizes))
        return Key(one.columns, codecs[one.codec])
    if said.key:
        return Key.of(said.key)
    return Key.of(next((name for name, one in said.columns.items() if _method(one) == "key"), ""))


def _method(said: str | ColumnDeclaration) -> str:
    return said if isinstance(said, str) else said.method


def _fate(said: ChangesDeclaration | LifecycleDeclaration | EndsDeclaration) -> Fate:
    if isinstance(said, ChangesDeclaration):
        return Changes(said.changes, said.days)
    if isinstance(said, EndsDeclaration):
        return Ends(said.ends, said.days, said.stay)
    steps = tuple(Step(step.state, step.days, step.per_hundred) for step in said.steps)
    return Lifecycle(said.lifecycle, said.first, steps)


def _column(where: str, said: str | ColumnDeclaration) -> column:
    one = ColumnDeclaration(method=said) if isinstance(said, str) else said
    try:
        arguments = {"method": one.method, **(one.model_extra or {})}
        if one.unique and "unique" in methods.load(one.method).model_fields:
            arguments["unique"] = True  # said of the column, and so of its values
        generator = methods.made(arguments)
        kind = types.named(one.type) if one.type else generator.default_type
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    if kind is None:
        raise UsageError(f"{where}: what type it has isn't known.\n  Say so. For example: type: string")
    return column(
        kind,
        one.doc,
        generator,
        references=one.references or None,
        unique=one.unique,
        nullable=one.nullable or generator.gives_missing,
        values=one.enumeration,
        since=one.since,
    )
