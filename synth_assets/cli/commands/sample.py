"""`synth sample`: some rows of a table, made on the spot; nothing is stored."""

import shutil
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say, tell
from synth_assets.cli.values import NameList, WholeNumber, joined
from synth_assets.documents.aligned import aligned, width
from synth_assets.documents.shown import shown_json
from synth_assets.errors import unknown
from synth_assets.project.dataset_files import domain_in

if TYPE_CHECKING:
    import polars as pl

    from synth_assets.model.table import Table


_ODD = {"binary", "time", "duration"}

_NOUGHTS = r"(\.[0-9]*[1-9])0+$|\.0+$"
"""What a time of a day ends with that says nothing."""


@click.command(
    "sample",
    cls=DatasetCommand,
    grouped=True,
    example="synth sample bronze/raw_orders --rows 5",
    short_help="Some rows of a table, without storing anything.",
)
@click.argument("path", metavar="DOMAIN/ENTITY", shell_complete=completion.paths)
@click.option("--rows", type=WholeNumber(example=10, least=0), default=10, show_default=True, help="How many rows.")
@click.option(
    "--offset",
    type=WholeNumber(example=1000, least=0),
    default=0,
    show_default=True,
    help="Where to begin: rows from there on are made, those before are not.",
)
@click.option("--columns", type=NameList(), multiple=True, help="Only these columns, in this order.")
@quiet_option("No hints, only what was asked for")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@dataset_options
def command(
    *,
    path: str,
    rows: int,
    offset: int,
    columns: tuple[tuple[str, ...], ...],
    quiet: bool,
    as_json: bool,
    preset: str | None,
    seed: int,
    as_of: date,
) -> None:
    """Show some rows of a table. Any rows of any dataset come out alone, however large the dataset is."""
    from synth_assets.project.project import Project
    from synth_assets.usecases.scan import scan_dataset

    project = Project.here()
    _, entity = project.find(path)
    dataset = chosen_dataset(project, domain_in(path), preset, seed, as_of)
    names = _checked(joined(columns), entity.table())
    frame = _readable(scan_dataset(entity, dataset, offset=offset, rows=rows).select(names).collect(), entity.table())
    if as_json:
        for row in frame.iter_rows(named=True):
            say(shown_json(row, default=_plain))
        return
    say(_text(frame))
    if frame.height < rows and not quiet:
        tell(f"{path} has no more rows than these from offset {offset} on.")


def _readable(frame: "pl.DataFrame", table: "Table") -> "pl.DataFrame":
    """Rows whose bytes, times of a day and spans are as text formats have them: Python's own don't reach as far."""
    import polars as pl

    odd = [column for column in map(table.column, frame.columns) if column.type.kind in _ODD]
    times = [pl.col(column.name).str.replace(_NOUGHTS, "$1") for column in odd if column.type.kind == "time"]
    return frame.with_columns(column.type.as_text(pl.col(column.name)) for column in odd).with_columns(times)


def _checked(columns: Sequence[str], table: "Table") -> list[str]:
    for name in columns:
        if name not in table.column_names:
            raise unknown(f"{table.path}: column", name, table.column_names, f"See: synth describe {table.path}")
    return list(columns) or table.column_names


def _text(frame: "pl.DataFrame") -> str:
    """A table as wide as it needs to be; on a terminal that is narrower, a block of lines per row."""
    header = frame.columns
    rows = [[_cell(value) for value in row] for row in frame.iter_rows()]
    numeric = [at for at, dtype in enumerate(frame.dtypes) if dtype.is_numeric()]
    table = aligned([header, *rows], numeric)
    if not sys.stdout.isatty() or max(map(width, table.splitlines())) <= shutil.get_terminal_size().columns:
        return table
    blocks = [aligned(list(zip(header, row, strict=True)), (), "  ") for row in rows]
    return "\n".join(f"row {number}\n{block}" for number, block in enumerate(blocks, 1)) or table


def _cell(value: Any) -> str:
    """A cell on one line; a missing one is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").replace("+00:00", "Z")
    if isinstance(value, list | dict | bool):
        return shown_json(value, default=_plain)
    return str(value).replace("\n", "\\n")


def _plain(value: Any) -> Any:
    """What JSON has no type for: exact decimals stay text, times are ISO 8601."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    raise TypeError(type(value).__name__)
