"""Views that never end or read files, manifests of other types, and functions of others under known names."""

import contextlib
import sqlite3

import duckdb

from synth_assets_tests.torture.damage.scene import Scene
from synth_assets_tests.torture.hostile.collecting import DUCKDB, SQLITE, each


def sql(scene: Scene, value: str) -> str:
    """Statements for a database, with what is needed filled in."""
    (path,) = scene.files(".duckdb", ".sqlite")
    scene.touched.append(path)
    schema = "" if path.suffix == ".sqlite" or scene.target.kind == "candidate" else "workshop."
    secret = scene.root.parent / "secret.csv"
    secret.write_text("secret\nhunter2\n")
    lite = path.suffix == ".sqlite"
    connection = sqlite3.connect(path, isolation_level=None) if lite else duckdb.connect(str(path))
    with contextlib.closing(connection):
        for statement in value.format(
            t=f"{schema}repairs", m=f"{schema}_synth_manifest", s=schema, secret=secret
        ).split("; "):
            connection.execute(statement)
    return f"{path.name}: {value}"


ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
for where in (DUCKDB, "candidate-duckdb"):
    columns = "* REPLACE ({0} AS repair_id)"
    each(
        where,
        sql,
        f"ALTER TABLE {{t}} RENAME TO old; CREATE VIEW {{t}} AS {ENDLESS} SELECT n AS repair_id FROM r",
        "ALTER TABLE {t} RENAME TO old; CREATE VIEW {t} AS SELECT old.* FROM {s}old, range(1000000000000)",
        "ALTER TABLE {t} RENAME TO old; CREATE VIEW {t} AS "
        "SELECT * REPLACE ((SELECT content FROM read_text('{secret}')) AS state) FROM {s}old",
        "ALTER TABLE {t} RENAME TO old; CREATE VIEW {t} AS FROM {s}old",
        "ALTER TABLE {t} RENAME TO old; CREATE VIEW {t} AS SELECT * REPLACE (error('x') AS state) FROM {s}old",
        "ALTER TABLE {t} RENAME TO old; CREATE VIEW {t} AS "
        "SELECT * REPLACE (repeat('x', 2000000000) AS state) FROM {s}old",
        "ALTER TABLE {t} RENAME TO old; CREATE MACRO {s}repairs() AS TABLE FROM {s}old",
        "CREATE MACRO main.count(x) AS 0",
        "CREATE MACRO main.min(x) AS 0",
        "ALTER TABLE {t} ALTER repair_id TYPE VARCHAR",
        "ALTER TABLE {t} ALTER repair_id TYPE HUGEINT",
        "ALTER TABLE {t} ADD COLUMN rowid_2 INTEGER",
    )
each(
    DUCKDB,
    sql,
    "UPDATE {m} SET manifest = NULL",
    "UPDATE {m} SET entity = NULL",
    "UPDATE {m} SET manifest = repeat('[', 100000)",
    "UPDATE {m} SET manifest = repeat('x', 100000000)",
    "INSERT INTO {m} VALUES (NULL, NULL)",
    "INSERT INTO {m} VALUES ('nothing', '{{}}')",
    "INSERT INTO {m} SELECT * FROM {m}",
    "INSERT INTO {m} SELECT 'x' || range, '' FROM range(1000000)",
    "DROP TABLE {m}; CREATE TABLE {m} (entity VARCHAR[], manifest VARCHAR[]); "
    "INSERT INTO {m} VALUES (['repairs'], ['x'])",
    "DROP TABLE {m}; CREATE TABLE {m} (entity INTEGER, manifest INTEGER); INSERT INTO {m} VALUES (1, 1)",
    "DROP TABLE {m}; CREATE TABLE {m} (entity BLOB, manifest BLOB); INSERT INTO {m} VALUES ('\\xFF', '\\xFF')",
    "DROP TABLE {m}; CREATE TABLE {m} (x INTEGER)",
    "DROP TABLE {m}; CREATE VIEW {m} AS SELECT 'repairs' AS entity, content AS manifest FROM read_text('/etc/passwd')",
    f"DROP TABLE {{m}}; CREATE VIEW {{m}} AS {ENDLESS} SELECT 'x' || n AS entity, 'x' AS manifest FROM r",
    "DROP TABLE {m}; CREATE VIEW {m} AS SELECT 'x' || range AS entity, 'x' AS manifest FROM range(1000000000000)",
    "DROP SCHEMA workshop CASCADE",
    "DROP SCHEMA workshop CASCADE; CREATE TABLE workshop (x INTEGER)",
)
for where in (SQLITE, "candidate-sqlite"):
    each(
        where,
        sql,
        f"ALTER TABLE {{t}} RENAME TO old; CREATE VIEW {{t}} AS {ENDLESS} SELECT n AS repair_id FROM r",
        "ALTER TABLE {t} RENAME TO old; CREATE VIEW {t} AS SELECT * FROM old",
        "UPDATE {t} SET state = x'ff00'",
        "UPDATE {t} SET state = zeroblob(400000000) WHERE rowid = 1",
        "UPDATE {t} SET staff_id = 1e300 WHERE rowid = 1",
        "UPDATE {t} SET staff_id = 'x' || char(0) || 'y' WHERE rowid = 1",
        "UPDATE {t} SET state = CAST(x'ed a0 80' AS TEXT)".replace(" a0 80", "a080"),
    )
each(
    SQLITE,
    sql,
    "UPDATE {m} SET manifest = NULL",
    "UPDATE {m} SET entity = NULL",
    "UPDATE {m} SET entity = x'ff'",
    "UPDATE {m} SET manifest = x'ff'",
    "UPDATE {m} SET manifest = CAST(x'ff' AS TEXT)",
    "UPDATE {m} SET manifest = 1",
    "INSERT INTO {m} SELECT * FROM {m}",
    "DROP TABLE {m}; CREATE TABLE {m} (x INTEGER)",
    f"DROP TABLE {{m}}; CREATE VIEW {{m}} AS {ENDLESS} SELECT 'x' || n AS entity, 'x' AS manifest FROM r",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE x (' WHERE name = 'repairs'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'repairs'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'staff' WHERE name = 'repairs'",
)
each(
    "current",
    sql,
    "UPDATE {s}_synth_applied SET dataset = NULL",
    "UPDATE {s}_synth_applied SET dataset = '[]'",
    "UPDATE {s}_synth_applied SET dataset = repeat('[', 100000)",
    "UPDATE {s}_synth_applied SET batch = 9999999999",
    "UPDATE {s}_synth_applied SET batch = -5",
    "UPDATE {s}_synth_applied SET batch = NULL",
    "UPDATE {s}_synth_applied SET contract = NULL",
    "UPDATE {s}_synth_applied SET entity = NULL",
    "UPDATE {s}_synth_applied SET rows = rows + 1",
    "UPDATE {s}_synth_applied SET inserts = inserts + 1",
    "UPDATE {s}_synth_applied SET content_hash = 'x'",
    "UPDATE {s}_synth_applied SET is_base = NOT is_base",
    "UPDATE {s}_synth_applied SET dataset = replace(dataset, '\"repairs\": 20', '\"repairs\": 1000000')",
    "UPDATE {s}_synth_applied SET dataset = replace(dataset, '\"seed\": 42', '\"seed\": 7')",
    "ALTER TABLE {s}_synth_applied ALTER batch TYPE VARCHAR",
    "ALTER TABLE {s}_synth_applied DROP COLUMN batch",
    "ALTER TABLE {s}_synth_applied ADD COLUMN more VARCHAR",
    "DELETE FROM {s}_synth_applied",
    "DELETE FROM {s}_synth_applied WHERE batch = 2",
    "INSERT INTO {s}_synth_applied SELECT * FROM {s}_synth_applied",
    "DROP TABLE {s}_synth_applied",
    f"DROP TABLE {{s}}_synth_applied; CREATE VIEW {{s}}_synth_applied AS {ENDLESS} SELECT n FROM r",
    "DELETE FROM workshop_history.repairs WHERE is_current",
    "UPDATE workshop_history.repairs SET valid_to = valid_from",
    "DROP SCHEMA workshop_history CASCADE",
    "UPDATE {t} SET state = 'x' WHERE repair_id = 1",
    "DELETE FROM {t} WHERE repair_id = 1",
    "DROP TABLE {t}",
)
