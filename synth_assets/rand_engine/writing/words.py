"""What was said to a writer, word by word, read into values; each word by itself."""

from collections.abc import Callable, Mapping
from typing import Any

from synth_assets.errors import UsageError, shortened, unknown

MOST_FILES = 10_000
MOST_ROWS = 1_000_000_000_000

Reader = Callable[[str, Any], Any]


def whole(least: int, most: int) -> Reader:
    """Reads a whole number of a range."""

    def read(name: str, value: Any) -> int:
        number = value.__index__() if hasattr(value, "__index__") and not isinstance(value, bool) else None
        if number is None or not least <= number <= most:
            raise refused(name, value, f"a whole number from {least:,} to {most:,}", f"{max(least, 10)}")
        return number

    return read


def seconds(name: str, value: Any) -> float:
    """A number of seconds above 0.

    Raises:
        UsageError: it is none.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < float("inf"):
        raise refused(name, value, "a number of seconds above 0", "60")
    return value


def _truth(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise refused(name, value, "True or False", "True")
    return value


def _no_index(name: str, value: Any) -> bool:
    if value is not False:
        raise refused(name, value, "False: rows have no further number in a file", "False")
    return value


def _records(name: str, value: Any) -> str:
    if value != "records":
        raise refused(name, value, "'records', an object a row", "'records'")
    return value


def _separator(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value.encode()) != 1 or value in '"\r\n':
        raise refused(name, value, "one sign of ASCII, no quote and no end of a line", "';'")
    return value


def _codec(name: str, value: Any) -> str:
    if value is None:
        return "none"
    if not isinstance(value, str):
        raise refused(name, value, "the name of a compression, or None", "'gzip'")
    return value


_COMMON: Mapping[str, Reader] = {"compression": _codec, "level": whole(0, 22)}
_OF_FORMAT: Mapping[str, Mapping[str, Reader]] = {
    "csv": {"sep": _separator, "index": _no_index},
    "json": {"orient": _records, "lines": _truth, "force_ascii": _truth, "indent": whole(0, 16)},
    "parquet": {},
}
"""Options that one format has."""

BATCH: Mapping[str, Reader] = {
    "numFiles": whole(1, MOST_FILES),
    "chunkSize": whole(1, MOST_ROWS),
    "maxRowsPerBatch": whole(1, MOST_ROWS),
}
STREAM: Mapping[str, Reader] = {"timeout": seconds}
"""Options of the two ways of writing. ``maxRowsPerBatch`` bounds memory in rand-engine; here that is bounded anyway."""

_OTHERWISE = {"delimiter": "sep", "separator": "sep", "compressionlevel": "level"}
"""Other words for options, as they are compared."""


def options_of(form: str, own: Mapping[str, Reader], said: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Options by name; both spellings are known, ``numFiles`` and ``num_files``.

    Args:
        form: csv, json or parquet; empty if it isn't known.
        own: the options of this way of writing.
        said: what was said, in the order in which it was.
        problems: what is wrong is added here.
    """
    known = {**_COMMON, **own, **_OF_FORMAT.get(form, {})}
    if not form:  # of any format, as far as that can be seen
        known |= {name: reader for readers in _OF_FORMAT.values() for name, reader in readers.items()}
    by_letters = {_letters(name): name for name in known}
    found: dict[str, Any] = {}
    for word, value in said.items():
        letters = _letters(word)
        name = by_letters.get(_OTHERWISE.get(letters, letters))
        try:
            if name is None:
                raise unknown(f"option of {form or 'a writer'}", word, known)
            found[name] = known[name](f"option({word!r}, …)", value)
        except UsageError as error:
            problems.append(str(error))
    return found


def refused(name: str, value: object, allowed: str, example: str) -> UsageError:
    """The error about a word that isn't taken."""
    return UsageError(f"{name}: {shortened(repr(value))} is not allowed; it is {allowed}.\n  For example: {example}")


def _letters(word: Any) -> str:
    return str(word).replace("_", "").casefold()
