"""The language as a JSON Schema: what editors complete and explain."""

from collections.abc import Mapping
from typing import Any, cast

from synth_assets.columns.basis import catalog as methods
from synth_assets.columns.basis.moments import SECONDS
from synth_assets.columns.basis.spelling import LIST, NULL_RATE, REFERENCE, STRUCT
from synth_assets.specs import SPEC, synonyms
from synth_assets.specs.declaration import ColumnDeclaration, Declaration, RuleDeclaration, StepDeclaration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


_COLUMN = {"$ref": f"#/$defs/{ColumnDeclaration.__name__}"}
_REFERENCES = "references"
_OTHER_WORDS = {
    "ParameterDeclaration": synonyms.PARAMETER,
    "EntityDeclaration": synonyms.TABLE,
    "TableChanges": synonyms.CHANGES,
}
_DAYS = {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}]}
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
    definitions["lifecycle in a column"] = _lifecycle(words)
    kinds.append({"$ref": "#/$defs/lifecycle in a column"})
    for name, others in _OTHER_WORDS.items():
        _add_words(definitions[name], others)
    _add_words(whole, synonyms.DATASET)
    definitions[ColumnDeclaration.__name__] = {
        "description": "A column: a method with its arguments, and what the table says of it.",
        "type": "object",
        "anyOf": kinds,
    }
    definitions[RuleDeclaration.__name__] = {"anyOf": [definitions[RuleDeclaration.__name__], _SENTENCE]}
    entity = definitions["EntityDeclaration"]
    del entity["required"]
    entity["anyOf"] = [{"required": ["columns"]}, {"required": [SPEC]}]
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
        value = said[first[0]]
        if name in {LIST, STRUCT}:  # or all of their arguments
            value = {"anyOf": [value, _form(own, first, said)]}
        forms[name] = _form(own, [name], {**rest, **missing, **words, name: value})
    if name == REFERENCE:
        forms[_REFERENCES] = _form(own, [_REFERENCES], {**said, **missing, **words})
    for form in forms.values():
        form["properties"] |= _shorter(name, said)
        _add_words(form, {**synonyms.COLUMN, **synonyms.of_method(name)})
    return forms


def _shorter(name: str, said: dict[str, Any]) -> dict[str, Any]:
    """What may stand in place of some of a method's arguments."""
    if name == "clock":
        return {"spread": {"description": "days before as_of over which rows appear, said as over is"}}
    if "unit" in said:
        return {unit: {"description": "in place of low, high and unit", **_DAYS} for unit in SECONDS}
    return {}


def _lifecycle(words: dict[str, Any]) -> dict[str, Any]:
    """States in a column: the first is that of new rows, the others say when they come."""
    step = StepDeclaration.model_json_schema()["properties"]
    full = {name: one for name, one in step.items() if name != "state"}
    units = ("days", "hours", "minutes")
    full |= {unit: {**_DAYS, "description": full[unit]["description"]} for unit in units}
    once = [{"required": [unit]} for unit in units]
    one = {"type": "object", "oneOf": once, "additionalProperties": False, "properties": full}
    _add_words(one, synonyms.STEP)
    states = {
        "description": "the state of a new row, and each that follows with the days until it",
        "type": "object",
        "minProperties": 2,
        "additionalProperties": {"anyOf": [{"enum": [1, None, True]}, *_DAYS["anyOf"], one]},
    }
    known = {"lifecycle": states, methods.METHOD: {"const": "state"}, **words}
    return _form({"description": "The state of a lifecycle that is said here."}, ["lifecycle"], known)


def _add_words(group: dict[str, Any], others: Mapping[str, str]) -> None:
    """Other words for some of a group's, and no word required that may be said by another one."""
    known: dict[str, Any] = group["properties"]
    for word, meant in others.items():
        if meant in known and word not in known:
            known[word] = {**known[meant], "description": f"the same as {meant}"}
    required: list[str] = group.get("required", [])
    both = {meant: [word for word, one in others.items() if one == meant] for meant in required}
    group["required"] = [meant for meant in required if not both[meant]]
    either = [{"anyOf": [{"required": [one]} for one in (meant, *words)]} for meant, words in both.items() if words]
    if either:
        group["allOf"] = [*group.get("allOf", []), *either]


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
