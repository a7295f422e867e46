"""The one door for arguments of Python: what people have is taken, and what isn't taken is refused in Python's words.

Every public function is :func:`public`: each of its arguments is read by the reader of its name, so an argument means
the same wherever it is taken.
"""

import difflib
import inspect
import operator
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar, cast

import polars as pl

from synth_assets.documents import written
from synth_assets.documents.strict_json import shown
from synth_assets.documents.whole_number import whole_number
from synth_assets.errors import UsageError

_MOST_WORKERS = 256

P = ParamSpec("P")
R = TypeVar("R")


def public(function: Callable[P, R]) -> Callable[P, R]:
    """A function that reads its arguments first, and speaks of arguments where commands speak of flags.

    Its signature stays what it is; see :data:`_READERS` for what is taken under which name.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            unlike = [name for name in kwargs if name not in signature.parameters]
            close = difflib.get_close_matches(unlike[0], signature.parameters, n=1) if unlike else []
            hint = f"; did you mean {close[0]}?" if close else f"; its arguments are {', '.join(signature.parameters)}"
            raise TypeError(f"{function.__name__}(): {error}{hint}") from None
        for name, value in bound.arguments.items():
            if name in _READERS and value is not signature.parameters[name].default:
                bound.arguments[name] = _READERS[name](name, value)
        try:
            return function(*bound.args, **bound.kwargs)
        except UsageError as error:
            raise type(error)(in_python(str(error))) from error

    return read


def in_python(text: str) -> str:
    """A message with arguments in place of flags.

    Example:
        >>> print(in_python("Set it with --as-of 2026-01-01, or choose another --output-dir."))
        Set it with as_of="2026-01-01", or choose another output_dir.
    """
    return _FLAG.sub(_argument, text)


def _argument(found: re.Match[str]) -> str:
    flag, value = found[1], found[2]
    name = _NAMES.get(flag, flag.replace("-", "_"))
    if value is None:
        return name
    plain = value.rstrip(".,;:")
    said = plain if whole_number(plain) is not None else f'"{plain}"'
    return f"{name}={said}{value[len(plain) :]}"


_FLAG = re.compile(r"(?<![\w-])--([a-z]+(?:-[a-z]+)*)(?:[ =]((?!--)[\w./*|…-]*\d[\w./*|-]*|parquet|hive|flat))?")
_NAMES = {"format": "formats", "to": "at"}


def _refused(name: str, value: object, allowed: str, example: str) -> UsageError:
    return UsageError(f"{name}={shown(value)} is not allowed; it is {allowed}.\n  For example: {name}={example}")


def whole(name: str, value: object, example: str = "42") -> int:
    """A whole number: Python's, NumPy's, or a text of one; no truth value, and no fraction.

    Raises:
        UsageError: it is none.
    """
    number = whole_number(value) if isinstance(value, str) else None
    if number is None and not isinstance(value, str) and not _is_truth(value):
        try:
            number = operator.index(cast("Any", value))
        except (TypeError, ValueError):
            number = None
    if number is None:
        raise _refused(name, value, "a whole number", example)
    return number


def text(name: str, value: object, example: str = '"small"') -> str:
    """A text, NumPy's too.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(value, str):
        return str(value)
    raise _refused(name, value, "a text", example)


def folder(name: str, value: object) -> Path:
    """A path: a text, a ``Path``, or whatever has one.

    Raises:
        UsageError: it is something else, or no file can be called so.
    """
    try:
        path = os.fspath(cast("Any", value))
    except TypeError:
        path = None
    if not isinstance(path, str) or not path or "\0" in path:
        raise _refused(name, value, "a path", '"data"')
    return Path(path)


def day(name: str, value: object) -> date:
    """A day: a date, midnight of one, or ``YYYY-MM-DD``; NumPy's and pandas' too.

    Raises:
        UsageError: it is something else, or a moment within a day.
    """
    found = written.day(value) if isinstance(value, str) else _unwrapped(value)
    if isinstance(found, datetime):
        found = found.date() if found.time() == time() else None
    if not isinstance(found, date):
        raise _refused(name, value, "a day of the calendar", '"2026-01-01"')
    return found


def moment(name: str, value: object) -> int | datetime:
    """The number of a batch, or a time with its time zone; also as text.

    Raises:
        UsageError: it is something else.
    """
    found = written.moment(value) if isinstance(value, str) else _unwrapped(value)
    if isinstance(found, datetime):
        if found.tzinfo is None and type(value).__module__.partition(".")[0] == "numpy":
            found = found.replace(tzinfo=UTC)  # NumPy's times are UTC and can't say so
        return found
    if found is None or isinstance(found, date):
        raise _refused(name, value, "a batch's number, or a time with a time zone", "30")
    return whole(name, found, "30")


def batches(name: str, value: object) -> range:
    """Numbers of batches that follow one another: one, a range, or ``1..30``.

    Raises:
        UsageError: it is something else, empty, or runs backwards.
    """
    if isinstance(value, range):
        numbers = value
    elif isinstance(value, str):
        ends = written.batches(value)
        numbers = range(0) if ends is None else range(ends[0], ends[1] + 1)
        if ends is not None and ends[1] < ends[0]:
            raise UsageError(written.reversed_batches(f"{name}={shown(value)}", *ends))
    elif isinstance(value, slice | tuple | list):
        raise _refused(name, value, "a batch's number or a range", "range(1, 31)")
    else:
        number = whole(name, value, "range(1, 31)")
        numbers = range(number, number + 1)
    if isinstance(value, range) and value.start > value.stop and value.step > 0:
        raise UsageError(written.reversed_batches(f"{name}={value}", value.start, value.stop - 1))
    if not numbers or numbers.step != 1:
        raise _refused(name, value, "one batch or more, in order", "range(1, 31)")
    return numbers


def names(name: str, value: object) -> tuple[str, ...]:
    """Names, each once: a list, a tuple, a set or anything like it, or a text with commas between them.

    Raises:
        UsageError: something among them is no name.
    """
    found: Sequence[object]
    if isinstance(value, str):
        found = [one.strip() for one in value.split(",")]
    elif isinstance(value, Mapping) or not isinstance(value, Iterable) or isinstance(value, bytes):
        raise _refused(name, value, "a list of names", '["parquet", "csv"]')
    else:
        found = list(cast("Iterable[object]", value))
        found = sorted(map(str, found)) if isinstance(value, set | frozenset) else found
    for one in found:
        if not isinstance(one, str) or not one:
            raise _refused(name, value, "a list of names", '["parquet", "csv"]')
    return tuple(dict.fromkeys(str(one) for one in found))


@contextmanager
def candidate(value: object) -> Iterator[str]:
    """Where a table to be graded is: a frame is put into a file for as long as it takes.

    Args:
        value: what ``--candidate`` takes, a path, or a frame of polars, pandas or pyarrow.

    Raises:
        UsageError: it is none of these.
    """
    if isinstance(value, str):
        yield str(value)
        return
    if isinstance(value, os.PathLike):
        yield str(folder("candidate", value))
        return
    frame = _frame(value)
    if frame is None:
        raise _refused("candidate", value, "a frame, a path or the URL of a database", '"orders.parquet"')
    with TemporaryDirectory(prefix="synth-") as home:
        path = Path(home) / "candidate.parquet"
        try:
            frame.sink_parquet(path)
        except pl.exceptions.PolarsError as error:
            reason = str(error).strip().splitlines()[0]
            raise UsageError(f"candidate is a frame that can't be collected: {reason}.\n  Look at it first.") from error
        yield str(path)


def _frame(value: object) -> pl.LazyFrame | None:
    """A frame of whatever library as polars'; ``None`` for anything else."""
    if isinstance(value, pl.LazyFrame):
        return value
    try:
        if type(value).__module__.partition(".")[0] == "pandas" and hasattr(value, "columns"):
            return cast("pl.DataFrame", pl.from_pandas(cast("Any", value))).lazy()
        if hasattr(value, "__arrow_c_stream__") and not isinstance(value, pl.Series):
            return pl.DataFrame(cast("Any", value)).lazy()
    except (pl.exceptions.PolarsError, TypeError, ValueError, ImportError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UsageError(f"candidate is a frame that polars can't take: {reason}.\n  Store it as Parquet.") from error
    return None


def volumes(name: str, value: object) -> dict[str, Any]:
    """Parameters by name; NumPy's numbers are taken for Python's.

    Raises:
        UsageError: it is no mapping, or a name in it is no text.
    """
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in cast("Collection[object]", value)):
        raise _refused(name, value, "a mapping of parameters", '{"orders": 5000}')
    return {str(key): _plain(one) for key, one in cast("Mapping[str, object]", value).items()}


def _plain(value: object) -> object:
    """A value without NumPy's wrapping."""
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "item") and not getattr(value, "ndim", 0):
        return cast("Any", value).item()
    return value


def _unwrapped(value: object) -> object:
    """A date or a time in Python's own type: NumPy's ends in days, seconds or finer; pandas' is one already."""
    plain = _plain(value)
    if type(value).__name__ == "datetime64" and isinstance(plain, int):  # nanoseconds, which datetime hasn't
        return _plain(cast("Any", value).astype("datetime64[us]"))
    return None if _is_truth(plain) else plain


def _is_truth(value: object) -> bool:
    return isinstance(value, bool) or type(value).__name__ in {"bool_", "bool"}


def _or_none(reader: Callable[[str, object], Any]) -> Callable[[str, object], Any]:
    return lambda name, value: None if value is None else reader(name, value)


def _table(name: str, value: object) -> str:
    return text(name, value, '"bronze/raw_orders"')


def _workers(name: str, value: object) -> int:
    number = whole(name, value, "2")
    if not 1 <= number <= _MOST_WORKERS:
        raise _refused(name, value, f"a whole number from 1 to {_MOST_WORKERS}", "2")
    return number


def _seconds(name: str, value: object) -> float:
    try:
        number = -1.0 if _is_truth(value) or isinstance(value, str) else float(cast("Any", value))
    except (TypeError, ValueError, OverflowError):
        number = -1.0
    if not 0 < number < float("inf"):
        raise _refused(name, value, "a number of seconds > 0", "60")
    return number


def _folders(name: str, value: object) -> tuple[Path, ...]:
    """Paths: one by one, or in lists."""
    found: list[Path] = []
    for one in cast("tuple[object, ...]", value):
        is_list = isinstance(one, list | tuple | set | frozenset)
        found += [folder(name, path) for path in (cast("Iterable[object]", one) if is_list else [one])]
    return tuple(found)


_READERS: Mapping[str, Callable[[str, object], Any]] = {
    "path": _table,
    "output_dir": folder,
    "paths": _folders,
    "preset": _or_none(text),
    "seed": whole,
    "formats": lambda name, value: () if value is None else names(name, value),
    "layout": _or_none(text),
    "workers": _workers,
    "as_of": day,
    "volumes": _or_none(volumes),
    "offset": lambda name, value: whole(name, value, "1000"),
    "rows": _or_none(lambda name, value: whole(name, value, "1000")),
    "batches": batches,
    "at": moment,
    "cadence": lambda name, value: text(name, value, '"day"'),
    "answer_key": _or_none(folder),
    "timeout": _or_none(_seconds),
}
"""Name of an argument → what reads it; others are taken as they are."""
