"""``SynthChanges``: the change data of a domain."""

from collections.abc import Sequence
from typing import Annotated, Literal

import dagster as dg
from pydantic import BaseModel, Field

from synth_assets.components.instance import Instance, told_by, write_component
from synth_assets.orchestration.changes import change_definitions


class SynthChangesParams(BaseModel):
    """What ``dg scaffold defs`` may be told."""

    domain: str = Field("bronze", description="A domain's name, or the path of a dataset's file.")


class SynthChangesScaffolder(dg.Scaffolder[SynthChangesParams]):
    """Writes the component's file."""

    @classmethod
    def get_scaffold_params(cls) -> type[SynthChangesParams]:
        """Its parameters."""
        return SynthChangesParams

    def scaffold(self, request: dg.ScaffoldRequest[SynthChangesParams]) -> None:
        """Write it."""
        said = {"domain": request.params.domain, "datasets": ["small-42"], "cadences": ["day"]}
        write_component(request, said)


@dg.scaffold_with(SynthChangesScaffolder)
class SynthChanges(Instance):
    """Batches of changes of a domain's tables, and tables that take them in, each exactly once, with the proof."""

    datasets: Annotated[
        Sequence[str] | None, Field(description="Whose changes: PRESET-SEED each; small-42 without.")
    ] = None
    cadences: Annotated[
        Sequence[Literal["day", "hour", "minute"]] | None, Field(description="How long a batch is; a day without.")
    ] = None

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """The definitions of the domain's change data.

        Raises:
            Refused: something isn't there or isn't allowed.
        """
        said = {
            "datasets": ("SYNTH_CHANGES__DATASETS", self.datasets or ()),
            "cadences": ("SYNTH_CHANGES__CADENCES", self.cadences or ()),
        }
        with told_by(context):
            domain, site = self.found(context, "changes_io_manager", said)
            definitions = change_definitions(domain, site)
        return dg.Definitions.merge(definitions, dg.Definitions(resources=site.resources))
