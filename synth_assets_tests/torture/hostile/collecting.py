"""How hand-made cases are collected: in the order in which they are written."""

from collections.abc import Callable
from functools import partial

from synth_assets_tests.torture.damage.scene import Damage

ALL: list[tuple[str, Damage]] = []
"""The name of a target, and what is done to it."""


def of(*targets: str) -> Callable[[Damage], Damage]:
    """Add a hand-made case for each of some targets."""

    def add(damage: Damage) -> Damage:
        ALL.extend((target, damage) for target in targets)
        return damage

    return add


def each(target: str, what: Callable[..., str], *values: object) -> None:
    """Add a case for each of some values, which ``what`` gets after the scene."""
    for value in values:
        damage = partial(what, value=value)
        damage.__name__ = what.__name__  # type: ignore[attr-defined]
        ALL.append((target, damage))


PARQUET, CSV, ZIPPED, DUCKDB, SQLITE = (
    f"workshop-{name}" for name in ("parquet", "csv", "csv-gzip", "duckdb", "sqlite")
)
CHANGES = "changes-parquet"
