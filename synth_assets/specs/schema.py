"""The language as a JSON Schema: what editors complete and explain."""

from typing import Any

from synth_assets.columns.basis import catalog as methods
from synth_assets.specs.declaration import ColumnDeclaration, Declaration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The JSON Schema of a declaration."""
    whole = Declaration.model_json_schema()
    definitions: dict[str, Any] = whole.pop("$defs")
    words = {
        name: one for name, one in definitions["ColumnDeclaration"]["properties"].items() if name != methods.METHOD
    }
    kinds: list[dict[str, Any]] = []
    for name in methods.names():
        own = _method(name, words, definitions)
        definitions[f"method {name}"] = own
        kinds.append({"$ref": f"#/$defs/method {name}"})
    definitions[ColumnDeclaration.__name__] = {
        "description": "A column: a method with its arguments, and what the table says of it.",
        "type": "object",
        "required": [methods.METHOD],
        "properties": {methods.METHOD: {"description": "how its cells come about", "type": "string"}},
        "anyOf": kinds,
    }
    columns = definitions["EntityDeclaration"]["properties"]["columns"]["patternProperties"]
    for one in columns.values():
        one["anyOf"][0]["pattern"] = rf"^({'|'.join(methods.names())})(\..+)?$"
    return {"$schema": DIALECT, "title": "A dataset", **whole, "$defs": definitions}


def _method(name: str, words: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    method = methods.load(name)
    own = method.model_json_schema()
    definitions |= own.pop("$defs", {})
    dotted = rf"^{name}(\..+)?$" if method.arguments() else rf"^{name}$"
    return {
        "description": own.get("description", ""),
        "type": "object",
        "required": [methods.METHOD],
        "properties": {methods.METHOD: {"type": "string", "pattern": dotted}, **own.get("properties", {}), **words},
        "additionalProperties": False,
        "examples": [{methods.METHOD: name, **one} for one in method.examples],
    }
