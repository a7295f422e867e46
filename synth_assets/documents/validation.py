"""A document and a model → an instance of the model, or all that is wrong."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from synth_assets.documents import annotations
from synth_assets.documents.document import Document, has
from synth_assets.documents.places import Path
from synth_assets.documents.problems import Problem, Teller, Wording
from synth_assets.documents.words import allowed, example

Model = TypeVar("Model", bound=BaseModel)

_NO_GROUP = {"model_type", "model_attributes_type", "dict_type", "dataclass_type"}
_PLAIN = Wording()
_MOST_TOLD = 100
_KEY = "[key]"
"""What pydantic calls a mapping's name as a step of a location."""


def validated(document: Document, model: type[Model], wording: Wording = _PLAIN) -> Model:
    r"""The document as an instance of a model.

    Values are read as those of JSON are: a strict model takes a list for a tuple, text for a day, a decimal or a
    member of an enumeration, and nothing that isn't written as what it is.

    Args:
        document: the values.
        model: fields with a description of what is allowed and an example, from which messages are made. Fields
            without are described by their types.
        wording: how messages call things.

    Raises:
        UsageError: the first of :func:`problems`.

    Example:
        >>> validated(parse("[partitions]\nseeds = [1, 2]", "synth.toml").at("partitions"), Partitions).seeds
        (1, 2)
    """
    found = checked(document, model, wording)
    if isinstance(found, list):
        raise found[0].error()
    return found


def problems(document: Document, model: type[BaseModel], wording: Wording = _PLAIN) -> list[Problem]:
    """What is wrong, hundreds of it at most: names first (a misspelt one makes others look missing), each in order."""
    found = checked(document, model, wording)
    return found if isinstance(found, list) else []


def checked(document: Document, model: type[Model], wording: Wording = _PLAIN) -> Model | list[Problem]:
    """The document as an instance of a model, as :func:`validated` makes it, or its :func:`problems`."""
    try:
        return model.model_validate_json(json.dumps(document.values))
    except ValidationError as error:
        teller = Teller(document, wording)
        every = error.errors(include_url=False)
        errors = [(one, _locate(one["loc"], document.values, model)) for one in _some(every)]
        told = [_problem(one, found, document, teller) for one, found in errors if found]
        told = told or [teller.contradiction((), every[0]["msg"])]
    return sorted({one.text: one for one in told}.values(), key=_order)


def _some(errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The first unknown names and the first of the rest: nobody reads thousands."""
    for is_name in (True, False):
        yield from islice((one for one in errors if (one["type"] == "extra_forbidden") is is_name), _MOST_TOLD)


def _order(problem: Problem) -> tuple[bool, int, int]:
    place = problem.place
    return (problem.kind != "unknown", place.line if place else 0, place.column if place else 0)


@dataclass
class _Found:
    """What an error's location leads to.

    Attributes:
        path: of the value.
        group: the model whose field it is in.
        field: the innermost field around it, and its path.
        kind: the type that the value should have.
        is_name: whether its name is meant, not the value.
    """

    path: Path
    group: type[BaseModel]
    field: FieldInfo | None
    field_path: Path
    kind: Any
    is_name: bool = False


def _problem(error: ErrorDetails, found: _Found, document: Document, teller: Teller) -> Problem:
    kind, path = error["type"], found.path
    # Of several models none is meant: what it lacks, or has beyond them, says nothing.
    is_none = len(annotations.members(found.kind)) > 1 and found.field is not None
    if kind == "extra_forbidden" and not is_none:
        return teller.unknown(path, _names(found.group))
    if kind in _NO_GROUP and _is_group(found.kind):
        return teller.no_group(path, _names(found.kind) if annotations.is_model(found.kind) else [])
    if kind.startswith("union_tag"):
        return _no_tag(error, found, document, teller)
    if found.field is None or (annotations.is_model(found.kind) and kind == "value_error"):
        return teller.contradiction(path, str(error.get("ctx", {}).get("error", error["msg"])))
    described = "" if teller.by_type else found.field.description
    words, good = described or allowed(found.field), example(found.field)
    if kind == "missing" and not is_none:
        return teller.missing(path, words, good)
    tell = teller.misnamed if found.is_name else teller.not_allowed
    return tell(path, found.field_path, words, good)


def _no_tag(error: ErrorDetails, found: _Found, document: Document, teller: Teller) -> Problem:
    """One of several models should stand here, but which of them isn't said, or isn't one of them."""
    name = error.get("ctx", {})["discriminator"].strip("'")
    path = (*found.path, name)
    tags = [tag for member in annotations.members(found.kind) for tag in _tags(member)]
    value = document.value(path)
    if value is None:
        return teller.missing(path, f"one of {', '.join(tags)}", next(iter(tags), None))
    return teller.no_choice(path, name, value, tags)


def _locate(loc: Sequence[str | int], value: Any, model: type[BaseModel]) -> _Found | None:
    """Follow an error's location: names and positions, and between them pydantic's labels of a union's members.

    Returns:
        ``None`` for an error about a member of a union that the value wasn't meant to be.
    """
    found = _Found((), model, None, (), model)
    steps = iter(loc)
    while True:
        found.kind = annotations.peeled(found.kind)[0]
        step = next(steps, None)
        if step is None:
            return found
        if step == _KEY:
            found.is_name = True
            return found
        if annotations.members(found.kind):
            member = _member(found.kind, step, value)
            if member is None:
                return None if _meant(found.kind, value) else found
            found.kind = member
            continue
        if not _step(found, step):
            return found
        value = value[step] if has(value, step) else None


def _step(found: _Found, step: str | int) -> bool:
    """Go to what a name or position leads to; whether there is such a thing."""
    inner = annotations.item_type(found.kind) or annotations.value_type(found.kind)
    if annotations.is_model(found.kind):
        found.group = found.kind
        field = _fields(found.kind).get(str(step))
        found.kind = field.annotation if field else Any
        found.field, found.field_path = field, (*found.path, step)
    elif inner:
        found.kind = inner[0]
    else:
        return False
    found.path = (*found.path, step)
    return True


def _member(union: Any, label: str | int, value: Any) -> Any:
    """The member of a union that a label stands for, if the value can only be meant to be that."""
    for member in annotations.members(union):
        kind, _ = annotations.peeled(member)
        name = getattr(kind, "__name__", " ")
        # A model with validators of its own is labelled with their names around its own.
        is_label = label == name or (isinstance(label, str) and label.endswith(f", {name}]"))
        if label in _tags(member) or (is_label and kind is _meant(union, value)):
            return kind
    return None


def _meant(union: Any, value: Any) -> Any:
    """The only model of a union, or the only one that a name is a must in, for a value that is a group."""
    kinds = (annotations.peeled(member)[0] for member in annotations.members(union))
    models = [kind for kind in kinds if annotations.is_model(kind)]
    if not isinstance(value, dict) or len(models) == 1:
        return models[0] if isinstance(value, dict) else None
    musts = [{name for name, field in _fields(model).items() if field.is_required()} for model in models]
    named = [model for model, must in zip(models, musts, strict=True) if must & value.keys()]
    return named[0] if len(named) == 1 else None


def _tags(member: Any) -> list[str]:
    """The texts by which a discriminated union knows a model: those that one of its fields may only have."""
    kind, _ = annotations.peeled(member)
    if not annotations.is_model(kind):
        return []
    literals = (field.annotation for field in kind.model_fields.values() if get_origin(field.annotation) is Literal)
    return [str(value) for literal in literals for value in get_args(literal)]


def _is_group(kind: Any) -> bool:
    """Whether only names with values can stand for a type: a model, one of several, or a mapping."""
    kinds = [annotations.peeled(member)[0] for member in annotations.members(kind)] or [kind]
    return all(annotations.is_model(one) or annotations.value_type(one) for one in kinds)


def _names(model: type[BaseModel]) -> list[str]:
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields by the names that are written."""
    return {_written(name, field): field for name, field in model.model_fields.items()}


def _written(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias or field.alias
    return alias if isinstance(alias, str) else name
