"""A profile as small SVGs: rows over time, shares of an enumeration, the spread of a number.

Dagster's UI shows an image in a Markdown text when it is a data URI, and shows the text in place while it
has fewer than 1,000 characters. So each plot is one path and a few words; no drawing library is needed.
"""

import base64
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

import numpy as np

from synth_assets.usecases.profile import Profile

_WIDTH, _HEIGHT = 300, 80
_TITLE, _ENDS = 20, 16
_BARS = 40
_CATEGORIES = 5
_LEAST, _MOST = 0.005, 1e12
"""What is written with two digits after the point."""
_EPOCH = date(1970, 1, 1)


def plots(profile: Profile) -> dict[str, str]:
    """Column name → a picture of its distribution, as Markdown; nothing of a column without cells, or untold."""
    found: dict[str, str] = {}
    if profile.time is not None and profile.days:
        found[profile.time.name] = _over_time(profile)
    if profile.category is not None and profile.shares:
        found[profile.category.name] = _shares(profile)
    if profile.number is not None and len(profile.numbers):
        found[profile.number.name] = _spread(profile)
    return {name: picture for name, picture in found.items() if name not in profile.untold}


def _over_time(profile: Profile) -> str:
    days = np.array(sorted(profile.days))
    first, last = int(days[0]), int(days[-1])
    # Every bar is the same number of whole days: others would draw weeks that aren't there.
    width = -(-(last - first + 1) // _BARS)
    bars = np.bincount((days - first) // width, weights=[profile.days[day] for day in days.tolist()])
    if (last - first + 1) % width and len(bars) > 1:
        bars = bars[:-1]  # fewer days than the others
    ends = [_day(day) for day in (first, first + len(bars) * width - 1)]
    return _histogram(f"rows per {'day' if width == 1 else f'{width} days'}", bars, ends)


def _spread(profile: Profile) -> str:
    assert profile.number is not None  # noqa: S101 - the caller looked
    numbers = np.sort(profile.numbers)
    numbers = numbers[: int(0.99 * (len(numbers) - 1)) + 1]
    low, high = float(numbers[0]), float(numbers[-1])
    is_whole = profile.number.type.kind in {"integer", "unsigned"}
    bars = int(high - low) + 1 if is_whole and high - low < _BARS else _BARS
    return _histogram("rows, up to the 99th percentile", binned(numbers, bars), [_number(low), _number(high)])


def binned(numbers: np.ndarray, bars: int) -> np.ndarray:
    """How many numbers are in each of some ranges of the same width, from the least to the greatest; shape (bars,).

    Args:
        numbers: finite, sorted, at least one.
        bars: how many ranges.

    Example:
        >>> binned(np.array([-1.7e308, 0.0, 1.7e308]), 2).tolist()
        [1, 2]
    """
    # Halves, as the whole span of doubles is none itself.
    above = numbers / 2 - numbers[0] / 2
    span = above[-1]
    places = np.divide(above, span, out=np.zeros_like(above), where=span > 0)
    return np.bincount(np.minimum((places * bars).astype(np.int64), bars - 1), minlength=bars)


def _day(number: int) -> str:
    """A day since 1970; of one that calendars don't reach, its number."""
    try:
        return str(_EPOCH + timedelta(days=number))
    except OverflowError:
        return f"day {number:,}"


def _number(value: float) -> str:
    if value and not _LEAST <= abs(value) < _MOST:
        return f"{value:.3g}"
    return f"{value:,.2f}".removesuffix(".00")


def _histogram(title: str, values: np.ndarray, ends: Sequence[str]) -> str:
    heights = np.rint(values * (_HEIGHT / max(values.max(), 1))).astype(int)
    base = _TITLE + _HEIGHT
    edges = np.linspace(0, _WIDTH, len(heights) + 1).astype(int)
    steps = "".join(f"V{base - h}H{x}" for h, x in zip(heights, edges[1:], strict=True))
    words = [(0, 12, title), (0, base + _ENDS - 3, ends[0]), (_WIDTH - 75, base + _ENDS - 3, ends[1])]
    return _image(f"M0 {base}{steps}V{base}z", words, base + _ENDS)


def _shares(profile: Profile) -> str:
    total, top = profile.shares.total(), profile.shares.most_common(_CATEGORIES)
    return _image("".join(_share_bars(top)), [*_share_words(top, total)], _TITLE * len(top))


def _share_bars(top: Sequence[tuple[str, int]]) -> Iterator[str]:
    for at, (_, count) in enumerate(top):
        width = round((_WIDTH - 150) * count / top[0][1])
        yield f"M150 {at * _TITLE + 3}h{width}v14h-{width}z"


def _share_words(top: Sequence[tuple[str, int]], total: int) -> Iterator[tuple[int, int, str]]:
    for at, (name, count) in enumerate(top):
        yield 0, at * _TITLE + 14, f"{name} {100 * count / total:.1f} %"


def _image(path: str, words: Sequence[tuple[int, int, str]], height: int) -> str:
    texts = "".join(f'<text x="{x}" y="{y}">{escape(text)}</text>' for x, y, text in words)
    # Grey words are legible on the UI's light and dark themes.
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-size="12" fill="#888">'
        f'{texts}<path d="{path}" fill="#4f6ef7"/></svg>'
    )
    return f"![](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
