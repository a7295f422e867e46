"""Plain values as YAML that people read: a line a column, with comments behind."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from synth_assets.schemas.writing.tables import Said, SpecColumn, SpecTable

WIDTH = 118
"""Characters of a line."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@+*() -]*[A-Za-z0-9_)]|[A-Za-z_]")
_NOT_PLAIN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_KEYWORD = "method"


def scalar(value: Any) -> str:
    """A value that is none of several."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    is_plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _NOT_PLAIN
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def flow(value: Any) -> str:
    """Any value, in a line."""
    if isinstance(value, Mapping):
        said = cast("Mapping[Any, Any]", value)
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in said.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, cast("Sequence[Any]", value))) + "]"
    return scalar(value)


def in_short(said: Said) -> Any:
    """A column in its shortest form: a word where there is only a method, or its first argument is one."""
    if set(said) == {_KEYWORD}:
        return said[_KEYWORD]
    if set(said) == {"person"}:
        return f"person.{said['person']}"
    return said


def column_lines(name: str, said: Said, notes: Iterable[str], margin: str) -> list[str]:
    """A column, with comments behind it."""
    comment = "".join(f"  # {one}" for one in [_one_line("; ".join(notes))] if one)
    line = f"{margin}{scalar(name)}: {flow(in_short(said))}"
    if len(line) <= WIDTH:
        return _with_comment(line, comment, margin)
    lines = [f"{margin}{scalar(name)}:"]
    for word, one in said.items():
        lines += _wrapped(f"{margin}  {scalar(word)}: ", one)
    return _with_comment(lines[0], comment, margin) + lines[1:]


def _with_comment(line: str, comment: str, margin: str) -> list[str]:
    if not comment:
        return [line]
    return [line + comment] if len(line + comment) <= WIDTH else [f"{margin}{comment.strip()}", line]


def _wrapped(head: str, value: Any) -> list[str]:
    """A word of a column, a list over several lines if it is long."""
    line = head + flow(value)
    if len(line) <= WIDTH or not isinstance(value, list):
        return [line]
    margin, lines, now = " " * len(head), list[str](), head + "["
    for at, one in enumerate(cast("list[Any]", value)):
        text = flow(one) + ("," if at < len(cast("list[Any]", value)) - 1 else "]")
        if len(now) + len(text) > WIDTH and now.strip() not in {"", "["}:
            lines.append(now.rstrip())
            now = margin + " "
        now += text + " "
    return [*lines, now.rstrip()]


def comment_lines(text: str, margin: str = "", *, mark: str = "") -> list[str]:
    """A sentence as comments of lines that aren't too long."""
    lines, now = list[str](), f"{margin}# {mark}"
    for word in _one_line(text).split(" "):
        if len(now) + len(word) > WIDTH and now.strip("# ") not in {"", mark.strip()}:
            lines.append(now.rstrip())
            now = f"{margin}# {' ' * len(mark)}"
        now += f"{word} "
    return [*lines, now.rstrip()]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def table_lines(table: SpecTable) -> list[str]:
    """A table, with all that is said of it."""
    lines = [f"  {table.name}:"]
    if table.source.name.lower() != table.name:
        lines[0] += f"  # {_one_line(table.source.name)}"
    for note in table.notes:
        lines += comment_lines(note, "    ")
    if table.source.doc:
        lines.append(f"    doc: {scalar(_one_line(table.source.doc))}")
    lines += _count_lines(table)
    if table.key:
        lines.append(f"    key: {flow(table.key)}")
    lines.append("    columns:")
    for column in table.columns.values():
        lines += _lines_of(column)
    if table.references:
        lines += ["    references:", *(f"      - {flow(one)}" for one in table.references)]
    if table.unique:
        lines.append(f"    unique: {flow(table.unique)}")
    if table.rules:
        lines += ["    rules:", *(f"      - {scalar(doc)}: {scalar(holds)}" for doc, holds in table.rules)]
    return lines


def _count_lines(table: SpecTable) -> list[str]:
    if table.hung is None:
        return [f"    rows: {scalar(table.count.text)}"]
    return [f"    lines_of: {table.parent}", f"    per_parent: {flow(dict(table.count.per_parent))}"]


def _lines_of(column: SpecColumn) -> list[str]:
    margin, lines = "      ", list[str]()
    for name, said in column.hidden:
        lines += column_lines(name, said, (), margin)
    notes = list(column.notes)
    if column.source.name != column.name:
        notes.insert(0, f"{column.source.name} in the source")
    return lines + column_lines(column.name, column.said or {}, notes, margin)
