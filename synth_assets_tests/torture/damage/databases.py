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
        statements = scene.pick(
            [
                [f"UPDATE {table} SET {column} = {value} {first}"],
                [f"UPDATE {table} SET {column} = {value}"],
                [f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} ORDER BY rowid DESC LIMIT 1) {first}"],
                [f"DELETE FROM {table} {first}"],
                [f"DELETE FROM {table}"],
                [f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1"],
                [f"INSERT INTO {table} SELECT * FROM {table}"],
                [f"DROP TABLE {table}"],
                [f"ALTER TABLE {table} RENAME TO moved"],
                [f"ALTER TABLE {table} DROP COLUMN {column}"],
                [f"ALTER TABLE {table} RENAME COLUMN {column} TO another"],
                [f"ALTER TABLE {table} ADD COLUMN one_more INTEGER"],
                [f"ALTER TABLE {table} ALTER {column} TYPE VARCHAR"],
                [f"ALTER TABLE {table} ALTER {column} TYPE BIGINT"],
                [f"ALTER TABLE {table} ALTER {column} DROP NOT NULL"],
                [f"CREATE TABLE t AS SELECT * FROM {table}", f"DROP TABLE {table}", f"CREATE VIEW {table} AS SELECT * FROM t"],
                [f"CREATE TABLE t AS SELECT * FROM {table} ORDER BY 2", f"DROP TABLE {table}", f"CREATE TABLE {table} AS SELECT * FROM t"],
                [f"DROP TABLE {table}", f"CREATE VIEW {table} AS FROM read_csv('{outside}')"],
                [f"DROP TABLE {table}", f"CREATE VIEW {table} AS FROM read_text('/etc/passwd')"],
                [f"DROP TABLE {table}", f"CREATE VIEW {table} AS SELECT range AS id FROM range(1000000000000)"],
                [f"DROP TABLE {table}", f"CREATE VIEW {table} AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"],
                [f"DROP TABLE {table}", f"CREATE TABLE {table} (x INTEGER)"],
                [f"DROP TABLE {table}", f"CREATE VIEW {table} AS SELECT 1 AS x"],
                [f"CREATE TABLE t AS SELECT * FROM {table}"],
                [f"CREATE VIEW v AS SELECT * FROM {table}"],
                ["CREATE SCHEMA bronze_2", "CREATE TABLE bronze_2.t (x INTEGER)"],
                [f"CREATE INDEX i ON {table} ({column})"],
                ["CREATE TABLE staff_2 (x INTEGER)", "VACUUM"],
                ["VACUUM"],
                ["PRAGMA user_version = 7"],
                ["PRAGMA encoding = 'UTF-16'", "VACUUM"],
                ["PRAGMA journal_mode = WAL"],
                [f"CREATE TRIGGER g AFTER INSERT ON {table} BEGIN SELECT 1; END"],
                [f"CREATE MACRO m(x) AS (SELECT {column} FROM {table} LIMIT 1)"],
            ]
        )  # fmt: skip
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
