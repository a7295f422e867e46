"""The small stored things that the fuzz damages: one of every kind that the program writes, made once.

::

    HOME/synth.toml          names the toy domains, so that all commands know them
    HOME/<target>/…          a folder for each of TARGETS
    HOME/others/…            a dataset of another seed, to put into the place of what belongs there
"""

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import yaml

SETTINGS = """\
domains = ["synth_assets_tests.workshop", "synth_assets_tests.tenants"]

[partitions]
seeds = [42, 7]

[bronze]
orders = 30

[presets.bronze.demo]
customers = 20
products = 10
orders = 20
days = 5
"""

VOLUMES = {
    "bronze": "--customers 20 --products 20 --orders 30 --days 5",
    "workshop": "--branches 3 --staff 7 --customers 15 --repairs 20 --days 20",
    "tenants": "--tenants 2 --orders 6",
}
BATCHES = 3
FAULTS = (
    {"kind": "duplicated_records", "count": 2},
    {"kind": "late_arrival", "count": 2},
    {"kind": "corrupt_record", "count": 2},
    {"kind": "null_keys", "count": 1},
)
ENVELOPES = ("debezium", "delta", "dms", "maxwell", "sqlserver")

Kind = Literal["dataset", "changes", "envelope", "broken", "current", "candidate", "plan", "settings", "declaration"]


@dataclass(frozen=True)
class Target:
    """Something stored.

    Attributes:
        name: its folder in the corpus.
        kind: which of the program's commands read it.
        domain: whose tables it has.
        weight: how many of the mutations are of it, against the others.
    """

    name: str
    kind: Kind
    domain: str = "workshop"
    weight: int = 4


def _datasets() -> list[Target]:
    found = [
        Target(f"{domain}-{form}", "dataset", domain, weight)
        for domain, weight in (("bronze", 4), ("workshop", 8))
        for form in ("parquet", "csv", "ndjson", "json", "duckdb", "sqlite")
    ]
    found += [Target(f"workshop-{name}", "dataset", weight=4) for name in ("csv-gzip", "ndjson-zstd", "json-xz", "all")]
    return [*found, *(Target(f"tenants-{layout}", "dataset", "tenants", 8) for layout in ("flat", "by_column"))]


TARGETS = (
    *_datasets(),
    Target("changes-parquet", "changes", weight=14),
    Target("changes-csv", "changes", weight=6),
    Target("changes-ndjson", "changes", weight=6),
    *(Target(f"envelope-{name}", "envelope", weight=3) for name in ENVELOPES),
    Target("broken", "broken", weight=8),
    Target("current", "current", weight=8),
    *(Target(f"candidate-{form}", "candidate", weight=3) for form in ("parquet", "csv", "duckdb", "sqlite")),
    Target("plan", "plan", weight=6),
    Target("settings", "settings", weight=6),
    Target("declaration", "declaration", weight=6),
)
BY_NAME = {target.name: target for target in TARGETS}


def make(home: Path) -> None:
    """Make all of them, and leave the current folder and the environment pointed at them."""
    use(home)
    (home / "synth.toml").write_text(SETTINGS)
    for target in TARGETS:
        (home / target.name).mkdir()
    _make_datasets(home)
    _make_changes(home)
    _make_candidates(home)
    shutil.copy(home / "synth.toml", home / "settings" / "synth.toml")
    _make_declaration(home / "declaration" / "workshop.yaml")


def use(home: Path) -> None:
    """Let what follows in this process be done in the corpus's own project."""
    os.environ["SYNTH_CONFIG"] = str(home / "synth.toml")
    os.chdir(home)


def synth(command: str) -> None:
    """Do a command of the program in this process."""
    from synth_assets.cli.run import run

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = run(command.split())
    if status:
        raise RuntimeError(f"synth {command}: {status}\n{said.getvalue()}")


def plan() -> str:
    """A fault plan."""
    return yaml.safe_dump({"seed": 3, "faults": [*FAULTS]})


def _make_datasets(home: Path) -> None:
    for target in TARGETS:
        if target.kind == "dataset":
            generate(home / target.name, target.domain, target.name.partition("-")[2])
    for form in ("parquet", "csv"):
        generate(home / "others", "workshop", form, "--seed 7")
        generate(home / "others", "bronze", form, "--seed 7")


def generate(root: Path, domain: str, how: str, more: str = "") -> None:
    """Generate a dataset as a target's name says: a format, with a codec, or a layout."""
    form, _, codec = how.partition("-")
    if form in ("flat", "by_column"):
        options = f"--layout {form} --format parquet,csv,ndjson"
    elif form == "all":
        options = "--format parquet,csv,ndjson,duckdb,sqlite --chunk-size 8"
    else:
        options = f"--format {form}" + (f" --compress={codec}" if codec else "") + (" --chunk-size 8" if codec else "")
    synth(f"generate {domain} {VOLUMES[domain]} {options} --output-dir {root} --quiet {more}")


def _make_changes(home: Path) -> None:
    from synth_assets.changes.folder import ChangeFolder
    from synth_assets.usecases.change_data import DatasetChanges

    size = VOLUMES["workshop"]
    for form in ("parquet", "csv", "ndjson"):
        to = home / f"changes-{form}"
        synth(f"changes generate workshop {size} --batches 1..{BATCHES} --format {form} --output-dir {to} --quiet")
        for at in (0, BATCHES):
            synth(f"changes snapshot workshop {size} --at {at} --format {form} --output-dir {to}")
        synth(f"changes history workshop {size} --at {BATCHES} --format {form} --output-dir {to}")
    for name in ENVELOPES:
        to = home / f"envelope-{name}"
        synth(f"changes generate workshop {size} --batches 1..2 --envelope {name} --output-dir {to} --quiet")
    (home / "plan" / "plan.yaml").write_text(plan())
    synth(f"changes inject changes-parquet --plan plan/plan.yaml --output-dir {home / 'broken'}")
    folder = ChangeFolder.open(home / "changes-parquet")
    keyed = [name for name, table in folder.tables.items() if table.key]
    changes = DatasetChanges(folder.domain, folder.dataset, folder.cadence, home / "current")
    changes.bring_up(BATCHES, keyed, catch_up=True)
    shutil.rmtree(home / "current" / "changes")  # other targets are of these


def _make_candidates(home: Path) -> None:
    """The right table after the last batch, as a consumer would have it."""
    (rows,) = (home / "changes-parquet/snapshots/workshop/repairs" / f"at={BATCHES:05d}").glob("part-*")
    source = f"read_parquet('{rows}', hive_partitioning = false)"
    shutil.copy(rows, home / "candidate-parquet" / "repairs.parquet")
    with duckdb.connect(str(home / "candidate-duckdb" / "repairs.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE repairs AS FROM {source}")
        connection.execute(f"COPY repairs TO '{home / 'candidate-csv' / 'repairs.csv'}' (HEADER)")
    (stored,) = (home / "changes-csv/snapshots/workshop/repairs" / f"at={BATCHES:05d}").glob("part-*")
    shutil.copy(stored, home / "candidate-csv" / "repairs.csv")
    _into_sqlite(home / "candidate-csv" / "repairs.csv", home / "candidate-sqlite" / "repairs.sqlite")


def _into_sqlite(rows: Path, database: Path) -> None:
    import csv
    import sqlite3

    with rows.open(newline="") as lines, contextlib.closing(sqlite3.connect(database)) as connection:
        names, *cells = csv.reader(lines)
        connection.execute(f"CREATE TABLE repairs ({', '.join(names)})")
        places = ", ".join("?" * len(names))
        connection.executemany(
            f"INSERT INTO repairs VALUES ({places})", [[cell or None for cell in one] for one in cells]
        )
        connection.commit()


def _make_declaration(path: Path) -> None:
    from synth_assets_tests.workshop.declaration import CITIES, CITY_WEIGHTS, WORKSHOP

    # As people write weights.
    said = json.dumps(WORKSHOP).replace(json.dumps(CITY_WEIGHTS), json.dumps(CITIES))
    path.write_text(yaml.safe_dump(json.loads(said), allow_unicode=True, sort_keys=False))


def main(arguments: Sequence[str]) -> None:
    """Make them in the folder that is named, in a process of its own."""
    make(Path(arguments[0]).absolute())


if __name__ == "__main__":
    main(sys.argv[1:])
