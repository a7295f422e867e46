"""``[files]``: how part files are written unless somebody says otherwise."""

from typing import Annotated

from pydantic import AfterValidator, Field

from synth_assets.project.section import Section
from synth_assets.sinks.compressions import CODECS


def _known(name: str | None) -> str | None:
    if name is not None and name not in CODECS:
        raise ValueError(name)
    return name


class FileSettings(Section):
    """What flags, arguments and Dagster's config override, and what overrides a domain's own delivery."""

    compression: Annotated[str | None, AfterValidator(_known)] = Field(
        default=None, description=f"one of {', '.join(CODECS)} that every file format of a run has", examples=["zstd"]
    )
    chunk_size: int | None = Field(
        default=None, ge=1, description="a whole number of rows from 1", examples=[1_000_000]
    )


SECTION = FileSettings
