"""A schema as a source told it: plain values, whatever kind of source it was."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Passage:
    """Something that a source has and that could not be read, or was passed over.

    Attributes:
        text: what it is and what follows from it, as a sentence without a point at its end.
        place: where it stands, e.g. ``schema.sql, line 12``; empty if that isn't known.
    """

    text: str
    place: str = ""

    @property
    def told(self) -> str:
        """Both, for people."""
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(frozen=True)
class SourceType:
    """What a column holds.

    Attributes:
        told: as the source says it, e.g. ``NUMERIC(10,2)``; for comments.
        name: a type of the dataset language, e.g. ``decimal(10,2)``; empty if the language has none that fits.
        length: the most characters of a text, or bytes; ``None`` for as many as one likes.
        fixed: whether a text has exactly :attr:`length` characters, or is filled up with blanks.
        digits: the most digits before the point of a number that the language's type would let be greater.
        unsigned: whether a number can't be below 0.
        form: what a text has to look like to be one of a type that the language hasn't: ``interval``, ``inet``,
            ``cidr``, ``macaddr``, ``xml``, ``bit``, ``tsvector``, ``point``, ``geometry``, ``hstore``, ``numrange``,
            ``daterange``, ``year``; empty for any text.
    """

    told: str
    name: str
    length: int | None = None
    fixed: bool = False
    digits: int | None = None
    unsigned: bool = False
    form: str = ""


@dataclass(frozen=True)
class ColumnStatistics:
    """What is known of a column's cells; each is ``None``, or empty, where it isn't known.

    Attributes:
        nulls: the share of rows in which it is missing, from 0 to 1.
        distinct: how many different values there are.
        low: the least value, as text in the language's spelling.
        high: the greatest, likewise.
        shares: how often the most common values come, greatest first, each a share of the rows that have one.
        common: those values, if they may be told; else none. As many as :attr:`shares`, or none.
    """

    nulls: Decimal | None = None
    distinct: int | None = None
    low: str | None = None
    high: str | None = None
    shares: tuple[Decimal, ...] = ()
    common: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceColumn:
    """A column.

    Attributes:
        name: as the source has it.
        type: what it holds.
        nullable: whether cells may be missing.
        default: what a cell is that nobody gives, in the source's words; empty for none.
        computed: the expression that the source itself computes it by, in the dataset language; ``None`` if it is
            given, empty if the language can't say it.
        numbered: whether the source numbers rows by it: serial, identity, auto-increment.
        doc: the source's comment.
        enumeration: the closed set of its values; empty for none.
        place: where it stands.
        statistics: what is known of its cells.
    """

    name: str
    type: SourceType
    nullable: bool = True
    default: str = ""
    computed: str | None = None
    numbered: bool = False
    doc: str = ""
    enumeration: tuple[str, ...] = ()
    place: str = ""
    statistics: ColumnStatistics | None = None


@dataclass(frozen=True)
class ColumnGroup:
    """Columns that no two rows share: the primary key, or what is declared unique.

    Attributes:
        columns: their names, in order.
        place: where it stands.
    """

    columns: tuple[str, ...]
    place: str = ""


@dataclass(frozen=True)
class Link:
    """Columns that refer to a row of a table.

    Attributes:
        columns: those that refer, in order.
        to: the table, by its full name.
        target: its columns; its primary key if none are named.
        deferrable: whether the source looks at it only at the end of a transaction, if asked.
        place: where it stands.
    """

    columns: tuple[str, ...]
    to: str
    target: tuple[str, ...] = ()
    deferrable: bool = False
    place: str = ""


@dataclass(frozen=True)
class Condition:
    """What the source sees to that each row fulfils.

    Attributes:
        text: in the source's words.
        holds: as an expression of the dataset language over the source's columns, whose names stand in double quotes;
            empty if it can't be said.
        patterns: columns, each with a regular expression that its text has to fit from end to end; said instead.
        name: what the source calls it; empty for nothing.
        place: where it stands.
    """

    text: str
    holds: str = ""
    patterns: tuple[tuple[str, str], ...] = ()
    name: str = ""
    place: str = ""


@dataclass(frozen=True)
class SourceTable:
    """A table.

    Attributes:
        name: its full name as the source has it, e.g. ``sales.orders``; what :attr:`Link.to` says.
        columns: in order.
        key: the primary key; ``None`` without.
        unique: other groups of columns that no two rows share.
        links: what refers to other tables.
        conditions: what each row fulfils.
        doc: the source's comment.
        place: where it stands.
        rows: how many rows there are, about; ``None`` if that isn't known.
    """

    name: str
    columns: tuple[SourceColumn, ...]
    key: ColumnGroup | None = None
    unique: tuple[ColumnGroup, ...] = ()
    links: tuple[Link, ...] = ()
    conditions: tuple[Condition, ...] = ()
    doc: str = ""
    place: str = ""
    rows: int | None = None

    def column(self, name: str) -> SourceColumn:
        """One of its columns.

        Raises:
            KeyError: there is none of this name.
        """
        for one in self.columns:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True)
class Schema:
    """What a source told.

    Attributes:
        source: what messages and comments call the source: without passwords.
        kind: the name of the reader that read it.
        name: what a dataset of it may be called; any text.
        tables: in the source's order, each once.
        doc: what the source says of itself.
        passed_over: what could not be read, or was not looked at.
        is_declared: whether somebody declared keys, references, uniqueness and NOT NULL; else names and rows suggest
            them.
    """

    source: str
    kind: str
    name: str
    tables: tuple[SourceTable, ...]
    doc: str = ""
    passed_over: tuple[Passage, ...] = field(default=())
    is_declared: bool = True
