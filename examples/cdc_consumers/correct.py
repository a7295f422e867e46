# ruff: noqa: INP001, S608, T201 — a script that builds SQL from names in its own manifests, and prints
"""A consumer of change data that ends in the right state, whatever happens to the feed on its way.

    python correct.py DIR --to out.duckdb [--tables raw_orders,raw_customers]

DIR holds the base (`snapshots/<domain>/<table>/at=00000`) and the change log as it was delivered
(`changes/<domain>/<table>/batch=00001` and so on). What makes it right, in one line each:

- the **log sequence number** orders events; neither their place in a file nor a clock does;
- it keeps the events of every row, **deleted ones too**, and a row is what the last of them says;
- so records may come twice, late, in any order, and files again: the outcome is the same;
- a key that changes is a delete of the old one and an insert of the new one;
- a record that can't be understood is **set aside**, not guessed at, and doesn't stop the others;
- columns are found by name and cast to the table's types; one that isn't delivered keeps its last value;
- a batch is **one transaction** with its entry in a ledger: after a crash, run it again.
"""

import argparse
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

META = ["batch", "lsn", "tx_id", "tx_seq", "tx_total", "op", "commit_ts"]
SQL_TYPES = {
    "int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT", "float64": "DOUBLE",
    "boolean": "BOOLEAN", "string": "VARCHAR", "date": "DATE", "timestamp(s)": "TIMESTAMP",
    "timestamp(ms)": "TIMESTAMP", "timestamp(s, UTC)": "TIMESTAMPTZ", "timestamp(ms, UTC)": "TIMESTAMPTZ",
    "uuid": "UUID", "json": "JSON",
}  # fmt: skip


@dataclass
class Table:
    """A table as the base's manifest describes it; its key is its first column."""

    domain: str
    name: str
    types: dict[str, str]  # column: SQL type

    @property
    def target(self) -> str:
        """The table in the database."""
        return f"{self.domain}.{self.name}"

    @property
    def key(self) -> str:
        """The primary key."""
        return next(iter(self.types))

    @property
    def cells(self) -> dict[str, str]:
        """The other columns."""
        return {name: type_ for name, type_ in self.types.items() if name != self.key}

    @property
    def events(self) -> str:
        """What is known of each row: when (by lsn) it stayed or went, with which values; the base is lsn 0."""
        return f"cdc.events_{self.name}"

    @property
    def log_columns(self) -> dict[str, str]:
        """The columns of the change log, in order; types of images only."""
        images = {prefix + name: type_ for prefix in ("before_", "after_") for name, type_ in self.types.items()}
        return {**dict.fromkeys([*META, self.key], ""), **images, "changed_columns": ""}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Keep DuckDB tables up to date from a change log.")
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--to", required=True, metavar="FILE")
    parser.add_argument("--tables", help="only these, with commas between them")
    arguments = parser.parse_args()
    only = arguments.tables.split(",") if arguments.tables else None
    there = {path.parent.name for path in arguments.folder.glob("snapshots/*/*/at=00000")}
    if not there or not there.issuperset(only or ()):
        parser.error(f"{arguments.folder} has bases of {', '.join(sorted(there)) or 'no table'} in snapshots/")
    consume(arguments.folder, arguments.to, only)


def consume(folder: Path, to: str, only: list[str] | None = None) -> None:
    """Bring the tables in a DuckDB file up to date with all that was delivered."""
    tables = [table for table in find_tables(folder) if only is None or table.name in only]
    with duckdb.connect(to) as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("CREATE SCHEMA IF NOT EXISTS cdc")
        db.execute("CREATE TABLE IF NOT EXISTS cdc.ledger (name VARCHAR, batch INTEGER, PRIMARY KEY (name, batch))")
        db.execute(
            "CREATE TABLE IF NOT EXISTS cdc.quarantine (name VARCHAR, file VARCHAR, reason VARCHAR, record JSON)"
        )
        done = set(db.execute("FROM cdc.ledger").fetchall())
        batches = {table.name: find_batches(folder, table) for table in tables}
        for batch in [0, *sorted(set().union(*batches.values()))]:
            db.execute("BEGIN")
            for table in tables:
                if (table.name, batch) not in done and (batch == 0 or batch in batches[table.name]):
                    take_base(db, folder, table) if batch == 0 else take_batch(db, table, batches[table.name][batch])
                    db.execute("INSERT INTO cdc.ledger VALUES (?, ?)", [table.name, batch])
            db.execute("COMMIT")
        report(db)


def find_tables(folder: Path) -> list[Table]:
    """The tables that have a base."""
    tables = []
    for path in sorted(folder.glob("snapshots/*/*/at=00000/_manifest.json")):
        manifest = json.loads(path.read_text())
        tables.append(Table(manifest["domain"], manifest["entity"], read_columns(manifest)))
    return tables


def read_columns(manifest: dict) -> dict[str, str]:
    """The SQL types of a manifest's columns."""
    return {c["name"]: sql_type(c["type"]) for c in manifest["columns"]}


def sql_type(type_: str) -> str:
    """What DuckDB calls a manifest's type; structs and lists are kept as JSON."""
    return "JSON" if type_.startswith(("struct(", "list(")) else SQL_TYPES.get(type_, type_)


def find_batches(folder: Path, table: Table) -> dict[int, Path]:
    """The batches that were delivered, by number."""
    return {int(p.name[6:]): p for p in (folder / "changes" / table.domain / table.name).glob("batch=*")}


def take_base(db: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> None:
    """Load the state before the first batch."""
    columns = ", ".join(f"{name} {type_}" for name, type_ in table.types.items())
    cells = ", ".join(f"{name} {type_}" for name, type_ in table.cells.items())
    db.execute(f"CREATE SCHEMA IF NOT EXISTS {table.domain}")
    db.execute(f"CREATE OR REPLACE TABLE {table.target} ({columns})")
    db.execute(
        f"""CREATE OR REPLACE TABLE {table.events}
            (row_key {table.types[table.key]}, number BIGINT, stays BOOLEAN, lacking VARCHAR[], {cells})"""
    )
    path = folder / "snapshots" / table.domain / table.name / "at=00000"
    for name, frame in read_folder(db, table, path):
        if frame is None:
            raise SystemExit(f"{path / name} is damaged: without its base a table can't be built.")
        if not frame.height:
            continue
        db.register("base", frame)
        casts = ", ".join(f"CAST({column} AS {type_})" for column, type_ in table.types.items())
        db.execute(f"INSERT INTO {table.target} SELECT {casts} FROM base")
    db.execute(
        f"INSERT INTO {table.events} SELECT {table.key}, 0, TRUE, [], {', '.join(table.cells)} FROM {table.target}"
    )


def take_batch(db: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Apply what was delivered as one batch."""
    columns = read_columns(json.loads((path / "_manifest.json").read_text()))
    for name, frame in read_folder(db, table, path):
        if frame is not None and frame.height:
            old_names = renamed_columns(table, columns)
            delivered = frame.rename({new: old for new, old in old_names.items() if new in frame.columns})
            db.register("delivered", delivered)
            set_aside(db, table, path / name, delivered.columns)
            apply(db, table, delivered.columns)


def read_folder(db: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Iterator[tuple[str, pl.DataFrame | None]]:
    """The files of a folder, as far as they can be read; what the manifest says otherwise is put on record."""
    for file in json.loads((path / "_manifest.json").read_text())["files"]:
        whole = path / file["path"]
        content = whole.read_bytes() if whole.exists() else b""
        try:
            frame = read_file(whole, content)
        except Exception as error:  # noqa: BLE001 — whatever a reader raises over damage
            frame, problem = None, f"can't be read: {str(error).splitlines()[0]}"
        else:
            lost = file["rows"] - frame.height
            problem = f"isn't the file of the manifest; {lost} of its {file['rows']} records are missing"
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            db.execute("INSERT INTO cdc.quarantine VALUES (?, ?, ?, NULL)", [table.name, str(whole), problem])
        yield file["path"], frame


def read_file(path: Path, content: bytes) -> pl.DataFrame:
    """A file as a frame: typed from Parquet, text from CSV and NDJSON; a line that broke off is left out."""
    if path.suffix == ".parquet":
        return pl.read_parquet(io.BytesIO(content))
    if path.suffix == ".csv":
        header, *rows = csv.reader(io.StringIO(content.decode(errors="replace"), newline=""))
        if rows and (len(rows[-1]) < len(header) or not content.endswith(b"\n")):
            rows.pop()
        cells = [[cell or None for cell in row] for row in rows]
        return pl.DataFrame(cells, schema=dict.fromkeys(header, pl.String), orient="row")
    lines = content.decode(errors="replace").split("\n")[:-1]
    records = [json.loads(line, parse_float=str) for line in lines]
    names = dict.fromkeys(name for record in records for name in record)
    texts = [[text_of(r.get(name)) for name in names] for r in records]
    return pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String), orient="row")


def text_of(value: object) -> str | None:
    """A value of JSON as text; objects and arrays stay JSON."""
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def renamed_columns(table: Table, found: dict[str, str]) -> dict[str, str]:
    """Unknown columns in the places of missing ones, with their types: the old name of each.

    A place is what lies between two columns with known names. One more or one less there, and nobody can tell.
    """
    missing, unknown = by_place(table.log_columns, found), by_place(found, table.log_columns)
    pairs = [(names, missing.get(place, [])) for place, names in unknown.items()]
    return {new: old for news, olds in pairs if len(news) == len(olds) for new, old in zip(news, olds, strict=True)}


def by_place(columns: dict[str, str], known: dict[str, str]) -> dict[tuple[str, str], list[str]]:
    """The columns that aren't known: by the last one before them that is, and by type."""
    places: dict[tuple[str, str], list[str]] = {}
    before = ""
    for name, type_ in columns.items():
        if name in known:
            before = name
        else:
            places.setdefault((before, type_), []).append(name)
    return places


def key_of(table: Table, columns: list[str], *images: str) -> str:
    """SQL for a key: from an image if it is there, else from the record's own key."""
    names = [name for name in (*(image + table.key for image in images), table.key) if name in columns]
    return f"TRY_CAST(coalesce({', '.join(names)}, NULL) AS {table.types[table.key]})"


def set_aside(db: duckdb.DuckDBPyConnection, table: Table, file: Path, columns: list[str]) -> None:
    """Put records that can't be understood on record; `apply` leaves them out by the same condition."""
    key = key_of(table, columns, "after_", "before_")
    db.execute(
        f"""CREATE OR REPLACE TEMP TABLE understood AS
            SELECT *, CASE WHEN op NOT IN ('insert', 'update', 'delete') OR op IS NULL THEN 'unknown op'
                           WHEN {key} IS NULL THEN 'no key' WHEN lsn IS NULL THEN 'no lsn' END AS problem
            FROM delivered"""
    )
    db.execute(
        "INSERT INTO cdc.quarantine SELECT ?, ?, problem, to_json(u) FROM understood u WHERE problem IS NOT NULL",
        [table.name, str(file)],
    )


def apply(db: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> None:
    """Add a file's records to the table's events, and make the rows that they are about anew from all of theirs."""
    old, new = key_of(table, columns, "before_", "after_"), key_of(table, columns, "after_")
    lacking = [name for name in table.types if f"after_{name}" not in columns]
    values = ", ".join(f"CAST({'NULL' if n in lacking else f'after_{n}'} AS {t})" for n, t in table.cells.items())
    nothing = ", ".join("NULL" for _ in table.cells)
    db.execute(
        f"""CREATE OR REPLACE TEMP TABLE fresh AS
            WITH known AS (SELECT *, {old} AS old_key, {new} AS new_key FROM understood WHERE problem IS NULL)
            SELECT new_key AS row_key, CAST(lsn AS BIGINT) AS number, TRUE AS stays, {lacking}::VARCHAR[], {values}
            FROM known WHERE op <> 'delete'
            UNION ALL
            SELECT old_key, CAST(lsn AS BIGINT), FALSE, {list(table.cells)}::VARCHAR[], {nothing}
            FROM known WHERE op = 'delete' OR (op = 'update' AND old_key <> new_key)"""
    )
    db.execute(f"INSERT INTO {table.events} FROM fresh")
    last = ", ".join(
        f"arg_max_null({name}, number) FILTER (NOT list_contains(lacking, '{name}')) AS {name}" for name in table.cells
    )
    db.execute(f"DELETE FROM {table.target} WHERE {table.key} IN (SELECT row_key FROM fresh)")
    db.execute(
        f"""INSERT INTO {table.target} BY NAME
            SELECT row_key AS {table.key}, {last} FROM {table.events}
            WHERE row_key IN (SELECT row_key FROM fresh) GROUP BY row_key HAVING arg_max(stays, number)"""
    )


def report(db: duckdb.DuckDBPyConnection) -> None:
    """What a person should look at."""
    for name, reason, count in db.execute(
        "SELECT name, reason, count(*) FROM cdc.quarantine GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        print(f"{name}: {count} set aside: {reason}")


if __name__ == "__main__":
    main()
