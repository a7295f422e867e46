"""Whether what is stored still means what it meant: read by others' readers, nothing of the program believed.

Damage is harmless if a person who reads what is there gets what was written, and is told what is true:

* each part file has the same columns, types, rows and cells, in their order, as strict readers see it: pyarrow's for
  Parquet, Python's for text;
* each document (manifests, identity files) has the same values, whichever way they are written; a name that is there
  twice has the same value twice; only a part's size and SHA-256 may be others, if they are those of the part;
* each database has the same tables with the same columns, types and rows, and the same manifests;
* no file has come that ``folder/*.parquet`` reads beside the parts, or that a batch's or a dataset's folder adds;
* what other tools are told of a dataset is as it was, or all of it is gone: then nobody is told anything wrong.

Other files that have come are somebody's own.
"""

import contextlib
import csv
import gzip
import hashlib
import json
import lzma
import re
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from synth_assets_tests.torture.damage.scene import is_lock, resealed

DATABASES = {".duckdb", ".sqlite"}
UNPACKED = {".gz": gzip.decompress, ".xz": lzma.decompress}
PARTS = (".parquet", ".csv", ".ndjson", ".json", ".csv.gz", ".ndjson.zst", ".json.xz")


def differences(before: Path, after: Path, within: Path | None = None) -> list[str]:
    """What isn't as it was.

    Args:
        before: a folder as it was made.
        after: its copy, damaged.
        within: only what lies at or below this path of the copy.
    """
    old, new = _files(before), _files(after)
    if within is not None:
        inside = within.relative_to(after)
        old, new = ({name for name in some if name.is_relative_to(inside)} for some in (old, new))
    # A folder may be a link to where it is now, which is not gone into when looking around.
    new |= {name for name in old if (after / name).is_file()}
    told = {name.parent for name in old & new}
    found = [f"{name} is gone" for name in sorted(old - new) if not _is_told(name) or name.parent in told]
    found += [f"{name} has come" for name in sorted(new - old) if _counts(name, old)]
    return found + [problem for name in sorted(old & new) if (problem := _difference(before / name, after / name))]


def _files(root: Path) -> set[Path]:
    names = {path.relative_to(root): path for path in root.rglob("*") if path.is_file() and not is_lock(path, root)}
    # What was asked for is noted in there, and what is missing is told by it: without a note all may still be there.
    return {name for name in names if name.parts[0] != ".synth"}


def _is_told(name: Path) -> bool:
    """Whether a file tells other tools of a dataset."""
    return name.parts[0] == "descriptions"


def _counts(name: Path, others: set[Path]) -> bool:
    """Whether a new file is read by whoever reads the folder it lies in, or is a folder of data where we have ours."""
    siblings = [one for one in others if one.parent == name.parent and one.suffix == name.suffix]
    # Names with a dot or an underscore before are hidden from every reader.
    if not siblings or not name.name.endswith(PARTS) or name.name.startswith((".", "_")):
        return False
    # Where tables share a folder, nobody reads all of it: `orders_*.csv` is what is read, and `*.csv` makes no sense.
    tables = {_table(one) for one in siblings}
    return len(tables) == 1 or _table(name) in tables


def _table(name: Path) -> str:
    """The first word of a file's name: what part files of one folder, or of one table, begin with."""
    return re.split(r"[_.-]", name.name)[0]


def _difference(before: Path, after: Path) -> str:
    if before.read_bytes() == after.read_bytes():
        return ""
    if before.suffix in DATABASES:
        old, new = _database(before), _database(after)
        return "" if old == new else f"{after.name} holds other things"
    if before.suffix == ".json":
        old, new = (_values(path.read_bytes(), path.parent) for path in (before, after))
        return "" if old == new else f"{after.name} says other things"
    if before.suffix == ".yaml":
        return f"{after.name} says other things"
    old, new = _rows(before), _rows(after)
    return "" if old is not None and old == new else f"{after.name} holds other things"


def _rows(path: Path):
    """What a part file holds, as text; ``None`` if it can't be read."""
    try:
        if path.suffix == ".parquet":
            table = pq.ParquetFile(path).read()
            return str([(field.name, str(field.type)) for field in table.schema]), table.to_pylist()
        content = UNPACKED.get(path.suffix, bytes)(path.read_bytes())
        if ".csv" in path.suffixes:
            rows = csv.reader(content.decode().splitlines(keepends=True), strict=True)
            # The one word that every reader takes in capitals, too.
            return [[cell.lower() if cell in {"TRUE", "FALSE"} else cell for cell in row] for row in rows]
        if ".json" in path.suffixes:
            return _values(content)
        return [_values(line) for line in content.decode().splitlines()]
    except (ValueError, OSError, csv.Error, pa.ArrowException, EOFError, lzma.LZMAError):
        return None


def _values(content: bytes | str, folder: Path | None = None):
    """A document's values as text, with their types; a manifest's parts are looked at, if its folder is named."""

    def once(pairs):
        found: dict = {}
        for name, value in pairs:
            if name in found and _text(found[name]) != _text(value):
                return {"said twice": name, "and": pairs}
            found[name] = value
        return found

    try:
        values = json.loads(content, object_pairs_hook=once)
        if folder is not None:
            _forget_what_is_true(values, folder)
        return _text(values)
    except (ValueError, RecursionError) as error:
        return f"unreadable: {type(error).__name__}"


def _forget_what_is_true(manifest, folder: Path) -> None:
    if isinstance(manifest, dict) and "told" in manifest and resealed(dict(manifest)) == manifest:
        manifest["told"] = "right"
    tables = manifest.get("tables", [manifest]) if isinstance(manifest, dict) else []
    for entry in (file for table in tables if isinstance(table, dict) for file in table.get("files", [])):
        path = folder / entry["path"] if isinstance(entry, dict) and isinstance(entry.get("path"), str) else None
        if path is not None and "\0" not in entry["path"] and path.is_file():
            content = path.read_bytes() if path.stat().st_size < 10**8 else b""
            if entry.get("bytes") == len(content) and entry.get("sha256") == hashlib.sha256(content).hexdigest():
                entry.update(bytes="right", sha256="right")


def _text(value) -> str:
    """A value as text; 3 and 3.0 are one number in JSON."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _database(path: Path):
    """Tables and views with their columns and rows, but for those that aren't ours, as text."""
    try:
        if path.suffix == ".sqlite":
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                query = "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')"
                names = [(f'"{name}"', kind) for name, kind in connection.execute(query)]
                return _ours(connection, names, "SELECT name, type FROM pragma_table_info({0!r})")
        with contextlib.closing(duckdb.connect(str(path), read_only=True)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            query = "SELECT table_schema, table_name, table_type FROM information_schema.tables"
            names = [(f'"{schema}"."{name}"', kind) for schema, name, kind in connection.execute(query).fetchall()]
            return _ours(connection, names, "SELECT column_name, column_type FROM (DESCRIBE {0})")
    except (duckdb.Error, sqlite3.Error, UnicodeDecodeError) as error:
        return f"unreadable: {error}"


def _ours(connection, names, describe):
    from synth_assets_tests.torture.damage.files import TABLES

    found = {}
    for name, kind in names:
        bare = name.rpartition(".")[2].strip('"')
        if bare in TABLES or bare.startswith(("raw_", "_synth")):
            if "view" in kind.lower():
                return f"{name} is a view"
            columns = connection.execute(describe.format(name)).fetchall()
            rows = connection.execute(f"SELECT * FROM {name}").fetchall()
            if bare == "_synth_manifest":
                rows = [(entity, _values(text)) for entity, text in rows if isinstance(text, str)]
            found[name] = (columns, sorted(map(repr, rows)))
    return found
