"""`synth verify`: check stored tables against their manifests and against what they should be."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth_assets.cli.text import aligned, short
from synth_assets.cli.usage import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synth_assets.usecases.verify import Verified


@click.command(
    "verify",
    cls=Command,
    example="synth verify data/parquet/bronze",
    short_help="Check hashes, keys and references of stored tables.",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], as_json: bool) -> None:
    """Recompute content hashes and check keys and references, from the stored data alone.

    A PATH is a table's folder, a database file, or a folder with any of them inside; logs, snapshots and
    histories of change data are looked at too. Exit status 1 if anything is not as it should be.
    """
    from synth_assets.usecases.verify import verify

    verified = verify([Path(path) for path in paths])
    if as_json:
        for one in verified:
            click.echo(json.dumps(one.as_dict(), ensure_ascii=False))
    else:
        click.echo(_text(verified))
    if not all(one.ok for one in verified):
        ctx.exit(1)


def _text(verified: "Sequence[Verified]") -> str:
    rows = [["table", "format", "rows", "content hash", "result", "path"], *map(_row, verified)]
    wrong = [one for one in verified if not one.ok]
    summary = f"{len(wrong)} of {len(verified)} are wrong:" if wrong else f"All {len(verified)} are as they should be."
    problems = [f"  {one.domain}/{one.entity}, {one.format}: {text}" for one in wrong for text in one.problems]
    return "\n".join([aligned(rows, (2,)), "", summary, *problems])


def _row(one: "Verified") -> list[str]:
    result = "ok" if one.ok else "WRONG"
    return [one.entity, one.format, f"{one.rows:,}", one.content_hash[:12], result, short(one.path)]
