"""How the cells of a column come about, by its type and by what they have to be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from synth_assets.model.dataset import DEFAULT_AS_OF
from synth_assets.schemas.writing.bounds import Cell
from synth_assets.schemas.writing.patterns import escaped, language_pattern
from synth_assets.schemas.writing.tables import Said, SpecColumn

_BITS = {"8": 7, "16": 15, "32": 31, "64": 62}
_EPOCH = date(1970, 1, 1)
_DAY = 86_400
USUAL_DAYS = 730
"""Days before ``as_of`` over which what happens lies."""

MOST_DRAWN = 10**17
"""Numbers are drawn as whole units of 64 bits."""

_WORDY = 60
"""Characters of a text that has no end of its own."""


def usual_cells(column: SpecColumn) -> Said:
    """Cells that fit a column, whatever it is called; what can't be said is noted in the column."""
    bounds = column.bounds
    if bounds.allowed is not None:
        return one_of(column, [one for one in bounds.allowed if bounds.holds(one)] or list(bounds.allowed))
    made = _BY_FAMILY.get(column.family)
    return made(column) if made else _unknown(column)


def one_of(column: SpecColumn, cells: list[Cell]) -> Said:
    """One of some cells."""
    said: Said = {"choices": [_spelt(column, one) for one in cells], **type_word(column)}
    if column.family == "text" and all(isinstance(one, str) for one in cells) and len(cells) <= _MOST_LISTED:
        said["enumeration"] = list(said["choices"])
    return said


_MOST_LISTED = 40


def type_word(column: SpecColumn) -> Said:
    """The word ``type``, where it isn't that of most methods."""
    return {} if column.kind == "string" else {"type": column.kind}


def whole_range(column: SpecColumn) -> tuple[int, int]:
    """The least and the greatest whole number that a column may have."""
    of_type = column.source.type
    unsigned = column.kind.startswith("uint") or of_type.unsigned
    bits = _BITS.get(column.kind.removeprefix("u").removeprefix("int"), 62)
    high = 2 ** (bits + (column.kind.startswith("uint") and bits < 62)) - 1
    if of_type.digits is not None:
        high = min(high, 10**of_type.digits - 1)
    low, bounds = (0 if unsigned else -high), column.bounds
    if of_type.form == "year":
        low, high = 1901, 2155
    if isinstance(bounds.low, int | Decimal):
        least = int(bounds.low // 1) if bounds.low == bounds.low // 1 else int(bounds.low // 1) + 1
        low = max(low, least + (bounds.above and least == bounds.low))
    if isinstance(bounds.high, int | Decimal):
        most = int(bounds.high // 1)
        high = min(high, most - (bounds.below and most == bounds.high))
    return low, max(high, low)


def usual_range(column: SpecColumn, wanted: tuple[int, int] = (1, 100)) -> tuple[int, int]:
    """A range within :func:`whole_range`, as near as can be to a usual one; refused numbers lie outside."""
    least, most = whole_range(column)
    width = wanted[1] - wanted[0]
    low = min(max(wanted[0], least), most)
    if wanted[0] < least or wanted[0] > most:
        low = least if least > wanted[0] else max(most - width, least)
    high = min(max(wanted[1], low), most) if low == wanted[0] else min(low + width, most)
    has_own = column.bounds.high is not None or column.source.type.form == "year"
    if has_own and wanted == (1, 100) and high < most <= low + 100 * max(width, low):
        high = most  # a bound that somebody wrote tells what is usual
    refused = sorted(int(one) for one in column.bounds.refused if isinstance(one, int) and low <= one <= high)
    if refused:
        low, high = (refused[-1] + 1, high) if refused[-1] < high else (low, max(refused[0] - 1, low))
    return low, high


def _whole(column: SpecColumn) -> Said:
    low, high = usual_range(column)
    return {"integers": low, "high": high, **type_word(column)}


def decimals_between(column: SpecColumn, low: Decimal, high: Decimal, digits: int | None = None) -> Said:
    """Decimals of a range, or what of it a column may have."""
    scale = digits_drawn(column) if digits is None else min(digits, digits_drawn(column))
    step, bounds, of_type = Decimal(1).scaleb(-scale), column.bounds, column.source.type
    if of_type.digits is not None:
        edge = Decimal(10) ** of_type.digits - step
        low, high = max(low, -edge), min(high, edge)
    least = Decimal(bounds.low) + (step if bounds.above else 0) if isinstance(bounds.low, int | Decimal) else None
    most = Decimal(bounds.high) - (step if bounds.below else 0) if isinstance(bounds.high, int | Decimal) else None
    if least is not None and least >= low:
        width, low = high - low, least
        high = max(high, low + width) if high <= low else high
        high = min(high, Decimal(10) ** of_type.digits - step) if of_type.digits is not None else high
    if most is not None and (most < high or least is not None):
        low, high = (low if low < most else most - (high - low) if least is None else least), most
    refused = [Decimal(one) for one in bounds.refused if isinstance(one, int | Decimal) and low <= one <= high]
    if refused:
        low = max(refused) + step if max(refused) < high else low
    low, high = low.quantize(step), max(high, low).quantize(step)
    return {"decimals": str(low), "high": str(high), "digits": scale, "type": column.kind}


def digits_drawn(column: SpecColumn) -> int:
    """Digits after the point that are drawn."""
    if column.family != "decimal":
        return 2
    return min(int(column.kind.rstrip(")").rpartition(",")[2]), 9)


def _decimal(column: SpecColumn) -> Said:
    unsigned = column.source.type.unsigned
    return decimals_between(column, Decimal(0 if unsigned else 1), Decimal(1000))


def day_range(column: SpecColumn, first: int = -USUAL_DAYS, last: int = -1) -> tuple[int | str, int | str]:
    """First and last day, or second, as methods take them: relative to ``as_of`` where nothing else is asked."""
    unit = 1 if column.family == "date" else _DAY
    bounds = column.bounds
    least = _number(bounds.low, unit if bounds.above and unit == 1 else int(bounds.above))
    most = _number(bounds.high, -(unit if bounds.below and unit == 1 else int(bounds.below)))
    as_of = (DEFAULT_AS_OF - _EPOCH).days * unit
    usual = as_of + first * unit, as_of + last * unit
    low, high = usual
    if least is not None and least > low:
        low, high = least, max(high, least + 365 * unit) if most is None else high
    if most is not None and most < high:
        low, high = least if least is not None else low if low < most else most - 365 * unit, most
    if (low, high) == usual:
        return first, last
    return _moment(low, unit), _moment(max(high, low), unit)


def _number(value: Cell | None, more: int) -> int | None:
    return int(value) + more if isinstance(value, int | Decimal) else None


def _moment(value: int, unit: int) -> str:
    if unit == 1:
        return (_EPOCH + timedelta(days=value)).isoformat()
    return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _date(column: SpecColumn) -> Said:
    first, last = day_range(column)
    return {"dates": first, **({} if last == -1 else {"last": last})}


def _timestamp(column: SpecColumn) -> Said:
    first, last = day_range(column, last=0)
    if isinstance(last, str):
        last = _second_after(last)
    return {"timestamps": first, **({} if last == 0 else {"last": last}), "type": column.kind}


def _second_after(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")


def text_pattern(column: SpecColumn) -> str:
    """A pattern of a text that has to look like something, or is short; empty for other texts."""
    bounds, longest = column.bounds, column.longest
    if bounds.pattern:
        return language_pattern(bounds.pattern, longest)
    letters = "letters" if bounds.case == "lower" else "LETTERS"
    fixed = len(bounds.head) + len(bounds.within) + len(bounds.tail)
    if bounds.head or bounds.within or bounds.tail:
        room = max(min(longest if longest is not None else fixed + 8, fixed + 8), column.shortest) - fixed
        before, after = (room - room // 2, room // 2) if bounds.within else (0, room)
        pieces = (escaped(bounds.head), _some(before, "letters"), escaped(bounds.within), _some(after, "letters"))
        return "".join(pieces) + escaped(bounds.tail)
    if bounds.case or column.source.type.fixed or (longest is not None and longest <= _SHORT):
        most = longest if longest is not None else max(column.shortest, _SHORT)
        return _some(min(most, 90), letters)
    return ""


_SHORT = 4


def _some(count: int, kind: str) -> str:
    return f"{{{count} {kind}}}" if count > 0 else ""


def _text(column: SpecColumn) -> Said:
    if column.source.type.form in _FORMS:
        return _form(column)
    if pattern := text_pattern(column):
        return {"pattern": pattern}
    if column.bounds.pattern:
        column.notes.append(f"can't be said: texts like {column.bounds.pattern}")
    high = max(min(column.longest or _WORDY, _WORDY), column.shortest)
    return {"prose": max(min(10, high), column.shortest), "high": high}


def _form(column: SpecColumn) -> Said:
    made = _FORMS[column.source.type.form]
    return {"pattern": "{{{{0}}}}".replace("0", "")} if made is None else dict(made(column))


def _bits(column: SpecColumn) -> Said:
    length = column.source.type.length or 1
    cells = ["0" * length, "1" * length, ("10" * length)[:length]]
    return {"choices": list(dict.fromkeys(cells))}


_FORMS: dict[str, Any] = {
    "interval": lambda _: {"composed": [{"integers": 1, "high": 72}, " hours"]},
    "inet": lambda _: {"composed": ["192.0.2.", {"integers": 1, "high": 254}]},
    "cidr": lambda _: {"composed": ["198.51.", {"integers": 0, "high": 255}, ".0/24"]},
    "macaddr": lambda _: {"pattern": "02:00:5e:10:{2 hex}:{2 hex}"},
    "xml": lambda _: {"pattern": "<a>{6 letters}</a>"},
    "bit": _bits,
    "tsvector": lambda _: {"pattern": "{6 letters} {5 letters}"},
    "point": lambda _: {"pattern": "({2 digits}.{3 digits},{2 digits}.{3 digits})"},
    "geometry": lambda _: {"pattern": "POINT({2 digits}.{3 digits} {2 digits}.{3 digits})"},
    "hstore": lambda _: {"pattern": '"key"=>"{6 letters}"'},
    "numrange": lambda _: {"pattern": "[1,1{2 digits})"},
    "daterange": lambda _: {"pattern": "[2024-01-{1 digits}1,2024-06-01)".replace("{1 digits}", "0")},
}
"""Texts of types that the language hasn't, as PostgreSQL reads them."""


def _boolean(column: SpecColumn) -> Said:
    del column
    return {"method": "booleans"}


def _binary(column: SpecColumn) -> Said:
    length = column.source.type.length
    is_fixed = column.source.type.told.upper().startswith("BINARY")
    return {"binary": min(length, 4096) if length and is_fixed else [4, min(length or 16, 16)]}


def _list(column: SpecColumn) -> Said:
    of_type = column.source.type
    within = replace(of_type, name=column.kind.removeprefix("list(").removesuffix(")"))
    entry = SpecColumn(replace(column.source, type=within, enumeration=()), column.name, replace(column.bounds))
    if not within.name or within.name.startswith(("list", "json", "date", "time", "binary")):
        column.notes.append(f"always empty: no lists of {within.told} are said here")
        return {"list": {"constant": "a"}, "length": 0, "type": "list(string)"}
    said = usual_cells(entry)
    said = {key: one for key, one in said.items() if key != "enumeration"}
    return {"list": said, "length": [0, 3], "type": column.kind}


def _json(column: SpecColumn) -> Said:
    del column
    return {"json_object": {"note": "'sample'"}}


def _unknown(column: SpecColumn) -> Said:
    column.notes.append(f"can't be said: {column.source.type.told}")
    return {"constant": None, "type": "string"} if column.may_be_missing else {"prose": 5, "high": 20}


_BY_FAMILY = {
    "whole": _whole,
    "decimal": _decimal,
    "float": _decimal,
    "text": _text,
    "date": _date,
    "timestamp": _timestamp,
    "time": lambda _: {"method": "times"},
    "boolean": _boolean,
    "uuid": lambda _: {"method": "uuid"},
    "binary": _binary,
    "json": _json,
    "list": _list,
}


def _spelt(column: SpecColumn, cell: Cell) -> Any:
    """A cell as the language spells it."""
    if column.family == "date" and isinstance(cell, int):
        return _moment(cell, 1)
    if column.family == "timestamp" and isinstance(cell, int):
        return _moment(cell, _DAY)
    if column.family == "decimal" or isinstance(cell, Decimal):
        return str(cell)
    return cell


# No two rows the same


def unique_cells(column: SpecColumn, number: str, title: str) -> tuple[Said, int | None]:
    """Cells of which no two rows have the same, and how many there are; ``None`` for as many as one likes.

    Args:
        column: the column.
        number: a column with the numbers of the rows, from 1, or empty: then one that nobody sees is made of it.
        title: what the column is about, in a word.
    """
    bounds = column.bounds
    if bounds.allowed is not None or column.family == "boolean":
        cells = list(bounds.allowed) if bounds.allowed is not None else [True, False]
        return {"in_turn": [_spelt(column, one) for one in cells], "unique": True, **type_word(column)}, len(cells)
    if column.family == "text":
        return _unique_text(column, number, title)
    if column.family == "whole":
        return _unique_whole(column, number)
    if column.family in _DRAWN_APART:
        length = min(max(column.source.type.length or 16, 1), 32)
        return ({"binary": length} if column.family == "binary" else usual_cells(column)), None
    return _numbered(column, number, 0), _most_numbered(column)


def _unique_whole(column: SpecColumn, number: str) -> tuple[Said, int | None]:
    low, high = whole_range(column)
    start = max(low, 1) if high >= 1 else low
    if column.kind.startswith(("decimal", "uint")):
        return _numbered(column, number, start - 1), high - start + 1
    return {"method": "sequence", **({"start": start} if start != 1 else {}), **type_word(column)}, high - start + 1


_DRAWN_APART = frozenset({"uuid", "binary", "json", "list", "time", "unknown"})
"""What no expression gives: it is drawn, and of UUIDs and bytes no two meet."""

MOST_KEPT_APART = 1 << 61
"""Texts of a pattern that can be told apart by numbers."""


def _unique_text(column: SpecColumn, number: str, title: str) -> tuple[Said, int | None]:
    pattern, longest = text_pattern(column), column.longest
    if not pattern and (longest is None or longest >= len(title) + 9) and not column.source.type.form:
        return {"expression": f"'{title} ' || text({_number_column(column, number)})"}, 10**8 - 1
    if not pattern:
        pattern = _some(min(longest or 10, 10), "letters")
    capacity = pattern_capacity(pattern)
    if capacity > MOST_KEPT_APART:
        return {"pattern": pattern}, None  # so many that no two meet
    return {"pattern": pattern, "unique": True}, capacity


def pattern_capacity(pattern: str) -> int:
    """How many different texts a pattern has."""
    import re

    found = 1
    for count, kind in re.findall(r"(?<!\{)\{(\d+) (\w+)\}", pattern):
        found *= {"digits": 10, "letters": 26, "LETTERS": 26, "hex": 16, "HEX": 16}[kind] ** int(count)
    return found


def _number_column(column: SpecColumn, number: str) -> str:
    if number:
        return number
    name = f"{column.name}_number"[-60:]
    column.hidden.append((name, {"method": "sequence", "hidden": True}))
    return name


def _numbered(column: SpecColumn, number: str, before: int) -> Said:
    """Days, times, decimals and others that go up with the rows."""
    return numbered_cells(column, _number_column(column, number), before)


def numbered_cells(column: SpecColumn, number: str, before: int = 0) -> Said:
    """Cells that go up with numbers from 1 of another column."""
    family, bounds = column.family, column.bounds
    if family == "date":
        low = _number(bounds.low, int(bounds.above))
        first = _moment(low - 1 if low is not None else (date(2015, 1, 1) - _EPOCH).days, 1)
        return {"expression": f"add_days(date '{first}', {number})", "type": "date"}
    if family == "timestamp":
        low = _number(bounds.low, 1)
        first = _moment(low if low is not None else (date(2015, 1, 1) - _EPOCH).days * _DAY, _DAY).replace("T", " ")
        return {"expression": f"add_seconds(timestamp '{first}', {number} * 3600)", "type": column.computed_kind}
    if family == "text":
        digits = min(column.longest or 3, 3)
        return {"expression": f"lpad(text({number}), {digits}, '0')"}
    more = f" + {before}" if before > 0 else f" - {-before}" if before < 0 else ""
    return {"expression": f"{number}{more}", "type": column.computed_kind}


def _most_numbered(column: SpecColumn) -> int | None:
    if column.family == "decimal" and column.source.type.digits is not None:
        return 10**column.source.type.digits - 1
    return None
