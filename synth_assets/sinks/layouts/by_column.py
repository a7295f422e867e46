"""As hive, and in a table's folder one for each value of some columns: ``…/seed=42/country=AT/part-00000.parquet``.

Those columns are in the path only, rows in a file are sorted as the domain's delivery says. Tables without such columns
lie as in hive.
"""

from collections.abc import Collection
from pathlib import PurePath
from urllib.parse import quote, unquote

from synth_assets.sinks.layout import Layout, Spot
from synth_assets.sinks.layouts import hive

_MISSING = "__HIVE_DEFAULT_PARTITION__"
"""What tools call a missing value in a path."""


def _file(spot: Spot) -> str:
    return "/".join([*(f"{name}={_text(value)}" for name, value in spot.values), hive.file_of(spot)])


def _parse(path: PurePath, _tables: Collection[str]) -> Spot | None:
    parts = path.parent.parts
    # Columns may be called preset and seed too: the first two that only such folders follow are the dataset's.
    for at in range(5, len(parts) + 1):
        found = hive.spot_of(PurePath(*parts[:at]), path.name)
        if found is not None and all("=" in part for part in parts[at:]):
            return found._replace(values=values_of(PurePath(*parts[at:])))
    return None


def values_of(folder: PurePath) -> tuple[tuple[str, str | None], ...]:
    """The columns that folders are called after, and their values; of a path that begins below the manifest."""
    pairs = [part.partition("=") for part in folder.parts]
    return tuple((name, None if text == _MISSING else unquote(text)) for name, _, text in pairs)


def _text(value: str | None) -> str:
    if value is None:
        return _MISSING
    text = quote(value, safe="")
    return f"%5F{text[1:]}" if text == _MISSING else text


LAYOUT = Layout("by_column", hive.TELLS | {"values"}, hive.folder_of, _file, _parse, by_columns=True)
