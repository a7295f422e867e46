"""The plots of docs/benchmarks.md: medians of what was measured."""

import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from report import Sample

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from drawing.panels import Shares, panels  # pyright: ignore[reportMissingImports] — of the scripts

Taken = Mapping[str, Sequence[Sample]]

_CELLS = (
    ("bronze 2 workers", "bronze_large_two_workers"),
    ("bronze 1 process", "bronze_large"),
    ("bronze 1 core", "bronze_large_on_one_core"),
    ("tpchgen-cli", "tpch"),
    ("its shape, 2", "tpch_of_ours_two_workers"),
    ("its shape, 1", "tpch_of_ours"),
    ("rand-engine", "rand_engine"),
)
_PEOPLE = (
    ("ours", "people"),
    ("DuckDB", "people_of_duckdb"),
    ("mimesis", "people_of_mimesis"),
    ("Faker", "people_of_faker"),
)
_FORMATS = (("Parquet", "parquet_alone"), ("CSV", "csv_alone"), ("NDJSON", "ndjson_alone"), ("DuckDB", "duckdb_alone"))
_SIZES = (("1 million", "clickstream_1m"), ("10 million", "clickstream_10m"), ("100 million", "clickstream_100m"))
_MEMORY = (
    ("one process", "memory_one_process"),
    ("two workers", "memory_two_workers"),
    ("four workers", "memory_four_workers"),
)


def picture(taken: Taken) -> str:
    """The plots, as the text of an SVG file."""

    def middle(name: str, value: str) -> float:
        return statistics.median(sample.values[value] for sample in taken[name])

    nothing = middle("clickstream_none", "seconds")
    floors: list[tuple[str, float]] = []
    for words, name in _FORMATS:
        cell = 1e9 / middle(name, "cells")
        floors += [
            (words, middle(name, "generate_and_write_cpu_s") * cell),
            ("written alone", middle(name, "write_cpu_s") * cell),
        ]
    a_row = [(words, (middle(name, "seconds") - nothing) / middle(name, "rows") * 1e9) for words, name in _SIZES]
    return panels(
        "Benchmarks",
        [
            Shares("million cells a second", [(words, middle(name, "cells_per_s") / 1e6) for words, name in _CELLS]),
            Shares("ns of processor time a cell", floors),
            Shares("people: million cells a second", [(w, middle(name, "cells_per_s") / 1e6) for w, name in _PEOPLE]),
            Shares("clickstream: ns a row, by rows", a_row),
            Shares("bronze large: MB of all processes", [(words, middle(name, "tree_mb")) for words, name in _MEMORY]),
        ],
    )
