"""Open Data Contracts of version 3."""

import re
from pathlib import Path
from typing import ClassVar

from synth_assets.errors import UsageError
from synth_assets.schemas.described.files import beginning, described
from synth_assets.schemas.odcs.contract import ContractPart, what_else
from synth_assets.schemas.odcs.tables import ContractTables, database_types
from synth_assets.schemas.reader import ReadingOptions, SchemaReader
from synth_assets.schemas.schema import Schema
from synth_assets.schemas.sql import dialects

_SUFFIXES = (".odcs.yaml", ".odcs.yml", ".odcs.json")
_TELLING = re.compile(r"""^\s*["']?kind["']?\s*:\s*["']?DataContract\b""", re.MULTILINE)

_EXAMPLE = "schema: [{name: orders, properties: [{name: id, logicalType: integer}]}]"


class OdcsReader(SchemaReader):
    """Contracts by the Open Data Contract Standard."""

    what: ClassVar[str] = "an Open Data Contract of version 3"
    variants: ClassVar[str] = "a dialect"
    example: ClassVar[str] = "orders.odcs.yaml"

    def reads(self, source: str) -> bool:
        """By its ending, or by what it begins with."""
        return source.lower().endswith(_SUFFIXES) or _TELLING.search(beginning(source)) is not None

    def read(self, source: str, options: ReadingOptions) -> Schema:
        """See :class:`SchemaReader`."""
        dialects.needed()
        document = described(source)
        if else_it_is := what_else(document.values):
            raise UsageError(f"{source} is no Open Data Contract that can be read: {else_it_is}")
        wrong: list[str] = []
        contract = ContractPart(document, wrong)
        servers = [one.values for one in contract.parts("servers")]
        dialect = dialects.dialect_of("", options.variant) if options.variant else database_types(servers)
        tables = ContractTables(contract, dialect)
        found = tables.read()
        if wrong:
            raise UsageError(
                f"{source} isn't all a contract:\n" + "\n".join(f"  {one}" for one in dict.fromkeys(wrong)) + "\n"
                f"  Correct it there. For example: {_EXAMPLE}"
            )
        if not any(one.columns for one in found):
            raise UsageError(f"{source} has no tables with columns.\n  For example: {_EXAMPLE}")
        kept = tuple(one for one in found if one.columns)
        name = contract.text("name") or contract.text("dataProduct") or Path(source).name.partition(".")[0]
        doc = contract.part("description").text("purpose")
        return Schema(source, "odcs", name, kept, doc, tuple(tables.passed_over))


READER = OdcsReader()
