"""What statistics of the source say of cells and of numbers of rows, as far as the language can say it."""

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from synth_assets.schemas.schema import ColumnStatistics, SourceTable
from synth_assets.schemas.writing.bounds import Cell
from synth_assets.schemas.writing.cells import MOST_DRAWN, decimals_between, one_of, type_word, whole_range
from synth_assets.schemas.writing.tables import Said, SpecColumn, SpecTable

MADE_UP = "values are made up; how many there are, and how often each comes, is the source's"
"""What comments say of a column with few values that aren't told."""

_FEW = 20
"""Different values of a column that is one of a few."""

_WEIGHTS = 1_000
"""What shares are parts of."""

_ALL = Decimal("0.98")
"""The share of rows from which on common values are taken for all."""

_LEAST_ROWS = 1_000
"""Rows of the largest table at scale 1, at most."""

_LIKE_ZIPF = 0.6
"""How often the most common parent comes, of how often it would by Zipf's law, from which on that is said."""

_EULER = 0.5772

_SPARSE = 46
"""Of 64 parents those that have a row at least, so that among 20 there is one."""


def measured_cells(column: SpecColumn) -> Said | None:
    """Cells as statistics describe them; ``None`` where they say too little, or less than conditions do."""
    known = column.source.statistics
    if known is None or column.bounds.refused or column.bounds.is_text_form or column.source.type.form:
        return None
    if column.bounds.allowed is not None:
        return _shared(column, known)
    return _common(column, known) or _range(column, known)


def has_few_texts(column: SpecColumn) -> bool:
    """Whether a text is one of a few that come again and again, and that aren't told."""
    known = column.source.statistics
    if known is None or column.family != "text" or column.bounds.are_any or column.source.type.form:
        return False
    return known.distinct is not None and 0 < known.distinct <= _FEW and _repeats(known)


def made_up_labels(column: SpecColumn) -> Said | None:
    """Some labels for a text of few values that aren't told; ``None`` for other columns."""
    known = column.source.statistics
    if not has_few_texts(column) or known is None or known.distinct is None:
        return None
    word = column.name.rpartition("_")[2] or column.name
    labels = [f"{word}_{number}" for number in range(1, known.distinct + 1)]
    if column.longest is not None and max(map(len, labels)) > column.longest:
        labels = [chr(ord("A") + number) for number in range(known.distinct)]
    column.notes.append(MADE_UP)
    return {"weighted": _weights(labels, known.shares)}


def skew_references(table: SpecTable) -> None:
    """Let some rows be referred to more often than others, as in the source."""
    for column in table.columns.values():
        known, said = column.source.statistics, column.said or {}
        is_plain = "references" in said and set(said) <= {"references", "null_rate", "doc"}
        if is_plain and known is not None and known.shares and (skew := _skew(known, table.source.rows)):
            said["skew"] = skew


def _skew(known: ColumnStatistics, rows: int | None) -> str:
    """How much more often the most common parent comes than others; empty if chance may have done it."""
    if not rows or not known.distinct:
        return ""
    there = float(rows * (1 - (known.nulls or 0)))
    often, usual = float(known.shares[0]) * there, there / known.distinct
    if float(known.shares[0]) >= _LIKE_ZIPF / (math.log(known.distinct) + _EULER) and often > 2 * usual:
        return "zipf"
    return "square" if often > 2 * usual and often > usual + 5 * math.sqrt(usual) + 5 else ""


def parts_at_most(tables: Iterable[SourceTable]) -> int | None:
    """What ``scale`` is parts of, so that the smallest preset is small; ``None`` if no number of rows is known."""
    most = max((table.rows or 0 for table in tables), default=0)
    if not most:
        return None
    parts = 100
    while most // parts > _LEAST_ROWS:
        parts *= 10
    return parts


def measured_fan_out(table: SpecTable, other: SpecTable, usual: dict[int, int]) -> dict[int, int]:
    """How many rows hang on one of a parent: on average as many as in the source, if that is known."""
    if not table.source.rows or not other.source.rows:
        return dict(usual)
    ratio = Decimal(table.source.rows) / other.source.rows
    if max(usual) == 1:
        ratio = min(ratio, Decimal(1))
    low = int(ratio)
    more = min(max(round((ratio - low) * 64), 0 if low else _SPARSE), 64)
    shares = {low: 64 - more, low + 1: more}
    return {number: share for number, share in shares.items() if share}


def is_rare(table: SpecTable, other: SpecTable) -> bool:
    """Whether so few rows of another table have one of this that some scale might have none."""
    rows = table.source.rows
    return bool(rows and other.source.rows and rows * 64 < other.source.rows * _SPARSE)


def _repeats(known: ColumnStatistics) -> bool:
    """Whether values come more than once: else they are few because rows are."""
    return bool(known.shares) and sum(known.shares) > Decimal("0.5")


def _shared(column: SpecColumn, known: ColumnStatistics) -> Said | None:
    """Values of a closed set, as often as they come."""
    cells = [one for one in column.bounds.allowed or () if column.bounds.holds(one)]
    texts = [one for one in cells if isinstance(one, str)]
    if column.family != "text" or not known.shares or len(texts) < len(cells) or len(texts) < 2:
        return None
    by_value = dict(zip(known.common, known.shares, strict=False))
    if known.common:
        rest = max(Decimal(1) - sum(by_value.values()), Decimal(0)) / max(len(texts) - len(by_value), 1)
        shares = tuple(by_value.get(one, rest) for one in texts)
    else:
        shares = known.shares
        column.notes.append("how often values come is the source's; which one comes how often isn't known")
    return {"weighted": _weights(texts, shares), "enumeration": texts}


def _common(column: SpecColumn, known: ColumnStatistics) -> Said | None:
    """The most common values, if they may be told and are as good as all."""
    if not known.common or sum(known.shares) < _ALL:
        return None
    cells = [_cell(column, one) for one in known.common]
    kept = [one for one in cells if one is not None and column.bounds.holds(one)]
    if len(kept) < len(cells):
        return None
    texts = [one for one in kept if isinstance(one, str)]
    if column.family == "text":
        fits = column.longest is None or max(map(len, texts)) <= column.longest
        return {"weighted": _weights(texts, known.shares)} if fits else None
    return one_of(column, kept) if column.family in {"whole", "decimal", "date"} else None


def _range(column: SpecColumn, known: ColumnStatistics) -> Said | None:
    low, high = _cell(column, known.low), _cell(column, known.high)
    if low is None or high is None or isinstance(low, str) or isinstance(high, str):
        return None
    made = _RANGES.get(column.family)
    if made is None or (column.bounds.are_any_range and not (column.bounds.holds(low) and column.bounds.holds(high))):
        return None
    return made(column, low, high) if low <= high else None


def _whole(column: SpecColumn, low: int | Decimal, high: int | Decimal) -> Said | None:
    least, most = whole_range(column)
    low, high = max(int(low), least), min(int(high), most)
    return {"integers": low, "high": high, **type_word(column)} if low <= high <= MOST_DRAWN else None


def _decimal(column: SpecColumn, low: int | Decimal, high: int | Decimal) -> Said | None:
    if max(abs(Decimal(low)), abs(Decimal(high))) > MOST_DRAWN // 10**9:
        return None
    return decimals_between(column, Decimal(low), Decimal(high))


def _date(column: SpecColumn, low: int | Decimal, high: int | Decimal) -> Said | None:
    del column
    first, last = (date.fromordinal(_EPOCH + int(one)).isoformat() for one in (low, high))
    return {"dates": first, "last": last}


def _timestamp(column: SpecColumn, low: int | Decimal, high: int | Decimal) -> Said | None:
    begin = datetime(1970, 1, 1)  # noqa: DTZ001 - of a time zone nothing is written
    first, last = ((begin + timedelta(seconds=one)).isoformat() for one in (int(low), int(high) + 1))
    return {"timestamps": first, "last": last, "type": column.kind}


_EPOCH = date(1970, 1, 1).toordinal()
_RANGES = {"whole": _whole, "decimal": _decimal, "float": _decimal, "date": _date, "timestamp": _timestamp}


def _cell(column: SpecColumn, text: str | None) -> Cell | None:
    """A value that statistics tell as text; ``None`` if it is none of the column's family, or too far away."""
    if text is None:
        return None
    try:
        return _READ[column.family](text) if column.family in _READ else None
    except (ValueError, InvalidOperation, OverflowError):
        return None


def _finite(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


def _second(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


_READ = {
    "whole": lambda text: int(_finite(text)),
    "decimal": _finite,
    "float": _finite,
    "date": lambda text: date.fromisoformat(text[:10]).toordinal() - _EPOCH,
    "timestamp": _second,
    "text": str,
}


def _weights(labels: list[str], shares: tuple[Decimal, ...]) -> dict[str, int]:
    """Labels with weights; those beyond the shares share what is left of them."""
    left = max(Decimal(1) - sum(shares), Decimal(0)) / max(len(labels) - len(shares), 1)
    padded = [*shares, *([left] * max(len(labels) - len(shares), 0))]
    return {label: max(round(share * _WEIGHTS), 1) for label, share in zip(labels, padded, strict=False)}
