"""`synth verify`: check stored tables against their manifests and against what they should be."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import chosen_groups, group_options
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.text import short
from synth_assets.cli.usage import Command, given_arguments
from synth_assets.cli.values import FolderName, WholeNumber
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.errors import DataError, UnjudgedError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from synth_assets.usecases.verified import Verified

_OPTIONS = "synth_assets.verify_options"


class VerifyCommand(Command):
    """`synth verify`, with an option for each kind of group that a domain has."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters and those of groups, for which all domains have to be read."""
        *own, help_option = super().get_params(ctx)
        if _OPTIONS not in ctx.meta:
            known = {name for one in own for name in (*one.opts, *one.secondary_opts)}
            ctx.meta[_OPTIONS] = _group_options() if _asks_for_more(given_arguments(ctx), known) else []
        return [*own, *ctx.meta[_OPTIONS], help_option]


def _asks_for_more(args: "Sequence[str] | None", known: "Collection[str]") -> bool:
    """Whether there are options among arguments that aren't known; a help's text, which has none, shows all."""
    return args is None or any(one.startswith("-") and one.partition("=")[0] not in known for one in args)


def _group_options() -> list[click.Option]:
    from synth_assets.project.project import domains_of

    return group_options(domains_of().sound(), "look only at this {word}'s rows, and make them again")


@click.command(
    "verify",
    cls=VerifyCommand,
    example="synth verify data/parquet/bronze",
    judges=True,
    short_help="Check stored tables: hashes, keys, references, cells, rules.",
)
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=FolderName(objects=True), shell_complete=completion.files
)
@click.option("--rules/--no-rules", default=True, show_default=True, help="Check the domain's rules, too.")
@click.option(
    "--regenerate",
    is_flag=True,
    help="Make each table again and compare, and replay each batch: takes as long as making them.",
)
@click.option(
    "--rows",
    type=WholeNumber(example=1000, least=1),
    help="Look only at so many rows of each table, made again and compared: of part files at those with them.",
)
@click.option("--offset", type=WholeNumber(example=1_000_000, least=0), help="Where they begin.  [default: 0]")
@quiet_option("Only what is wrong or could not be judged; nothing if all is right")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    *,
    rules: bool,
    regenerate: bool,
    rows: int | None,
    offset: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Recompute content hashes, and check keys, references, cells and rules, from the stored data alone.

    A PATH is a table's folder, a database file, or a folder with any of them inside; logs, snapshots and
    histories of change data are looked at too, unless only one group's rows are or only some, and what other tools
    are told of the datasets. What was asked for and isn't there is a problem; references to tables that nobody asked
    for are not checked. Exit status 1 if anything is not as it should be, 3 if nothing is wrong, but something could
    not be judged: it is in use, or can't be read.
    """
    from synth_assets.usecases.verified import Depth, part_of
    from synth_assets.usecases.verify import verify

    only = next(iter(chosen_groups().items()), None)
    depth = Depth(rules=rules, regenerate=regenerate, only=only, part=part_of(offset, rows))
    verified = verify([Path(path) for path in paths], depth)
    if as_json:
        for one in verified:
            say(shown_json(one.as_dict()))
    elif quiet:
        if lines := _found(verified):
            say("\n".join(lines))
    else:
        say(_text(verified, whole=depth.part is None))
    if any(one.judged and not one.ok for one in verified):
        ctx.exit(DataError.exit_status)
    if not all(one.judged for one in verified):
        ctx.exit(UnjudgedError.exit_status)


def _text(verified: "Sequence[Verified]", *, whole: bool) -> str:
    rows = [["table", "format", "rows", "content hash", "result", "path"], *map(_row, verified)]
    lines = [aligned(rows, (2,)), "", *(_found(verified) or [f"All {len(verified)} are as they should be."])]
    open_ones = [f"  {_named(one)}: {text}" for one in verified for text in one.undecided]
    lost = [f"  {_named(one)}: {text}" for one in verified for text in one.lost]
    title = "Undecided, for want of other tables:" if whole else "Undecided:"
    lines += ["", title, *open_ones] if open_ones else []
    lines += ["", "Not there any more:", *lost] if lost else []
    return "\n".join(lines)


def _found(verified: "Sequence[Verified]") -> list[str]:
    """What isn't as it should be, or isn't known to be."""
    wrong = [one for one in verified if one.judged and not one.ok]
    unjudged = [one for one in verified if not one.judged]
    lines: list[str] = []
    if wrong:
        lines += [f"{len(wrong)} of {len(verified)} are wrong:", *_said(wrong)]
    if unjudged:
        lines += [f"{len(unjudged)} of {len(verified)} could not be judged:", *_said(unjudged)]
    return lines


def _said(some: "Sequence[Verified]") -> list[str]:
    return [f"  {_named(one)}: {text}" for one in some for text in one.problems]


def _named(one: "Verified") -> str:
    """The table, or the place of what has several."""
    table = f"{one.domain}/{one.entity}" if one.entity else short(one.path)
    return f"{table}, {one.format}" if one.format else table


def _row(one: "Verified") -> list[str]:
    result = "ok" if one.ok else "WRONG" if one.judged else "?"
    rows = "" if one.rows is None else f"{one.rows:,}"
    return [one.entity or "(all)", one.format, rows, (one.content_hash or "")[:12], result, short(one.path)]
