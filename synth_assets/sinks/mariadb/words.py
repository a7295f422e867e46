"""Texts, names and options as MariaDB has them, whatever its ``sql_mode`` says of quotes."""

KEY_BYTES = 3_072
"""Of all columns of an index together; a character of text takes up to four."""

TABLE_OPTIONS = " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"
"""Texts are the same only if all their characters are, blanks at the end too."""

_LONGEST_COMMENT = 1_024


def maria_text(text: object) -> str:
    """A text between quotes; a backslash means something there.

    Example:
        >>> print(maria_text("it's"))
        'it''s'
    """
    return "'" + str(text).replace("\\", "\\\\").replace("'", "''") + "'"


def comment_of(text: str) -> str:
    """What says what a column or a table is, at the end of its own words."""
    kept = text if len(text) <= _LONGEST_COMMENT else text[: _LONGEST_COMMENT - 1] + "…"
    return f" COMMENT {maria_text(kept)}"
