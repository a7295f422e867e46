"""All copies of a table hold the same."""

from collections.abc import Mapping

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged
from synth_assets.checking.stored import StoredTable
from synth_assets.errors import DataError
from synth_assets.produce.copies import Copy, quickest_first


def _find(stored: StoredTable) -> Finding:
    looked_at = stored.copies
    # Of copies that nobody asked to look at, their manifests are believed.
    every = quickest_first([*looked_at, *stored.beside])
    first, *others = every
    # What others have among themselves is their own matter.
    compared = others if first in looked_at else looked_at
    problems = [text for other in compared if (text := _difference(stored, first, other))]
    names = ", ".join(copy.name for copy in every)
    return judged(problems, f"{names}: the same content.", {"formats": len(every)})


def _difference(stored: StoredTable, first: Copy, other: Copy) -> str:
    expected_rows, expected = _content(stored, first)
    try:
        rows, hashes = _content(stored, other)
    except DataError as error:
        return str(error)
    wrong = [name for name, value in expected.items() if hashes.get(name) != value]
    if not wrong and rows == expected_rows:
        return ""
    count = "" if rows == expected_rows else f" ({rows:,} rows, not {expected_rows:,})"
    return f"{other.name} differs from {first.name} in {', '.join(wrong)}{count}."


def _content(stored: StoredTable, copy: Copy) -> tuple[int, Mapping[str, str]]:
    """Rows, and the hash of each column."""
    if copy in stored.copies:
        digest = stored.digest(copy)
        return digest.rows, digest.column_hashes
    return copy.manifest.rows, {column.name: column.hash for column in copy.manifest.columns}


CHECK = Check("formats_agree", "All formats the table is stored in hold the same content.", _find)
