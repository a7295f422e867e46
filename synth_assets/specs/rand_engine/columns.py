"""A column of a dictionary, in the words of our own language."""

import difflib
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from synth_assets.columns.basis import catalog as methods
from synth_assets.columns.basis.arguments import tried
from synth_assets.specs.names import is_column_name
from synth_assets.specs.rand_engine.method import (
    Method,
    Words,
    WrongArgumentError,
    inner,
    is_cells,
    is_share,
    is_text,
    outer,
    share_of,
    type_of_cells,
    unknown_method,
)
from synth_assets.specs.rand_engine.numbers import INTEGERS
from synth_assets.specs.rand_engine.templates import BY_NAME as METHODS

IN_DATASET = "in_dataset"
_KEYS = (
    "method", "kwargs", "args", "cols", "transformers", "null_rate", "anomaly_rate", "anomaly_values", "splitable",
    "sep", IN_DATASET,
)  # fmt: skip
"""Words of a column; the last one says what it is besides, or instead, where the dictionary is a dataset's table."""

_ESCAPED = "column_x"
_SEP = ";"

OURS = frozenset(methods.names()) - set(METHODS)
"""Methods of our own language, which a dictionary may have too, with their arguments as ``kwargs``."""

Transformer = Callable[[Any], Any]


@dataclass(frozen=True)
class RandColumn:
    """A column of the frame that a dictionary makes.

    Attributes:
        name: what the dictionary calls it.
        own: what our own language calls it, whose names are small letters, digits and ``_``.
        words: the column in that language.
        shown: the type of whole numbers that a frame has, if that isn't the column's.
        transformers: functions that are applied to each cell, one after the other.
        anomalies: values that come in their place, and that no transformer sees.
        marks: a column in that language that tells where they come: their number, or -1; empty without.
    """

    name: str
    own: str
    words: Words
    shown: str = ""
    transformers: tuple[Transformer, ...] = ()
    anomalies: tuple[Any, ...] = ()
    marks: Words = field(default_factory=dict[str, Any])

    @property
    def mark(self) -> str:
        """What the dictionary would call the column of marks, which has a name that no other one has."""
        return f"\0{self.name}"

    @property
    def may_miss(self) -> bool:
        """Whether cells may be missing, in whatever rows."""
        is_null = self.words.get("method") == "null_rate"
        return is_null or None in self.anomalies or None in cells_in(self.words, self.own)


def cells_in(words: Mapping[str, Any], name: str) -> Iterator[Any]:
    """All cells that a column's words name.

    Args:
        words: in our own language.
        name: what that calls the column.
    """
    for word in ("choices", "unusual"):
        yield from words.get(word, ())
    if "value" in words:
        yield words["value"]
    yield from (pair[0] for pair in words.get("weights", ()))
    yield from (row[words["parts"].index(name)] for row in words.get("rows", ()))
    if "of" in words:
        yield from cells_in(words["of"], name)


def own_name(name: str) -> str:
    """A column's name as our own language may have it; different names stay different.

    Example:
        >>> own_name("order_id"), own_name("R$")
        ('order_id', 'column_x5224')
    """
    if is_column_name(name) and not name.startswith(_ESCAPED):
        return name
    escaped = _ESCAPED + name.encode().hex()
    return escaped if is_column_name(escaped) else _ESCAPED + hashlib.blake2b(name.encode(), digest_size=20).hexdigest()


def column_named(name: str, said: Any, problems: list[str]) -> list[RandColumn]:
    """The columns that an entry of a dictionary makes, in order.

    Args:
        name: its key.
        said: what it says.
        problems: what is wrong with it is added here, each thing with a correct example.
    """
    where = f"❌ Column '{name}'"
    if not isinstance(said, Mapping):
        example = METHODS["integers"].shown(name)
        problems.append(f"{where}: it must be a dictionary, not {type(said).__name__}{_example(example)}")
        return []
    words = {key: plain_values(value) for key, value in cast("Mapping[Any, Any]", said).items()}
    if isinstance(words.get("method"), str) and words["method"] in OURS:
        return _ours(name, words, where, problems)
    method = _method(name, words, where, problems)
    wrong = list(_wrong_words(words))
    given: dict[str, Any] = {}
    if method is not None:
        given, more = _arguments(method, words)
        wrong += more
        wrong += _wrong_cols(method, words)
    if wrong or method is None:
        example = method.shown(name) if method else METHODS["integers"].shown(name)
        problems.extend(f"{where}: {one}{_example(example)}" for one in wrong)
        return []
    try:
        return list(_made(name, method, given, words))
    except WrongArgumentError as error:
        problems.append(f"{where}: method '{method.name}': {error}{_example(method.shown(name))}")
        return []


def plain_values(value: Any) -> Any:
    """A value as JSON has it: tuples and arrays as lists, NumPy's numbers as Python's; all others as they are."""
    if isinstance(value, Mapping):
        return {plain_values(key): plain_values(one) for key, one in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain_values(one) for one in cast("list[Any]", value)]
    return value.tolist() if type(value).__module__ == "numpy" and hasattr(value, "tolist") else value


def _ours(name: str, words: Mapping[str, Any], where: str, problems: list[str]) -> list[RandColumn]:
    """A column of a method of our own language."""
    kwargs = words.get("kwargs") or {}
    wrong = list(_wrong_words(words))
    wrong += [f"'{one}' is not for method '{words['method']}'" for one in ("args", "cols", "splitable") if one in words]
    if not isinstance(kwargs, dict):
        wrong.append("'kwargs' must be a dictionary of parameters")
    if not wrong:
        found = tried(methods.load(words["method"]), cast("dict[str, Any]", kwargs))
        wrong += [str(error) for error in found] if isinstance(found, list) else []
    if wrong:
        problems.extend(f"{where}: {one}" for one in wrong)
        return []
    return [_column(name, {"method": words["method"], **kwargs}, words, tuple(words.get("transformers") or ()))]


def _example(text: str) -> str:
    lines = "\n".join(f"   {line}" for line in text.splitlines())
    return f"\n   Correct example:\n{lines}"


def _method(name: str, words: Mapping[str, Any], where: str, problems: list[str]) -> Method | None:
    if "method" not in words:
        problems.append(f"{where}: field 'method' is required{_example(METHODS['integers'].shown(name))}")
        return None
    method = METHODS.get(words["method"]) if isinstance(words["method"], str) else None
    if method is None:
        close = difflib.get_close_matches(str(words["method"])[:100], METHODS, n=1)
        shown = METHODS[close[0] if close else "integers"].shown(name)
        problems.append(f"{where}: {unknown_method(words['method'], METHODS)}{_example(shown)}")
    return method


def _wrong_words(words: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the words around a method's arguments."""
    for key in words:
        if key not in _KEYS:
            close = difflib.get_close_matches(str(key)[:100], _KEYS, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else "."
            yield f"unknown key '{key}'{hint} Accepted keys: {', '.join(_KEYS)}"
    for key in ("null_rate", "anomaly_rate"):
        if key in words and not is_share(words[key]):
            yield f"'{key}' must be a number from 0 to 1, not {words[key]!r}"
    if words.get("anomaly_rate") and not is_cells(words.get("anomaly_values")):
        yield "a positive 'anomaly_rate' requires 'anomaly_values', a list of values, such as [-1, 999]"
    if "anomaly_values" in words and "anomaly_rate" not in words:
        yield "'anomaly_values' goes with 'anomaly_rate', a number from 0 to 1"
    if "sep" in words and not (is_text(words["sep"]) and words["sep"]):
        yield f"'sep' must be the text between two parts, such as ';', not {words['sep']!r}"
    if not is_functions(words.get("transformers") or ()):
        yield "'transformers' must be a list of functions of one cell, such as [lambda cell: cell.upper()]"


def is_functions(value: Any) -> bool:
    """Whether it is a list of functions."""
    return isinstance(value, list | tuple) and all(callable(one) for one in cast("list[Any]", value))


def _arguments(method: Method, words: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    kwargs, args = words.get("kwargs") or {}, words.get("args") or []
    if not isinstance(kwargs, dict):
        return {}, ["'kwargs' must be a dictionary of parameters"]
    if not isinstance(args, list):
        return {}, ["'args' must be a list of parameters, in their order; name them in 'kwargs' instead"]
    names = [one.name for one in method.arguments]
    if len(cast("list[Any]", args)) > len(names):
        return {}, [f"method '{method.name}' takes {len(names)} parameters, and 'args' has more; name them in 'kwargs'"]
    if both := [name for name in names[: len(args)] if name in kwargs]:
        return {}, [f"parameter '{both[0]}' is in 'args' and in 'kwargs'; name it once"]
    return method.taken({**dict(zip(names, args, strict=False)), **kwargs})


def _wrong_cols(method: Method, words: Mapping[str, Any]) -> Iterator[str]:
    cols = words.get("cols")
    if cols is None:
        if method.several:
            yield f"Missing required field 'cols': method '{method.name}' fills several columns, and they need names"
        elif words.get("splitable"):
            yield "Missing required field 'cols': the columns that a 'splitable' one is split into"
        return
    if not isinstance(cols, list) or not cols or not all(map(is_text, cast("list[Any]", cols))):
        yield "'cols' must be a list of names of columns"
    elif len(set(cast("list[str]", cols))) < len(cols):
        yield "'cols' names a column twice"


def _made(name: str, method: Method, given: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[RandColumn]:
    """The columns of an entry that is right so far.

    Raises:
        WrongArgumentError: values don't go together.
    """
    transformers = tuple(words.get("transformers") or ())
    cols: list[str] = words.get("cols") or []
    if method.several:
        named = method.made([own_name(one) for one in cols], **given)
    elif len(cols) > 1 or (cols and words.get("splitable")):
        named = _parts(method.made(**given), [own_name(one) for one in cols], words.get("sep") or _SEP)
    else:
        cols = cols or [name]
        named = {own_name(cols[0]): method.made(**given)}
    if transformers and len(cols) > 1 and name not in cols:
        raise WrongArgumentError(
            "'transformers' are for one column, and it makes several; call it as the one that they are for, or use"
            " .transformers([…]) of the frame"
        )
    for col in cols:
        own = own_name(col)
        made = named[own]
        if made["method"] == "key_elsewhere":
            made["column"] = own_name(made["column"] or col)
        yield _column(col, made, words, transformers if col == name or len(cols) == 1 else ())


def _column(name: str, made: Words, words: Mapping[str, Any], transformers: tuple[Transformer, ...]) -> RandColumn:
    """A column of the frame."""
    column = RandColumn(name, own_name(name), {}, transformers=transformers)
    if transformers and words.get("anomaly_rate"):
        anomalies: tuple[Any, ...] = tuple(words["anomaly_values"])
        column = replace(column, anomalies=anomalies, marks=_marks(column.own, words["anomaly_rate"], len(anomalies)))
        words = {key: one for key, one in words.items() if key != "anomaly_rate"}
    made = _disturbed(made, words)
    own = {key: one for key, one in made.items() if key != "shown"}
    return replace(column, words=own, shown=made.get("shown", ""))


def _marks(own: str, rate: float, count: int) -> Words:
    """Where a column has anomalies: the same rows as if no transformer came between."""
    return {
        "method": "unusual_rate", "rate": share_of(rate), "unusual": list(range(count)), "stream": own,
        "of": {"method": "constant", "value": -1}, "type": "int64",
    }  # fmt: skip


def _disturbed(made: Words, words: Mapping[str, Any]) -> Words:
    """A column with its anomalies and missing cells."""
    if words.get("anomaly_rate"):
        more: Words = {}
        if "type" in made:
            kind = _holds_both(made["type"], type_of_cells(words["anomaly_values"], "'anomaly_values'"))
            more = {"type": kind}
            if "shown" in made and kind == made["type"]:
                _check_within(made["shown"], words["anomaly_values"])
                more["shown"] = made["shown"]
        made = more | {
            "method": "unusual_rate", "rate": share_of(words["anomaly_rate"]), "unusual": words["anomaly_values"],
            "of": inner(made),
        }  # fmt: skip
    if words.get("null_rate"):
        made = outer(made) | {"method": "null_rate", "rate": share_of(words["null_rate"]), "of": inner(made)}
    return made


def _check_within(kind: str, cells: list[Any]) -> None:
    least, most = INTEGERS[kind]
    if wrong := [one for one in cells if one is not None and not least <= one <= most]:
        raise WrongArgumentError(
            f"'anomaly_values' must be within {kind}, as the column is: from {least:,} to {most:,}, not {wrong[0]};"
            " another 'int_type' holds more"
        )


def _holds_both(kind: str, other: str) -> str:
    if kind == other or (kind.startswith("int") and other == "int64"):
        return kind
    if {kind, other} <= {"float64", *(f"int{bits}" for bits in (8, 16, 32, 64))}:
        return "float64"
    raise WrongArgumentError(f"'anomaly_values' are of type {other}, and the column is {kind}")


def _parts(made: Words, cols: list[str], sep: str) -> dict[str, Words]:
    """A column of text as several, split at a separator: the parts of one draw."""
    if made["method"] == "composed":
        return _pieces(made, cols, sep)
    weights = {"choices": lambda: [[one, 1] for one in made["choices"]], "weighted": lambda: made["weights"]}
    if made["method"] not in weights or made["type"] != "string":
        raise WrongArgumentError("only text of distincts, distincts_prop and complex_distincts is split into 'cols'")
    rows = [[*text.split(sep), weight] for text, weight in weights[made["method"]]()]
    if wrong := next((row for row in rows if len(row) != len(cols) + 1), None):
        raise WrongArgumentError(
            f"'{sep.join(map(str, wrong[:-1]))}' has {len(wrong) - 1} parts, and 'cols' names {len(cols)}"
        )
    return {name: {"method": "split", "parts": cols, "rows": rows, "type": "string"} for name in cols}


def _pieces(made: Words, cols: list[str], sep: str) -> dict[str, Words]:
    pieces: list[list[Any]] = [[]]
    for part in made["parts"]:
        texts = re.split(f"({re.escape(sep)})", part) if isinstance(part, str) else [part]
        for one in texts:
            if one == sep:
                pieces.append([])
            elif one != "":
                pieces[-1].append(one)
    if len(pieces) != len(cols):
        raise WrongArgumentError(f"the pattern has {len(pieces)} parts between '{sep}', and 'cols' names {len(cols)}")
    return {
        name: {"method": "composed", "parts": piece or [""], "type": "string"}
        for name, piece in zip(cols, pieces, strict=True)
    }
