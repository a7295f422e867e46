"""Measure whole processes in turn with their peers and write docs/benchmarks.md: `make bench`.

With ``--check`` only what ratios are drawn from is measured, and compared with the ratios that `make bench` recorded.

Every measurement is a function below and a line of MEASUREMENTS; every figure to reach is a line of FIGURES.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pictures import picture
from processes import Run, run, tree_memory
from report import Figure, Sample, Values, compared, write_report

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
REPORT = HERE.parent / "docs" / "benchmarks.md"
PICTURE = HERE.parent / "docs" / "images" / "benchmarks.svg"
RECORDED = HERE / "recorded.json"
"""The ratios of the last report, by figure."""


@dataclass(frozen=True)
class Place:
    """Where a measurement finds the peers' programs, and the empty folder it writes to."""

    peers: Path
    output: Path


def bronze_large(place: Place) -> Sample:
    """All eight tables of bronze large, one process, hashes included."""
    return _generate(place, "--preset", "large")


def tpch(place: Place) -> Sample:
    """TPC-H at scale factor 1; the program skips files that exist, hence a new folder each time."""
    command = [str(place.peers / "tpchgen-cli"), "parquet", "-s", "1", "--compression", "ZSTD(1)"]
    return _files_of(place, [*command, "--output-dir", str(place.output)])


def tpch_of_ours(place: Place) -> Sample:
    """The TPC-H-shaped dataset of the examples at scale factor 1, one process, hashes included."""
    return _tpch_of_ours(place)


def tpch_of_ours_two_workers(place: Place) -> Sample:
    """The same with two workers."""
    return _tpch_of_ours(place, workers=2)


def tpch_of_ours_on_one_core(place: Place) -> Sample:
    """The same as one process, pinned to one core."""
    return _tpch_of_ours(place, pinned=True)


def tpch_on_one_thread(place: Place) -> Sample:
    """TPC-H at scale factor 1 on one thread."""
    command = [str(place.peers / "tpchgen-cli"), "parquet", "-s", "1", "--compression", "ZSTD(1)"]
    return _files_of(place, [*command, "--num-threads", "1", "--output-dir", str(place.output)])


def bronze_large_two_workers(place: Place) -> Sample:
    """The same with two workers."""
    return _generate(place, "--preset", "large", workers=2)


def bronze_large_on_one_core(place: Place) -> Sample:
    """The same as one process, pinned to one core."""
    return _generate(place, "--preset", "large", pinned=True)


def rand_engine(place: Place) -> Sample:
    """One table of 1,000,000 rows and eight columns."""
    script = str(HERE / "rand_engine_1m.py")
    return _files_of(place, [str(place.peers / "python"), script, str(place.output / "sales.parquet")])


def library_1m(place: Place) -> Sample:
    """Library's transactions, 1,000,000 rows of eight columns, one process, hashes included."""
    return _library(place, 1_000_000)


def rand_engine_transactions_1m(place: Place) -> Sample:
    """Transactions of rand-engine's own spec, 1,000,000 rows of seven columns."""
    return _transactions_of_rand_engine(place, 1_000_000)


def library_5m(place: Place) -> Sample:
    """The same, 5,000,000 rows."""
    return _library(place, 5_000_000)


def rand_engine_transactions_5m(place: Place) -> Sample:
    """The same of rand-engine, 5,000,000 rows."""
    return _transactions_of_rand_engine(place, 5_000_000)


def materialize_small(place: Place) -> Sample:
    """Bronze small through Dagster: Parquet, CSV, DuckDB, asset checks."""
    command = [str(BIN / "dagster"), "asset", "materialize", "-m", "synth_assets.definitions"]
    command += ["--select", "group:bronze", "--partition", "small|42"]
    home = place.output / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    took = run(command, {"SYNTH_DATA": str(place.output / "data"), "DAGSTER_HOME": str(home)})
    return _sample(place, command, took, {})


def parquet_alone(place: Place) -> Sample:
    """Bronze large to Parquet, generated, hashed and written, and the same frames written alone."""
    return _alone(place, "parquet")


def csv_alone(place: Place) -> Sample:
    """The same to CSV."""
    return _alone(place, "csv")


def ndjson_alone(place: Place) -> Sample:
    """The same to NDJSON."""
    return _alone(place, "ndjson")


def duckdb_alone(place: Place) -> Sample:
    """The same to DuckDB; the frames go through Parquet in both cases."""
    return _alone(place, "duckdb")


def marketplace_alone(place: Place) -> Sample:
    """The first four million rows of each table of the marketplace, large, to Parquet, and the same frames alone."""
    return _alone(place, "parquet", "--domain", "marketplace", "--units", "1")


def clickstream_none(place: Place) -> Sample:
    """The clickstream of no order: what a run takes that makes nothing."""
    return _clickstream(place, 0)


def clickstream_1m(place: Place) -> Sample:
    """The clickstream of 20,834 orders, a million rows; all else is that of large."""
    return _clickstream(place, 20_834)


def clickstream_10m(place: Place) -> Sample:
    """The same of ten times as many."""
    return _clickstream(place, 208_334)


def clickstream_100m(place: Place) -> Sample:
    """The same of a hundred times as many."""
    return _clickstream(place, 2_083_334)


def memory_one_process(place: Place) -> Sample:
    """Memory of bronze large to Parquet, one process."""
    return _memory(place, 1)


def memory_two_workers(place: Place) -> Sample:
    """Memory of the same with two workers, all processes together."""
    return _memory(place, 2)


def memory_four_workers(place: Place) -> Sample:
    """Memory of the same with four workers, all processes together."""
    return _memory(place, 4)


def people(place: Place) -> Sample:
    """A table of people, 1,000,000 rows of six columns, hashes included."""
    return _generated(place, str(HERE / "people.yaml"), "--compress=zstd")


def people_of_duckdb(place: Place) -> Sample:
    """Such a table by one statement of DuckDB, 1,000,000 rows; words from short lists."""
    return _people(place, "duckdb", 1_000_000)


def people_of_mimesis(place: Place) -> Sample:
    """Such a table by a loop over mimesis, 20,000 rows."""
    return _people(place, "mimesis", 20_000)


def people_of_faker(place: Place) -> Sample:
    """Such a table by a loop over Faker, 20,000 rows."""
    return _people(place, "faker", 20_000)


def kernel(place: Place) -> Sample:
    """Nanoseconds a value of the kernel."""
    return _numbers_of(place, [sys.executable, str(HERE / "kernel.py")])


def declared(place: Place) -> Sample:
    """The tables of a toy as Python classes and as a declaration."""
    return _numbers_of(place, [sys.executable, str(HERE / "declared.py")])


def slice_xlarge(place: Place) -> Sample:
    """One column of 1,000 rows from the middle of xlarge, the slowest one."""
    return _numbers_of(place, [sys.executable, str(HERE / "slice.py")])


def clickstream_xlarge(place: Place) -> Sample:
    """The largest table there is, for its memory; once, as it takes minutes."""
    return _generate(place, "raw_clickstream", "--preset", "xlarge")


def changes_medium(place: Place) -> Sample:
    """One daily batch of bronze medium, eight logs in Parquet, after the process's start-up."""
    return _numbers_of(place, [sys.executable, str(HERE / "changes.py"), "medium"])


def changes_xlarge(place: Place) -> Sample:
    """Three daily batches of bronze xlarge, eight logs each in Parquet, one process."""
    return _numbers_of(place, [sys.executable, str(HERE / "changes.py"), "xlarge"])


def changes_10k(place: Place) -> Sample:
    """One daily batch of a base of 10,000 customers."""
    return _numbers_of(place, [sys.executable, str(HERE / "changes.py"), "10k"])


def changes_10m(place: Place) -> Sample:
    """One daily batch of a base of 10,000,000 customers."""
    return _numbers_of(place, [sys.executable, str(HERE / "changes.py"), "10m"])


MEASUREMENTS: tuple[Callable[[Place], Sample], ...] = (
    bronze_large,
    bronze_large_two_workers,
    bronze_large_on_one_core,
    tpch,
    tpch_of_ours,
    tpch_of_ours_two_workers,
    tpch_on_one_thread,
    tpch_of_ours_on_one_core,
    rand_engine,
    library_1m,
    rand_engine_transactions_1m,
    library_5m,
    rand_engine_transactions_5m,
    people,
    people_of_duckdb,
    people_of_mimesis,
    people_of_faker,
    clickstream_none,
    clickstream_1m,
    clickstream_10m,
    clickstream_100m,
    materialize_small,
    parquet_alone,
    csv_alone,
    ndjson_alone,
    duckdb_alone,
    marketplace_alone,
    kernel,
    declared,
    slice_xlarge,
    changes_medium,
    changes_xlarge,
    changes_10k,
    changes_10m,
    memory_one_process,
    memory_two_workers,
    memory_four_workers,
    clickstream_xlarge,
)
ONCE = (clickstream_xlarge,)

FLOORS = (
    ("Parquet", "parquet_alone", 1.7),
    ("CSV", "csv_alone", 1.4),
    ("NDJSON", "ndjson_alone", 1.4),
    ("DuckDB", "duckdb_alone", 1.6),
    ("Parquet, marketplace", "marketplace_alone", 1.5),
)
"""What the figures call writing alone, its measurement, and how often its processor time the whole may take."""


def _over_floor(name: str, of: str, most: float) -> Figure:
    return Figure(
        f"{name}: processor time to generate, hash and write, over writing the same frames alone",
        lambda got: got[of]["generate_and_write_cpu_s"] / got[of]["write_cpu_s"],
        at_most=most,
        is_ratio=True,
    )


def _floor(name: str, of: str) -> Figure:
    return Figure(f"{name}: writing alone, ns of processor time a cell", lambda got: got[of]["write_cpu_ns_a_cell"])


def _a_row(got: Mapping[str, Values], name: str) -> float:
    return (got[name]["seconds"] - got["clickstream_none"]["seconds"]) / got[name]["rows"]


FIGURES = (
    Figure("kernel bits, ns a value", lambda got: got["kernel"]["bits_ns"], at_most=3),
    Figure(
        "kernel bits and a weighted choice from them, ns a value",
        lambda got: got["kernel"]["bits_and_choice_ns"],
        at_most=7,
    ),
    Figure(
        "bronze large, cells/s over those of tpchgen-cli",
        lambda got: got["bronze_large"]["cells_per_s"] / got["tpch"]["cells_per_s"],
        at_least=2,
        is_ratio=True,
    ),
    Figure(
        "bronze large with two workers, cells/s over those of tpchgen-cli",
        lambda got: got["bronze_large_two_workers"]["cells_per_s"] / got["tpch"]["cells_per_s"],
        at_least=2,
        is_ratio=True,
    ),
    Figure(
        "bronze large, million cells a second of processor time over those of tpchgen-cli",
        lambda got: _cells_a_cpu_second(got["bronze_large"]) / _cells_a_cpu_second(got["tpch"]),
        at_least=1,
        is_ratio=True,
    ),
    Figure(
        "TPC-H's shape, scale factor 1, time of two workers over that of tpchgen-cli's two threads",
        lambda got: got["tpch_of_ours_two_workers"]["seconds"] / got["tpch"]["seconds"],
        at_most=1,
        is_ratio=True,
    ),
    Figure(
        "TPC-H's shape, time of one process over that of tpchgen-cli's two threads",
        lambda got: got["tpch_of_ours"]["seconds"] / got["tpch"]["seconds"],
        at_most=1,
        is_ratio=True,
    ),
    Figure(
        "TPC-H's shape, time of one process on one core over that of one thread of tpchgen-cli",
        lambda got: got["tpch_of_ours_on_one_core"]["seconds"] / got["tpch_on_one_thread"]["seconds"],
        at_most=1,
        is_ratio=True,
    ),
    Figure(
        "bronze large, time on one core over that of two workers on two",
        lambda got: got["bronze_large_on_one_core"]["seconds"] / got["bronze_large_two_workers"]["seconds"],
        at_least=1.75,
        is_ratio=True,
    ),
    Figure(
        "bronze large, processor time of two workers over that on one core",
        lambda got: got["bronze_large_two_workers"]["cpu_seconds"] / got["bronze_large_on_one_core"]["cpu_seconds"],
        at_most=1.1,
        is_ratio=True,
    ),
    Figure(
        "time a row of the clickstream, 100 million rows over 10 million, that of none subtracted",
        lambda got: _a_row(got, "clickstream_100m") / _a_row(got, "clickstream_10m"),
        at_most=1.05,
        is_ratio=True,
    ),
    Figure(
        "time a row of the clickstream, 10 million rows over 1 million, that of none subtracted",
        lambda got: _a_row(got, "clickstream_10m") / _a_row(got, "clickstream_1m"),
    ),
    *(_over_floor(name, of, most) for name, of, most in FLOORS),
    *(_floor(name, of) for name, of, _ in FLOORS),
    *(
        Figure(
            f"people, cells/s over those of {peer}",
            lambda got, name=name: got["people"]["cells_per_s"] / got[name]["cells_per_s"],
            is_ratio=True,
        )
        for name, peer in (
            ("people_of_duckdb", "DuckDB"),
            ("people_of_mimesis", "mimesis"),
            ("people_of_faker", "Faker"),
        )
    ),
    *(
        Figure(
            f"bronze large, all processes of {workers} together, peak MB",
            lambda got, name=name: got[name]["tree_mb"],
            at_most=most,
        )
        for name, workers, most in (
            ("memory_one_process", "one process", 650),
            ("memory_two_workers", "two workers", 1_050),
            ("memory_four_workers", "four workers", 1_850),
        )
    ),
    Figure(
        "bronze large, cells/s over those of rand-engine",
        lambda got: got["bronze_large"]["cells_per_s"] / got["rand_engine"]["cells_per_s"],
    ),
    Figure(
        "library transactions, 1,000,000 rows, seconds of rand-engine over ours",
        lambda got: got["rand_engine_transactions_1m"]["seconds"] / got["library_1m"]["seconds"],
        at_least=2.5,
        is_ratio=True,
    ),
    Figure(
        "library transactions, 5,000,000 rows, seconds of rand-engine over ours",
        lambda got: got["rand_engine_transactions_5m"]["seconds"] / got["library_5m"]["seconds"],
        at_least=5,
        is_ratio=True,
    ),
    Figure(
        "library transactions, 5,000,000 rows, peak memory over that of rand-engine",
        lambda got: got["library_5m"]["peak_mb"] / got["rand_engine_transactions_5m"]["peak_mb"],
        at_most=0.25,
        is_ratio=True,
    ),
    Figure(
        "one column of 1,000 rows from the middle of xlarge, s",
        lambda got: got["slice_xlarge"]["slice_s"],
        at_most=0.2,
    ),
    Figure(
        "cells/s of declared tables over those of the same tables as Python classes",
        lambda got: got["declared"]["declared_over_python"],
        at_least=0.9,
        is_ratio=True,
    ),
    Figure("bronze large, peak MB", lambda got: got["bronze_large"]["peak_mb"], at_most=600),
    Figure("xlarge raw_clickstream, peak MB", lambda got: got["clickstream_xlarge"]["peak_mb"], at_most=600),
    Figure(
        "bronze small through Dagster, three formats and checks, s",
        lambda got: got["materialize_small"]["seconds"],
        at_most=15,
    ),
    Figure(
        "bronze medium, one daily batch of changes, s", lambda got: got["changes_medium"]["generate_s"], at_most=0.5
    ),
    Figure(
        "change events/s, daily batches of bronze xlarge",
        lambda got: got["changes_xlarge"]["events_per_s"],
        at_least=300_000,
    ),
    Figure(
        "µs a change event, base of 10 M customers over base of 10 K",
        lambda got: got["changes_10m"]["us_per_event"] / got["changes_10k"]["us_per_event"],
        at_most=1.5,
        is_ratio=True,
    ),
)


_FOR_RATIOS = (
    bronze_large,
    bronze_large_two_workers,
    bronze_large_on_one_core,
    tpch,
    tpch_of_ours,
    tpch_of_ours_two_workers,
    tpch_on_one_thread,
    tpch_of_ours_on_one_core,
    parquet_alone,
    csv_alone,
    people,
    people_of_duckdb,
    declared,
)
"""What takes seconds; the others take minutes, or start programs that do."""


def main() -> None:
    """Run the rounds; print each measurement as it ends; write the report if nothing was left out."""
    names = [measure.__name__ for measure in MEASUREMENTS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often to take each measurement")
    parser.add_argument("--peers", type=Path, required=True, help="the bin folder of the peers' environment")
    parser.add_argument("--scratch", type=Path, help="where to write; default: the system's folder")
    parser.add_argument("--only", choices=names, nargs="+", help="take these, print, and write no report")
    parser.add_argument("--check", action="store_true", help="fail if a ratio is worse than the recorded by a fifth")
    options = parser.parse_args()
    if options.check and not options.only:
        options.only = [measure.__name__ for measure in _FOR_RATIOS]
    taken: dict[str, list[Sample]] = {}
    for number in range(options.rounds):
        for measure in MEASUREMENTS:
            name = measure.__name__
            if (number > 0 and measure in ONCE) or (options.only and name not in options.only):
                continue
            with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
                sample = measure(Place(options.peers.resolve(), Path(folder)))
            taken.setdefault(name, []).append(sample)
            values = "  ".join(f"{key} {value:,.4g}" for key, value in sample.values.items())
            print(f"round {number + 1}/{options.rounds}  {name}: {values}", flush=True)
    if options.check:
        worse = compared(FIGURES, taken, json.loads(RECORDED.read_text(encoding="utf-8")))
        sys.exit(f"worse than recorded by more than a fifth:\n{worse}" if worse else 0)
    if not options.only:
        ratios = {one.name: one.median(taken) for one in FIGURES if one.is_ratio}
        RECORDED.write_text(json.dumps(ratios, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        purposes = {measure.__name__: (measure.__doc__ or "").splitlines()[0] for measure in MEASUREMENTS}
        REPORT.write_text(write_report(taken, purposes, FIGURES, options.peers.resolve()), encoding="utf-8")
        PICTURE.write_text(picture(taken), encoding="utf-8")
        print(f"written: {REPORT.relative_to(HERE.parent)}, {PICTURE.relative_to(HERE.parent)}")


def _cells_a_cpu_second(values: Values) -> float:
    return values["cells"] / values["cpu_seconds"]


def _generate(place: Place, *arguments: str, workers: int = 1, pinned: bool = False) -> Sample:
    return _generated(place, "bronze", *arguments, "--compress=zstd", workers=workers, pinned=pinned)


def _tpch_of_ours(place: Place, *, workers: int = 1, pinned: bool = False) -> Sample:
    of = str(HERE.parent / "examples/datasets/tpch.yaml")
    return _generated(place, of, "--preset", "sf1", "--compress=zstd", workers=workers, pinned=pinned)


def _clickstream(place: Place, orders: int) -> Sample:
    return _generate(place, "raw_clickstream", "--preset", "large", "--orders", str(orders))


def _alone(place: Place, form: str, *more: str) -> Sample:
    return _numbers_of(place, [sys.executable, str(HERE / "write_alone.py"), "--format", form, *more])


def _people(place: Place, of: str, rows: int) -> Sample:
    command = [str(place.peers / "python"), str(HERE / "people_peers.py"), of, str(rows)]
    return _files_of(place, [*command, str(place.output / "people.parquet")])


def _memory(place: Place, workers: int) -> Sample:
    command = _command(place, "bronze", "--preset", "large", "--compress=zstd", workers=workers)
    memory = tree_memory(command)
    return Sample(_shown(place, command), {"tree_mb": memory.peak_mb, "processes": memory.processes})


def _library(place: Place, rows: int) -> Sample:
    return _generated(place, "library", "transactions", "--size", str(rows), "--compress=snappy")


def _generated(place: Place, *arguments: str, workers: int = 1, pinned: bool = False) -> Sample:
    command = _command(place, *arguments, workers=workers)
    return _files_of(place, [*(("taskset", "-c", "0") if pinned else ()), *command])


def _command(place: Place, *arguments: str, workers: int) -> list[str]:
    command = [str(BIN / "synth"), "generate", *arguments, "--seed", "42", "--workers", str(workers)]
    return [*command, "--format", "parquet", "--output-dir", str(place.output)]


def _transactions_of_rand_engine(place: Place, rows: int) -> Sample:
    command = [str(place.peers / "python"), str(HERE / "rand_engine_transactions.py")]
    return _files_of(place, [*command, str(place.output / "transactions.parquet"), str(rows)])


def _files_of(place: Place, command: list[str]) -> Sample:
    """Run a program that writes Parquet files and count what it wrote."""
    took = run(command)
    counted = json.loads(run([sys.executable, str(HERE / "count_cells.py"), str(place.output)]).stdout)
    values = {
        "cells_per_s": counted["cells"] / took.seconds,
        "rows": counted["rows"],
        "cells": counted["cells"],
        "mb": counted["bytes"] / 1e6,
    }
    return _sample(place, command, took, values)


def _numbers_of(place: Place, command: list[str]) -> Sample:
    """Run a script that measures inside its own process and prints its numbers as one JSON object."""
    took = run(command)
    return _sample(place, command, took, json.loads(took.stdout))


def _sample(place: Place, command: list[str], took: Run, values: dict[str, float]) -> Sample:
    of_process = {"seconds": took.seconds, "cpu_seconds": took.cpu_seconds, "peak_mb": took.peak_mb}
    return Sample(_shown(place, command), {**of_process, **values})


def _shown(place: Place, command: list[str]) -> str:
    """A command as a person would type it."""
    shown = " ".join(f"'{word}'" if set(word) & set("|()") else word for word in command)
    for path, name in ((place.output, "DIR"), (place.peers, ""), (BIN, ""), (HERE, "benchmarks"), (HERE.parent, "")):
        shown = shown.replace(f"{path}/" if not name else str(path), name)
    return shown


if __name__ == "__main__":
    main()
