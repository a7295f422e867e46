"""Whether what is stored still means what it meant: read by others' readers, nothing of the program believed.

Damage is harmless if a person who reads what is there gets what was written, and is told what is true:

* each part file has the bytes that its manifest, or whoever wrote it, gave it;
* each document (manifests, identity files) has the same values, of the same JSON types, whichever way they are written;
  a name that is there twice has the same value twice;
* each database has the same tables with the same columns, types and rows, and the same manifests;
* no file has come that ``folder/*.parquet`` reads beside the parts, or that a batch's or a dataset's folder adds.

Other files that have come are somebody's own.
"""

import contextlib
import json
import sqlite3
from pathlib import Path

import duckdb

from synth_assets_tests.torture.damage.scene import is_lock

DATABASES = {".duckdb", ".sqlite"}
PARTS = (".parquet", ".csv", ".ndjson", ".csv.gz", ".ndjson.zst")


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
    found = [f"{name} is gone" for name in sorted(old - new)]
    found += [f"{name} has come" for name in sorted(new - old) if _counts(name, old)]
    return found + [problem for name in sorted(old & new) if (problem := _difference(before / name, after / name))]


def _files(root: Path) -> set[Path]:
    found = root.rglob("*")
    return {path.relative_to(root) for path in found if path.is_file() and not is_lock(path, root)}


def _counts(name: Path, others: set[Path]) -> bool:
    """Whether a new file is read by whoever reads the folder it lies in, or is a folder of data where we have ours."""
    siblings = {one.suffix for one in others if one.parent == name.parent}
    # Names with a dot or an underscore before are hidden from every reader.
    return name.name.endswith(PARTS) and name.suffix in siblings and not name.name.startswith((".", "_"))


def _difference(before: Path, after: Path) -> str:
    if before.read_bytes() == after.read_bytes():
        return ""
    if before.suffix in DATABASES:
        old, new = _database(before), _database(after)
        return "" if old == new else f"{after.name} holds other things"
    if before.suffix == ".json":
        return "" if _values(before.read_bytes()) == _values(after.read_bytes()) else f"{after.name} says other things"
    return f"{after.name} has other bytes"


def _values(content: bytes | str):
    """A document's values as text, with their types."""

    def once(pairs):
        found: dict = {}
        for name, value in pairs:
            if name in found and _text(found[name]) != _text(value):
                return {"said twice": name, "and": pairs}
            found[name] = value
        return found

    try:
        return _text(json.loads(content, object_pairs_hook=once))
    except (ValueError, RecursionError) as error:
        return f"unreadable: {type(error).__name__}"


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
