"""Somebody's own assets in a tiny project: made of functions, materialised in this process."""

import dagster as dg
import polars as pl

from synth_assets.orchestration.io_manager import SynthIOManager
from synth_assets.orchestration.partitions import DatasetPartitions


def asset(project, value, key="own_table", **options):
    """An asset of the project's partitions that returns a value, or what a function of its inputs does."""
    function = value if callable(value) else lambda: value
    given = {"partitions_def": DatasetPartitions("bronze", project.known), "io_manager_key": "synth_io_manager"}
    return dg.asset(key=key, **{**given, **options})(function)


def run(project, *assets, partition="tiny|42", select=None, **options):
    """Materialise own assets, all of them by default; the result, failed or not."""
    job = dg.define_asset_job("own_job", selection=dg.AssetSelection.assets(*assets))
    resources = {"synth_io_manager": SynthIOManager(project=str(project.folder))}
    definitions = dg.Definitions(assets=list(assets), jobs=[job], resources=resources)
    return project.run("own_job", assets=select, partition=partition, definitions=definitions, **options)


def failure(result):
    """What Dagster says of the step that failed."""
    (event,) = [event for event in result.all_events if event.is_step_failure]
    data = event.step_failure_data
    return data.user_failure_data.description if data.user_failure_data else str(data.error)


def read(project, upstream, annotation=pl.DataFrame, partition="tiny|42", **options):
    """What a downstream asset gets of an asset of the project, by the annotation of its input."""
    seen = []

    def look(given):
        seen.append(given)
        return pl.DataFrame({"seen": [1]})

    if annotation is not None:
        look.__annotations__["given"] = annotation
    ins = {"given": dg.AssetIn(upstream.key, partition_mapping=options.pop("mapping", None))}
    downstream = asset(project, look, key="downstream", ins=ins, **options.pop("definition", {}))
    result = run(project, upstream, downstream, partition=partition, select=["downstream"], **options)
    assert result.success, failure(result)
    return seen[0]
