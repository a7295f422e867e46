"""Methods of days and times."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from synth_assets.specs.rand_engine.method import Argument, Method, Words, WrongArgumentError, is_text

_USUAL = "%Y-%m-%d"
_DIRECTIVES = ("%Y", "%m", "%d", "%H", "%M", "%S", "%f")
_OF_TIMES = {"%H", "%M", "%S", "%f"}
_ARGUMENTS = (
    Argument("start", "a day or a time, written after 'date_format', or as in 2024-01-31", is_text),
    Argument("end", "a day or a time, written after 'date_format', or as in 2024-01-31", is_text),
    Argument("date_format", f"text with {', '.join(_DIRECTIVES)}, such as '{_USUAL}'", is_text, required=False,
             usual=_USUAL, also=("format",)),
)  # fmt: skip


def _moment(name: str, text: str, shape: str) -> datetime:
    """What a text says: written as the column's are, or as ISO 8601 has it."""
    for read in (lambda: datetime.strptime(text, shape), lambda: datetime.fromisoformat(text)):  # noqa: DTZ007 — UTC
        with suppress(ValueError):
            return read().replace(tzinfo=UTC)
    raise WrongArgumentError(
        f"parameter '{name}' is '{text}', which isn't written as '{shape}', nor as 2024-01-31 or 2024-01-31T08:00:00"
    )


def _between(start: str, end: str, shape: str) -> tuple[datetime, datetime]:
    wrong = [one for one in re.findall(r"%.?", shape) if one not in {*_DIRECTIVES, "%%"}]
    if wrong:
        known = ", ".join(_DIRECTIVES)
        raise WrongArgumentError(
            f"parameter 'date_format' has '{wrong[0]}', whose text depends on more; it may have {known}"
        )
    first, last = _moment("start", start, shape), _moment("end", end, shape)
    if first > last:
        raise WrongArgumentError(f"parameter 'start' must not be after 'end', and {start} is after {end}")
    if not 1900 <= first.year <= last.year <= 2200:
        raise WrongArgumentError("parameters 'start' and 'end' must be from 1900 to 2200")
    return first, last


def _unix(start: str, end: str, date_format: str) -> Words:
    first, last = (int(one.timestamp()) for one in _between(start, end, date_format))
    return {"method": "integers", "low": first, "high": max(first, last - 1), "type": "int64"}


def _dates(start: str, end: str, date_format: str) -> Words:
    first, last = _between(start, end, date_format)
    return {"method": "formatted", "format": date_format, "of": _drawn(first, last, date_format), "type": "string"}


def _drawn(first: datetime, last: datetime, shape: str) -> dict[str, Any]:
    """The days or times between two; the second one doesn't come, unless it is the first."""
    days = (last - first).days
    if set(re.findall("%.", shape)) & _OF_TIMES:
        seconds = max(int((last - first).total_seconds()), 1)
        until = datetime.fromtimestamp(int(first.timestamp()) + seconds, tz=UTC)
        return {"method": "timestamps", "first": _said(first), "last": _said(until)}
    until = datetime.fromtimestamp(int(first.timestamp()) + max(days - 1, 0) * 86_400, tz=UTC)
    return {"method": "dates", "first": _said(first), "last": _said(until)}


def _said(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


METHODS = (
    Method(
        "unix_timestamps", "seconds since 1970 of times between two, the second one excluded", _ARGUMENTS,
        {"kwargs": {"start": "2024-01-01", "end": "2024-12-31", "date_format": "%Y-%m-%d"}}, _unix,
    ),
    Method(
        "dates", "days or times between two, the second one excluded, as text", _ARGUMENTS,
        {"kwargs": {"start": "2024-01-01", "end": "2024-12-31", "date_format": "%Y-%m-%d"}}, _dates,
    ),
)  # fmt: skip
