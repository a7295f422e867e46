"""``[postgres]``: what Dagster loads into PostgreSQL, and lets live there; where, says ``SYNTH_PG_URL``: passwords."""

from typing import Annotated

from pydantic import AfterValidator, Field

from synth_assets.project.section import Section, distinct


class PostgresSettings(Section):
    """Whose tables are assets in PostgreSQL, too; without a word there are none."""

    domains: Annotated[tuple[str, ...], AfterValidator(distinct)] = Field(
        (), description="names of domains, each once", examples=[["bronze"]]
    )
    living: Annotated[tuple[str, ...], AfterValidator(distinct)] = Field(
        (), description="names of domains whose change data is applied there, each once", examples=[["bronze"]]
    )


SECTION = PostgresSettings
