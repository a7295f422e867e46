"""One asset per entity: its key is ``[domain, entity]``, its dependencies are its foreign keys."""

from collections.abc import Sequence

import dagster as dg

from synth_assets.documents.markdown_text import as_markdown, code_span
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.orchestration.io_manager import DEFAULT_FORMATS
from synth_assets.orchestration.metadata import definition_metadata
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.orchestration.site import Site
from synth_assets.usecases import formats
from synth_assets.usecases.generated import Generated
from synth_assets.usecases.pages.told import facts, happens

OWNERS = ["team:synth_assets"]
_KINDS = 3
"""As many as Dagster shows on an asset."""


def domain_assets(domain: Domain, site: Site, partitions: DatasetPartitions) -> list[dg.AssetsDefinition]:
    """The assets of a domain, each after those it refers to."""
    return [_asset(domain, entity, site, partitions) for entity in domain.entities.values()]


def _asset(domain: Domain, entity: type[Entity], site: Site, partitions: DatasetPartitions) -> dg.AssetsDefinition:
    table, stored = entity.table(), site.formats or DEFAULT_FORMATS

    @dg.asset(
        key=[table.domain, table.name],
        deps=[dg.AssetKey([table.domain, parent]) for parent in domain.parents[table.name]],
        partitions_def=partitions,
        group_name=table.domain,
        io_manager_key=site.io_manager,
        code_version=str(domain.contract),
        description=_description(entity),
        metadata=definition_metadata(domain, entity),
        kinds=_kinds(stored),
        owners=OWNERS,
        tags={"synth/domain": table.domain, "synth/shape": entity.about.shape.name, "dagster/storage_kind": stored[0]},
        pool=writers_pool(table.domain) if any(one not in formats.files() for one in stored) else None,
    )
    def generated(context: dg.AssetExecutionContext) -> Generated:
        # Parents are recomputed where they are needed, never loaded: the dependencies carry no data.
        return Generated(domain, site.project.partition(table.domain, context.partition_key), table.name)

    return generated


def _kinds(stored: Sequence[str]) -> set[str]:
    """Polars, and the formats in which assets are usually stored, as far as Dagster has pictures of them."""
    return {"polars", *formats.dagster_kinds(stored)[: _KINDS - 1]}


def writers_pool(domain: str, what: str = "tables") -> str:
    """The pool of the steps that write to one database, for who wants one of them at a time."""
    return f"{domain}/{what}"


def _description(entity: type[Entity]) -> str:
    table = entity.table()
    lines = [as_markdown(table.doc), "", f"One row is {as_markdown(table.grain)}. {facts(entity)}", ""]
    lines += [
        f"- {code_span(column)} refers to {code_span(parent)}"
        for column, parent in ((str(one), one.table) for one in table.all_references)
    ]
    if table.rules:
        lines += ["", "What always holds:", *(f"- {as_markdown(rule.doc)}" for rule in table.rules)]
    if told := happens(entity):
        lines += ["", "In time:", *(f"- {one}" for one in told)]
    return "\n".join(lines)
