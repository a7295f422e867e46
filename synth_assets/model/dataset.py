"""A dataset: a domain's parameters, a seed and a point in time. Everything else follows from them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from synth_assets.kernel.keys import Key, derive

if TYPE_CHECKING:
    from synth_assets.model.domain import Domain, Params

DEFAULT_AS_OF = date(2026, 1, 1)
MICROSECONDS = 1_000_000


@dataclass(frozen=True, eq=False)
class Dataset:
    """One dataset of a domain. Two of them with equal :attr:`identity` have the same values.

    Attributes:
        domain: the domain.
        params: its volumes and other parameters.
        seed: any whole number.
        as_of: the day at whose start (UTC) the base dataset is looked at.
    """

    domain: "Domain"
    params: "Params"
    seed: int
    as_of: date = DEFAULT_AS_OF

    @cached_property
    def preset(self) -> str | None:
        """The preset whose parameters these are, or ``None`` for custom ones."""
        if self.as_of != DEFAULT_AS_OF:
            return None
        return next((name for name, params in self.domain.presets.items() if params == self.params), None)

    @cached_property
    def label(self) -> str:
        """What stands for the parameters in folder and file names: the preset, or ``custom-<hash>``."""
        if self.preset is not None:
            return self.preset
        text = json.dumps(self.parameters, sort_keys=True)
        return f"custom-{hashlib.blake2b(text.encode(), digest_size=5).hexdigest()}"

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """All that the values depend on besides the seed and the domain, as plain JSON values."""
        return {**self.params.model_dump(mode="json"), "as_of": self.as_of.isoformat()}

    @cached_property
    def identity(self) -> tuple[object, ...]:
        """Hashable; equal for datasets with equal values."""
        return (self.domain.name, tuple(sorted(self.parameters.items())), self.seed)

    @property
    def as_of_second(self) -> int:
        """Seconds from 1970-01-01T00:00Z to the start of :attr:`as_of`."""
        return (self.as_of - date(1970, 1, 1)).days * 86_400

    def key(self, entity: str, column: str, purpose: str = "") -> Key:
        """The key of a column's random bits; volumes and ``as_of`` are not part of it."""
        return derive(self.domain.contract, self.seed, self.domain.name, entity, column, purpose)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)
