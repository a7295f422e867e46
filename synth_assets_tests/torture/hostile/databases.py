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
    lite = path.suffix == ".sqlite"
    schema = "" if lite or scene.target.kind == "candidate" else "workshop."
    secret = scene.root.parent / "secret.csv"
    secret.write_text("secret\nhunter2\n")
    own = f"{schema}_synth_applied" if scene.target.kind == "current" else f"{schema}_synth_manifest"
    # Without keys and NOT NULL, which would refuse what is done next.
    loose = (
        f"CREATE TABLE l AS SELECT * FROM {own}; DROP TABLE {own}; CREATE TABLE {own} AS SELECT * FROM l; DROP TABLE l"
    )
    statements = value.replace("{loose}", loose).format(t=f"{schema}repairs", m=own, l=own, s=schema, secret=secret)
    connection = sqlite3.connect(path, isolation_level=None) if lite else duckdb.connect(str(path))
    with contextlib.closing(connection):
        for statement in statements.split("; "):
            connection.execute(statement)
    return f"{path.name}: {value}"


ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
for where in (DUCKDB, "candidate-duckdb"):
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
    "{loose}; UPDATE {m} SET manifest = NULL",
    "{loose}; UPDATE {m} SET entity = NULL",
    "UPDATE {m} SET manifest = repeat('[', 100000)",
    "UPDATE {m} SET manifest = repeat('x', 100000000)",
    "INSERT INTO {m} VALUES (NULL, NULL)",
    "INSERT INTO {m} VALUES ('nothing', '{{}}')",
    "{loose}; INSERT INTO {m} SELECT * FROM {m}",
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
    "{loose}; UPDATE {m} SET manifest = NULL",
    "{loose}; UPDATE {m} SET entity = NULL",
    "{loose}; UPDATE {m} SET entity = x'ff'",
    "UPDATE {m} SET manifest = x'ff'",
    "UPDATE {m} SET manifest = CAST(x'ff' AS TEXT)",
    "UPDATE {m} SET manifest = 1",
    "{loose}; INSERT INTO {m} SELECT * FROM {m}",
    "DROP TABLE {m}; CREATE TABLE {m} (x INTEGER)",
    f"DROP TABLE {{m}}; CREATE VIEW {{m}} AS {ENDLESS} SELECT 'x' || n AS entity, 'x' AS manifest FROM r",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE x (' WHERE name = 'repairs'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'repairs'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'staff' WHERE name = 'repairs'",
)
each(
    "current",
    sql,
    "{loose}; UPDATE {l} SET dataset = NULL",
    "UPDATE {l} SET dataset = '[]'",
    "UPDATE {l} SET dataset = repeat('[', 100000)",
    "{loose}; UPDATE {l} SET batch = 9999999999",
    "{loose}; UPDATE {l} SET batch = -5",
    "{loose}; UPDATE {l} SET batch = NULL",
    "{loose}; UPDATE {l} SET contract = NULL",
    "{loose}; UPDATE {l} SET entity = NULL",
    "UPDATE {l} SET rows = rows + 1",
    "UPDATE {l} SET inserts = inserts + 1",
    "UPDATE {l} SET content_hash = 'x'",
    "UPDATE {l} SET is_base = NOT is_base",
    "UPDATE {l} SET dataset = replace(dataset, '\"repairs\": 20', '\"repairs\": 1000000')",
    "UPDATE {l} SET dataset = replace(dataset, '\"seed\": 42', '\"seed\": 7')",
    "{loose}; ALTER TABLE {l} ALTER batch TYPE VARCHAR",
    "{loose}; ALTER TABLE {l} DROP COLUMN batch",
    "ALTER TABLE {l} ADD COLUMN more VARCHAR",
    "DELETE FROM {l}",
    "DELETE FROM {l} WHERE batch = 2",
    "{loose}; INSERT INTO {l} SELECT * FROM {l}",
    "DROP TABLE {l}",
    f"DROP TABLE {{l}}; CREATE VIEW {{l}} AS {ENDLESS} SELECT n FROM r",
    "DELETE FROM workshop_history.repairs WHERE is_current",
    "UPDATE workshop_history.repairs SET valid_to = valid_from",
    "DROP SCHEMA workshop_history CASCADE",
    "UPDATE {t} SET state = 'x' WHERE repair_id = 1",
    "DELETE FROM {t} WHERE repair_id = 1",
    "DROP TABLE {t}",
)
