"""Statements of SQL → the tables that they make."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from synth_assets.schemas.schema import ColumnGroup, Link, Passage, SourceColumn, SourceTable, SourceType
from synth_assets.schemas.sql.drafts import NamedType, TableDraft
from synth_assets.schemas.sql.items import Items
from synth_assets.schemas.sql.script import Script, Statement, closing, items_of

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_DATA = frozenset({"INSERT", "COPY", "UPDATE", "DELETE", "MERGE", "LOAD", "REPLACE"})
_NOT_COLUMNS = frozenset({"KEY", "INDEX", "FULLTEXT", "SPATIAL", "EXCLUDE", "PERIOD", "PROJECTION"})
"""What an item of a table begins with that is no column and says nothing of values."""

_HARMLESS = frozenset(
    {"ENABLE", "DISABLE", "VALIDATE", "NOVALIDATE", "USING", "WITH", "ON", "NOT", "CLUSTERED", "NONCLUSTERED",
     "TABLESPACE", "ENCODE", "DISTKEY", "SORTKEY", "COLLATE", "RELY", "INITIALLY", "DEFERRABLE", "ASC", "DESC", "CODEC"}
)  # fmt: skip
"""Words that what is left out behind a constraint begins with, and that say nothing of values."""

_SAYS_NOTHING = frozenset({"CLUSTERED", "NONCLUSTERED", "ROWGUIDCOL"})
"""Words of T-SQL that may stand anywhere: how an index lies, and what replication goes by."""

_OTHERS = (
    *("VIEW", "FUNCTION", "PROCEDURE", "TRIGGER", "SEQUENCE", "SCHEMA", "DATABASE", "EXTENSION", "AGGREGATE", "RULE"),
    *("POLICY", "ROLE", "USER", "CAST", "OPERATOR", "SYNONYM"),
)
_PASSED_SILENTLY = frozenset({"SCHEMA", "DATABASE", "EXTENSION", "ROLE", "USER", "SEQUENCE", "INDEX"})


@dataclass(frozen=True)
class MadeTables:
    """What statements made.

    Attributes:
        tables: in their order.
        passed_over: what could not be read or was not looked at.
        wrong: what can't be read and would be missed: each a message with its place.
    """

    tables: tuple[SourceTable, ...]
    passed_over: tuple[Passage, ...]
    wrong: tuple[str, ...]


def tables_made(script: Script, dialect: str, said: str) -> MadeTables:
    """The tables that a script makes.

    Args:
        script: of statements.
        dialect: in which it is written.
        said: what messages call it.
    """
    return _Maker(script, dialect, said).made()


class _Maker:
    """Takes statements, one after the other."""

    def __init__(self, script: Script, dialect: str, said: str) -> None:
        self._script, self._said = script, said
        self._items = Items(script.text, dialect)
        self._drafts: dict[str, TableDraft] = {}
        self._types: dict[str, NamedType] = {}
        self._passed: list[Passage] = []
        self._wrong: list[str] = []
        self._left_out: Counter[str] = Counter()
        self._data: list[int] = []

    def made(self) -> MadeTables:
        """What all of them made."""
        for statement in self._script.statements:
            self._take(statement)
        tables = tuple(draft.finished(self._resolved(draft)) for draft in self._drafts.values())
        self._pass_data()
        for what, count in sorted(self._left_out.items()):
            self._pass(f"{count} {what}{'' if count == 1 else 's'} passed over")
        return MadeTables(tables, tuple(self._passed), tuple(self._wrong))

    def _take(self, statement: Statement) -> None:
        words = statement.words
        if words[0] in _DATA:
            self._data.append(statement.line)
        elif words[0] == "CREATE":
            self._create(statement, words)
        elif words[:2] == ["ALTER", "TABLE"]:
            self._alter(statement, words)
        elif words[:2] == ["COMMENT", "ON"] and words[2:3]:
            self._comment(statement, words[2])

    def _pass(self, text: str, line: int | None = None) -> None:
        self._passed.append(Passage(text, self._place(line) if line else ""))

    def _pass_data(self) -> None:
        if self._data or self._script.data:
            first = f", from line {self._data[0]} on" if self._data else ""
            rows = f", {self._script.data:,} rows of COPY" if self._script.data else ""
            self._pass(f"{self._said} has data in it{first}{rows}: that was passed over")

    def _place(self, line: int) -> str:
        return f"{self._said}, line {line}"

    # Statements

    def _create(self, statement: Statement, words: list[str]) -> None:
        makers: Mapping[str, Callable[[Statement, list[str], int], None]] = {
            "TABLE": self._create_table,
            "TYPE": self._create_type,
            "DOMAIN": self._create_domain,
            "INDEX": self._create_index,
        }
        head = words[1:8]
        made = next((word for word in head if word in makers or word in _OTHERS), "")
        if made in makers:
            makers[made](statement, words, words.index(made) + 1)
        elif made and made not in _PASSED_SILENTLY:
            self._left_out[made.lower()] += 1

    def _create_table(self, statement: Statement, words: list[str], at: int) -> None:
        at += 3 if words[at : at + 3] == ["IF", "NOT", "EXISTS"] else 0
        name, opens = _name(statement, at)
        if words[opens : opens + 2] == ["CLUSTER BY", "("]:  # Snowflake says it before the columns
            opens = closing(statement.tokens, opens + 1) + 1
        if words[opens : opens + 1] != ["("] or words[opens + 1 : opens + 2] == ["SELECT"]:
            if "PARTITION" in words:
                self._left_out["partition"] += 1
            else:
                self._pass(f"{name}: a table without columns of its own was passed over", statement.line)
            return
        closes = closing(statement.tokens, opens)
        if closes == len(statement.tokens):
            self._wrong.append(f"{self._place(statement.line)}: the bracket of CREATE TABLE {name} isn't closed")
            return
        if (before := self._drafts.get(name.lower())) is not None:
            is_kept = words[at - 3 : at] == ["IF", "NOT", "EXISTS"]
            self._pass(f"{name} is made twice: {'this' if is_kept else before.place} was passed over", statement.line)
            if is_kept:
                return
        draft = TableDraft(name, self._place(statement.line), self._items.dialect, doc=_comment_in(statement, closes))
        self._drafts[name.lower()] = draft
        for tokens in items_of(statement.tokens[opens + 1 : closes]):
            self._item(draft, tokens)

    def _create_type(self, statement: Statement, words: list[str], at: int) -> None:
        name, rest = _name(statement, at)
        if words[rest : rest + 2] != ["AS", "ENUM"]:
            self._left_out["type"] += 1
            return
        cells = tuple(token.text for token in statement.tokens[rest:] if token.token_type.name == "STRING")
        column = SourceColumn(name, SourceType(name, "string"), enumeration=cells)
        self._types[name.rpartition(".")[2].lower()] = NamedType(column)

    def _create_domain(self, statement: Statement, words: list[str], at: int) -> None:
        name, rest = _name(statement, at)
        tokens = statement.tokens[rest + (words[rest : rest + 1] == ["AS"]) :]
        found = self._items.read([*self._items.tokens("VALUE"), *tokens])
        if found is None:
            self._wrong.append(f"{self._place(statement.line)}: the domain {name} is not read")
            return
        draft = TableDraft(name, "", self._items.dialect)
        draft.take_column(found[0], "", self._types)
        (column,) = draft.columns.values()
        checks = tuple(tree for tree, _, _ in draft.checks)
        self._types[name.rpartition(".")[2].lower()] = NamedType(column, checks)

    def _create_index(self, statement: Statement, words: list[str], at: int) -> None:
        if "UNIQUE" not in words[:at] or "ON" not in words:
            return
        name, opens = _name(statement, words.index("ON") + 1)
        draft = self._draft(name)
        while words[opens : opens + 1] not in (["("], []):
            opens += 1
        if draft is None or opens == len(words):
            return
        closes = closing(statement.tokens, opens)
        columns = tuple(_in_index(draft, one) for one in items_of(statement.tokens[opens + 1 : closes]))
        if not all(columns):
            self._pass(f"{draft.name}: a unique index over an expression was passed over", statement.line)
            return
        if "WHERE" in words[closes:]:
            text = f"{draft.name}: {', '.join(columns)} is unique in some rows; it was taken to be in all"
            self._pass(text, statement.line)
        draft.unique.append(ColumnGroup(columns, self._place(statement.line)))

    def _alter(self, statement: Statement, words: list[str]) -> None:
        at = 2
        while words[at : at + 1] and words[at] in {"ONLY", "IF", "EXISTS"}:
            at += 1
        name, at = _name(statement, at)
        if (draft := self._draft(name)) is not None:
            for tokens in items_of(statement.tokens[at:]):
                self._alter_one(draft, tokens)

    def _alter_one(self, draft: TableDraft, tokens: "Sequence[Token]") -> None:
        said = [token.text.upper() for token in tokens]
        if said[:1] == ["WITH"]:  # CHECK or NOCHECK
            tokens, said = tokens[2:], said[2:]
        verb, *rest = said or [""]
        after = 2 if rest[:1] == ["COLUMN"] else 1
        if verb == "ADD":
            self._add(draft, tokens[after:])
        elif verb == "ALTER" and len(tokens) > after:
            _alter_column(draft, tokens[after].text, tokens[after + 1 :])
        elif verb == "MODIFY":
            self._item(draft, tokens[after:])

    def _add(self, draft: TableDraft, tokens: "Sequence[Token]") -> None:
        if [token.text.upper() for token in tokens[:3]] == ["IF", "NOT", "EXISTS"]:
            tokens = tokens[3:]
        if tokens and tokens[0].text == "(" and closing(tokens, 0) == len(tokens) - 1:
            for one in items_of(tokens[1:-1]):
                self._item(draft, one)
        elif tokens:
            self._item(draft, tokens)

    def _comment(self, statement: Statement, what: str) -> None:
        text = statement.tokens[-1].text if statement.tokens[-1].token_type.name == "STRING" else ""
        name, _ = _name(statement, 3)
        table, _, column = name.rpartition(".")
        draft = self._draft(name if what == "TABLE" else table)
        if draft is not None and what == "TABLE":
            draft.doc = text
        elif draft is not None and what == "COLUMN":
            draft.change(column, doc=text)

    # What tables are made of

    def _item(self, draft: TableDraft, tokens: "Sequence[Token]") -> None:
        from sqlglot import exp

        tokens = [one for one in tokens if one.text.upper() not in _SAYS_NOTHING or one.token_type.name == "IDENTIFIER"]
        if len(tokens) > 1 and tokens[0].text.upper() == "LIKE":
            self._like(draft, tokens)
            return
        if not tokens or _is_no_column(tokens):
            return
        place, found = self._place(tokens[0].line), self._items.read(tokens)
        if found is None:
            text = " ".join(token.text for token in tokens)
            self._wrong.append(f"{place}: {text[:80]}{'…' if len(text) > 80 else ''}")
            return
        tree, rest = found
        if isinstance(tree, exp.Identifier):  # SQLite's columns need no type
            tree = exp.ColumnDef(this=tree)
        if isinstance(tree, exp.ColumnDef) and rest and not tree.args.get("kind") and not tree.args.get("constraints"):
            self._wrong.append(f"{place}: {' '.join(token.text for token in tokens)[:80]}")
        elif isinstance(tree, exp.ColumnDef):
            self._column(draft, tree, place, rest)
        elif (said := draft.take_constraint(tree, place)) and said.split()[0].upper() not in _HARMLESS:
            self._passed.append(Passage(f"{draft.name}: {said[:60]} was passed over", place))
        words = [token.text.upper() for token in rest]
        if words and words[0] not in _HARMLESS:
            self._passed.append(Passage(f"{draft.name}: {' '.join(words)[:60]} was passed over", place))

    def _column(self, draft: TableDraft, tree: Any, place: str, rest: "Sequence[Token]") -> None:
        if tree.name in draft.columns:
            self._passed.append(Passage(f"{draft.name}.{tree.name} is there twice: the last counts", place))
        draft.take_column(tree, place, self._types)
        if "NOT NULL" in " ".join(token.text.upper() for token in rest):
            draft.change(tree.name, nullable=False)

    def _like(self, draft: TableDraft, tokens: "Sequence[Token]") -> None:
        """``LIKE other INCLUDING ALL``: another table's columns, and what else is asked for."""
        words = [one.text.upper() for one in tokens]
        name, _ = _name(Statement(self._script.text, tokens), 1)
        other = self._draft(name)
        if other is None:
            self._wrong.append(f"{self._place(tokens[0].line)}: LIKE {name}, which isn't there")
            return
        draft.columns |= other.columns
        if {"ALL", "INDEXES"} & set(words):
            draft.key, draft.unique = other.key, [*draft.unique, *other.unique]
        if {"ALL", "CONSTRAINTS"} & set(words):
            draft.checks += other.checks

    def _resolved(self, draft: TableDraft) -> list[Link]:
        """A table's links with names as tables have them; those to tables that aren't there are told."""
        found: list[Link] = []
        for link in draft.links:
            other = self._draft(link.to)
            if other is None:
                text = f"{draft.name}: {', '.join(link.columns)} refers to {link.to}, which isn't there"
                self._passed.append(Passage(text, link.place))
            else:
                found.append(replace(link, to=other.name, target=tuple(map(other.named, link.target))))
        return found

    def _draft(self, name: str) -> TableDraft | None:
        """The table of a name; the only one of that name in another schema will do."""
        if (found := self._drafts.get(name.lower())) is not None:
            return found
        last = name.lower().rpartition(".")[2]
        alike = [one for key, one in self._drafts.items() if key.rpartition(".")[2] == last]
        return alike[0] if len(alike) == 1 else None


def _is_no_column(tokens: "Sequence[Token]") -> bool:
    first, *rest = (token.text.upper() for token in tokens[:3])
    if first not in _NOT_COLUMNS or tokens[0].token_type.name == "IDENTIFIER":
        return False
    # A column may be called so: `key text`, `key varchar(10)`, but not `KEY name (column)`.
    within = tokens[rest.index("(") + 2].token_type.name if "(" in rest and len(tokens) > rest.index("(") + 2 else ""
    is_sized = within in {"NUMBER", "STRING"}
    return ("(" in rest and not is_sized) or rest[:1] in (["FOR"], ["KEY"], ["INDEX"], ["USING"])


def _name(statement: Statement, at: int) -> tuple[str, int]:
    """A name with its schema, and where it ends."""
    parts: list[str] = []
    tokens = statement.tokens
    while at < len(tokens):
        parts.append(tokens[at].text)
        at += 1
        if at == len(tokens) or tokens[at].text != ".":
            break
        at += 1
    return ".".join(parts), at


def _in_index(draft: TableDraft, tokens: "Sequence[Token]") -> str:
    """The column of an index's part, that within ``lower(…)`` too; empty if it is none."""
    words = [token.text for token in tokens]
    if len(words) > 2 and words[0].lower() in {"lower", "upper"} and words[1] == "(":
        words = words[2:]
    name = draft.named(words[0])
    return name if name in draft.columns and words[1:2] != ["("] else ""


def _alter_column(draft: TableDraft, name: str, rest: "Sequence[Token]") -> None:
    said = " ".join(token.text.upper() for token in rest)
    if said.startswith(("SET NOT NULL", "DROP NOT NULL")):
        draft.change(name, nullable=said.startswith("DROP"))
    elif "IDENTITY" in said or "NEXTVAL" in said:
        draft.change(name, numbered=True)
    elif said.startswith("SET DEFAULT"):
        draft.change(name, default=" ".join(token.text for token in rest[2:]))


def _comment_in(statement: Statement, at: int) -> str:
    """What stands behind COMMENT among a table's options."""
    words = statement.words
    place = next((place for place in range(at, len(words)) if words[place] == "COMMENT"), len(words))
    behind = statement.tokens[place + 1 : place + 3]
    return next((token.text for token in behind if token.token_type.name == "STRING"), "")
