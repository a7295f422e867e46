"""Generators within generators."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, WithJsonSchema

from synth_assets.columns.basis import catalog
from synth_assets.columns.basis.arguments import InnerError, tried
from synth_assets.columns.basis.generator import Generator, Needs
from synth_assets.columns.basis.spelling import spelt_out
from synth_assets.errors import UsageError
from synth_assets.model.arrivals import Arrivals
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType


def made_within(said: Mapping[str, Any]) -> Generator:
    """The generator that a dictionary names, as an argument of another one.

    Raises:
        InnerError: all that is wrong with it.
    """
    try:
        values = dict(said)
        name = values.pop(catalog.METHOD, None)
        if name not in catalog.names():
            return catalog.made(said)  # which refuses it
        made = tried(catalog.load(name), values)
    except UsageError as error:
        raise InnerError(str(error)) from None
    if isinstance(made, list):
        raise InnerError(*((error.path, str(error)) for error in made))
    return made


def within_spelt_out(value: Any) -> Any:
    """A method in its full form; one that names its method is in it already, as a declaration's are."""
    return value if isinstance(value, Mapping) and catalog.METHOD in value else spelt_out(value)


def _made(value: Any) -> Any:
    if isinstance(value, Generator):
        return value
    full = within_spelt_out(value)
    return made_within(cast("Mapping[str, Any]", full)) if isinstance(full, Mapping) else value


class Around(Generator):
    """Base of generators that go around another one, and have what it has unless they say otherwise."""

    @property
    def within(self) -> Generator:
        """The other one."""
        raise NotImplementedError

    @property
    def moves(self) -> bool:
        """If the other method does."""
        return self.within.moves

    @property
    def comes(self) -> bool:
        """If the other method's cells do."""
        return self.within.comes

    def arrivals(self, entity: type[Entity], name: str) -> Arrivals | None:
        return self.within.arrivals(entity, name)

    @property
    def default_type(self) -> ColumnType | None:
        """That of the other method."""
        return self.within.default_type

    @property
    def gives_missing(self) -> bool:
        """If the other method does."""
        return self.within.gives_missing

    @property
    def is_unique(self) -> bool:
        """If the other method's cells are."""
        return self.within.is_unique

    def tells_apart_in(self, entity: type[Entity]) -> bool:
        return self.within.tells_apart_in(entity)

    def capacity(self, column: Column) -> int | None:
        return self.within.capacity(column)

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        return self.within.variety(entity, name, dataset)

    def check_dataset(self, entity: type[Entity], name: str, dataset: Dataset, *, any_seed: bool = False) -> None:
        self.within.check_dataset(entity, name, dataset, any_seed=any_seed)

    def needs(self) -> Needs:
        return self.within.needs()

    def followed(self, entity: type[Entity]) -> list[tuple[type[Entity], str]]:
        return self.within.followed(entity)

    def inside(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return self.within.inside()


A_METHOD = {"type": "object", "required": [catalog.METHOD], "properties": {catalog.METHOD: {"type": "string"}}}
"""The JSON Schema of a method within another one; in that of the whole language it is what a column is."""

AnyGenerator = Annotated[
    InstanceOf[Generator],
    BeforeValidator(_made),
    PlainSerializer(lambda one: one.as_json(), when_used="always"),
    WithJsonSchema(A_METHOD),
]
"""A generator, or whatever declares one."""
