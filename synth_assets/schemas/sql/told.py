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
