"""One folder for a dataset, files by table, group and chunk: ``orders_<tenant>_chunk_0000.ndjson``.

A table that isn't cut is ``customers_<tenant>.ndjson``, one without groups ``tenants.csv``. The folder is the data root
itself, and holds one dataset; its manifest says which.
"""

import re
from collections.abc import Collection
from pathlib import Path, PurePath
from urllib.parse import quote, unquote

from synth_assets.errors import UsageError
from synth_assets.sinks.layout import Layout, Spot
from synth_assets.spoken import option

_NAME = re.compile(r"([^.]+?)(?:_chunk_(\d{4,}))?((?:\.\w+)+)")


def _folder(root: Path, _spot: Spot) -> Path:
    return root


def _file(spot: Spot) -> str:
    # A dot would begin the ending, and a slash a folder.
    group = quote(spot.group, safe="").replace(".", "%2E").replace("~", "%7E")
    chunk = "" if spot.part is None else f"_chunk_{spot.part:04d}"
    name = f"{spot.table}{f'_{group}' if group else ''}{chunk}{spot.ending}"
    if _parse(PurePath(name), {spot.table}) != Spot(
        table=spot.table, group=spot.group, part=spot.part, ending=spot.ending
    ):
        raise UsageError(
            f"{name} would be read as another part file than that of {spot.table}, group {spot.group!r}.\n"
            f"  Call the group otherwise, or choose another layout: {option('layout', 'hive')}"
        )
    return name


def _parse(path: PurePath, tables: Collection[str]) -> Spot | None:
    found = _NAME.fullmatch(path.name)
    if not found:
        return None
    stem, chunk, ending = found.groups()
    # Of order and order_items, order_items_42 is the longer one's.
    for table in sorted(tables, key=len, reverse=True):
        if stem == table or stem.startswith(f"{table}_"):
            group = unquote(stem.removeprefix(table).removeprefix("_"))
            return Spot(table=table, group=group, part=None if chunk is None else int(chunk), ending=ending)
    return None


TELLS = frozenset({"table", "group", "part", "ending"})
LAYOUT = Layout("flat", TELLS, _folder, _file, _parse, together=True, grouped=True)
