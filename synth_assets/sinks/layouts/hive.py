"""A folder a table and dataset: ``FORMAT/DOMAIN/TABLE/preset=…/seed=…/part-00000.parquet``."""

import re
from collections.abc import Collection
from pathlib import Path, PurePath

from synth_assets.model.layout import part_name, partition_folder
from synth_assets.model.seed import named_seed
from synth_assets.sinks.layout import Layout, Spot

_FILE = re.compile(r"part-([0-9]{5,})((?:\.\w+)+)")


def folder_of(root: Path, spot: Spot) -> Path:
    """The folder of a table of a dataset in a format."""
    return partition_folder(root, spot.form, f"{spot.domain}/{spot.table}", spot.label, spot.seed)


def file_of(spot: Spot) -> str:
    """The name of a part file."""
    return part_name(spot.part or 0, spot.ending)


def spot_of(folder: PurePath, file: str) -> Spot | None:
    """What a table's folder and a file's name in it tell."""
    if len(folder.parts) < 5:
        return None
    form, domain, table, preset, seed = folder.parts[-5:]
    number = named_seed(seed.removeprefix("seed=")) if seed.startswith("seed=") else None
    is_file = _FILE.fullmatch(file)
    if number is None or not is_file or not preset.startswith("preset="):
        return None
    label = preset.removeprefix("preset=")
    return Spot(form, domain, table, label, number, part=int(is_file[1]), ending=is_file[2])


def _parse(path: PurePath, _tables: Collection[str]) -> Spot | None:
    return spot_of(path.parent, path.name)


TELLS = frozenset({"form", "domain", "table", "label", "seed", "part", "ending"})
LAYOUT = Layout("hive", TELLS, folder_of, file_of, _parse)
