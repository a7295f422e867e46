"""Cells, rows and columns of part files changed; with or without the manifest told of the new bytes."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import compute

from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError, resealed


def rewritten_parquet(scene: Scene) -> str:
    path = scene.file(".parquet")
    try:
        table = pq.read_table(path, partitioning=None)
    except pa.ArrowException as error:  # an earlier damage of the same case
        raise UnfitError from error
    if not table.num_rows or table.num_columns < 2:
        raise UnfitError
    what = scene.pick(sorted(_PARQUET))
    try:
        changed = _PARQUET[what](scene, table)
    except pa.ArrowException as error:  # nothing that this column can be
        raise UnfitError from error
    options = {}
    if scene.random.random() < 0.3:
        options = {"compression": scene.random.choice(("none", "snappy", "gzip")), "row_group_size": 3}
    pq.write_table(changed, path, **options)
    return f"{scene.called(path)}: {what}{_told(scene, path, changed.num_rows)}"


def _a_cell(scene: Scene, table: pa.Table) -> pa.Table:
    at, row = scene.random.randrange(table.num_columns), scene.random.randrange(table.num_rows)
    column = table.column(at)
    cells = column.to_pylist()
    others = [cell for cell in cells if cell != cells[row]]
    cells[row] = scene.random.choice(others) if others and scene.random.random() < 0.7 else None
    new = pa.array(cells, type=column.type)
    if new.equals(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column):
        raise UnfitError
    return table.set_column(at, table.field(at), new)


def _other_type(scene: Scene, table: pa.Table) -> pa.Table:
    at = scene.random.randrange(table.num_columns)
    field = table.field(at)
    to = scene.pick(
        [pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.binary(), pa.timestamp("ns"), pa.large_string()]
    )
    if to == field.type:
        raise UnfitError
    try:
        return table.set_column(at, field.name, compute.cast(table.column(at), to))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise UnfitError from None


def _as_dictionary(scene: Scene, table: pa.Table) -> pa.Table:
    at = scene.pick([at for at, field in enumerate(table.schema) if "string" in str(field.type)])
    return table.set_column(at, table.field(at).name, table.column(at).dictionary_encode())


def _twice_named(_scene: Scene, table: pa.Table) -> pa.Table:
    return table.append_column(table.field(0), table.column(0))


def _other_order(scene: Scene, table: pa.Table) -> pa.Table:
    order = scene.random.sample(range(table.num_columns), table.num_columns)
    if order == sorted(order):
        raise UnfitError
    return table.select(order)


def _other_name(scene: Scene, table: pa.Table) -> pa.Table:
    at = scene.random.randrange(table.num_columns)
    names = list(table.column_names)
    names[at] = scene.pick(["x", names[at].upper(), names[at] + " ", "", names[at - 1], "seed", "ä" * 300])
    return table.rename_columns(names)


def _one_more_column(scene: Scene, table: pa.Table) -> pa.Table:
    name = scene.pick(["x", "seed", "preset", "batch", ""])
    return table.append_column(name, pa.nulls(table.num_rows, pa.int64()))


def _one_row_less(scene: Scene, table: pa.Table) -> pa.Table:
    row = scene.random.randrange(table.num_rows)
    return pa.concat_tables([table.slice(0, row), table.slice(row + 1)])


def _one_row_twice(scene: Scene, table: pa.Table) -> pa.Table:
    row = scene.random.randrange(table.num_rows)
    return pa.concat_tables([table, table.slice(row, 1)])


def _rows_in_another_order(scene: Scene, table: pa.Table) -> pa.Table:
    order = scene.random.sample(range(table.num_rows), table.num_rows)
    if order == sorted(order):
        raise UnfitError
    return table.take(order)


_PARQUET = {
    "a cell changed": _a_cell,
    "a column of another type": _other_type,
    "a column as a dictionary": _as_dictionary,
    "a column's name twice": _twice_named,
    "columns in another order": _other_order,
    "a column's name changed": _other_name,
    "one more column": _one_more_column,
    "a column less": lambda scene, table: table.remove_column(scene.random.randrange(table.num_columns)),
    "a row less": _one_row_less,
    "a row twice": _one_row_twice,
    "rows in another order": _rows_in_another_order,
    "no rows": lambda _scene, table: table.slice(0, 0),
    "no columns": lambda _scene, table: table.select([]),
}


def _quoted(scene: Scene, line: str) -> list[str]:
    spot = scene.random.randrange(len(line) + 1)
    return [line[:spot] + '"' + line[spot:] + "\n"]


def _with_a_digit(scene: Scene, line: str) -> list[str]:
    spot = scene.pick([spot for spot, sign in enumerate(line) if sign.isdigit()])
    return [line[:spot] + scene.random.choice("0123456789.e-") + line[spot + 1 :] + "\n"]


def _with_a_cell(scene: Scene, line: str) -> list[str]:
    cells = line.split(",")
    at = scene.random.randrange(len(cells))
    name = cells[at].partition(":")[0] + ":" if line.startswith("{") else ""
    cells[at] = name + scene.random.choice(
        ("", '""', "1", "-1", "1e9", "99999999999999999999", "x", "null", "true", '"1"', "NaN")
    )
    return [",".join(cells) + "\n"]


_LINES: dict[str, Callable[[Scene, str], list[str]]] = {
    "gone": lambda _scene, _line: [],
    "twice": lambda _scene, line: [line + "\n"] * 2,
    "with another cell": _with_a_cell,
    "with a quote": _quoted,
    "cut": lambda scene, line: [line[: scene.random.randrange(len(line) + 1)] + "\n"],
    "with another digit": _with_a_digit,
    "wide": lambda _scene, line: [line + "," * 1000 + "\n"],
    "deep": lambda _scene, _line: ["[" * 20_000 + "\n"],
    "only a value": lambda scene, _line: [
        scene.random.choice(("null", "{}", "[]", "1", '""', "", " ", "NaN")) + "\n",
    ],
    "with a zero byte": lambda _scene, line: [line.replace(",", ",\0", 1) + "\n"],
    "in capitals": lambda _scene, line: [line.upper() + "\n"],
    "with other delimiters": lambda _scene, line: [line.replace(",", ";") + "\n"],
}


def text_changed(scene: Scene) -> str:
    """Lines and cells of CSV and NDJSON, plain or gzipped."""
    path = scene.file(".csv", ".ndjson", ".csv.gz")
    zipped = path.suffix == ".gz"
    before = gzip.decompress(path.read_bytes()) if zipped else path.read_bytes()
    lines = before.decode("utf-8", "replace").splitlines(keepends=True)
    if len(lines) < 2:
        raise UnfitError
    at = scene.random.randrange(len(lines))
    how = scene.pick(sorted(_LINES))
    lines[at : at + 1] = _LINES[how](scene, lines[at].rstrip("\n"))
    after = "".join(lines).encode()
    if after == before:
        raise UnfitError
    path.write_bytes(gzip.compress(after, mtime=0) if zipped else after)
    return f"{scene.called(path)}: line {at + 1} {how}{_told(scene, path, len(lines) - ('csv' in path.name))}"


def as_other_format(scene: Scene) -> str:
    """A file that holds the same rows in another format than its name says."""
    path = scene.file(".parquet", ".csv", ".ndjson")
    writers = {"parquet": pl.DataFrame.write_parquet, "csv": pl.DataFrame.write_csv, "ipc": pl.DataFrame.write_ipc}
    how = scene.pick([name for name in writers if not path.name.endswith(name)])
    try:
        frame = _read(path)
        writers[how](frame, path)
    except pl.exceptions.PolarsError:
        raise UnfitError from None
    return f"{scene.called(path)} is {how}{_told(scene, path, frame.height)}"


def _read(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path, hive_partitioning=False)
    if path.suffix == ".csv":
        return pl.read_csv(path, infer_schema=False)
    return pl.read_ndjson(path)


def _told(scene: Scene, path: Path, rows: int) -> str:
    """Let the manifest beside the file say its new size, SHA-256 and rows, half of the time: a liar who is careful."""
    place = next((one for one in (path.parent, *path.parents) if (one / "_manifest.json").is_file()), None)
    if place is None or scene.random.random() < 0.5:
        return ""
    try:
        values = json.loads((place / "_manifest.json").read_text())
    except ValueError:
        return ""
    content = path.read_bytes()
    name = path.relative_to(place).as_posix()
    for table in values.get("tables", [values]):
        for entry in table["files"]:
            if entry["path"] == name:
                table["rows"] += rows - entry["rows"]
                entry.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest(), rows=rows)
    (place / "_manifest.json").write_text(json.dumps(resealed(values), indent=2))
    scene.touched.append(place / "_manifest.json")
    return ", and its manifest is told"


ALL: tuple[Damage, ...] = (rewritten_parquet, rewritten_parquet, text_changed, text_changed, as_other_format)
