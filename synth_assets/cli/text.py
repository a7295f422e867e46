"""Text for people: numbers with separators, sizes, short paths."""

import os
from collections.abc import Sequence
from pathlib import Path

from synth_assets.object_paths import address_at


def count(number: int | None) -> str:
    """A row count with separators; ``counted on the way`` where it isn't known yet."""
    return "?" if number is None else f"{number:,}"


def size(number: int) -> str:
    """Bytes as a person reads them: ``23.4 MB``."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def either(names: Sequence[str]) -> str:
    """Names to choose one of.

    Example:
        >>> either(["csv", "ndjson", "parquet"])
        'csv, ndjson or parquet'
    """
    return " or ".join([", ".join(names[:-1]), *names[-1:]]) if len(names) > 1 else "".join(names)


def short(path: Path) -> str:
    """A path from the current folder if it lies inside, else as it is; an address, of what lies in an object store."""
    if address := address_at(path):
        return address
    try:
        here = Path.cwd()
    except OSError:  # a folder that is no more, or that nobody may look into
        return os.fspath(path)
    return os.fspath(path.relative_to(here)) if path.is_relative_to(here) else os.fspath(path)
