"""The language as a JSON Schema: what editors complete and explain."""

from typing import Any, cast

from synth_assets.columns.basis import catalog as methods
from synth_assets.specs.declaration import NULL_RATE, REFERENCE, ColumnDeclaration, Declaration, RuleDeclaration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


_COLUMN = {"$ref": f"#/$defs/{ColumnDeclaration.__name__}"}
_REFERENCES = "references"
_SENTENCE = {
    "description": "a sentence, and an expression that is true of each row",
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": {"type": "string"},
}


def schema() -> dict[str, Any]:
    """The JSON Schema of a declaration."""
    whole = Declaration.model_json_schema()
    definitions: dict[str, Any] = whole.pop("$defs")
    words = {
        name: one for name, one in definitions["ColumnDeclaration"]["properties"].items() if name != methods.METHOD
    }
    names = {"type": "string", "pattern": rf"^({'|'.join(methods.names())})(\..+)?$"}
    kinds: list[dict[str, Any]] = []
    for name in methods.names():
        for form, own in _forms(name, words, definitions).items():
            definitions[form] = own
            kinds.append({"$ref": f"#/$defs/{form}"})
    definitions[ColumnDeclaration.__name__] = {
        "description": "A column: a method with its arguments, and what the table says of it.",
        "type": "object",
        "anyOf": kinds,
    }
    definitions[RuleDeclaration.__name__] = {"anyOf": [definitions[RuleDeclaration.__name__], _SENTENCE]}
    columns = definitions["EntityDeclaration"]["properties"]["columns"]["patternProperties"]
    for one in columns.values():
        one["anyOf"][0] |= names
    inner = {"anyOf": [names, _COLUMN]}
    return {"$schema": DIALECT, "title": "A dataset", **whole, "$defs": _with_inner(definitions, inner)}


def _forms(name: str, words: dict[str, Any], definitions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The ways to write a column of a method, each by its name; as :func:`.spelt_out` reads them."""
    method = methods.load(name)
    own = method.model_json_schema()
    definitions |= own.pop("$defs", {})
    said, first = dict[str, Any](own.get("properties", {})), method.arguments()[:1]
    rate = methods.load(NULL_RATE).model_json_schema()["properties"]["rate"]
    missing = {} if NULL_RATE in said else {NULL_RATE: rate}
    dotted = rf"^{name}(\..+)?$" if first else rf"^{name}$"
    named = {methods.METHOD: {"type": "string", "pattern": dotted}}
    forms = {f"method {name}": _form(own, [methods.METHOD], {**named, **said, **missing, **words})}
    forms[f"method {name}"]["examples"] = [{methods.METHOD: name, **one} for one in method.examples]
    if first:
        rest = {word: one for word, one in said.items() if word not in first}
        forms[name] = _form(own, [name], {**rest, **missing, **words, name: said[first[0]]})
    if name == REFERENCE:
        forms[_REFERENCES] = _form(own, [_REFERENCES], {**said, **missing, **words})
    return forms


def _form(own: dict[str, Any], required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": own.get("description", ""),
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def _with_inner(part: Any, inner: dict[str, Any]) -> Any:
    """With methods that are arguments of methods written in any of the ways that columns are."""
    if isinstance(part, list):
        return [_with_inner(one, inner) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    known = cast("dict[str, Any]", part)
    if known.get("required") == [methods.METHOD] and "additionalProperties" not in known:
        return {**{word: one for word, one in known.items() if word in {"description", "examples"}}, **inner}
    return {name: _with_inner(one, inner) for name, one in known.items()}
