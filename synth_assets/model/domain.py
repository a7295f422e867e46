"""A domain: a set of entities that belong together, their parameters and presets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from synth_assets.errors import UsageError, unknown
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset

if TYPE_CHECKING:
    from synth_assets.model.entity import Entity

EARLIEST_AS_OF = date(1990, 1, 1)
LATEST_AS_OF = date(2199, 12, 31)
"""Beyond these, some times of a dataset would leave what every format can hold."""


class Params(BaseModel):
    """Base of every domain's parameters: whole numbers with a description and bounds, nothing coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    other_names: ClassVar[Mapping[str, str]] = {}
    """Names that parameters have elsewhere, accepted in settings: other name → parameter."""

    def contradiction(self) -> str | None:
        """What makes these values impossible together, as a message, or ``None``."""
        return None


@dataclass(frozen=True, eq=False)
class Domain:
    """A domain of entities.

    Attributes:
        name: its name, also the schema in databases and the asset group.
        doc: one paragraph for ``synth describe``.
        contract: version of its data; raised whenever a value changes.
        params: the parameters' class.
        presets: named parameter sets, smallest first.
        default_preset: what the command line takes without ``--preset``.
        entities: name → entity, each after those it refers to.
    """

    name: str
    doc: str
    contract: int
    params: type[Params]
    presets: Mapping[str, Params]
    default_preset: str
    entities: Mapping[str, "type[Entity]"]

    def entity(self, name: str) -> "type[Entity]":
        """The entity called ``name``.

        Raises:
            UsageError: there is none; close matches are suggested.
        """
        try:
            return self.entities[name]
        except KeyError:
            raise unknown(f"{self.name}: entity", name, self.entities, "List them with: synth list") from None

    def with_presets(self, own: Mapping[str, Params]) -> "Domain":
        """The same domain with a project's own presets after its built-in ones."""
        return replace(self, presets={**self.presets, **own})

    def dataset(
        self,
        preset: str | None = None,
        seed: int = 42,
        as_of: date = DEFAULT_AS_OF,
        volumes: Mapping[str, Any] | None = None,
    ) -> Dataset:
        """Make a dataset from a preset and volumes that override it.

        Args:
            preset: a name in :attr:`presets`; ``None`` for :attr:`default_preset`.
            seed: any whole number.
            as_of: the day at whose start the base dataset is looked at.
            volumes: parameter name → whole number ≥ 0.

        Raises:
            UsageError: an unknown preset or parameter, or a value or day that isn't allowed.
        """
        name = self.default_preset if preset is None else preset
        if name not in self.presets:
            raise unknown(f"{self.name}: preset", name, self.presets, f"See them with: synth describe {self.name}")
        if isinstance(seed, bool) or not isinstance(seed, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            msg = f"{self.name}: seed={seed!r} is not allowed; a seed is a whole number.\n  Set it with --seed 42"
            raise UsageError(msg)
        if not EARLIEST_AS_OF <= as_of <= LATEST_AS_OF:
            msg = f"{self.name}: as_of={as_of} is not allowed; it is a day from {EARLIEST_AS_OF} to {LATEST_AS_OF}."
            raise UsageError(f"{msg}\n  Set it with --as-of {DEFAULT_AS_OF}")
        values = {**self.presets[name].model_dump(), **(volumes or {})}
        params = self._validated(values)
        if problem := params.contradiction():
            msg = f"{self.name}: {problem}"
            raise UsageError(msg)
        return Dataset(self, params, seed, as_of)

    def _validated(self, values: Mapping[str, Any]) -> Params:
        fields = self.params.model_fields
        for name in values:
            if name not in fields:
                raise unknown(f"{self.name}: parameter", name, fields, f"See them with: synth describe {self.name}")
        try:
            return self.params.model_validate(dict(values))
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise UsageError(self._refusal(name, values[name])) from None

    def allowed(self, name: str) -> str:
        """What a parameter may be, in words.

        Example:
            >>> catalog.load("bronze").allowed("days")
            'a whole number from 1 to 3,650'
        """
        field = self.params.model_json_schema()["properties"][name]
        low, high = field.get("minimum", 0), field.get("maximum")
        return f"a whole number {f'from {low:,} to {high:,}' if high is not None else f'>= {low:,}'}"

    def _refusal(self, name: str, value: object) -> str:
        flag = "--" + name.replace("_", "-")
        good = getattr(self.presets[self.default_preset], name)
        return (
            f"{self.name}: {name}={value} is not allowed; it is {self.allowed(name)}.\n"
            f"  Set it with {flag} {good} or SYNTH_{self.name.upper()}__{name.upper()}={good}."
        )
