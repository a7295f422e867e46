"""Which tables tell what happens again and again, and so have many rows however few those are that they hang on."""

import re

from synth_assets.schemas.writing.tables import SpecColumn, SpecTable

LOOKUP_COLUMNS = 4
"""Columns of a table that others look things up in, at most."""

_OF_ROWS = re.compile(
    r"(.*_)?(created|updated|modified|changed|inserted|loaded|synced|deleted|last|valid|since|from|until|to|expires?)"
    r"(_.*)?",
    re.IGNORECASE,
)
"""When a row came or holds, which rows of any table have."""

_TIMES = ("date", "timestamp")
_AMOUNTS = ("decimal", "float")
_SMALL_SHARES = {1: 3, 2: 4, 4: 2, 7: 1}
"""Numbers of rows, in halves of the usual one, each with its share of parents: about the usual one on average."""


def is_fact(table: SpecTable) -> bool:
    """Whether a table tells what happens: on a day with an amount, or on a day or with an amount in many columns."""
    own = [one for one in table.columns.values() if not _is_of_link(table, one)]
    is_dated = any(one.family in _TIMES and not _OF_ROWS.fullmatch(one.source.name) for one in own)
    has_amount = any(one.family in _AMOUNTS for one in own)
    return (is_dated and has_amount) or ((is_dated or has_amount) and len(table.columns) > LOOKUP_COLUMNS)


def many_each(average: int) -> dict[int, int]:
    """Numbers of rows for a row of the parent, each with its share: so many on average, or a few more."""
    half = max(average // 2, 1)
    return {half * halves: share for halves, share in _SMALL_SHARES.items()}


def _is_of_link(table: SpecTable, column: SpecColumn) -> bool:
    return any(column.source.name in link.columns for link in table.links)
