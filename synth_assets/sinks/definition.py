"""A table as a server is told to make it, in the order in which it is quickest: rows first, then what binds them."""

from dataclasses import dataclass

from synth_assets.model.table import Table
from synth_assets.sinks.sql import STANDARD, Names


@dataclass(frozen=True)
class Definition:
    """Statements that make a table.

    Attributes:
        table: the table.
        schema: where it lies.
        create: makes it, with types and what can't be missing, without keys; where that comes cheaper, with all.
        keys: add the primary key and unique groups; each an ``ALTER TABLE``.
        indexes: on columns that refer, where no key serves.
        references: the table that each foreign key leads to, and the statement that adds it.
        comments: say what table and columns are.
        names: how the server writes names.
    """

    table: Table
    schema: str
    create: str
    keys: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()
    names: Names = STANDARD

    @property
    def name(self) -> str:
        """Its name with its schema, as SQL has it."""
        return self.names.qualified(self.schema, self.table.name)

    @property
    def parents(self) -> frozenset[str]:
        """The other tables that foreign keys lead to."""
        return frozenset(name for name, _ in self.references) - {self.table.name}


def together(definitions: dict[str, Definition]) -> list[tuple[str, ...]]:
    """Tables in the order in which they can be filled, those that refer to each other in one group.

    Args:
        definitions: by table.

    Example:
        >>> together({})
        []
    """
    above = {name: _above(definitions, name) for name in definitions}
    groups: list[tuple[str, ...]] = []
    done = set[str]()
    for name in definitions:
        if name in done:
            continue
        # What stands above a table and isn't filled yet comes first, the topmost groups before the others.
        waiting = sorted((one for one in above[name] | {name} if one not in done), key=lambda one: len(above[one]))
        for one in waiting:
            if one in done:
                continue
            group = tuple(other for other in definitions if other == one or _circle(above, one, other))
            groups.append(group)
            done.update(group)
    return groups


def _circle(above: dict[str, set[str]], one: str, other: str) -> bool:
    return other in above[one] and one in above[other]


def _above(definitions: dict[str, Definition], name: str) -> set[str]:
    """The tables that a table refers to, and those that they do; itself, where a way leads back."""
    found = set[str]()
    waiting = [name]
    while waiting:
        new = {one for one in definitions[waiting.pop()].parents if one in definitions} - found
        found |= new
        waiting += sorted(new)
    return found
