"""A table in the making: what its columns and constraints say, in the order in which statements say it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from synth_assets.schemas.schema import ColumnGroup, Link, SourceColumn, SourceTable, SourceType
from synth_assets.schemas.sql.conditions import UnsayableError, condition, said_by
from synth_assets.schemas.sql.types import ENUMERATIONS, SERIALS, kind_of_type, source_type


@dataclass(frozen=True)
class NamedType:
    """A domain, or an enumeration: another type with a name, and what holds of its values.

    Attributes:
        column: what a column of it is like.
        checks: trees over the column ``VALUE``.
    """

    column: SourceColumn
    checks: tuple[Any, ...] = ()


@dataclass
class TableDraft:
    """A table in the making.

    Attributes:
        name: its full name.
        place: where it stands.
        dialect: in which it is told.
        columns: by name, in order.
        key: the primary key.
        unique: other groups of columns that no two rows share.
        links: what refers to other tables, as it is said.
        checks: trees, each with a name and where it stands.
        computed: columns that the source computes, each with the tree of its expression.
        doc: its comment.
    """

    name: str
    place: str
    dialect: str
    columns: dict[str, SourceColumn] = field(default_factory=dict)
    key: ColumnGroup | None = None
    unique: list[ColumnGroup] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    checks: list[tuple[Any, str, str]] = field(default_factory=list)
    computed: dict[str, Any] = field(default_factory=dict)
    doc: str = ""

    def named(self, said: str) -> str:
        """The column that is called so, in whatever letters; as it is said if there is none."""
        if said in self.columns:
            return said
        return next((one for one in self.columns if one.lower() == said.lower()), said)

    def change(self, name: str, **words: Any) -> None:
        """Say something else of a column, if it is there."""
        if (found := self.named(name)) in self.columns:
            self.columns[found] = replace(self.columns[found], **words)

    def take_column(self, tree: Any, place: str, types: Mapping[str, NamedType]) -> None:
        """A column, and what stands behind its type."""
        kind = tree.args.get("kind")
        of_type = source_type(kind, self.dialect) if kind is not None else SourceType("", "")
        column = SourceColumn(tree.name, of_type, place=place)
        known = types.get(_type_name(kind)) if kind is not None else None
        if known is not None:
            column = replace(known.column, name=tree.name, place=place, type=_called(known.column.type, of_type.told))
            self.checks += [(of_value(check, tree.name), "", place) for check in known.checks]
        elif kind_of_type(kind) in ENUMERATIONS:
            column = replace(column, enumeration=_cells(kind))
        elif kind_of_type(kind) in SERIALS:
            column = replace(column, numbered=True, nullable=False)
        self.columns[tree.name] = column
        for one in tree.args.get("constraints") or ():
            said = _OF_COLUMNS.get(type(one.args.get("kind")).__name__)
            if said is not None:
                said(self, tree.name, one, place)

    def take_constraint(self, tree: Any, place: str) -> str:
        """A constraint of the table.

        Returns:
            what of it is passed over; empty for nothing.
        """
        name, parts = (tree.name, tree.expressions) if type(tree).__name__ == "Constraint" else ("", [tree])
        for one in parts:
            called = type(one).__name__
            if called in {"PrimaryKey", "PrimaryKeyColumnConstraint"}:
                self._take_key(self._columns_of(one), place)
            elif called == "UniqueColumnConstraint":
                self.unique.append(ColumnGroup(self._columns_of(one), place))
            elif called == "ForeignKey":
                columns = tuple(self.named(part.name) for part in one.expressions)
                self.take_link(columns, one.args["reference"], place)
            elif called == "CheckColumnConstraint":
                self.checks.append((one.this, name, place))
            elif called not in _IDLE_CONSTRAINTS:
                return one.sql(dialect=self.dialect or None)
        return ""

    def take_link(self, columns: tuple[str, ...], reference: Any, place: str) -> None:
        """What some columns refer to."""
        from sqlglot import exp

        held = reference.this
        is_schema = isinstance(held, exp.Schema)
        target = tuple(name_said(one) for one in held.expressions) if is_schema else ()
        options = " ".join(str(one) for one in reference.args.get("options") or ()).upper()
        deferrable = "DEFERRABLE" in options and "NOT DEFERRABLE" not in options
        self.links.append(Link(columns, full_name(held.this if is_schema else held), target, deferrable, place))

    def finished(self, links: Sequence[Link]) -> SourceTable:
        """The table, with links whose tables are known."""
        types = {name: one.type.name for name, one in self.columns.items()}
        for name, tree in self.computed.items():
            self.change(name, computed=_computed(tree, types))
        conditions = tuple(condition(tree, self.dialect, types, name, place) for tree, name, place in self.checks)
        columns, unique = tuple(self.columns.values()), tuple(self.unique)
        return SourceTable(self.name, columns, self.key, unique, tuple(links), conditions, self.doc, self.place)

    def _take_key(self, columns: tuple[str, ...], place: str) -> None:
        self.key = ColumnGroup(columns, place)
        for one in columns:
            self.change(one, nullable=False)

    def _columns_of(self, tree: Any) -> tuple[str, ...]:
        from sqlglot import exp

        held = tree.this if isinstance(tree.this, exp.Schema) else tree
        return tuple(self.named(name_said(one)) for one in held.expressions)


def name_said(tree: Any) -> str:
    """The column that a tree names, whatever is said of its order."""
    from sqlglot import exp

    while isinstance(tree, (exp.Ordered, exp.ColumnPrefix)):
        tree = tree.this
    return tree.name


def full_name(table: Any) -> str:
    """A table's name with its schema."""
    return ".".join(filter(None, (table.text(part) for part in ("catalog", "db", "this"))))


def _type_name(kind: Any) -> str:
    return str(kind.args.get("kind") or kind.sql()).rpartition(".")[2].strip('"').lower()


def _called(of_type: SourceType, told: str) -> SourceType:
    return replace(of_type, told=told)


def of_value(check: Any, name: str) -> Any:
    """What holds of a domain's ``VALUE``, of a column."""
    from sqlglot import exp

    def named(node: Any) -> Any:
        is_value = isinstance(node, exp.Column) and node.name.upper() == "VALUE"
        return exp.column(name, quoted=True) if is_value else node

    return check.copy().transform(named)


def _cells(kind: Any) -> tuple[str, ...]:
    return tuple(one.this.name if hasattr(one.this, "name") else one.name for one in kind.expressions)


def _computed(tree: Any, types: Mapping[str, str]) -> str:
    try:
        return said_by(tree, types)
    except UnsayableError:
        return ""


def _not_null(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del place
    draft.change(name, nullable=bool(one.args["kind"].args.get("allow_null")))


def _primary(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del one
    draft.key = ColumnGroup((name,), place)
    draft.change(name, nullable=False)


def _unique(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del one
    draft.unique.append(ColumnGroup((name,), place))


def _default(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del place
    default = one.args["kind"].this.sql(dialect=draft.dialect or None)
    draft.change(name, default=default, numbered=draft.columns[name].numbered or "nextval" in default.lower())


def _numbered(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del place
    expression = one.args["kind"].args.get("expression")
    if expression is None:
        draft.change(name, numbered=True)
    else:
        draft.computed[name] = expression


def _made_by(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del place
    draft.computed[name] = one.args["kind"].this


def _doc(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del place
    draft.change(name, doc=one.args["kind"].this.name)


def _check(draft: TableDraft, name: str, one: Any, place: str) -> None:
    del name
    draft.checks.append((one.args["kind"].this, one.name, place))


def _reference(draft: TableDraft, name: str, one: Any, place: str) -> None:
    kind = one.args["kind"]
    draft.take_link((name,), kind.args.get("reference") or kind, place)


_OF_COLUMNS: Mapping[str, Callable[[TableDraft, str, Any, str], None]] = {
    "NotNullColumnConstraint": _not_null,
    "PrimaryKeyColumnConstraint": _primary,
    "UniqueColumnConstraint": _unique,
    "DefaultColumnConstraint": _default,
    "AutoIncrementColumnConstraint": _numbered,
    "GeneratedAsIdentityColumnConstraint": _numbered,
    "ComputedColumnConstraint": _made_by,
    "CommentColumnConstraint": _doc,
    "CheckColumnConstraint": _check,
    "Reference": _reference,
    "ForeignKey": _reference,
}
"""What stands behind a column's type; all else says nothing of its values."""

_IDLE_CONSTRAINTS = frozenset({"IndexColumnConstraint", "NotNullColumnConstraint"})
