"""Days, moments and batches, as people write them: one reader for flags, variables, files and Python."""

import re
from datetime import UTC, date, datetime

from synth_assets.documents.whole_number import whole_number
from synth_assets.spoken import spoken

A_DAY = "a day of the calendar, written YYYY-MM-DD"
BATCHES = "a batch or a range of batches"
A_MOMENT = "a batch's number or a time in UTC"
"""What those who ask for one may write."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def day(text: str) -> date | None:
    """The day that ``YYYY-MM-DD`` writes; ``None`` if it is written otherwise, or there is no such day.

    Example:
        >>> day("2026-01-31"), day("20260131"), day("2026-13-45")
        (datetime.date(2026, 1, 31), None, None)
    """
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def moment(text: str) -> int | datetime | None:
    """The batch's number or the time in UTC that a text writes; ``None`` if it writes neither.

    Example:
        >>> moment("30"), moment("2026-01-31T00:00:00Z"), moment("now")
        (30, datetime.datetime(2026, 1, 31, 0, 0, tzinfo=datetime.timezone.utc), None)
    """
    number = whole_number(text)
    if number is not None:
        return number
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def batches(text: str) -> tuple[int, int] | None:
    """The first and the last batch that ``5`` or ``1..30`` writes; ``None`` if it is written otherwise.

    The last may be before the first: whoever asked says so.

    Example:
        >>> batches("1..30"), batches("5"), batches("5..2"), batches("5-7")
        ((1, 30), (5, 5), (5, 2), None)
    """
    first, dots, last = text.partition("..")
    ends = whole_number(first), whole_number(last if dots else first)
    return None if None in ends else (ends[0] or 0, ends[1] or 0)


def reversed_batches(said: str, first: int, last: int) -> str:
    """What to say of batches whose last comes before their first.

    Args:
        said: what was written, with the name of where.
        first: the first batch.
        last: the last one.
    """
    other_way = spoken(f"{last}..{first}", f"range({last}, {first + 1})")
    return f"{said} is not allowed: it is reversed, {first} comes after {last}.\n  Write {other_way}"
