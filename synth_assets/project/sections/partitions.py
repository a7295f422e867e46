"""``[partitions]``: which datasets Dagster has partitions for."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from synth_assets.model.seed import is_seed
from synth_assets.project.section import Section, distinct

MOST_ROWS = 100_000_000
"""Presets of more rows are no partitions unless the settings say so, and no run makes more unless its config does."""


def seed(value: int) -> int:
    """Refuse a number that is no seed.

    Raises:
        ValueError: it is too long.
    """
    if not is_seed(value):
        raise ValueError(value)
    return value


class Partitions(Section):
    """The seeds and presets of the project's partitions; every preset has each of the seeds.

    Attributes:
        seeds: in the order given.
        presets: of any domain's, one's own too; without any, all but those of more than :data:`MOST_ROWS` rows.
    """

    variables: ClassVar = {"seeds": "SYNTH_SEEDS", "presets": "SYNTH_PRESETS"}

    seeds: Annotated[tuple[Annotated[int, AfterValidator(seed)], ...], AfterValidator(distinct)] = Field(
        (42, 7, 1234), min_length=1, description="one or more whole numbers, each once and of up to 100 digits"
    )
    presets: Annotated[tuple[str, ...], AfterValidator(distinct)] = Field(
        (), min_length=1, description="one or more names of presets, each once", examples=[["small", "medium"]]
    )


SECTION = Partitions
