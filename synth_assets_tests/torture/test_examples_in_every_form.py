"""Files of examples/datasets in every format and compression: verified, and the same to readers that aren't ours.

At a seed that nothing else is tried at. One example in one compression a format runs at each check-in.
"""

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from synth_assets import generate
from synth_assets.engine.stored import verify_stored
from synth_assets.errors import SynthError
from synth_assets.sinks import catalog
from synth_assets.sinks.compressions import unpacking
from synth_assets_tests.domains.every_domain import DOMAINS, EXAMPLES

SEED = 987_654
QUICK = {"parquet": ["brotli"], "csv": ["zip"], "ndjson": ["xz"], "json": ["bz2"], "duckdb": [None], "sqlite": [None]}
ALL = {name: list(catalog.load(name).codecs) if name in catalog.files() else [None] for name in catalog.names()}
AS_TEXT = {"csv": ("BLOB", "INTERVAL", "[", "STRUCT"), "ndjson": ("BLOB", "INTERVAL"), "json": ("BLOB", "INTERVAL")}
"""Types that text formats have as a text of their own; the others are read as what they are."""


def _parts(root, made, tmp_path):
    """The part files of a table, unpacked where a reader wouldn't."""
    found = []
    for path in sorted(Path(made.files).parent.glob(Path(made.files).name)):
        if path.suffix in {".parquet", ".csv", ".ndjson", ".json"}:
            found.append(str(path))
            continue
        plain = tmp_path / f"{root.name}-{path.stem}"
        with unpacking(path) as stream, plain.open("wb") as file:
            shutil.copyfileobj(stream, file)
        found.append(str(plain))
    return found


def _read(form, files, columns):
    """What DuckDB reads, as a query; and how many rows pandas does."""
    if form == "parquet":
        return f"read_parquet({files}, hive_partitioning = false)", sum(len(pd.read_parquet(one)) for one in files)
    if form == "csv":
        said = (
            "auto_detect = false, header = true, quote = '\"', escape = '\"', nullstr = '', hive_partitioning = false"
        )
        return f"read_csv({files}, {said}, columns = {columns})", sum(len(pd.read_csv(one, dtype=str)) for one in files)
    lines = form == "ndjson"
    shape = "newline_delimited" if lines else "array"
    rows = sum(len(pd.read_json(one, lines=lines, dtype=False, convert_dates=False)) for one in files)
    said = f"format = '{shape}', hive_partitioning = false"
    return f"read_json({files}, {said}, columns = {columns})", rows


def _agree(form, made, root, tmp_path, truth):
    """Look whether others read the cells that Parquet has."""
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        reference = f"read_parquet('{truth.files}', hive_partitioning = false)"
        types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE FROM {reference}").fetchall()}
        texts = {name for name, one in types.items() if any(part in one for part in AS_TEXT.get(form, ()))}
        columns = {name: "VARCHAR" if name in texts else one for name, one in types.items()}
        query, rows = _read(form, _parts(root, made, tmp_path), columns)
        assert rows == truth.rows
        cells = ", ".join(f'"{name}"' for name in types if name not in texts)
        other = f"SELECT {cells} FROM {query} EXCEPT ALL SELECT {cells} FROM {reference}"
        assert connection.execute(f"SELECT count(*) FROM ({other})").fetchall() == [(0,)]
        assert connection.execute(f"SELECT count(*) FROM {query}").fetchall() == [(truth.rows,)]


@pytest.mark.parametrize(
    ("path", "forms"),
    [(one, QUICK) for one in EXAMPLES if one.stem == "staff"]
    + [pytest.param(one, ALL, marks=[pytest.mark.torture, pytest.mark.timeout(1800)]) for one in EXAMPLES],
    ids=lambda value: value.stem if isinstance(value, Path) else f"{sum(map(len, value.values()))}-forms",
)
def test_every_format_and_compression_has_the_same_cells(path, forms, tmp_path):
    domain = DOMAINS[f"example {path.stem}"]
    for entity in domain.entities:
        (truth,) = _made(path, entity, tmp_path / "truth", "parquet", None)
        for form, codec in ((form, codec) for form, codecs in forms.items() for codec in codecs):
            root = tmp_path / f"{form}-{codec}-{entity}"
            try:
                (made,) = _made(path, entity, root, form, codec)
            except SynthError as error:
                assert "column" in str(error)  # noqa: PT017 - what it can't hold it refuses, whole
                assert not [one for one in root.rglob("part-*") if ".synth" not in one.parts]
                continue
            assert made.content_hash == truth.content_hash
            assert not list(_problems(form, made, domain.tables[entity]))
            if form in catalog.files():
                _agree(form, made, root, tmp_path, truth)


def _problems(form, made, table):
    """What is wrong with the cells as they are read back."""
    kind = catalog.load(form)
    manifest, folder = kind.read_manifest(made.path, table), kind.part_folder(made.path)
    return verify_stored(kind.read(made.path, table, None), table, manifest, folder)


def _made(path, entity, root, form, codec):
    size = 37 if codec in {"gzip", "xz"} else None
    return generate(
        f"{path}/{entity}", root, preset="tiny", seed=SEED, formats=[form], compression=codec, chunk_size=size
    )
