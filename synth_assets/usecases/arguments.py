"""What arguments of Python mean: whatever people have is taken, and what isn't taken is refused in Python's words.

A reader here has the argument's name and what was given for it. NumPy and pandas are recognised without being imported.
"""

import operator
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from itertools import pairwise
from numbers import Real
from pathlib import Path, PurePath
from typing import Any, cast

from synth_assets.documents import written
from synth_assets.documents.strict_json import shown
from synth_assets.documents.whole_number import whole_number
from synth_assets.errors import UsageError
from synth_assets.usecases.engines import MOST_WORKERS
from synth_assets.usecases.places import folder_at, is_address, refused_address

_MOST_BITS = 4_096
"""No argument needs more of a number, and Python doesn't write much longer ones."""

Reader = Callable[[str, object], Any]


def refused(name: str, value: object, allowed: str, example: str) -> UsageError:
    """The error about an argument that isn't taken."""
    return UsageError(f"{name}={shown(value)} is not allowed; it is {allowed}.\n  For example: {name}={example}")


def read_whole(name: str, value: object, example: str = "42", least: int | None = None) -> int:
    """A whole number: Python's, NumPy's, or a text of one; no truth value, and nothing with a fraction.

    Raises:
        UsageError: it is none, or too small.
    """
    number = whole_number(str.__str__(value)) if isinstance(value, str) else _index(value)
    if number is None or (least is not None and number < least):
        bound = "" if least is None else f" >= {least}"
        raise refused(name, value, f"a whole number{bound}", example)
    return number


def read_text(name: str, value: object, example: str = "'small'") -> str:
    """A text, NumPy's and those of enumerations too.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(value, str):
        return str.__str__(value)
    raise refused(name, value, "text", example)


def read_path(name: str, value: object, example: str = "'data'") -> Path:
    """A path: a text, a ``Path``, or whatever has one; ``~`` is the home of whoever runs this.

    Raises:
        UsageError: it is something else, or no file can be called so; or it is in an object store.
    """
    path = _spelt(name, value, example)
    if is_address(path):
        raise refused_address(path, name)
    return _expanded(path)


def read_place(name: str, value: object, example: str = "'data'") -> Path:
    """The same, or an address of an object store, as text: the path that stands for it.

    Raises:
        UsageError: it is neither.
    """
    path = _spelt(name, value, example)
    return folder_at(path) if is_address(path) else _expanded(path)


def _spelt(name: str, value: object, example: str) -> str:
    try:
        found = os.fspath(cast("Any", value))
        path = str.__str__(found) if isinstance(found, str) else ""
        os.fsencode(path)
    except (TypeError, UnicodeError):
        path = ""
    if not path or "\0" in path:
        raise refused(name, value, "a path", example)
    return path


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # nobody of that name
        return Path(path)


def read_day(name: str, value: object) -> date:
    """A day: a date, the midnight at which it begins in UTC, or ``YYYY-MM-DD``; NumPy's and pandas' too.

    Raises:
        UsageError: it is something else, or a time within a day.
    """
    found = written.day(value) if isinstance(value, str) else _unwrapped(value)
    if isinstance(found, datetime):
        is_day = _is_time(found) and found.time() == time() and not found.utcoffset()
        found = date(found.year, found.month, found.day) if is_day else None
    if not isinstance(found, date):
        raise refused(name, value, f"{written.A_DAY}, or a date", "'2026-01-01'")
    return found


def read_moment(name: str, value: object) -> int | datetime:
    """The number of a batch, or a time with its time zone; both also as text.

    Raises:
        UsageError: it is something else.
    """
    found = written.moment(value) if isinstance(value, str) else _unwrapped(value)
    if isinstance(found, datetime) and _is_time(found):
        # NumPy's times are UTC and can't say so.
        return found.replace(tzinfo=UTC) if found.tzinfo is None and _is_numpy(value) else found
    number = _index(found)
    if number is None:
        raise refused(name, value, "a batch's number, or a time with a time zone", "30, or '2026-01-31T00:00:00Z'")
    return number


def read_batches(name: str, value: object) -> Sequence[int]:
    """Numbers of batches: one, several in ascending order, or a text like ``1..30``.

    Raises:
        UsageError: it is something else, has none, or runs backwards.
    """
    value = tuple(value) if isinstance(value, Iterator) else value  # which can be looked at once
    ends = written.batches(str.__str__(value)) if isinstance(value, str) else _ends(value)
    if ends and ends[0] > ends[1]:
        raise UsageError(written.reversed_batches(f"{name}={shown(value)}", *ends))
    if isinstance(value, str) and ends:
        return range(ends[0], ends[1] + 1)
    numbers = None if isinstance(value, str) else _numbers(value)
    if not numbers or (not isinstance(numbers, range) and any(a >= b for a, b in pairwise(numbers))):
        raise refused(name, value, f"{written.BATCHES}, each once and in ascending order", "range(1, 31)")
    return numbers


def read_names(name: str, value: object) -> tuple[str, ...]:
    """Names, each once: a list or anything like it, or a text with commas between them.

    Raises:
        UsageError: something among them is no name.
    """
    allowed, example = "one or more names, in a list or with commas between them", "['parquet', 'csv']"
    items = [value] if isinstance(value, str) else _items(value)
    if items is None or not all(isinstance(one, str) for one in items):
        raise refused(name, value, allowed, example)
    found = [part.strip() for one in cast("list[str]", items) for part in str.__str__(one).split(",")]
    if "" in found:
        raise refused(name, value, allowed, example)
    # A set has no order, and what is made has one.
    return tuple(dict.fromkeys(sorted(found) if isinstance(value, set | frozenset) else found))


def read_volumes(name: str, value: object) -> dict[str, Any]:
    """Parameters by name; numbers and texts of NumPy are taken for Python's.

    Raises:
        UsageError: it is no mapping, or a name in it is no text.
    """
    found = dict(cast("Mapping[object, object]", value)) if isinstance(value, Mapping) else {None: None}
    if not all(isinstance(key, str) for key in found):
        raise refused(name, value, "a mapping of parameters", "{'orders': 5000}")
    return {str.__str__(cast("str", key)): _parameter(one) for key, one in found.items()}


def read_paths(name: str, value: object) -> tuple[Path, ...]:
    """Paths, or addresses of object stores: one by one, or in lists.

    Raises:
        UsageError: something among them is no path.
    """
    return tuple(read_place(name, path) for path in _each_path(value))


def read_files(name: str, value: object) -> dict[str, Path] | tuple[Path, ...]:
    """Paths of files: by name in a mapping, or one or more without names.

    Raises:
        UsageError: something among them is no path, or no name.
    """
    if not isinstance(value, Mapping):
        return tuple(read_path(name, path) for path in _each_path((value,)))
    found = dict(cast("Mapping[object, object]", value))
    if not all(isinstance(one, str) and one.strip() for one in found):
        raise refused(name, value, "a mapping of names to paths", "{'users': 'data/users.parquet'}")
    return {str(one).strip(): read_path(name, path) for one, path in found.items()}


# What several readers do


def _each_path(value: object) -> Iterator[object]:
    """What are to be paths, one by one, or in lists."""
    for one in cast("tuple[object, ...]", value):
        items = None if isinstance(one, str | os.PathLike) else _items(one)
        yield from [one] if items is None else items


def _index(value: object) -> int | None:
    """A whole number in whatever holds one; ``None`` for anything else."""
    if isinstance(value, bool) or (_is_numpy(value) and "bool" in str(getattr(value, "dtype", ""))):
        return None
    try:
        number = int(operator.index(cast("Any", value)))
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number.bit_length() <= _MOST_BITS else None


def _items(value: object) -> list[object] | None:
    """What is in a list or anything like it; ``None`` for a mapping, bytes, and what has nothing in it."""
    if isinstance(value, Mapping | bytes | bytearray | memoryview) or not isinstance(value, Iterable):
        return None
    try:
        return list(cast("Iterable[object]", value))
    except (TypeError, ValueError):  # an array without dimensions, for example
        return None


def _numbers(value: object) -> Sequence[int] | None:
    """The batches that a value names, as they are there; ``None`` if something else is among them."""
    if isinstance(value, range):
        return value
    number = _index(value)
    found = [_index(one) for one in _items(value) or []] if number is None else [number]
    return None if None in found else tuple(one for one in found if one is not None)


def _ends(value: object) -> tuple[int, int] | None:
    """The first and the last batch of several; an empty range has the ends that it was made with."""
    if isinstance(value, range) and not value:
        return (value.start, value.stop) if value.start != value.stop else None
    numbers = _numbers(value)
    return (numbers[0], numbers[-1]) if numbers else None


def _parameter(value: object) -> object:
    """A value without what NumPy, pandas or an enumeration wraps around it."""
    if isinstance(value, Enum) and isinstance(value, str | int):
        return value.value
    if _is_numpy(value) and not getattr(value, "ndim", 0):
        found = _unwrapped(value)
        return cast("Any", found).item() if _is_numpy(found) else found
    return str.__str__(value) if isinstance(value, str) else value


def _unwrapped(value: object) -> object:
    """A time or a day of NumPy's in Python's own type, to the microsecond; other values as they are."""
    if type(value).__name__ == "ndarray" and not getattr(value, "ndim", 0):
        return _unwrapped(cast("Any", value)[()])
    if type(value).__name__ != "datetime64" or not _is_numpy(value):
        return value
    found = cast("Any", value)
    plain = found.item()
    return plain if isinstance(plain, date) or plain is None else found.astype("datetime64[us]").item()


def _is_time(value: datetime) -> bool:
    """Whether it is one: pandas' missing time is of this type, and isn't equal to itself."""
    return (value - value) == timedelta(0)


def _is_numpy(value: object) -> bool:
    return type(value).__module__.partition(".")[0] == "numpy"


def _or_none(reader: Reader) -> Reader:
    return lambda name, value: None if value is None else reader(name, value)


def _rows(name: str, value: object) -> int:
    return read_whole(name, value, "1000", 0)


def _workers(name: str, value: object) -> int:
    number = _index(value) if not isinstance(value, str) else whole_number(value)
    if number is None or not 1 <= number <= MOST_WORKERS:
        raise refused(name, value, f"a whole number from 1 to {MOST_WORKERS}", "2")
    return number


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise refused(name, value, "True or False", "True")
    return value


def _seconds(name: str, value: object) -> float:
    try:
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        number = float(cast("Any", value)) if is_number else -1.0
    except (TypeError, ValueError, OverflowError):
        number = -1.0
    if not 0 < number < float("inf"):
        raise refused(name, value, "a number of seconds > 0", "60")
    return number


def _table(name: str, value: object) -> str:
    found = value.as_posix() if isinstance(value, PurePath) else value
    return read_text(name, found, "'bronze/raw_orders'")


READERS: Mapping[str, Reader] = {
    "path": _table,
    "output_dir": read_place,
    "database": lambda name, value: read_path(name, value, "'data/devdata/dev.duckdb'"),
    "paths": read_paths,
    "preset": _or_none(read_text),
    "seed": read_whole,
    "formats": lambda name, value: () if value is None else read_names(name, value),
    "compression": _or_none(lambda name, value: read_text(name, value, "'gzip'")),
    "chunk_size": _or_none(lambda name, value: read_whole(name, value, "1_000_000", 1)),
    "layout": _or_none(lambda name, value: read_text(name, value, "'flat'")),
    "workers": _workers,
    "engine": _or_none(lambda name, value: read_text(name, value, "'ray'")),
    "resume": _yes_or_no,
    "as_of": read_day,
    "volumes": _or_none(read_volumes),
    "offset": _rows,
    "rows": _or_none(_rows),
    "batches": read_batches,
    "at": read_moment,
    "cadence": lambda name, value: read_text(name, value, "'day'"),
    "answer_key": _or_none(lambda name, value: read_path(name, value, "'broken/answer_key.parquet'")),
    "timeout": _or_none(_seconds),
    "size": read_text,
    "output_format": lambda name, value: read_text(name, value, "'csv'"),
    "output_path": _or_none(lambda name, value: read_path(name, value, "'data/users.parquet'")),
    "interval": lambda name, value: read_text(name, value, "'hourly'"),
    "db_path": lambda name, value: read_path(name, value, "'data/starter.duckdb'"),
    "files": read_files,
    "catalog_database": _or_none(lambda name, value: read_path(name, value, "'catalog.duckdb'")),
    "query": lambda name, value: read_text(name, value, "'SELECT count(*) FROM users'"),
    "more": lambda _name, value: value,  # see `door.check_more`: who knows the domain reads them
    "candidate": lambda _name, value: value,  # see `frame_candidates`
}
"""Name of an argument → what reads it, for all public functions."""
