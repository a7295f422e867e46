"""Which SQL a text is written in: what the person says, or what only one of them writes."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from synth_assets.errors import unknown
from synth_assets.extras import need

_TELLTALE = (
    ("oracle", r"\bVARCHAR2\s*\("),
    ("bigquery", r"\bSTRING\s*\(\d+\)|\bINT64\b|\bFLOAT64\b|\bBIGNUMERIC\b|\bOPTIONS\s*\(\s*description\b"),
    ("snowflake", r"\bVARIANT\b|\bTIMESTAMP_(?:NTZ|LTZ|TZ)\b|\bTRANSIENT\s+TABLE\b|\bAUTOINCREMENT\s+START\b"),
    ("snowflake", r"\bNUMBER\s*\(38\s*,\s*0\)|\bVARCHAR\s*\(16777216\)|\bTABLE\s+\S+\s+CLUSTER\s+BY\s*\("),
    ("mysql", r"`\w+`\s+\w+|\bENGINE\s*=|\bAUTO_INCREMENT\b"),
    ("tsql", r"\[dbo\]|\[\w+\]\s+\[?\w+|^GO\s*$|\bIDENTITY\s*\(\s*\d+\s*,|\bUNIQUEIDENTIFIER\b|\bDATETIME2\b"),
    ("oracle", r"\bNUMBER\s*\(\s*\d"),
    ("postgres", r"\b(BIG|SMALL)?SERIAL\b|\bTIMESTAMPTZ\b|\bJSONB\b|::\s*[a-z]|\bAS\s+ENUM\s*\(|\bFROM\s+stdin;"),
    ("postgres", r"\bBYTEA\b|\bCREATE\s+DOMAIN\b|\bALTER\s+TABLE\s+ONLY\b|\bTSVECTOR\b|\w+\[\]|\bINET\b"),
    ("sqlite", r"\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|\bPRAGMA\s+\w+"),
    ("clickhouse", r"\bMergeTree\b|\bLowCardinality\s*\(|\bNullable\s*\("),
    ("duckdb", r"\bHUGEINT\b|\bUTINYINT\b|\bUBIGINT\b|\bSTRUCT\s*\("),
)
"""Dialects, the more telling first, with what gives them away."""

PLAIN = ""
"""sqlglot's own: a bit of all of them."""


def needed() -> None:
    """Look whether sqlglot is installed.

    Raises:
        MissingExtraError: it isn't.
    """
    need("schemas", "Reading SQL", "sqlglot")


@contextmanager
def quietly() -> Iterator[None]:
    """Without sqlglot's own words about what it can't read: that is told in ours."""
    log = logging.getLogger("sqlglot")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def dialects() -> list[str]:
    """Those that can be said, in alphabetical order."""
    from sqlglot.dialects import DIALECTS

    return sorted(name.lower() for name in DIALECTS if name != "Dialect")


def dialect_of(text: str, said: str) -> str:
    """The dialect that a person says, or that a text gives away.

    Args:
        text: of statements.
        said: by the person; empty for nothing.

    Raises:
        UsageError: sqlglot has none of this name.
    """
    if said:
        name = _ALIASES.get(said.lower(), said.lower())
        if name not in dialects():
            raise unknown("dialect", said, dialects(), "For example: --as ddl:postgres")
        return name
    found = (name for name, sign in _TELLTALE if re.search(sign, text, re.IGNORECASE | re.MULTILINE))
    return next(found, PLAIN)


def sql_told(dialect: str) -> str:
    """What comments call it."""
    return f"SQL of {dialect}" if dialect else "SQL"


_ALIASES = {"postgresql": "postgres", "mssql": "tsql", "sqlserver": "tsql", "mariadb": "mysql"}
"""What people call some of them."""
