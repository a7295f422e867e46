"""`synth changes apply`: batches as real transactions into a database of PostgreSQL or MariaDB that lives."""

import os
import re
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli import completion
from synth_assets.cli.change_options import BatchRange, cadence_option
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.load_options import target_of
from synth_assets.cli.progress import reporter
from synth_assets.cli.streams import say, tell
from synth_assets.cli.values import OneOf, WholeNumber
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.errors import UsageError
from synth_assets.project.dataset_files import domain_in

if TYPE_CHECKING:
    from synth_assets.usecases.apply_changes import Applied

_USUAL_SPEED = 60.0
_FASTEST = 1_000_000


class Speed(click.ParamType):
    """How many times as fast as it was: ``60x``."""

    name = "nx"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        """As it is written."""
        return "60x"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ARG002
        """Read the number.

        Raises:
            UsageError: it is written otherwise, or nothing would ever happen.
        """
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,6})?)x", value)
        speed = float(found[1]) if found else 0.0
        if not 0 < speed <= _FASTEST:
            raise UsageError(
                f"--pace {value or repr('')} is not allowed; it is how many times as fast as it happened, up to"
                f" {_FASTEST:,}x.\n  For example: --pace 60x, an hour a minute"
            )
        return speed


@click.command(
    "apply",
    cls=DatasetCommand,
    example="synth changes apply bronze --to postgresql://me@localhost/shop --batches 1..30 --pace 60x",
    short_help="Apply batches to PostgreSQL or MariaDB as real transactions.",
)
@click.argument("domain", metavar="DOMAIN", shell_complete=completion.domains)
@click.option(
    "--to",
    metavar="URL",
    help="postgresql://USER@HOST/DATABASE, or mysql://… of MariaDB.  [default: as for synth load]",
)
@click.option("--batches", type=BatchRange(), required=True, help="Which batches, counted from 1: 5, or 1..30.")
@click.option("--pace", type=Speed(), help="How many times as fast as things happened.  [default: 60x]")
@click.option("--as-fast-as-possible", "fast", is_flag=True, help="Wait for nothing but the server.")
@click.option(
    "--from-snapshot",
    type=WholeNumber(example=0, least=0),
    metavar="K",
    help="What is loaded first: the tables after batch K.  [default: after the batch before the first]",
)
@click.option(
    "--replica-identity",
    type=OneOf("full", "default"),
    help="What PostgreSQL's log tells of rows as they were: all, or the key.  [default: full]",
)
@click.option("--resume", is_flag=True, help="Only go on with what lies there; load nothing.")
@click.option("--schema", metavar="NAME", help="PostgreSQL's schema for the tables.  [default: the domain's name]")
@dataset_options
@cadence_option
@click.option("--quiet", is_flag=True, help="No progress, only results.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with everything.")
def command(  # noqa: PLR0913 — an option each
    *,
    domain: str,
    to: str | None,
    batches: range,
    pace: float | None,
    fast: bool,
    from_snapshot: int | None,
    replica_identity: str | None,
    resume: bool,
    schema: str | None,
    preset: str | None,
    seed: int,
    as_of: date,
    cadence: str,
    quiet: bool,
    as_json: bool,
) -> None:
    """Let a database live through batches of DOMAIN's changes, each transaction a real one, in order.

    Where nothing lies yet, snapshot K is loaded first, with keys and references, and in PostgreSQL a publication of
    its tables is made. Which transactions are there stands in the database, written in the same transaction: killed at
    any moment, the same command goes on, applies nothing twice and leaves nothing out.
    """
    from synth_assets.model.change_log import CADENCES
    from synth_assets.project.project import Project
    from synth_assets.usecases.apply_changes import ApplyRequest, apply_changes

    if fast and pace is not None:
        raise UsageError("--pace and --as-fast-as-possible contradict each other.\n  Leave one of them out.")
    project = Project.here()
    name = domain_in(domain)
    if domain[len(name) + 1 :]:
        raise UsageError(
            f"{domain!r} is a table where a domain is expected: transactions span tables.\n"
            f"  For example: synth changes apply {name}"
        )
    found = project.domain(name)
    dataset = chosen_dataset(project, name, preset, seed, as_of)
    place = target_of(to, os.environ, project.settings.data_root)
    if not place.address:
        raise UsageError(
            f"{place.shown} is a file, and changes are applied to PostgreSQL or MariaDB.\n"
            "  Name postgresql://USER@HOST/DATABASE or mysql://USER@HOST/DATABASE, or leave it out for a server of the"
            " project's own."
        )
    if place.is_mariadb and schema:
        raise UsageError("--schema is for PostgreSQL: in MariaDB a database holds tables.\n  Name it in the URL.")
    speed = None if fast else pace or _USUAL_SPEED
    request = ApplyRequest(
        found,
        dataset,
        CADENCES[cadence],
        batches,
        place.address,
        schema or "",
        from_snapshot,
        speed,
        replica_identity,
        resume,
    )
    if speed and not quiet:
        seconds = len(batches) * request.cadence.seconds / speed
        tell(f"At {speed:g}x the batches take {_duration(seconds)}. --as-fast-as-possible doesn't wait.")
    with reporter(quiet=quiet, word="applied") as report:
        applied = apply_changes(request, report, tell)
    say(shown_json(_plain(applied)) if as_json else _text(applied))
    if not quiet:
        tell(_summary(applied))
        if place.is_own:
            tell(f"It is in {place.address}\n  Look: psql '{place.address}'. It runs until: synth postgres stop")


def _text(applied: "Applied") -> str:
    rows = [["table", "inserts", "updates", "deletes"]]
    rows += [
        [f"{applied.place}.{name}", *(f"{counts[op]:,}" for op in ("insert", "update", "delete"))]
        for name, counts in applied.events.items()
    ]
    return aligned(rows, (1, 2, 3))


def _summary(applied: "Applied") -> str:
    """What was done, in a line or two."""
    by = f"the publication {applied.publication}" if applied.publication else "the server's binlog"
    if not applied.transactions:
        return f"All batches up to {applied.last} were applied before. Follow it by {by}."
    rate = applied.transactions / max(applied.seconds, 0.001)
    return (
        f"{applied.transactions:,} transactions in {applied.seconds:.1f} s: {rate:,.0f} a second; all of batch"
        f" {applied.last} is there. Follow it by {by}."
    )


def _plain(applied: "Applied") -> dict[str, Any]:
    batches = list(applied.batches[:1]) + list(applied.batches[-1:])
    return {**asdict(applied), "batches": batches, "seconds": round(applied.seconds, 3)}


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"
