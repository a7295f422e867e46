"""A schema that somebody has → a file that declares a dataset of the same tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_assets.errors import UsageError
from synth_assets.schemas.sources import read_source
from synth_assets.schemas.writing.file import spec_file
from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError
from synth_assets.usecases.written import write_text


@dataclass(frozen=True)
class SpecFrom:
    """A file that was made of a schema.

    Attributes:
        text: the file.
        dataset: what the dataset is called.
        tables: how many it has.
        source: what it was made of.
        open_points: what the source has and the file can't say, or that wasn't looked at, each a line.
    """

    text: str
    dataset: str
    tables: int
    source: str
    open_points: tuple[str, ...]


def spec_from(
    source: str,
    said: str = "",
    *,
    guesses: bool = True,
    values: bool = False,
    schemas: Sequence[str] = (),
    opened: Sequence[str] = (),
) -> SpecFrom:
    """Make a file of a schema.

    Args:
        source: a path or an address.
        said: which kind of source it is, as ``ddl:postgres``; told by the source itself without.
        guesses: whether names of columns tell what they hold.
        values: whether most common values may be told by the source, and stand in the file.
        schemas: those of a database whose tables are asked for; empty for the usual one.
        opened: columns, as ``table.column``, whose references are left out, so that no circle is closed.

    Raises:
        UsageError: the source is none, of another kind than said, or has what no dataset can have.
        UnjudgedError: it can't be read, or isn't reachable.
    """
    schema = read_source(source, said, values=values, schemas=schemas)
    made = spec_file(schema, guesses=guesses, opened=opened)
    try:
        Declared(made.text, "the file", ".yaml").load()
    except DeclarationError as error:
        raise UsageError(
            f"{schema.source}: what it was read as can't be declared:\n{error}\n"
            "  Leave the tables out that are named here."
        ) from error
    return SpecFrom(made.text, made.dataset, len(schema.tables), schema.source, made.open_points)


def check_output(path: Path, *, overwrite: bool) -> None:
    """Look whether a file may be written.

    Raises:
        UsageError: it is there, and nobody said that it may go.
    """
    if path.exists() and not overwrite:
        raise UsageError(f"{path} is there, and is kept.\n  Write it anew with --overwrite, or name another --output.")


def write_spec(path: Path, made: SpecFrom) -> None:
    """Write the file.

    Raises:
        OutputError: it can't be written; what stood there before is whole.
    """
    write_text(path, made.text)
