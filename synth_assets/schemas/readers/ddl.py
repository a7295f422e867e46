"""Files of SQL that make tables, in any dialect that sqlglot reads."""

import errno
from pathlib import Path
from typing import ClassVar

from synth_assets.documents.regular import regular_text
from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.schemas.reader import ReadingOptions, SchemaReader
from synth_assets.schemas.schema import Schema
from synth_assets.schemas.sql import dialects
from synth_assets.schemas.sql.script import script
from synth_assets.schemas.sql.tables import tables_made

LARGEST_SCRIPT = 64_000_000
"""Bytes of a file: a dump may have data in it."""

_SUFFIXES = (".sql", ".ddl")


class DdlReader(SchemaReader):
    """Statements of SQL that make tables."""

    what: ClassVar[str] = "a file of SQL that makes tables"
    variants: ClassVar[str] = "a dialect"
    example: ClassVar[str] = "schema.sql"

    def reads(self, source: str) -> bool:
        """By its ending."""
        return Path(source).suffix.lower() in _SUFFIXES

    def read(self, source: str, options: ReadingOptions) -> Schema:
        """See :class:`SchemaReader`."""
        dialects.needed()
        text = _text(source)
        dialect = dialects.dialect_of(text, options.variant)
        with dialects.quietly():
            made = tables_made(script(text, dialect, source), dialect, source)
        if made.wrong:
            lines = "\n".join(f"  {one}" for one in made.wrong[:_MOST_TOLD])
            more = f"\n  … and {len(made.wrong) - _MOST_TOLD} more" if len(made.wrong) > _MOST_TOLD else ""
            raise UsageError(
                f"{source} isn't all {dialects.sql_told(dialect)}:\n{lines}{more}\n"
                f"  Say which dialect it is. For example: --as ddl:{'postgres' if dialect == 'mysql' else 'mysql'}"
            )
        if not made.tables:
            raise UsageError(
                f"{source} makes no table: there is no CREATE TABLE in it with columns.\n"
                "  Name a file that has some, as `pg_dump --schema-only` writes it."
            )
        name = Path(source).stem
        return Schema(source, f"ddl:{dialect}" if dialect else "ddl", name, made.tables, "", made.passed_over)


def _text(source: str) -> str:
    try:
        return regular_text(Path(source), LARGEST_SCRIPT)
    except OSError as error:
        if error.errno == errno.EILSEQ:
            raise UsageError(f"{source} is no text in UTF-8.\n  Convert it, as with iconv.") from None
        if error.errno == errno.ENOENT:
            raise UsageError(f"{source} isn't there.\n  Check its name.") from None
        raise UnjudgedError(f"{source} can't be read: {error.strerror}.\n  Check its permissions.") from None


_MOST_TOLD = 20
"""Mistakes that are told; the others follow from the first most often."""

READER = DdlReader()
