"""The frozen vocabulary pools: names, places, goods and phrases, stored as package data.

``scripts/make_vocabularies.py`` writes them, once; nothing here knows Faker, so that upgrading it changes
no dataset. In a pattern of ``places.csv`` or ``districts.csv``, ``#`` stands for a digit, ``@`` for a letter of a
British inward code (``ABDEFGHJLNPQRSTUWXYZ``) and ``&`` for a letter of a Canadian postal code
(``ABCEGHJKLMNPRSTVWXYZ``); everything else stands for itself.
"""

import csv
import hashlib
import io
import json
from functools import cache
from importlib import resources

from synth_assets.errors import DataError, unknown


def rows(name: str) -> list[dict[str, str]]:
    """Read one pool, in the order of its file.

    Args:
        name: the file's name without ``.csv``, e.g. ``places``.

    Returns:
        One dict per row, by column name; an empty cell is ``""``. The list is the caller's own, its dicts
        are shared: read them, don't change them.

    Raises:
        UsageError: there is no such pool.
        DataError: its file is missing.

    Example:
        >>> rows("countries")[0]["name"]
        'United States'
    """
    return list(_rows(name))


def names() -> list[str]:
    """The pools' names, in alphabetical order."""
    return sorted(file.removesuffix(".csv") for file in _recorded())


def fingerprint() -> str:
    """Digest what all pools hold, for the manifest: equal fingerprints mean equal pools.

    Returns:
        SHA-256, in hex, of the lines ``<file>:<sha256>`` of ``vocabularies.json``, sorted and joined by
        line feeds.

    Example:
        >>> len(fingerprint())
        64
    """
    lines = sorted(f"{file}:{digest}" for file, digest in _recorded().items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def check() -> None:
    """Compare every pool with the SHA-256 recorded when it was made.

    Raises:
        DataError: a file is missing or differs, e.g. after a checkout that rewrote its line ends.
    """
    for file, recorded in sorted(_recorded().items()):
        found = hashlib.sha256(_content(file)).hexdigest()
        if found != recorded:
            raise DataError(
                f"vocabularies/{file}: sha256 is {found[:12]}…, vocabularies.json says {recorded[:12]}…;"
                " datasets drawn from it would differ.\n"
                "  Install the package again; if the change was meant: python scripts/make_vocabularies.py"
            )


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    files = _recorded()
    if f"{name}.csv" not in files:
        raise unknown("vocabulary", name, names())
    columns, *cells = csv.reader(io.StringIO(_content(f"{name}.csv").decode(), newline=""))
    return tuple(dict(zip(columns, row, strict=True)) for row in cells)


@cache
def _recorded() -> dict[str, str]:
    return json.loads(_content("vocabularies.json"))["files"]


def _content(file: str) -> bytes:
    try:
        return (resources.files("synth_assets") / "vocabularies" / file).read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"vocabularies/{file} is missing from the package.\n"
            "  Install the package again, or make it: python scripts/make_vocabularies.py"
        ) from None
