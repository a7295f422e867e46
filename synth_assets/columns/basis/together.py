"""Columns whose cells agree because they are drawn at once: they change in time together, or not at all."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from synth_assets.columns.basis.generator import LIST, Drawn, Generator
from synth_assets.columns.basis.nested import Around
from synth_assets.model.entity import Entity


class _Draw(NamedTuple):
    """A method that makes a column's cells, or something in them.

    Attributes:
        of: the method.
        column: what its random bits are called after, unless it says so itself.
        event: the fate with which it draws anew; empty if it doesn't.
    """

    of: Generator
    column: str
    event: str


def left_behind(entity: type[Entity], name: str, generator: Generator) -> list[str]:
    """The columns of a table that would no longer agree with one that changes, since they don't change with it.

    Args:
        entity: the table, or parts of cells beside its columns.
        name: the column's, or the part's.
        generator: what makes its cells, which are drawn anew with events.
    """
    changing = [one for one in _draws(generator, name) if one.event]
    around = entity.way_to(name).replace("[]", "").split(".")  # a struct isn't left behind by its own fields
    return [
        other
        for other, declared in entity.declared().items()
        if other != name
        and other not in around
        and isinstance(declared.generator, Generator)
        and any(_disagree(one, two) for two in _draws(declared.generator, other) for one in changing)
    ]


def _disagree(changing: _Draw, other: _Draw) -> bool:
    """Whether something is drawn at once with what changes, and stays."""
    at_once = changing.of.leaves_behind(other.of) or _stream(changing) == _stream(other)
    return at_once and other.event != changing.event


def _stream(draw: _Draw) -> object:
    """The random bits that a method draws: two columns of one stream agree; which cells are missing is drawn apart."""
    if not isinstance(draw.of, Drawn):
        return draw
    return draw.of.stream or draw.column, draw.of.purpose, isinstance(draw.of, Around)


def _draws(generator: Generator, name: str, event: str = "") -> Iterator[_Draw]:
    """A method and those within it that draw for the same row; entries of a list are drawn by their places."""
    event = generator.event or event
    yield _Draw(generator, name, event)
    if generator.fills == (LIST,):
        return
    for place, one in enumerate(_within(generator)):
        yield from _draws(one, name if isinstance(generator, Around) else f"{name}.{place}", event)


def _within(value: Any) -> Iterator[Generator]:
    """The methods that a method has as arguments, at whatever place."""
    if isinstance(value, tuple):
        found = list[Any](value)
    else:
        found = [getattr(value, one) for one in type(value).model_fields] if isinstance(value, BaseModel) else []
    for one in found:
        if isinstance(one, Generator):
            yield one
        else:
            yield from _within(one)
