"""The types of a model's fields, without what is wrapped around them."""

import types
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Peeled = tuple[Any, tuple[Any, ...]]
"""A type, and the bounds and other marks that were around it."""


def peeled(annotation: Any) -> Peeled:
    """A type without ``Annotated``, aliases and ``| None``."""
    marks: tuple[Any, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks += tuple(one for mark in more for one in _unfolded(mark))
        elif hasattr(annotation, "__value__"):  # `type X = …`, of Python 3.12
            annotation = annotation.__value__
        elif len(inner := members(annotation)) == 1:
            annotation = inner[0]
        else:
            return annotation, marks


def members(annotation: Any) -> tuple[Any, ...]:
    """The types of a union, without ``None``; none if it is no union."""
    if get_origin(annotation) not in {Union, types.UnionType}:
        return ()
    return tuple(member for member in get_args(annotation) if member is not types.NoneType)


def item_type(kind: Any) -> tuple[Any] | None:
    """The type of the items of a list, tuple or set, ``None`` if it is none of those."""
    origin = get_origin(kind) or kind
    if (
        not isinstance(origin, type)
        or not issubclass(origin, Sequence | AbstractSet)
        or issubclass(origin, str | bytes)
    ):
        return None
    return (next(iter(get_args(kind)), Any),)


def value_type(kind: Any) -> tuple[Any] | None:
    """The type of the values of a mapping, ``None`` if it is none."""
    if not _derives(kind, Mapping):
        return None
    return ((*get_args(kind), Any, Any)[1],)


def is_model(kind: Any) -> bool:
    """Whether a type is a model."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def choices(kind: Any) -> list[Any] | None:
    """What an enumeration has, as JSON has it."""
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    return None


def _derives(kind: Any, *bases: type) -> bool:
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, bases)


def _unfolded(mark: Any) -> Sequence[Any]:
    return mark.metadata if isinstance(mark, FieldInfo) else [mark]
