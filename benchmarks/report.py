"""The page that docs/benchmarks.md is: tables made from samples, without a date or a machine's name."""

import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from processes import run

Values = Mapping[str, float]

_WORSE = 1.2
_SEEN = "Cells a second, processor time a cell by format, people with other generators, time a row by size, and memory"


@dataclass(frozen=True)
class Sample:
    """One measurement in one round.

    Attributes:
        command: what was run, as a person would type it; DIR stands for the output folder.
        values: what was measured, by name: ``seconds``, ``cpu_seconds`` and ``peak_mb`` of one process and those that
            it waited for, or, instead of them, ``tree_mb`` of all together.
    """

    command: str
    values: Values


@dataclass(frozen=True)
class Figure:
    """A number drawn from one round's measurements, with the bound it has to keep, if any.

    Attributes:
        name: what it is, and its unit.
        of: computes it from a round: measurement name → values.
        at_most: the largest value that is good enough.
        at_least: the smallest value that is good enough.
        is_ratio: whether both of its sides are measured in the same round, so that machines can be compared by it.
    """

    name: str
    of: Callable[[Mapping[str, Values]], float]
    at_most: float | None = None
    at_least: float | None = None
    is_ratio: bool = False

    def verdict(self, value: float) -> tuple[str, str]:
        """The bound in words, and whether ``value`` keeps it."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}", "reached" if value <= self.at_most else "**missed**"
        if self.at_least is not None:
            return f"≥ {self.at_least:g}", "reached" if value >= self.at_least else "**missed**"
        return "–", "–"

    def median(self, taken: Mapping[str, Sequence[Sample]]) -> float | None:
        """The middle of all rounds; ``None`` if one of its measurements wasn't taken."""
        values = self.values(taken)
        return statistics.median(values) if values else None

    def values(self, taken: Mapping[str, Sequence[Sample]]) -> list[float]:
        """Its value in each round that has its measurements."""
        rounds = max(len(samples) for samples in taken.values())
        found: list[float] = []
        for number in range(rounds):
            measured = {name: samples[number].values for name, samples in taken.items() if number < len(samples)}
            with suppress(KeyError):  # a measurement that is taken in the first round only, or was left out
                found.append(self.of(measured))
        return found

    def is_worse(self, value: float, recorded: float) -> bool:
        """Whether a value is worse than the recorded one by more than a fifth."""
        return value > recorded * _WORSE if self.at_most is not None else value < recorded / _WORSE


def compared(figures: Sequence[Figure], taken: Mapping[str, Sequence[Sample]], recorded: Mapping[str, float]) -> str:
    """The ratios that are worse than the recorded ones by more than a fifth, a line each; empty if none is."""
    lines: list[str] = []
    for figure in figures:
        value, before = figure.median(taken), recorded.get(figure.name)
        if figure.is_ratio and value is not None and before is not None and figure.is_worse(value, before):
            lines.append(f"{figure.name}: {_number(value)}, recorded {_number(before)}")
    return "\n".join(lines)


def write_report(
    taken: Mapping[str, Sequence[Sample]],
    purposes: Mapping[str, str],
    figures: Sequence[Figure],
    peers: Path,
) -> str:
    """Lay the samples out as a Markdown page.

    Args:
        taken: measurement name → its samples, one a round (some are taken in the first round only).
        purposes: measurement name → what it measures, in a sentence.
        figures: the numbers to derive and their bounds.
        peers: the bin folder of the peers' environment, asked for their versions.
    """
    rounds = max(len(samples) for samples in taken.values())
    sections = [
        "# Benchmarks",
        (
            "Written by `make bench`; do not edit. Every measurement is a whole process, started in turn"
            f" with the others, {rounds} rounds of each; a cell shows the median [least–greatest]. A ratio is"
            " taken within a round, so that a slow minute slows both of its sides. Peak memory is the largest"
            " resident set of one process; of the measurements called memory, the proportional set size of all"
            " processes together, looked at every 50 ms. dbldatagen is not among the peers: its licence allows"
            " its use beside its maker's services only."
        ),
        f'<div class="wide" markdown="1">\n\n![{_SEEN}](images/benchmarks.svg)\n\n</div>',
        "## Figures",
        _table(("what", "measured", "to reach", ""), [_figure_row(figure, taken) for figure in figures]),
        "## Whole processes",
        _table(
            ("measurement", "seconds", "s of processor time", "million cells/s", "peak MB", "rows", "MB written"),
            [_process_row(name, samples) for name, samples in taken.items()],
        ),
        "A cell is one value of one column: rows × columns, from the footers of the Parquet files.",
        "## Commands",
        "\n".join(f"- `{name}`: {purposes[name]}\n  `{samples[0].command}`" for name, samples in taken.items()),
        "## Machine and versions",
        _table(("", ""), [*_machine(), *_versions(peers)]),
    ]
    return "\n\n".join(sections) + "\n"


def _figure_row(figure: Figure, taken: Mapping[str, Sequence[Sample]]) -> tuple[str, ...]:
    values = figure.values(taken)
    return (figure.name, _spread(values), *figure.verdict(statistics.median(values)))


def _process_row(name: str, samples: Sequence[Sample]) -> tuple[str, ...]:
    first = samples[0].values

    def column(value: str, unit: float = 1) -> str:
        return _spread([sample.values[value] / unit for sample in samples]) if value in first else "–"

    return (
        f"`{name}`",
        column("seconds"),
        column("cpu_seconds"),
        column("cells_per_s", 1e6),
        column("tree_mb" if "tree_mb" in first else "peak_mb"),
        f"{first['rows']:,}" if "rows" in first else "–",
        f"{first['mb']:,.1f}" if "mb" in first else "–",
    )


def _spread(values: Sequence[float]) -> str:
    middle = _number(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} [{_number(min(values))}–{_number(max(values))}]"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _machine() -> list[tuple[str, str]]:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = (line.partition(":") for line in cpuinfo.read_text().splitlines())
        model = next((value.strip() for key, _, value in lines if key.strip() == "model name"), model)
    return [
        ("processor", f"{model}, {os.cpu_count()} cores"),
        ("system", f"{platform.system()} {platform.machine()}"),
    ]


def _versions(peers: Path) -> list[tuple[str, str]]:
    ours = ("synth-assets", "numpy", "polars", "pyarrow", "duckdb", "dagster")
    theirs = ("tpchgen-cli", "rand-engine", "mimesis", "faker")
    ask = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    answers = run([str(peers / "python"), "-c", ask, *theirs]).stdout.split()
    return [
        ("Python", platform.python_version()),
        *((name, metadata.version(name)) for name in ours),
        *zip(theirs, answers, strict=True),
    ]
