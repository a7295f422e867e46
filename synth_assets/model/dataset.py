"""A dataset: a domain's parameters, a seed and a point in time. Everything else follows from them."""

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from synth_assets.kernel.keys import StreamKey, derive
from synth_assets.model.groups import Only
from synth_assets.model.params import Params

DEFAULT_AS_OF = date(2026, 1, 1)
MICROSECONDS = 1_000_000

_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,64}")
"""Names of groups that folders and files can be called after anywhere."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """One dataset of a domain: a plain value. Two of them with equal :attr:`identity` have the same values.

    Attributes:
        domain: the domain's name.
        contract: the version of the domain's values, for the manifest.
        params: its volumes and other parameters.
        seed: any whole number.
        as_of: the day at whose start (UTC) the base dataset is looked at.
        label: what stands for the parameters in folder and file names: a preset, or ``custom-<hash>``. Settled by
            whoever makes the dataset; no part of what it is.
        only: the group whose rows alone there are; all of them without. Its rows are those of the whole.
    """

    domain: str
    contract: int
    params: Params
    seed: int
    as_of: date = DEFAULT_AS_OF
    label: str = field(default="")
    only: Only | None = None

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", custom_label(self.parameters))

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """All that the values depend on besides the seed and the domain, as plain JSON values."""
        return {**self.params.as_json(), "as_of": self.as_of.isoformat()}

    @cached_property
    def manifest_parameters(self) -> dict[str, Any]:
        """The same with the seed, and the only group there is: what a manifest says."""
        return {**self.parameters, "seed": self.seed, **self.said_only}

    @property
    def said_only(self) -> dict[str, str]:
        """The only group there is, by the domain's word for one; empty where all are."""
        return {} if self.only is None else {self.only.word: self.only.name}

    def alone(self, only: Only) -> "Dataset":
        """The rows of one group of this dataset, which is called otherwise and has the same values."""
        plain = _PLAIN.fullmatch(only.name)
        name = only.name if plain else hashlib.blake2b(only.name.encode(), digest_size=5).hexdigest()
        return replace(self, label=f"{self.label}-{only.word}-{name}", only=only)

    @property
    def name(self) -> str:
        """What stands for it where its domain is known, e.g. ``small-42``."""
        return f"{self.label}-{self.seed}"

    @property
    def partition(self) -> str:
        """What Dagster calls its partition, e.g. ``small|42``."""
        return f"{self.label}|{self.seed}"

    @cached_property
    def identity(self) -> tuple[str, str, int, Only | None]:
        """Hashable; equal for datasets with equal values."""
        return (self.domain, json.dumps(self.parameters, sort_keys=True), self.seed, self.only)

    @cached_property
    def whole(self) -> "Dataset":
        """The dataset with the rows of all groups: look-up tables that it is computed from serve each of them."""
        return self if self.only is None else replace(self, label="", only=None)

    @property
    def as_of_second(self) -> int:
        """Seconds from 1970-01-01T00:00Z to the start of :attr:`as_of`."""
        return (self.as_of - date(1970, 1, 1)).days * 86_400

    def key(self, entity: str, column: str, purpose: str = "", since: int = 1) -> StreamKey:
        """The key of a column's random bits; volumes and ``as_of`` are not part of it.

        Args:
            entity: the table.
            column: the column, or another name for a stream of bits.
            purpose: tells streams of one column apart.
            since: the contract version in which these values became what they are.
        """
        return derive(since, self.seed, self.domain, entity, column, purpose)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


def custom_label(parameters: dict[str, Any]) -> str:
    """What stands for parameters that no preset has, e.g. ``custom-8e56d75ec7``."""
    text = json.dumps(parameters, sort_keys=True)
    return f"custom-{hashlib.blake2b(text.encode(), digest_size=5).hexdigest()}"
