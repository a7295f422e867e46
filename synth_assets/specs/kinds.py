"""What type a declared column has that says none: its method's, or that of what it refers to."""

from collections.abc import Mapping
from contextlib import suppress

from synth_assets.columns.basis.formulas.kinds import KnownValue
from synth_assets.columns.basis.formulas.syntax import ExpressionError
from synth_assets.columns.basis.generator import Generator
from synth_assets.columns.basis.nested import Around
from synth_assets.columns.basis.others import known_of
from synth_assets.columns.basis.parts import Part
from synth_assets.columns.copied import Copied
from synth_assets.columns.expression import Expression
from synth_assets.columns.key import KeyColumn
from synth_assets.columns.key_of import KeyOf
from synth_assets.columns.list import ListColumn
from synth_assets.columns.of_parent import OfParent
from synth_assets.columns.one_of_tables import OneOfTables
from synth_assets.columns.pairs import Pairs
from synth_assets.columns.reference import ReferenceColumn
from synth_assets.columns.split import Split
from synth_assets.columns.struct import StructColumn
from synth_assets.columns.total_of import TotalOf
from synth_assets.columns.transfer import Transfer
from synth_assets.columns.transferred import Transferred
from synth_assets.errors import UsageError
from synth_assets.model import types
from synth_assets.model.table import ENTRIES
from synth_assets.model.types import ColumnType
from synth_assets.model.types.decimals import Decimal
from synth_assets.specs.declaration import ColumnDeclaration, Declaration, EntityDeclaration, KeyDeclaration
from synth_assets.specs.names import key_columns, parent_of

_TEXTUAL = {"text", "uuid"}

At = tuple[str, str]
"""A table and one of its columns."""


class Kinds:
    """Types of columns.

    Args:
        said: the declaration.
        generators: what fills each column; ``None`` where that is wrong.
    """

    def __init__(self, said: Declaration, generators: Mapping[At, Generator | None]) -> None:
        self._said, self._generators = said, generators

    def of(self, at: At, behind: tuple[At, ...] = ()) -> ColumnType | None:
        """A column's type; ``None`` if nothing tells it.

        Raises:
            UsageError: the type that it says there isn't.
        """
        said, generator = self._column(at), self._generators.get(at)
        if said is None or at in behind:
            return None
        if isinstance(said, ColumnDeclaration) and said.type:
            return types.named(said.type)
        return self._by_method(at, generator, behind) if generator else None

    def _by_method(
        self, at: At, generator: Generator, behind: tuple[At, ...], parts: Mapping[str, Part] | None = None
    ) -> ColumnType | None:
        """The type of what a method fills.

        Args:
            at: the table, and the column or the part of one.
            generator: the method.
            behind: columns whose types wait for this one.
            parts: of a cell, if it is one of them; they hide columns of their names.
        """
        while isinstance(generator, Around):
            generator = generator.within
        around = parts or {}
        if isinstance(generator, ListColumn | StructColumn):
            return self._of_nested(at, generator, (*behind, at), around)
        if isinstance(generator, KeyColumn):
            return self._of_key(self._said.entities[at[0]])
        if isinstance(generator, Split):
            return generator.default_type_of_part(at[1]) if at[1] in generator.parts else types.STRING
        with suppress(UsageError, LookupError, ExpressionError):  # which are told of the column that has them
            return self._by_others(at, generator, (*behind, at), around) or generator.default_type
        return generator.default_type

    def _of_nested(
        self, at: At, generator: ListColumn | StructColumn, behind: tuple[At, ...], around: Mapping[str, Part]
    ) -> ColumnType | None:
        if isinstance(generator, ListColumn):
            entry = self._of_part((at[0], ENTRIES), generator.of, behind, around)
            return types.list_of(entry) if entry else None
        inner = {**around, **dict(generator.fields)}
        found = {name: self._of_part((at[0], name), one, behind, inner) for name, one in generator.fields}
        known = {name: kind for name, kind in found.items() if kind}
        return types.struct(known) if len(known) == len(found) else None

    def _of_part(self, at: At, part: Part, behind: tuple[At, ...], around: Mapping[str, Part]) -> ColumnType | None:
        if part.type:
            return types.named(part.type)
        found = self._by_method(at, part.of, behind, {**around, at[1]: part})
        # Looking at it will tell what is wrong.
        return types.STRING if found is None and self._leads_nowhere(at, part.of, part) else found

    def _by_others(
        self, at: At, generator: Generator, behind: tuple[At, ...], parts: Mapping[str, Part]
    ) -> ColumnType | None:
        """The type that follows from other columns; ``None`` if none does."""
        if isinstance(generator, Expression):
            return generator.type_by(lambda name: self._known(at, name, behind, parts))
        if isinstance(generator, TotalOf):
            table, _, name = generator.column.partition(".")
            kind = self.of((table, name), behind)
            return types.decimal(18, kind.scale) if isinstance(kind, Decimal) else types.INT64
        target = self._target(at, generator, parts.get(at[1]))
        return self.of(target, behind) if target else None

    def _known(self, at: At, name: str, behind: tuple[At, ...], parts: Mapping[str, Part]) -> KnownValue:
        """What an expression in a column knows of another column."""
        table, _, own = name.rpartition(".")
        if not table and own in parts and own != at[1]:
            kind = self._of_part((at[0], own), parts[own], behind, parts)
        else:
            kind = self.of((table or at[0], own), behind)
        if kind is None:
            raise LookupError(name)
        return known_of(kind, nullable=False)

    def is_misled(self, at: At) -> bool:
        """Whether a column's cells come from a column that isn't there: looking at it will tell."""
        generator = self._generators.get(at)
        return generator is not None and self._leads_nowhere(at, generator)

    def _leads_nowhere(self, at: At, generator: Generator, part: Part | None = None) -> bool:
        if isinstance(generator, Expression | Transferred):
            return True
        target = self._target(at, generator, part)
        return target is not None and self._column(target) is None

    def _column(self, at: At) -> "str | ColumnDeclaration | None":
        entity = self._said.entities.get(at[0])
        return entity.columns.get(at[1]) if entity else None

    def _of_key(self, entity: EntityDeclaration) -> ColumnType:
        is_text = isinstance(entity.key, KeyDeclaration) and entity.key.codec in _TEXTUAL
        return types.STRING if is_text else types.INT64

    def _target(self, at: At, generator: Generator, part: Part | None = None) -> At | None:
        """The column that a column's cells come from, or those of a part of one."""
        entity = self._said.entities[at[0]]
        if isinstance(generator, Copied):
            table, _, name = generator.column.partition(".")
            return table, name
        if isinstance(generator, OfParent) and generator.column:
            return parent_of(entity), generator.column
        if isinstance(generator, OneOfTables):
            table = generator.tables[0][0]
            return table, next(iter(self._key(table)), "")
        if isinstance(generator, Transferred):
            return self._held(at[0], generator)
        if isinstance(generator, OfParent | ReferenceColumn | KeyOf | Pairs | Transfer):
            return self._referred(at, entity, part)
        return None

    def _held(self, table: str, generator: Transferred) -> At | None:
        """The column that says what accounts hold."""
        by = (table, generator.by)
        payer = self._generators.get(by)
        accounts = self._target(by, payer) if isinstance(payer, Transfer) else None
        return (accounts[0], payer.opening) if isinstance(payer, Transfer) and accounts else None

    def _referred(self, at: At, entity: EntityDeclaration, part: Part | None) -> At | None:
        said = part or entity.columns[at[1]]
        to = "" if isinstance(said, str) else said.references
        for one in () if to else entity.references:  # what a column says by itself leads on, never round
            if part is None and at[1] in one.columns:
                place, target = one.columns.index(at[1]), one.target or self._key(one.to)
                return (one.to, target[place]) if place < len(target) else None
        table, _, name = (to or parent_of(entity)).partition(".")
        own = self._key(table)
        if table not in self._said.entities:
            return table, name
        return (table, name or own[0]) if name or own else None

    def _key(self, table: str) -> tuple[str, ...]:
        entity = self._said.entities.get(table)
        return key_columns(entity) if entity else ()
