"""``[changes]``: which change data Dagster keeps."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from synth_assets.errors import UsageError, shortened
from synth_assets.model.change_log import CADENCES
from synth_assets.model.seed import label_and_seed
from synth_assets.project.section import Section, distinct


def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in CADENCES if name in names)


class ChangeSettings(Section):
    """Whose change data, at which cadences, and from when on."""

    datasets: Annotated[tuple[str, ...], AfterValidator(distinct)] = Field(
        ("small-42",), min_length=1, description="one or more datasets PRESET-SEED, each once"
    )
    cadences: Annotated[
        tuple[Literal["day", "hour", "minute"], ...], AfterValidator(distinct), AfterValidator(_in_order)
    ] = Field(("day",), description="some of day, hour and minute, each once", examples=[["day"]])
    # Dagster lists every window: 2,880 minutes are quick, the 467,130 from January to November 2026 are not.
    minute_days: int = Field(2, ge=1, le=3_650, description="a whole number of days from 1 to 3650")


SECTION = ChangeSettings


def preset_and_seed(name: str, presets: Iterable[str]) -> tuple[str, int] | None:
    """What the name of a dataset of change data says, if it begins with one of some presets.

    Example:
        >>> preset_and_seed("small-42", ["small", "medium"])
        ('small', 42)
    """
    found = label_and_seed(name, "-")
    return found if found and found[0] in presets else None


def no_dataset(name: str, domain: str, presets: Iterable[str], where: str = "") -> UsageError:
    """The error about a name that is none of a dataset; ``where`` it stands, if that is known."""
    return UsageError(
        f"{where}dataset {shortened(repr(name))} of change data is no PRESET-SEED;"
        f" {domain} has the presets {', '.join(presets)}.\n"
        "  Correct it in datasets in [changes] of synth.toml. For example: small-42"
    )
