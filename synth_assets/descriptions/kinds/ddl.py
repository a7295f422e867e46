"""`CREATE TABLE` for a dataset's tables, with keys, foreign keys, enumerations and what can't be missing.

DuckDB's, MariaDB's, PostgreSQL's and SQLite's SQL is written here; that of others is translated from PostgreSQL's by
sqlglot, with types that these have: text in keys and enumerations has a length there, what has no type of its own is
text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from synth_assets.descriptions.described import Described
from synth_assets.descriptions.kind import Kind
from synth_assets.documents.shown import in_line
from synth_assets.errors import UsageError, unknown
from synth_assets.extras import need
from synth_assets.model.table import Column, Reference, Table
from synth_assets.sinks.definition import Definition
from synth_assets.sinks.mariadb.words import KEY_BYTES, TABLE_OPTIONS, comment_of, maria_text
from synth_assets.sinks.sql import BACKTICKS, STANDARD, Names, literal

_DEFERRED = " DEFERRABLE INITIALLY DEFERRED"


@dataclass(frozen=True)
class _Dialect:
    """How a system takes tables.

    Attributes:
        types: what its types are called in; see :meth:`~synth_assets.model.types.ColumnType.sql`.
        schemas: whether tables have the domain's name before theirs.
        deferred: what follows a foreign key that is looked at when a transaction ends; empty if there is none such.
        forward: whether a foreign key may lead to a table that isn't there yet.
        around: whether rows that refer to each other can be there at all: one of them comes first.
        comments: whether statements of their own say what tables and columns are.
        commented: whether a table's own statement says it.
        types_of: kind of type → what it is called instead, before it is translated.
        text_key: the type of text that keys and enumerations are made of; its own type of text without.
        binary: the type of bytes, where the translation's isn't long enough.
        checks: whether columns may say which values they take.
        key_bytes: of all columns of a key together, where text in keys needs a length that fits.
        names: how it writes names.
        literal: how it writes a text.
        options: what follows a table's columns.
    """

    types: str
    schemas: bool = True
    deferred: str = ""
    forward: bool = False
    around: bool = True
    comments: bool = False
    types_of: Mapping[str, str] = field(default_factory=dict[str, str])
    text_key: str = ""
    binary: str = ""
    checks: bool = True
    commented: bool = False
    key_bytes: int = 0
    names: Names = STANDARD
    literal: Callable[[object], str] = literal
    options: str = ""


_OWN = {
    "duckdb": _Dialect("duckdb", around=False, comments=True),
    "mariadb": _Dialect(
        "mariadb",
        around=False,
        commented=True,
        key_bytes=KEY_BYTES,
        names=BACKTICKS,
        literal=maria_text,
        options=TABLE_OPTIONS,
    ),
    "postgres": _Dialect("postgresql", deferred=_DEFERRED, comments=True),
    "sqlite": _Dialect("sqlite", schemas=False, deferred=_DEFERRED, forward=True),
}
_ALSO = {"postgresql": "postgres"}
_TEXT = dict.fromkeys(("string", "json", "list", "struct"), "TEXT") | {"uuid": "CHAR(36)"}
_TRANSLATED = _Dialect("postgresql", types_of=_TEXT, text_key="VARCHAR(255)")
_OTHERS = {
    # MySQL's times with a zone end in 2038.
    "mysql": replace(_TRANSLATED, types_of={**_TEXT, "timestamp": "TIMESTAMP(6)"}, binary="LONGBLOB"),
    "snowflake": replace(_TRANSLATED, checks=False),
    "tsql": replace(_TRANSLATED, binary="VARBINARY(MAX)"),
}


def text(of: Described, dialect: str) -> str:
    """The statements, each table after those it refers to.

    Raises:
        UsageError: there is no such dialect.
        MissingExtraError: sqlglot is needed, and isn't installed.
    """
    name = _ALSO.get(dialect, dialect)
    if not name:
        raise UsageError(f"ddl needs a dialect after it: {', '.join(dialects())}.\n  For example: --as ddl:postgres")
    if name in _OWN:
        return "\n\n".join(f"{one};" for one in _statements(of, _OWN[name])) + "\n"
    if name not in _OTHERS:
        raise unknown("dialect of SQL", dialect, dialects())
    return _translated(of, name)


KIND = Kind("ddl", text, argument="DIALECT")


def definitions(of: Described, schema: str, dialect: str = "postgres") -> dict[str, Definition]:
    """What ``ddl:postgres`` says of tables, cut so that rows can come before what binds them; parents first.

    Args:
        of: the dataset.
        schema: where the tables shall lie.
        dialect: ``postgres``, or ``mariadb``, which is told all of a table at once.
    """
    how = _OWN[dialect]
    placed = replace(of, tables={name: replace(table, domain=schema) for name, table in of.tables.items()})
    if not how.commented:
        return {name: _definition(placed, table, how) for name, table in placed.tables.items()}
    found: dict[str, Definition] = {}
    for name, table in placed.tables.items():
        inside = [one for one in placed.foreign_keys(table) if one.table in found]
        told = [(one.table, _foreign_key(placed, table, one, how)) for one in inside]
        create = _create(placed, table, how, inside)
        found[name] = Definition(of.domain.tables[name], schema, create, references=tuple(told), names=how.names)
    return found


def _definition(of: Described, table: Table, how: _Dialect) -> Definition:
    add, keys = f"ALTER TABLE {_name(table, how)} ADD ", of.foreign_keys(table)
    columns = ",\n".join(f"    {_column(column, how)}" for column in table.columns)
    groups = ([table.key.columns] if table.key.columns else []) + of.unique_groups(table)
    # A key's index serves whoever asks for its first columns.
    led = [one.columns for one in keys if not any(group[: len(one.columns)] == one.columns for group in groups)]
    return Definition(
        of.domain.tables[table.name],
        table.domain,
        create=f"CREATE TABLE {_name(table, how)} (\n{columns}\n)",
        keys=tuple(add + one for one in _keys(of, table, how)),
        indexes=tuple(f"CREATE INDEX ON {_name(table, how)} ({how.names.listed(one)})" for one in dict.fromkeys(led)),
        references=tuple((one.table, add + _foreign_key(of, table, one, how)) for one in keys),
        comments=tuple(_comments(table)),
    )


def dialects() -> list[str]:
    """The names of those that there are."""
    return [*_OWN, *_OTHERS]


def _translated(of: Described, name: str) -> str:
    need("schemas", f"SQL for {name}", "sqlglot")
    import sqlglot
    from sqlglot import expressions

    how = _OTHERS[name]

    def long_enough(node: Any) -> Any:
        is_bytes = how.binary and isinstance(node, expressions.DataType) and node.is_type("varbinary")
        return expressions.DataType.build(how.binary, dialect=name) if is_bytes else node

    trees = [sqlglot.parse_one(one, read="postgres") for one in _statements(of, how)]
    told = [f"{tree.transform(long_enough).sql(name, pretty=True)};" for tree in trees]
    return "\n\n".join([f"-- Translated by sqlglot; {name} itself hasn't read it.", *told]) + "\n"


def _statements(of: Described, how: _Dialect) -> Iterator[str]:
    if how.schemas:
        yield f"CREATE SCHEMA IF NOT EXISTS {how.names.quoted(of.domain.name)}"
    there = set[str]()
    late: list[tuple[Table, Reference]] = []
    for table in of.tables.values():
        keys = of.foreign_keys(table)
        # A table may refer to itself, or to one that isn't there yet.
        around = [one for one in keys if one.table not in there]
        there.add(table.name)
        inside = [one for one in keys if one not in around or (how.around and (how.forward or one.table in there))]
        left = [one for one in around if one not in inside]
        if how.around:
            late += [(table, one) for one in left]
            left = []
        notes = [
            f"-- Left out, as no row could come first: {in_line(_foreign_key(of, table, one, how))}\n" for one in left
        ]
        yield "".join(notes) + _create(of, table, how, inside)
        if how.comments:
            yield from _comments(table)
    yield from (f"ALTER TABLE {_name(table, how)} ADD {_foreign_key(of, table, one, how)}" for table, one in late)


def _name(table: Table, how: _Dialect) -> str:
    return how.names.qualified(table.domain, table.name) if how.schemas else how.names.quoted(table.name)


def _create(of: Described, table: Table, how: _Dialect, keys: Sequence[Reference]) -> str:
    groups = _groups(of, table)
    parts = [_column(column, how, [one for one in groups if column.name in one], table) for column in table.columns]
    parts += _keys(of, table, how)
    parts += [_foreign_key(of, table, one, how) for one in keys]
    lines = ",\n".join(f"    {part}" for part in parts)
    told = comment_of(in_line(table.doc)) if how.commented and table.doc else ""
    return f"CREATE TABLE {_name(table, how)} (\n{lines}\n){how.options}{told}"


def _keys(of: Described, table: Table, how: _Dialect) -> list[str]:
    """The primary key, if there is one, and other unique groups."""
    key = [f"PRIMARY KEY ({how.names.listed(table.key.columns)})"] if table.key.columns else []
    return key + [f"UNIQUE ({how.names.listed(group)})" for group in of.unique_groups(table)]


def _groups(of: Described, table: Table) -> list[tuple[str, ...]]:
    """Keys, unique groups and references, here and from elsewhere, by their columns."""
    here = [tuple(group) for group in (table.key.columns, *table.unique, *of.unique_groups(table))]
    return [one for one in here if one] + [tuple(one.columns) for one in of.foreign_keys(table)]


def _column(column: Column, how: _Dialect, groups: Sequence[tuple[str, ...]] = (), table: Table | None = None) -> str:
    """A column's line.

    Args:
        column: the column.
        how: the dialect.
        groups: the keys that it is a part of.
        table: its table, where its length depends on the others of a key.
    """
    name = how.names.quoted(column.name)
    missing = "" if column.nullable else " NOT NULL"
    values = ", ".join(map(how.literal, column.values or ()))
    check = f" CHECK ({name} IN ({values}))" if column.values and how.checks else ""
    told = comment_of(in_line(column.doc)) if how.commented and column.doc else ""
    return f"{name} {_kind(column, how, groups, table)}{missing}{told}{check}"


def _kind(column: Column, how: _Dialect, groups: Sequence[tuple[str, ...]], table: Table | None) -> str:
    kind = how.types_of.get(column.type.kind) or column.type.sql(how.types)
    if column.type.kind == "string" and (groups or column.values):
        if how.text_key:
            return how.text_key
        if how.key_bytes and table is not None:
            return f"VARCHAR({_length(groups, table, how) if groups else max(map(len, column.values or ()))})"
    if column.type.kind == "binary" and groups and how.key_bytes and table is not None:
        return f"VARBINARY({_length(groups, table, how)})"
    return kind


_USUAL_LENGTH, _OF_OTHERS, _OF_A_CHARACTER = 255, 16, 4


def _length(groups: Sequence[tuple[str, ...]], table: Table, how: _Dialect) -> int:
    """Characters of text in keys, so that the longest of the keys fits."""
    lengths = [_USUAL_LENGTH]
    for group in groups:
        texts = [one for one in group if table.column(one).type.kind in {"string", "binary"}]
        left = how.key_bytes - _OF_OTHERS * (len(group) - len(texts))
        lengths.append(left // _OF_A_CHARACTER // max(len(texts), 1))
    return min(lengths)


def _foreign_key(of: Described, table: Table, reference: Reference, how: _Dialect) -> str:
    target = of.tables[reference.table]
    told = (
        f"FOREIGN KEY ({how.names.listed(reference.columns)}) REFERENCES {_name(target, how)}"
        f" ({how.names.listed(of.target_of(reference))})"
    )
    # Rows of one table, or of tables that refer to each other, come in any order: they are looked at together.
    around = reference.table == table.name or table.name in _above(of, target)
    return told + how.deferred if around else told


def _above(of: Described, table: Table) -> set[str]:
    """The tables that a table refers to, and those that they do."""
    found = set[str]()
    waiting = [table]
    while waiting:
        new = {one.table for one in of.foreign_keys(waiting.pop())} - found
        found |= new
        waiting += [of.tables[name] for name in sorted(new)]
    return found


def _comments(table: Table) -> Iterator[str]:
    where = STANDARD.qualified(table.domain, table.name)
    if table.doc:
        yield f"COMMENT ON TABLE {where} IS {literal(in_line(table.doc))}"
    for column in table.columns:
        if column.doc:
            yield f"COMMENT ON COLUMN {where}.{STANDARD.quoted(column.name)} IS {literal(in_line(column.doc))}"
