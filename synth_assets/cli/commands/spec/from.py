"""`synth spec from`: a first file from a schema that somebody has."""

# ruff: noqa: N999 - a command is called as its module is

from pathlib import Path

import click

from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import short
from synth_assets.cli.usage import Command
from synth_assets.cli.values import FilePath


@click.command(
    "from",
    cls=Command,
    example="synth spec from schema.sql --output datasets/shop.yaml",
    short_help="Write a first file from a schema that you have.",
)
@click.argument("source", metavar="SOURCE")
@quiet_option("Only the file")
@click.option(
    "--as",
    "kind",
    default="",
    metavar="KIND[:VARIANT]",
    help="What SOURCE is, where its name doesn't tell, as ddl:mysql.",
)
@click.option("--output", type=FilePath(example="datasets/shop.yaml"), help="Write it to this file, don't print it.")
@click.option("--no-guesses", is_flag=True, help="Don't guess from names of columns what they hold.")
@click.option("--values", is_flag=True, help="Let the file have most common values of the source, where it knows some.")
@click.option(
    "--schema",
    "schemas",
    multiple=True,
    metavar="NAME",
    help="Of a database: tables of this schema; several may be named. Without, those of public.",
)
@click.option(
    "--open",
    "opened",
    multiple=True,
    metavar="TABLE.COLUMN",
    help="Leave out this reference, which closes a circle; its cells are keys that are there.",
)
@click.option("--overwrite", is_flag=True, help="Write --output anew if it is there.")
def command(
    source: str,
    *,
    quiet: bool,
    kind: str,
    output: Path | None,
    no_guesses: bool,
    values: bool,
    schemas: tuple[str, ...],
    opened: tuple[str, ...],
    overwrite: bool,
) -> None:
    """Write a first file that declares a dataset of the tables that a schema has.

    Data made from it breaks no key, uniqueness, check, enumeration or NOT NULL of the schema. Comments in the file say
    what was guessed, and what of the schema it can't say. Rows of a database are never read; of files of data values
    are counted, and stand in the file with --values only.
    """
    from synth_assets.usecases.spec_from import check_output, spec_from, write_spec

    if output is not None:
        check_output(output, overwrite=overwrite)
    made = spec_from(source, kind, guesses=not no_guesses, values=values, schemas=schemas, opened=opened)
    if output is None:
        say(made.text.removesuffix("\n"))
    else:
        write_spec(output, made)
    if quiet:
        return
    for one in made.open_points:
        tell(one)
    if output is not None:
        say(f"{short(output)}: {made.dataset}, {made.tables} tables. Look at it: synth spec validate {short(output)}")
