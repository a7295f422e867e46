"""Candidates whose names are patterns."""

import polars as pl

from synth_assets_tests.torture.damage.scene import Scene
from synth_assets_tests.torture.hostile.collecting import each


def candidate_called(scene: Scene, value: str) -> str:
    """A wrong table under a name that is a pattern, with the right one beside it."""
    (path,) = scene.files()
    wrong = path.with_name(value)
    pl.read_parquet(path).with_columns(pl.lit("wrong").alias("state")).write_parquet(wrong)
    path.rename(path.with_name("repairs_good.parquet"))
    scene.touched.append(wrong)
    return f"a wrong table {value!r} beside the right one"


each(
    "candidate-parquet",
    candidate_called,
    "repairs*.parquet",
    "repairs[_]good.parquet",
    "repairs?good.parquet",
    "repairs'.parquet",
    "repairs::x.parquet",
)
