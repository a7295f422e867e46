"""A plan as text or JSON, for `synth plan` and `synth generate --dry-run`."""

import os
import sys
import time
from typing import TYPE_CHECKING, Any

from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import count, short, size
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synth_assets.usecases.estimate import Estimate, EstimatedTable
    from synth_assets.usecases.generate import Plan, PlannedTable, Request

_MOST_PARTS = 1_000
"""Units of a table that JSON lists; of more it says how many there are."""

_NUMBERS = (1, 2, 3, 4)


def show_plan(request: "Request", *, as_json: bool = False, quiet: bool = False, measure: bool = False) -> None:
    """Print what generating would make and take; with ``quiet`` the table and nothing about it.

    Args:
        request: what to generate.
        as_json: one JSON document instead of text.
        quiet: see above.
        measure: whether samples are timed here.

    Raises:
        UsageError: something in the request is unknown.
    """
    from synth_assets.usecases.estimate import estimate
    from synth_assets.usecases.generate import plan

    planned = plan(request)
    estimated = estimate(request, measure=measure, started=_seconds_here())
    say(_json(request, planned, estimated) if as_json else _text(request, planned, estimated, quiet=quiet))


def tell_plan(request: "Request") -> None:
    """Print to stderr what is going to be made, before it is."""
    from synth_assets.usecases.generate import plan

    rows = [["table", "rows", "chunks", "files", "where"]]
    for table in plan(request).tables:
        places = [short(path) for path in table.targets]
        rows.append([table.entity, count(table.rows), count(table.chunks), count(table.files), places[0]])
        rows += [["", "", "", "", place] for place in places[1:]]
    tell("\n".join([_title(request), "", aligned(rows, (1, 2, 3), "  ")]))


def _title(request: "Request") -> str:
    dataset = request.dataset
    parameters = ", ".join(f"{name} {value}" for name, value in {**dataset.parameters, **dataset.said_only}.items())
    return f"{dataset.domain} {dataset.label}, seed {dataset.seed}: {parameters}"


def _text(request: "Request", planned: "Plan", estimated: "Estimate", *, quiet: bool) -> str:
    rows = [["table", "rows", "chunks", "files", "size", "where"]]
    for table, taken in zip(planned.tables, estimated.tables, strict=True):
        sizes = [size(taken.bytes[form]) for form in taken.bytes]
        places = [short(path) for path in table.targets]
        rows.append([table.entity, _rows(taken), count(table.chunks), _files(taken), sizes[0], places[0]])
        rows += [["", "", "", "", *one] for one in zip(sizes[1:], places[1:], strict=True)]
    if quiet:
        return aligned(rows, _NUMBERS)
    lines = [_title(request), "", aligned(rows, _NUMBERS, "  "), "", f"  {_sum(estimated)}", *_explained(estimated)]
    return "\n".join([*lines, *(f"  {note}" for note in estimated.notes)])


def _rows(table: "EstimatedTable") -> str:
    return f"{'' if table.counted else '~'}{table.rows:,}"


def _files(table: "EstimatedTable") -> str:
    files = max(table.files.values())
    return f"{'' if table.counted_files else '~'}{files:,}"


def _sum(estimated: "Estimate") -> str:
    known = all(table.counted for table in estimated.tables)
    all_files = all(table.counted_files for table in estimated.tables)
    rows, files = (
        f"{'' if known else '~'}{estimated.rows:,} rows",
        f"{'' if all_files else '~'}{estimated.files:,} files",
    )
    processes = f"{estimated.workers:,} workers" if estimated.workers > 1 else "one process"
    return (
        f"in all about {size(estimated.bytes)}: {rows}, {files};"
        f" {duration(estimated.seconds)} and {size(estimated.memory)} of memory with {processes}"
    )


def _explained(estimated: "Estimate") -> list[str]:
    lines = [] if estimated.measured else ["  time as of the reference machine; of this one with --measure"]
    if not all(table.counted for table in estimated.tables):
        lines.append("  ~ estimated; counted when generated")
    return lines


def duration(seconds: float) -> str:
    """How long something takes, as a person says it: ``3.4 s``, ``12 min``, ``5.2 h``, ``40 days``."""
    for unit, length, most in (("s", 1, 120), ("min", 60, 120), ("h", 3_600, 72)):
        value = seconds / length
        if value < most:
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return f"{seconds / 86_400:,.0f} days"


def _seconds_here() -> float:
    """How many seconds ago this process started: the other one will take as long until it begins to make rows."""
    if sys.platform == "linux":
        with open("/proc/self/stat", encoding="ascii") as told:  # noqa: PTH123 - no file of anybody's
            ticks = int(told.read().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return time.process_time()


def _json(request: "Request", planned: "Plan", estimated: "Estimate") -> str:
    dataset = request.dataset
    return shown_json(
        {
            "domain": dataset.domain,
            "label": dataset.label,
            "seed": dataset.seed,
            "parameters": {**dataset.parameters, **dataset.said_only},
            "rows": estimated.rows,
            "bytes": estimated.bytes,
            "files": estimated.files,
            "seconds": round(estimated.seconds, 3),
            "measured": estimated.measured,
            "memory": estimated.memory,
            "workers": estimated.workers,
            "notes": list(estimated.notes),
            "tables": [_table(*both) for both in zip(planned.tables, estimated.tables, strict=True)],
        },
        indent=2,
    )


def _table(table: "PlannedTable", taken: "EstimatedTable") -> "Mapping[str, Any]":
    """A table: what is known before it is made is told apart from what is estimated."""
    listed = len(table.units) <= _MOST_PARTS
    return {
        "entity": table.entity,
        "rows": table.rows,
        "files": table.files,
        "estimated": {
            "rows": taken.rows,
            "files": dict(taken.files),
            "bytes": dict(taken.bytes),
            "seconds": round(taken.seconds, 3),
        },
        "chunks": table.chunks,
        "units": len(table.units),
        "parts": [part._asdict() for part in table.parts] if listed else None,
        "targets": [str(path) for path in table.targets],
    }
