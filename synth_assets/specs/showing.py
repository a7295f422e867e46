"""A declaration with all that may be left out filled in."""

import json
from typing import Any, cast

from synth_assets.columns.basis.generator import Generator
from synth_assets.model.entity import Entity
from synth_assets.specs.declaration import EntityDeclaration, ParameterDeclaration
from synth_assets.specs.declared import Declared
from synth_assets.specs.names import key_columns


def shown_declaration(source: Declared) -> dict[str, Any]:
    """What a source declares, as plain values that declare the same dataset.

    Raises:
        DeclarationError: it declares none.
    """
    domain = source.load()
    said = source.declaration()
    return {
        "dataset": said.dataset,
        "doc": said.doc,
        "parameters": {
            name: ParameterDeclaration(default=one).model_dump() if isinstance(one, int) else one.model_dump()
            for name, one in said.parameters.items()
        },
        "presets": {name: params.as_json() for name, params in domain.presets.items()},
        "default_preset": domain.default_preset,
        "entities": {name: _entity(domain.entities[name], said.entities[name]) for name in said.entities},
        **json.loads(said.model_dump_json(exclude_defaults=True, include={"delivery"})),
    }


def _entity(made: type[Entity], said: EntityDeclaration) -> dict[str, Any]:
    whole = json.loads(said.model_dump_json(exclude_defaults=True, exclude={"columns"}))
    key = {"key": key_columns(said)[0]} if "key" not in whole and key_columns(said) else {}
    columns = {name: _column(made, name) for name in said.columns}
    return {"doc": said.doc, "grain": made.about.grain, **whole, **key, "columns": columns}


def _column(made: type[Entity], name: str) -> dict[str, Any]:
    declared = made.declared()[name]
    column, generator = declared.column, declared.generator
    assert isinstance(generator, Generator)  # noqa: S101 - a declaration has no others
    arguments = _without_pools({**json.loads(generator.model_dump_json()), **generator.as_json()})
    words = {
        "type": column.type.name,
        "doc": column.doc,
        "nullable": column.nullable,
        "unique": declared.unique,
        "hidden": declared.hidden or None,
        "references": declared.reference_text,
        "enumeration": list(column.values),
        "since": column.since,
    }
    method = {"method": arguments.pop("method")}
    return {**method, **{name: value for name, value in arguments.items() if value not in ("", None)}, **_said(words)}


def _without_pools(arguments: Any) -> Any:
    """Without the values of pools, which the file beside the declaration has."""
    if isinstance(arguments, list):
        return [_without_pools(one) for one in cast("list[Any]", arguments)]
    if not isinstance(arguments, dict):
        return arguments
    said = cast("dict[str, Any]", arguments)
    left = {name for name in said if name == "pool" and said.get("method") == "faker"}
    return {name: _without_pools(one) for name, one in said.items() if name not in left}


def _said(words: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {name: value for name, value in words.items() if value not in ("", [], None)}
