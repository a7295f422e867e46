"""A database changed by SQL, as somebody with a shell would."""

import contextlib
import sqlite3
from pathlib import Path

import duckdb

from synth_assets_tests.torture.damage import documents
from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError


@contextlib.contextmanager
def _opened(path: Path):
    try:
        connection = (
            duckdb.connect(str(path)) if path.suffix == ".duckdb" else sqlite3.connect(path, isolation_level=None)
        )
    except (duckdb.Error, sqlite3.Error):
        raise UnfitError from None
    with contextlib.closing(connection):
        try:
            yield connection
        except (duckdb.Error, sqlite3.Error, OverflowError):
            raise UnfitError from None


def _tables(connection) -> list[str]:
    if isinstance(connection, sqlite3.Connection):
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        return [f'"{name}"' for (name,) in rows]
    query = "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1, 2"
    return [f'"{schema}"."{name}"' for schema, name in connection.execute(query).fetchall()]


def _columns(connection, table: str) -> list[str]:
    return [f'"{one[0]}"' for one in connection.execute(f"SELECT * FROM {table} LIMIT 0").description]


_CHANGES = (
    "UPDATE {t} SET {c} = {v} {first}",
    "UPDATE {t} SET {c} = {v}",
    "UPDATE {t} SET {c} = (SELECT {c} FROM {t} ORDER BY rowid DESC LIMIT 1) {first}",
    "DELETE FROM {t} {first}",
    "DELETE FROM {t}",
    "INSERT INTO {t} SELECT * FROM {t} LIMIT 1",
    "INSERT INTO {t} SELECT * FROM {t}",
    "DROP TABLE {t}",
    "ALTER TABLE {t} RENAME TO moved",
    "ALTER TABLE {t} DROP COLUMN {c}",
    "ALTER TABLE {t} RENAME COLUMN {c} TO another",
    "ALTER TABLE {t} ADD COLUMN one_more INTEGER",
    "ALTER TABLE {t} ALTER {c} TYPE VARCHAR",
    "ALTER TABLE {t} ALTER {c} TYPE BIGINT",
    "ALTER TABLE {t} ALTER {c} DROP NOT NULL",
    "CREATE TABLE t AS SELECT * FROM {t}; DROP TABLE {t}; CREATE VIEW {t} AS SELECT * FROM t",
    "CREATE TABLE t AS SELECT * FROM {t} ORDER BY 2; DROP TABLE {t}; CREATE TABLE {t} AS SELECT * FROM t",
    "DROP TABLE {t}; CREATE VIEW {t} AS FROM read_csv('{outside}')",
    "DROP TABLE {t}; CREATE VIEW {t} AS FROM read_text('/etc/passwd')",
    "DROP TABLE {t}; CREATE VIEW {t} AS SELECT range AS id FROM range(1000000000000)",
    "DROP TABLE {t}; CREATE VIEW {t} AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) FROM r",
    "DROP TABLE {t}; CREATE TABLE {t} (x INTEGER)",
    "DROP TABLE {t}; CREATE VIEW {t} AS SELECT 1 AS x",
    "CREATE TABLE t AS SELECT * FROM {t}",
    "CREATE VIEW v AS SELECT * FROM {t}",
    "CREATE SCHEMA bronze_2; CREATE TABLE bronze_2.t (x INTEGER)",
    "CREATE INDEX i ON {t} ({c})",
    "CREATE TABLE staff_2 (x INTEGER); VACUUM",
    "VACUUM",
    "PRAGMA user_version = 7",
    "PRAGMA encoding = 'UTF-16'; VACUUM",
    "PRAGMA journal_mode = WAL",
    "CREATE TRIGGER g AFTER INSERT ON {t} BEGIN SELECT 1;END",
    "CREATE MACRO m(x) AS (SELECT {c} FROM {t} LIMIT 1)",
)
"""Statements, with a table, a column, a value and a row to fill in."""


def changed(scene: Scene) -> str:
    path = scene.file(".duckdb", ".sqlite")
    with _opened(path) as connection:
        table = scene.pick(_tables(connection))
        column = scene.pick(_columns(connection, table))
        outside = scene.home / "others" / "secret.csv"
        rows = f"(SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {scene.random.randrange(3)})"
        first, value = (
            f"WHERE rowid = {rows}",
            scene.random.choice(
                ("NULL", "1", "-1", "0", "'x'", "''", "'1'", "1.5", "'2026-01-01'", "9223372036854775807")
            ),
        )
        statements = [
            one.format(t=table, c=column, v=value, first=first, outside=outside)
            for one in scene.pick(_CHANGES).split("; ")
        ]
        before = _all(connection)
        for statement in statements:
            connection.execute(statement)
        kept = " (all rows as before)" if _all(connection) == before else ""
    return f"{scene.called(path)}: {'; '.join(statements)}{kept}"


def _all(connection):
    try:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _tables(connection)}
    except (duckdb.Error, sqlite3.Error):
        return None


def manifest_changed(scene: Scene) -> str:
    """The manifests, or the ledger, that the database keeps."""
    path = scene.file(".duckdb", ".sqlite")
    with _opened(path) as connection:
        table = scene.pick([one for one in _tables(connection) if "_synth" in one])
        text = "manifest" if "manifest" in table else "dataset"
        entity, before = scene.pick(connection.execute(f"SELECT entity, {text} FROM {table} ORDER BY 1, 2").fetchall())
        how = scene.pick(["value", "value", "value", "null", "type", "gone", "twice", "number", "blob"])
        if how == "value":
            file = scene.root.parent / "manifest.json"
            file.write_text(before)
            own = Scene(scene.target, scene.root.parent, scene.home, scene.random)
            own.file = lambda *_endings: file  # type: ignore[method-assign]
            said = scene.pick(documents.ALL)(own)
            after = file.read_bytes().decode("utf-8", "replace").replace("\0", "")
            connection.execute(f"UPDATE {table} SET {text} = ? WHERE entity = ?", [after, entity])
            return f"{scene.called(path)}, {table}, {entity}: {said}"
        other = scene.pick(["''", "'x'", "'{}'", "'[1]'", "'null'"])
        bigint = scene.pick(
            [one for one in _columns(connection, table) if text not in one and "entity" not in one] or [text]
        )
        statements = {
            "null": [f"UPDATE {table} SET {text} = NULL WHERE entity = '{entity}'"],
            "type": [f"CREATE TABLE t AS SELECT entity, [{text}] AS {text} FROM {table}", f"DROP TABLE {table}",
                     f"CREATE TABLE {table} AS FROM t"],
            "gone": [f"DELETE FROM {table} WHERE entity = '{entity}'"],
            "twice": [f"INSERT INTO {table} SELECT * FROM {table} WHERE entity = '{entity}'",
                      f"UPDATE {table} SET {text} = {other} WHERE rowid = (SELECT max(rowid) FROM {table})"],
            "number": [f"UPDATE {table} SET {bigint} = {scene.random.choice(('-1', '0', '7', 'NULL', '10000000000'))}"],
            "blob": [f"UPDATE {table} SET entity = {scene.random.choice(('NULL', other, chr(39) + 'x' + chr(39)))}"],
        }[how]  # fmt: skip
        for statement in statements:
            connection.execute(statement)
    return f"{scene.called(path)}: {'; '.join(statements)}"


def log_beside(scene: Scene) -> str:
    """Something that the database takes for its own log."""
    path = scene.file(".duckdb", ".sqlite")
    ending = scene.random.choice((".wal", "-journal", "-wal", "-shm"))
    content = scene.random.choice((b"", b"x" * 100, path.read_bytes()[:5000], scene.random.randbytes(4096)))
    path.with_name(path.name + ending).write_bytes(content)
    return f"{scene.called(path)}{ending}: {len(content)} bytes beside"


ALL: tuple[Damage, ...] = (changed, changed, changed, manifest_changed, manifest_changed, log_beside)
