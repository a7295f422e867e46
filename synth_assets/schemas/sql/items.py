"""What stands between the commas of a table: columns and constraints, read one at a time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token


class Items:
    """Reads columns and constraints, one at a time, as if each were the only one of a table.

    Args:
        text: the SQL they are part of.
        dialect: of it.
    """

    def __init__(self, text: str, dialect: str) -> None:
        from sqlglot.dialects import Dialect

        self._dialect, self._text = Dialect.get_or_raise(dialect), text
        self.dialect = dialect
        self._head = self._dialect.tokenize("CREATE TABLE x (")
        self._end = self._dialect.tokenize("CREATE TABLE x (y int)")[-1:]

    def read(self, tokens: "Sequence[Token]") -> "tuple[Any, list[Token]] | None":
        """An item's tree, and the words at its end that had to be left out to read it; ``None`` if it can't be."""
        for kept in range(len(tokens), max(len(tokens) - _MOST_LEFT_OUT, 1) - 1, -1):
            tree = self._parsed([*self._head, *tokens[:kept], *self._end])
            if tree is not None:
                return tree, list(tokens[kept:])
        return None

    def tokens(self, text: str) -> "list[Token]":
        """Words of this dialect."""
        return list(self._dialect.tokenize(text))

    def _parsed(self, tokens: "list[Token]") -> Any:
        from sqlglot import ErrorLevel, exp
        from sqlglot.errors import SqlglotError

        try:
            (found,) = self._dialect.parser(error_level=ErrorLevel.RAISE).parse(tokens, self._text)
        except (SqlglotError, ValueError, AttributeError, TypeError):  # some dialects stumble over half a word
            return None
        if not isinstance(found, exp.Create) or not isinstance(found.this, exp.Schema):
            return None
        return found.this.expressions[0] if len(found.this.expressions) == 1 else None


_MOST_LEFT_OUT = 40
"""Words that may stand behind what is read of a constraint: where its index lies, how it is looked at."""
