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
_EPOCH = date(1970, 1, 1)


def plots(profile: Profile) -> dict[str, str]:
    """Column name → a picture of its distribution, as Markdown; empty for a table without rows."""
    found: dict[str, str] = {}
    if profile.time is not None and profile.days:
        found[profile.time.name] = _over_time(profile)
    if profile.category is not None and profile.shares:
        found[profile.category.name] = _shares(profile)
    if profile.number is not None and len(profile.numbers):
        found[profile.number.name] = _spread(profile)
    return found


def _over_time(profile: Profile) -> str:
    days = np.array(sorted(profile.days))
    first, last = int(days[0]), int(days[-1])
    # Every bar is the same number of whole days: others would draw weeks that aren't there.
    width = -(-(last - first + 1) // _BARS)
    bars = np.bincount((days - first) // width, weights=[profile.days[day] for day in days.tolist()])
    if (last - first + 1) % width and len(bars) > 1:
        bars = bars[:-1]  # fewer days than the others
    ends = [str(_EPOCH + timedelta(days=day)) for day in (first, first + len(bars) * width - 1)]
    return _histogram(f"rows per {'day' if width == 1 else f'{width} days'}", bars, ends)


def _spread(profile: Profile) -> str:
    assert profile.number is not None  # noqa: S101 - the caller looked
    numbers = profile.numbers
    low, high = float(numbers.min()), float(np.quantile(numbers, 0.99))
    if profile.number.type.kind == "integer" and high - low < _BARS:
        bars = np.bincount(np.clip(numbers - low, 0, high - low).astype(np.int64))
    else:
        bars, _ = np.histogram(numbers, bins=_BARS, range=(low, max(high, low + 1)))
    return _histogram("rows, up to the 99th percentile", bars, [_number(low), _number(high)])


def _number(value: float) -> str:
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
