"""``SynthDataset``: the tables of a domain."""

from collections.abc import Collection, Sequence
from typing import Annotated

import dagster as dg
from pydantic import BaseModel, Field

from synth_assets.components.instance import Instance, told_by, write_component
from synth_assets.errors import unknown
from synth_assets.orchestration.build import of_domain
from synth_assets.project.dataset_files import is_file_name
from synth_assets.usecases.formats import names

_STARTER = """\
# A dataset of your own. The language: docs/own-dataset.md of synth-assets; see what was understood: synth spec show
dataset: {name}
doc: Customers and what they order.
parameters:
  customers: {{default: 1000, minimum: 1, doc: rows of customers}}
presets: {{small: {{}}, large: {{customers: 100000}}}}
default_preset: small

entities:
  customers:
    doc: Customers.
    grain: one customer
    rows: customers
    columns:
      customer_id: key
      name: person.full_name
      city: {{choices: [Bern, Graz, Linz, Ulm]}}
  orders:
    doc: Orders of customers.
    grain: one order
    lines_of: customers
    per_parent: {{1: 60, 2: 30, 5: 10}}
    columns:
      order_id: key
      customer_id: {{of_parent: "", references: customers}}
      amount: {{decimals: "5.00", high: "250.00", type: "decimal(10,2)"}}
"""


class SynthDatasetParams(BaseModel):
    """What ``dg scaffold defs`` may be told."""

    domain: str = Field("bronze", description="A domain's name, or the name of a dataset's file to begin with.")


class SynthDatasetScaffolder(dg.Scaffolder[SynthDatasetParams]):
    """Writes the component's file, and a small dataset to begin with if one's own is asked for."""

    @classmethod
    def get_scaffold_params(cls) -> type[SynthDatasetParams]:
        """Its parameters."""
        return SynthDatasetParams

    def scaffold(self, request: dg.ScaffoldRequest[SynthDatasetParams]) -> None:
        """Write both."""
        domain = request.params.domain
        if is_file_name(domain) and not (file := request.target_path / domain).exists():
            name = "".join(letter if letter.isalnum() else "_" for letter in file.stem.lower())
            file.write_text(_STARTER.format(name=name), encoding="utf-8")
        write_component(request, {"domain": domain, "presets": ["small"], "seeds": [42]})


@dg.scaffold_with(SynthDatasetScaffolder)
class SynthDataset(Instance):
    """Reproducible synthetic tables: an asset each, with checks, jobs and a daily check of what is stored."""

    presets: Annotated[
        Sequence[str] | None, Field(description="The sizes that there are partitions for; the project's without.")
    ] = None
    seeds: Annotated[
        Sequence[int] | None, Field(description="The seeds that there are partitions for; 42, 7 and 1234 without.")
    ] = None
    formats: Annotated[
        Sequence[str] | None, Field(description="What tables are stored as; parquet, csv and duckdb without.")
    ] = None
    compression: Annotated[str | None, Field(description="Of the files; that of each format without.")] = None

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """The domain's definitions.

        Raises:
            Refused: something isn't there or isn't allowed.
        """
        said = {
            "presets": ("SYNTH_PRESETS", self.presets or ()),
            "seeds": ("SYNTH_SEEDS", self.seeds or ()),
            "compression": ("SYNTH_FILES__COMPRESSION", [self.compression] if self.compression else ()),
        }
        with told_by(context):
            domain, site = self.found(context, "io_manager", said)
            _check("presets: preset", self.presets or (), domain.presets)
            _check("formats: format", self.formats or (), names())
        site = site.storing(self.formats or ())
        return dg.Definitions.merge(of_domain(domain, site), dg.Definitions(resources=site.resources))


def _check(what: str, said: Sequence[str], known: Collection[str]) -> None:
    """Look whether there are all of what a component names.

    Raises:
        UsageError: there is one that isn't.
    """
    for one in said:
        if one not in known:
            raise unknown(what, one, known, "Correct it there.")
