"""``[partitions]``: which datasets Dagster has partitions for."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from synth_assets.model.seed import is_seed
from synth_assets.project.section import Section, distinct


def seed(value: int) -> int:
    """Refuse a number that is no seed.

    Raises:
        ValueError: it is too long.
    """
    if not is_seed(value):
        raise ValueError(value)
    return value


class Partitions(Section):
    """The seeds of the project's partitions, in the order given; every preset has each of them."""

    variables: ClassVar = {"seeds": "SYNTH_SEEDS"}

    seeds: Annotated[tuple[Annotated[int, AfterValidator(seed)], ...], AfterValidator(distinct)] = Field(
        (42, 7, 1234), min_length=1, description="one or more whole numbers, each once and of up to 100 digits"
    )


SECTION = Partitions
