"""Single conditions, and expressions of computed columns, that a source tells as text of SQL."""

from collections.abc import Mapping
from typing import Any

from synth_assets.schemas.schema import Condition
from synth_assets.schemas.sql.conditions import UnsayableError, condition, said_by
from synth_assets.schemas.sql.dialects import quietly
from synth_assets.schemas.sql.drafts import of_value


def condition_told(
    text: str, dialect: str, types: Mapping[str, str], *, name: str = "", place: str = "", column: str = ""
) -> Condition:
    """What a condition asks for; one that can't be read is only quoted.

    Args:
        text: of SQL, as it stands in the brackets of CHECK.
        dialect: of it.
        types: the table's columns, each with its type in the language.
        name: what the source calls it.
        place: where it stands.
        column: the one that ``VALUE`` stands for, in the condition of a domain; empty for none.
    """
    tree = _tree(text, dialect)
    if tree is None:
        return Condition(text, name=name, place=place)
    with quietly():
        return condition(of_value(tree, column) if column else tree, dialect, types, name, place)


def computed_told(text: str, dialect: str, types: Mapping[str, str]) -> str:
    """How a column is computed, as an expression of the language; empty if it can't be said."""
    tree = _tree(text, dialect)
    if tree is None:
        return ""
    try:
        return said_by(tree, types)
    except UnsayableError:
        return ""


def columns_as_one(text: str) -> list[str]:
    """The columns that an expression takes for one value, as in ``("a", "b")``; none for any other text."""
    tree = _tree(text, "duckdb") if "," in text else None
    if tree is None:
        return []
    from sqlglot import exp

    found = next((one.expressions for one in tree.find_all(exp.Tuple)), [])
    return [one.name for one in found] if all(isinstance(one, exp.Column) for one in found) else []


def columns_counted_twice(query: str) -> list[str]:
    """The columns of which a query counts what comes more than once; none for any other query.

    That is ``SELECT count(*) FROM (SELECT … FROM t GROUP BY a, b HAVING count(*) > 1)``, with or without a look at
    rows where some of them are missing.
    """
    tree = _tree(query, "duckdb") if "HAVING" in query.upper() else None
    if tree is None:
        return []
    from sqlglot import exp

    grouped = [one for one in tree.find_all(exp.Select) if one.args.get("having") and one.args.get("group")]
    if len(grouped) != 1:
        return []
    by, having, where = (grouped[0].args.get(word) for word in ("group", "having", "where"))
    is_twice = isinstance(having.this, exp.GT) and having.this.sql().upper() == "COUNT(*) > 1"
    is_plain = where is None or all(_is_there(one) for one in _parts(where.this))
    names = [one.name for one in by.expressions if isinstance(one, exp.Column)]
    return names if is_twice and is_plain and len(names) == len(by.expressions) else []


def _parts(tree: Any) -> list[Any]:
    """What has to hold at once."""
    from sqlglot import exp

    return list(tree.flatten()) if isinstance(tree, exp.And) else [tree]


def _is_there(tree: Any) -> bool:
    """Whether a condition asks for a column's cell to be there, and for nothing else."""
    from sqlglot import exp

    found = tree.this if isinstance(tree, exp.Not) else None
    return isinstance(found, exp.Is) and isinstance(found.this, exp.Column) and isinstance(found.expression, exp.Null)


def _tree(text: str, dialect: str) -> Any:
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError

    try:
        with quietly():
            return parse_one(text, dialect=dialect or None).transform(_bare_text)
    except (SqlglotError, ValueError, RecursionError):
        return None


def _bare_text(node: Any) -> Any:
    """A text that is said to be one, as PostgreSQL writes all of them, is the text."""
    from sqlglot import exp

    is_text = isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.is_string
    return node.this if is_text and node.is_type(*exp.DataType.TEXT_TYPES) else node
