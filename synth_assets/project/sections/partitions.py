"""``[partitions]``: which datasets Dagster has partitions for."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from synth_assets.project.section import Section, distinct


class Partitions(Section):
    """The seeds of the project's partitions, in the order given; every preset has each of them."""

    variables: ClassVar = {"seeds": "SYNTH_SEEDS"}

    seeds: Annotated[tuple[int, ...], AfterValidator(distinct)] = Field(
        (42, 7, 1234), min_length=1, description="one or more whole numbers, each once"
    )


SECTION = Partitions
