"""Conditions of SQL → expressions of the dataset language, as far as it can say them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from synth_assets.model.dataset import DEFAULT_AS_OF
from synth_assets.schemas.schema import Condition


class UnsayableError(Exception):
    """Something that the dataset language has no word for; in a few words."""


def condition(tree: Any, dialect: str, types: Mapping[str, str], name: str = "", place: str = "") -> Condition:
    """What a CHECK asks for.

    Args:
        tree: sqlglot's, of what stands in its brackets.
        dialect: in which it is written.
        types: the table's columns, each with its type in the language; the names as the source has them.
        name: what the source calls it.
        place: where it stands.
    """
    from sqlglot import exp

    text = tree.sql(dialect=dialect or None)
    said, patterns = list[str](), list[tuple[str, str]]()
    try:
        for one in tree.unnest().flatten() if isinstance(tree.unnest(), exp.And) else (tree,):
            pattern = _pattern(one.unnest(), types)
            patterns.extend([pattern] if pattern else [])
            said.extend([] if pattern else [said_by(one, types)])
    except UnsayableError:
        return Condition(text, name=name, place=place)
    return Condition(
        text,
        " and ".join(said) if len(said) < 2 else " and ".join(f"({one})" for one in said),
        tuple(patterns),
        name,
        place,
    )


def said_by(tree: Any, types: Mapping[str, str]) -> str:
    """A tree of sqlglot as an expression of the language.

    Raises:
        UnsayableError: it has no word for a part of it.
    """
    return _Saying(types).of(tree)


def _pattern(tree: Any, types: Mapping[str, str]) -> tuple[str, str] | None:
    """A column and the regular expression that it has to fit, if that is what a tree says."""
    from sqlglot import exp

    if tree.args.get("negate"):
        return None
    if isinstance(tree, (exp.RegexpLike, exp.RegexpILike, exp.RegexpFullMatch, exp.SimilarTo)):
        column, text = _bare(tree.this), tree.expression.unnest()
        if isinstance(column, exp.Column) and isinstance(text, exp.Literal):
            whole = isinstance(tree, (exp.SimilarTo, exp.RegexpFullMatch))
            return _column_name(column, types), text.name if whole else _whole(text.name)
    if isinstance(tree, exp.Like) and not _is_simple(tree) and isinstance(tree.expression.unnest(), exp.Literal):
        column = _bare(tree.this)
        if isinstance(column, exp.Column):
            like = re.sub(r"[.+^$(){}|\\*?\[\]]", r"\\\g<0>", tree.expression.unnest().name)
            return _column_name(column, types), like.replace("%", ".*").replace("_", ".")
    if isinstance(tree, exp.Glob) and isinstance(tree.expression, exp.Literal) and isinstance(tree.this, exp.Column):
        glob = re.sub(r"[.+^$(){}|\\]", r"\\\g<0>", tree.expression.name).replace("*", ".*").replace("?", ".")
        return _column_name(tree.this, types), glob
    return None


def _is_simple(tree: Any) -> bool:
    """Whether a LIKE can be said by what a text begins with, ends with and has in it."""
    text = tree.expression.unnest().name
    return "_" not in text and "\\" not in text and len([one for one in text.split("%")[1:-1] if one]) < 2


def _whole(text: str) -> str:
    """A regular expression that is looked for anywhere, as one for the whole text."""
    head = "" if text.startswith("^") else ".*"
    tail = "" if text.endswith("$") and not text.endswith("\\$") else ".*"
    return head + text.removeprefix("^").removesuffix("$" if not tail else "") + tail


def _column_name(column: Any, types: Mapping[str, str]) -> str:
    said = column.name
    if said in types:
        return said
    alike = [one for one in types if one.lower() == said.lower()]
    if len(alike) != 1:
        raise UnsayableError(f"the column {said}")
    return alike[0]


class _Saying:
    """Says trees in the language."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self._types = types

    def of(self, tree: Any) -> str:
        """A tree as text."""
        from sqlglot import exp

        if tree.args.get("negate"):
            positive = tree.copy()
            positive.set("negate", False)  # noqa: FBT003 - sqlglot's own
            return f"not ({self.of(positive)})"
        method: Callable[[Any], str] | None = getattr(self, f"_{type(tree).__name__.lower()}", None)
        if method is not None:
            return method(tree)
        if isinstance(tree, exp.Binary) and type(tree) in self._signs():
            return self._binary(tree)
        if isinstance(tree, exp.Func) and type(tree).__name__ in _CALLS:
            return self._call(_CALLS[type(tree).__name__], [tree.this, *_others(tree)])
        raise UnsayableError(tree.sql())

    def _binary(self, tree: Any) -> str:
        from sqlglot import exp

        left, right = tree.this, tree.expression
        if isinstance(right.unnest(), exp.Any):
            return self._any(tree)
        sign = self._signs()[type(tree)]
        if said := self._beside_clock(left, sign, right):
            return said
        if sign in {"+", "-"} and isinstance(right.unnest(), exp.Interval):
            span = right.unnest()
            return self._later(tree, left, span.this, span.args.get("unit"), sign)
        one, other = self._beside(left, right), self._beside(right, left)
        if sign == "-" and self._is_moment(left) and self._is_moment(right):
            return f"days_between({other}, {one})"
        if sign in {"+", "-"} and self._is_moment(left):
            return f"add_days({one}, {other if sign == '+' else f'(-{other})'})"
        return f"{one} {sign} {other}"

    def _is_moment(self, tree: Any) -> bool:
        column = _bare(tree)
        is_column = type(column).__name__ == "Column"
        return is_column and self._types.get(_column_name(column, self._types), "") == "date"

    def _dateadd(self, tree: Any) -> str:
        """So many days or hours later; also what MySQL and T-SQL write."""
        from sqlglot import exp

        more, unit = tree.expression.unnest(), tree.args.get("unit")
        if isinstance(more, exp.Interval):
            more, unit = more.this, more.args.get("unit")
        return self._later(tree, tree.this, more, unit, "+")

    def _later(self, tree: Any, moment: Any, more: Any, unit: Any, sign: str) -> str:
        said = _SPANS.get((unit.name if unit is not None else "day").upper().removesuffix("S"))
        if said is None or more is None or not re.fullmatch(r"[0-9]+", more.name):
            raise UnsayableError(tree.sql())
        name, times = said
        count = int(more.name) * times
        return f"{name}({self.of(moment)}, {count if sign == '+' else f'(-{count})'})"

    def _anonymous(self, tree: Any) -> str:
        """``num_nonnulls(a, b)``: how many are there."""
        if tree.name.lower() not in {"num_nonnulls", "num_nulls"}:
            raise UnsayableError(tree.sql())
        there, missing = (1, 0) if tree.name.lower() == "num_nonnulls" else (0, 1)
        return "(" + " + ".join(f"if({self.of(one)} is null, {missing}, {there})" for one in tree.expressions) + ")"

    def _beside_clock(self, left: Any, sign: str, right: Any) -> str:
        """A time that isn't later than the clock isn't later than the usual ``as_of`` either; empty for others."""
        if _is_clock(left):
            left, sign, right = right, _TURNED.get(sign, ""), left
        column = _bare(left)
        if not _is_clock(right) or sign not in {"<", "<="} or type(column).__name__ != "Column":
            return ""
        moment = _moment(DEFAULT_AS_OF.isoformat(), self._types.get(_column_name(column, self._types), ""))
        if not moment:
            raise UnsayableError(right.sql())
        return f"{self.of(column)} {sign} {moment}"

    def _any(self, tree: Any) -> str:
        """``x = ANY (ARRAY[…])``, as PostgreSQL writes ``IN``."""
        from sqlglot import exp

        values = tree.expression.unnest().this
        while isinstance(values, (exp.Paren, exp.Cast)):
            values = values.this
        if not isinstance(tree, exp.EQ) or not isinstance(values, exp.Array):
            raise UnsayableError(tree.sql())
        cells = ", ".join(self._beside(one, tree.this) for one in values.expressions)
        return f"{self.of(tree.this)} in ({cells})"

    def _beside(self, tree: Any, other: Any) -> str:
        """A side of a comparison; text beside a day or a time is one."""
        from sqlglot import exp

        bare, column = _bare(tree), _bare(other)
        if isinstance(bare, exp.Literal) and isinstance(column, exp.Column):
            kind = self._types.get(_column_name(column, self._types), "")
            if bare.is_string and (found := _moment(bare.name, kind)):
                return found
            if bare.is_string and re.match(r"u?int|decimal|float", kind) and re.fullmatch(r"-?[0-9.]+", bare.name):
                return bare.name if not bare.name.startswith("-") else f"({bare.name})"
            if not bare.is_string and kind == "boolean" and bare.name in {"0", "1"}:
                return "true" if bare.name == "1" else "false"
        return self.of(tree)

    @staticmethod
    def _signs() -> Mapping[Any, str]:
        from sqlglot import exp

        return {
            exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
            exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%", exp.DPipe: "||",
        }  # fmt: skip

    def _and(self, tree: Any) -> str:
        return f"{self.of(tree.this)} and {self.of(tree.expression)}"

    def _or(self, tree: Any) -> str:
        return f"{self.of(tree.this)} or {self.of(tree.expression)}"

    def _not(self, tree: Any) -> str:
        return f"not ({self.of(tree.this)})"

    def _paren(self, tree: Any) -> str:
        return f"({self.of(tree.this)})"

    def _neg(self, tree: Any) -> str:
        return f"(-{self.of(tree.this)})"

    def _column(self, tree: Any) -> str:
        return f'"{_column_name(tree, self._types)}"'

    def _literal(self, tree: Any) -> str:
        if tree.is_string:
            return "'" + tree.name.replace("'", "''") + "'"
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", tree.name):
            raise UnsayableError(tree.name)
        return tree.name

    def _boolean(self, tree: Any) -> str:
        return "true" if tree.this else "false"

    def _null(self, tree: Any) -> str:
        del tree
        return "null"

    def _is(self, tree: Any) -> str:
        from sqlglot import exp

        if isinstance(tree.expression, exp.Null):
            return f"{self.of(tree.this)} is null"
        if isinstance(tree.expression, exp.Boolean):
            value = "true" if tree.expression.this else "false"
            return f"coalesce({self.of(tree.this)} = {value}, false)"
        raise UnsayableError(tree.sql())

    def _between(self, tree: Any) -> str:
        low, high = (self._beside(tree.args[side], tree.this) for side in ("low", "high"))
        return f"{self.of(tree.this)} between {low} and {high}"

    def _in(self, tree: Any) -> str:
        if not tree.expressions or tree.args.get("query"):
            raise UnsayableError(tree.sql())
        cells = ", ".join(self._beside(one, tree.this) for one in tree.expressions)
        return f"{self.of(tree.this)} in ({cells})"

    def _cast(self, tree: Any) -> str:
        from sqlglot import exp

        kind = getattr(tree.to.this, "name", "")
        value = tree.this.unnest()
        if isinstance(value, exp.Literal) and value.is_string:
            moment = _moment(
                value.name,
                "date" if kind == "DATE" else "timestamp" if "TIMESTAMP" in kind or "DATETIME" in kind else "",
            )
            if moment:
                return moment
            if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value.name) and kind in _NUMBERS:
                return f"({value.name})"
        if kind in _NUMBERS and isinstance(value, exp.Predicate | exp.Is | exp.Not):
            return f"if({self.of(value)}, 1, 0)"
        if kind in _TEXTS or kind in _NUMBERS or isinstance(value, exp.Literal):
            return self.of(tree.this)
        raise UnsayableError(tree.sql())

    def _case(self, tree: Any) -> str:
        head = f" {self.of(tree.this)}" if tree.this else ""
        if head:
            raise UnsayableError(tree.sql())
        whens = " ".join(f"when {self.of(one.this)} then {self.of(one.args['true'])}" for one in tree.args["ifs"])
        otherwise = f" else {self.of(tree.args['default'])}" if tree.args.get("default") else ""
        return f"case {whens}{otherwise} end"

    def _like(self, tree: Any) -> str:
        from sqlglot import exp

        text = tree.expression.unnest()
        if not isinstance(text, exp.Literal) or not _is_simple(tree):
            raise UnsayableError(tree.sql())
        return self._alike(self.of(tree.this), text.name.split("%"), tree)

    def _alike(self, column: str, parts: list[str], tree: Any) -> str:
        if len(parts) == 1:
            return f"{column} = {_quoted(parts[0])}"
        head, *middle, tail = parts
        if len([one for one in middle if one]) > 1:
            raise UnsayableError(tree.sql())
        said = [f"starts_with({column}, {_quoted(head)})"] if head else []
        said += [f"contains({column}, {_quoted(one)})" for one in middle if one]
        said += [f"right({column}, {len(tail)}) = {_quoted(tail)}"] if tail else []
        least = sum(map(len, parts))
        return "(" + " and ".join([*said, f"length({column}) >= {least}"]) + ")"

    def _call(self, name: str, arguments: list[Any]) -> str:
        return f"{name}({', '.join(self.of(one) for one in arguments if one is not None)})"

    def _extract(self, tree: Any) -> str:
        part = str(tree.this).lower()
        if part not in {"year", "month", "day", "hour"}:
            raise UnsayableError(tree.sql())
        return f"{part}({self.of(tree.expression)})"

    def _trim(self, tree: Any) -> str:
        """What is asked of a text without blanks at its ends is asked of texts that have none."""
        if tree.expression:
            raise UnsayableError(tree.sql())
        return self.of(tree.this)


_CALLS = {
    "Length": "length", "Lower": "lower", "Upper": "upper", "Abs": "abs", "Coalesce": "coalesce", "Left": "left",
    "Right": "right", "Substring": "substr", "Floor": "floor", "Ceil": "ceil", "Round": "round",
    "Nullif": "nullif", "Greatest": "greatest", "Least": "least", "Year": "year", "Month": "month", "Day": "day",
    "StartsWith": "starts_with", "Contains": "contains", "Sign": "sign",
}  # fmt: skip
"""Functions whose first argument is the tree's own."""

_SPANS = {
    "DAY": ("add_days", 1), "WEEK": ("add_days", 7), "HOUR": ("add_hours", 1), "MINUTE": ("add_minutes", 1),
    "SECOND": ("add_seconds", 1), "MONTH": ("add_months", 1), "YEAR": ("add_months", 12),
}  # fmt: skip
"""Units of intervals: the function that adds them, and how many of its own each is."""

_TEXTS = frozenset({"TEXT", "VARCHAR", "CHAR", "BPCHAR", "NVARCHAR", "NCHAR"})
_NUMBERS = frozenset({"DECIMAL", "INT", "BIGINT", "SMALLINT", "DOUBLE", "FLOAT"})


_CLOCKS = frozenset({"CurrentDate", "CurrentTimestamp", "CurrentDatetime", "Localtimestamp", "CurrentTimestampLTZ"})
_TURNED = {">": "<", ">=": "<="}


def _is_clock(tree: Any) -> bool:
    bare = _bare(tree)
    named = type(bare).__name__ == "Anonymous" and bare.name.lower() in {"now", "getdate", "sysdate", "sysdatetime"}
    return named or type(bare).__name__ in _CLOCKS


def _others(tree: Any) -> list[Any]:
    found: list[Any] = []
    for word, value in tree.args.items():
        if word != "this" and value is not None and not isinstance(value, bool):
            found.extend(value if isinstance(value, list) else [value])
    return found


def _bare(tree: Any) -> Any:
    from sqlglot import exp

    while isinstance(tree, (exp.Paren, exp.Cast)):
        tree = tree.this
    return tree


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _moment(text: str, kind: str) -> str:
    """A text beside a day or time, as one; empty if it is none."""
    try:
        if kind == "date":
            return f"date '{date.fromisoformat(text[:10]).isoformat()}'"
        if kind.startswith("timestamp"):
            return f"timestamp '{datetime.fromisoformat(text).strftime('%Y-%m-%d %H:%M:%S')}'"
    except ValueError:
        return ""
    return ""
