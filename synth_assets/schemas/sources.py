"""A source → its schema: which reader reads it."""

from collections.abc import Sequence
from pathlib import Path

from synth_assets.errors import UsageError, unknown
from synth_assets.schemas import readers
from synth_assets.schemas.reader import ReadingOptions, SchemaReader
from synth_assets.schemas.schema import Schema
from synth_assets.sinks import modules


def kinds() -> list[str]:
    """The kinds of sources there are."""
    return modules.names(readers)


def reader_called(kind: str) -> SchemaReader:
    """The reader of a kind.

    Raises:
        UsageError: there is none of this name.
    """
    if kind not in kinds():
        raise unknown("--as", kind, kinds(), "For example: --as ddl:postgres")
    return modules.load(readers, kind, "kind").READER


def read_source(source: str, said: str = "", *, values: bool = False, schemas: Sequence[str] = ()) -> Schema:
    """Read a source.

    Args:
        source: a path or an address.
        said: which kind it is, a variant behind a colon, as ``ddl:postgres``; told by the source itself without.
        values: whether values themselves may be told.
        schemas: those of a database whose tables are asked for.

    Raises:
        UsageError: nobody reads such a source, or it is of another kind than said.
        UnjudgedError: it can't be read, or isn't reachable.
    """
    kind, _, variant = said.partition(":")
    if not source.strip():
        raise UsageError(f"SOURCE is empty.\n{_known()}")
    reader = reader_called(kind) if kind else _reader_of(source)
    if variant and not reader.variants:
        raise UsageError(f"--as {said}: {kind} has no variants.\n  Leave out what stands behind the colon.")
    if schemas and not reader.has_schemas:
        raise UsageError(f"--schema {schemas[0]}: {reader.what} has no schemas to choose from.\n  Leave --schema out.")
    return reader.read(source, ReadingOptions(variant, values, tuple(schemas)))


def _reader_of(source: str) -> SchemaReader:
    for kind in kinds():
        reader = reader_called(kind)
        if reader.reads(source):
            return reader
    there = "" if "://" in source or Path(source).exists() else ", and isn't there"
    raise UsageError(f"{source} tells no kind of source by its name{there}.\n{_known()}")


def _known() -> str:
    said = [f"{kind} ({reader.what}: {reader.example})" for kind in kinds() for reader in [reader_called(kind)]]
    return "  Say what it is with --as. Allowed: " + ", ".join(said) + "."
