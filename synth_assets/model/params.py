"""Parameters of a domain: volumes and whatever else its values depend on, each with a description and bounds."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

_LISTED = """
    answer_key api_key api_key_header api_keys api_url as as_fast_as_possible as_of at base base_as batch_size
    batches cadence candidate changes chunk_size columns compress compression concurrency dry_run duration endpoint
    engine envelope format from_snapshot help identity json keep layout limit load measure no_base offset output
    output_dir overwrite pace partition preset quiet rate records replica_identity restart resume retries rows schema
    seed stragglers timeout to upload verbose workers
"""
RESERVED = frozenset(_LISTED.split())
"""What no parameter is called: options of commands, which say which dataset it is, or what becomes of it."""


class Maker(Protocol):
    """Finds a parameters' class in any process; can be pickled."""

    @property
    def path(self) -> str:
        """The file that declares it, absolute, if people name it by its path; else empty."""
        ...

    @property
    def typed(self) -> str:
        """The same path as it was typed."""
        ...

    @property
    def fingerprint(self) -> str:
        """Of what is declared there: the SHA-256 of its meaning, 64 hexadecimal digits."""
        ...

    def params(self) -> "type[Params]":
        """The class."""
        ...


class Params(BaseModel):
    """Base of every domain's parameters; nothing is coerced.

    A field may be a whole number, a number, text, a boolean, a day or one of some words. Its description and bounds are
    all that front ends know of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, protected_namespaces=())

    other_names: ClassVar[Mapping[str, str]] = {}
    """Names that parameters have elsewhere, accepted in settings: other name → parameter."""

    made_by: ClassVar["Maker | None"] = None
    """For a class that no module holds, because it was declared: finds it in another process."""

    def contradiction(self) -> str | None:
        """What makes these values impossible together, as a message, or ``None``."""
        return None

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values: what manifests say, and what another process makes the same parameters from."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Params":
        """The inverse of :meth:`as_json`.

        Raises:
            ValidationError: something that isn't allowed.
        """
        return cls.model_validate_json(json.dumps(dict(values)))

    def __reduce__(self) -> Any:
        """By name where there is one, else by what finds the class."""
        if self.made_by is None:
            return super().__reduce__()
        return _made, (self.made_by, self.as_json())


def _made(made_by: Maker, values: Mapping[str, Any]) -> Params:
    return made_by.params().from_json(values)
