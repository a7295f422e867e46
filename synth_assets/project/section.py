"""What a section of ``synth.toml`` is."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Base of all sections: a field is a setting, with a description of what it may be and an example.

    Attributes:
        variables: what environment variables are called that aren't ``SYNTH_<SECTION>__<FIELD>``, by field.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    variables: ClassVar[Mapping[str, str]] = {}


def distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a list that has something twice.

    Raises:
        ValueError: it has.
    """
    if len(set(values)) < len(values):
        raise ValueError(values)
    return values
