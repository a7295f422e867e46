"""A profile as one small SVG: rows over time, shares of an enumeration, the spread of a number.

Dagster's UI shows an image of a Markdown text when it is a data URI; drawing it by hand costs 2 KB and
no dependency.
"""

import base64
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

import numpy as np

from synth_assets.defs.profile import Profile

_WIDTH, _HEIGHT, _GAP = 250, 96, 22
_TOP, _BOTTOM = 22, 20
_BARS = 40
_CATEGORIES = 7
_EPOCH = date(1970, 1, 1)


def plot(profile: Profile) -> str:
    """The distributions of a table as Markdown; empty if there is nothing to draw."""
    panels = [panel for panel in (_over_time(profile), _shares(profile), _spread(profile)) if panel]
    if not panels:
        return ""
    width = len(panels) * (_WIDTH + _GAP)
    height = _TOP + _HEIGHT + _BOTTOM
    placed = (f'<g transform="translate({at * (_WIDTH + _GAP)} 0)">{panel}</g>' for at, panel in enumerate(panels))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="11" fill="#888">{"".join(placed)}</svg>'
    )
    return f"![distribution](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _over_time(profile: Profile) -> str:
    if profile.time is None or not profile.days:
        return ""
    days = np.array(sorted(profile.days))
    counts = np.array([profile.days[day] for day in days])
    first, last = int(days[0]), int(days[-1])
    # Bars of whole days, all of the same number of days: others would draw weeks that aren't there.
    width = -(-(last - first + 1) // _BARS)
    bars = np.bincount((days - first) // width, weights=counts)
    ends = [str(_EPOCH + timedelta(days=day)) for day in (first, last)]
    unit = "day" if width == 1 else f"{width} days"
    return _columns(f"{profile.time.name}, rows per {unit}", bars.tolist(), ends)


def _spread(profile: Profile) -> str:
    if profile.number is None or len(profile.numbers) == 0:
        return ""
    numbers = profile.numbers
    low, high = float(numbers.min()), float(np.quantile(numbers, 0.99))
    discrete = profile.number.type.kind == "integer" and high - low < _BARS
    bars = int(high - low) + 1 if discrete else _BARS
    counts, _ = np.histogram(numbers, bins=bars, range=(low, high + 1) if discrete else (low, max(high, low + 1)))
    return _columns(f"{profile.number.name}, up to the 99th percentile", counts.tolist(), [f"{low:,.10g}", f"{high:,.10g}"])


def _shares(profile: Profile) -> str:
    if profile.category is None or not profile.shares:
        return ""
    total = profile.shares.total()
    top = profile.shares.most_common(_CATEGORIES)
    step = _HEIGHT / max(len(top), 4)
    rows: list[str] = [_text(0, 12, profile.category.name)]
    for at, (name, count) in enumerate(top):
        y = _TOP + at * step
        rows.append(_text(0, y + step * 0.65, name))
        rows.append(_bar(95, y + step * 0.1, (_WIDTH - 135) * count / top[0][1], step * 0.7))
        rows.append(_text(_WIDTH, y + step * 0.65, f"{100 * count / total:.1f} %", "end"))
    return "".join(rows)


def _columns(title: str, values: Sequence[float], ends: Sequence[str]) -> str:
    return "".join([_text(0, 12, title), *_bars(values), *_axis(ends)])


def _bars(values: Sequence[float]) -> Iterator[str]:
    step, most = _WIDTH / len(values), max(values) or 1
    for at, value in enumerate(values):
        height = _HEIGHT * value / most
        yield _bar(at * step, _TOP + _HEIGHT - height, step * 0.85, height)


def _axis(ends: Sequence[str]) -> Iterator[str]:
    y = _TOP + _HEIGHT
    yield f'<path d="M0 {y}H{_WIDTH}" stroke="#888" stroke-width=".5"/>'
    yield _text(0, y + 14, ends[0])
    yield _text(_WIDTH, y + 14, ends[1], "end")


def _bar(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#4f6ef7"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
