"""Data made of a schema, loaded into real databases that hold all of its constraints."""

import logging
import re
import sqlite3
from contextlib import closing

import duckdb
import polars as pl
import sqlglot

import synth_assets
from synth_assets.schemas.sources import read_source
from synth_assets.schemas.writing.naming import column_names, table_names
from synth_assets.usecases.spec_from import spec_from


class Made:
    """A file made of a schema, and the rows of its smallest preset.

    Attributes:
        schema: as it was read.
        text: of the file.
        rows: by the source's tables, in the source's names, without what the source computes; parents first.
    """

    def __init__(self, source, folder, said="", *, preset="tiny", seed=42, reading=None, **words):
        self.schema = read_source(str(source), said, **(reading or {}))
        made = spec_from(str(source), said, **words)
        self.text = made.text
        self.file = folder / f"{made.dataset}.yaml"
        self.file.write_text(made.text, encoding="utf-8")
        names = table_names([table.name for table in self.schema.tables])
        order = [
            line[2:].partition(":")[0] for line in made.text.splitlines() if line[:2] == "  " and line[2:3].strip(" #")
        ]
        self.rows = {}
        for table in sorted(self.schema.tables, key=lambda one: order.index(names[one.name])):
            frame = synth_assets.scan(f"{self.file}/{names[table.name]}", preset, seed=seed).collect()
            called = column_names([one.name for one in table.columns], table.key.columns if table.key else ())
            given = [one.name for one in table.columns if one.computed is None]
            self.rows[table.name] = frame.select(pl.col(called[name]).alias(name) for name in given)


_LEFT_OUT = re.compile(
    r"--[^\n]*|\b(NON)?CLUSTERED\b|\bON \[PRIMARY\]|\bWITH \([^)]*\)|\bASC\b"
    r"|(\bCONSTRAINT \[DF_\w+\] )?\bDEFAULT \(\w*\)"
)
"""What T-SQL says of indexes and defaults, and others can't read."""

_TYPES = {
    " NULLS FIRST": "",
    '"dbo".': "",
    " IMAGE": " BYTEA",
    "(MAX)": "",
    " MONEY": " NUMERIC(19,4)",
    " BIT": " BOOLEAN",
}
_KEPT = ("CREATE TABLE", "ALTER TABLE", "CREATE UNIQUE", "CREATE TYPE", "CREATE DOMAIN")


def statements(path, read, write):
    """The statements of a file that make tables, in another dialect."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    text = path.read_text(encoding="utf-8").replace("\nGO\n", ";\n")
    found = []
    for one in filter(str.strip, _LEFT_OUT.sub("", text).split(";")):
        (made,) = sqlglot.transpile(one, read=read, write=write, identify=True)
        for old, new in _TYPES.items():
            made = made.replace(old, new)
        found += [made] if made.upper().startswith(_KEPT) else []
    return found


def into_postgres(connection, sql, made):
    """Make the tables, and load all rows in one transaction; keys that go round are looked at at its end.

    Returns:
        how many rows there are, by table.
    """
    for one in sql:
        connection.execute(one)
    foreign = connection.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
        " WHERE contype = 'f' AND conparentid = 0"
    ).fetchall()
    for table, name in foreign:
        connection.execute(f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED")
    counts = {}
    with connection.transaction():
        for name, frame in made.rows.items():
            there = _there(connection, name)
            columns = ", ".join(f'"{there[1][column.lower()]}"' for column in frame.columns)
            with connection.cursor().copy(f"COPY {there[0]} ({columns}) FROM STDIN") as copy:
                for row in frame.iter_rows():
                    copy.write_row(row)
            counts[name] = connection.execute(f"SELECT count(*) FROM {there[0]}").fetchone()[0]
    return counts


def _there(connection, name):
    """What a table and its columns are called there, by the names in small letters."""
    last = name.rpartition(".")[2].lower()
    found = connection.execute(
        "SELECT c.oid::regclass::text, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE lower(c.relname) = %s AND c.relkind IN ('r', 'p') AND a.attnum > 0",
        [last],
    ).fetchall()
    return found[0][0], {column.lower(): column for _, column in found}


def keys_of(schema):
    """Statements that make tables with all keys and NOT NULL, for databases that can't add keys later."""
    found = []
    for table in schema.tables:
        rows = [
            f'"{one.name}" {_SQLITE.get(one.type.name, "TEXT")}{"" if one.nullable else " NOT NULL"}'
            for one in table.columns
        ]
        rows += [f"PRIMARY KEY ({_names(table.key.columns)})"] if table.key else []
        rows += [f"UNIQUE ({_names(one.columns)})" for one in table.unique]
        for link in table.links:
            target = f" ({_names(link.target)})" if link.target else ""
            rows.append(f'FOREIGN KEY ({_names(link.columns)}) REFERENCES "{link.to.rpartition(".")[2]}"{target}')
        found.append(f'CREATE TABLE "{table.name.rpartition(".")[2]}" ({", ".join(rows)})')
    return found


_SQLITE = {"int32": "INTEGER", "int64": "INTEGER", "int16": "INTEGER"}


def _missing(column):
    return "" if column.nullable else " NOT NULL"


def _names(columns):
    return ", ".join(f'"{one}"' for one in columns)


def into_sqlite(sql, made):
    """The same, in SQLite."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        for one in sql:
            connection.execute(one)
        connection.execute("BEGIN")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        counts = {}
        for name, frame in made.rows.items():
            last = name.rpartition(".")[2]
            columns, places = ", ".join(f'"{one}"' for one in frame.columns), ", ".join("?" * frame.width)
            rows = [tuple(_plain(cell) for cell in row) for row in frame.iter_rows()]
            connection.executemany(f'INSERT INTO "{last}" ({columns}) VALUES ({places})', rows)
            counts[name] = connection.execute(f'SELECT count(*) FROM "{last}"').fetchone()[0]
        connection.execute("COMMIT")
        return counts


def _plain(cell):
    return cell if cell is None or isinstance(cell, int | float | str | bytes) else str(cell)


def into_duckdb(sql, made):
    """The same, in DuckDB, which looks at keys row by row."""
    counts = {}
    with duckdb.connect() as connection:
        for one in sql:
            connection.execute(one).fetchall()
        for name, frame in made.rows.items():
            last = name.rpartition(".")[2]
            columns = ", ".join(f'"{one}"' for one in frame.columns)
            connection.register("arriving", frame.to_arrow())
            connection.execute(f'INSERT INTO "{last}" ({columns}) SELECT {columns} FROM arriving').fetchall()
            counts[name] = connection.execute(f'SELECT count(*) FROM "{last}"').fetchall()[0][0]
    return counts


def broken(made):
    """What rows break of what their schema declares: keys, uniqueness, NOT NULL, references, sets, conditions."""
    found = []
    for table in made.schema.tables:
        rows = made.rows[table.name]
        found += [
            f"{table.name}.{one.name} is missing"
            for one in table.columns
            if not one.nullable and one.computed is None and rows[one.name].null_count()
        ]
        for group in (*filter(None, [table.key]), *table.unique):
            there = rows.select(group.columns).drop_nulls()
            found += [f"{table.name} {group.columns} twice"] if there.is_duplicated().any() else []
        for link in table.links:
            other = next(one for one in made.schema.tables if one.name == link.to)
            target = list(link.target or other.key.columns)
            lost = (
                rows.select(link.columns)
                .drop_nulls()
                .join(made.rows[link.to], left_on=list(link.columns), right_on=target, how="anti")
            )
            found += [f"{table.name} {link.columns} refers to none"] if lost.height else []
        for one in table.columns:
            if one.enumeration and not set(rows[one.name].drop_nulls()) <= set(one.enumeration):
                found.append(f"{table.name}.{one.name} is none of its values")
        found += _conditions_broken(table, rows)
    return found


def _conditions_broken(table, rows):
    for condition in table.conditions:
        parts = [f"NOT ({condition.holds})"] if condition.holds else []
        parts += [f"NOT regexp_full_match(\"{name}\", '{pattern}')" for name, pattern in condition.patterns]
        if parts:
            with duckdb.connect() as connection:
                connection.register("arriving", rows.to_arrow())
                query = f"SELECT count(*) FROM arriving WHERE {' OR '.join(parts)}"
                if connection.execute(query).fetchall()[0][0]:
                    yield f"{table.name}: {condition.text}"
