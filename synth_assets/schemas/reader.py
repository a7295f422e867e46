"""A reader of one kind of source: what all of them can be asked."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from synth_assets.schemas.schema import Schema


@dataclass(frozen=True)
class ReadingOptions:
    """What the person says besides the source.

    Attributes:
        variant: what stands behind the colon of ``--as``, e.g. the dialect of ``ddl:postgres``; empty for nothing.
        values: whether values themselves may be told, as most common ones; else only shares and bounds of numbers.
        schemas: those of a database whose tables are asked for; empty for the usual one.
    """

    variant: str = ""
    values: bool = False
    schemas: tuple[str, ...] = ()


class SchemaReader(ABC):
    """Reads sources of one kind."""

    what: ClassVar[str]
    """The kind of source in a few words, for help and messages."""

    variants: ClassVar[str] = ""
    """What may stand behind a colon, in a few words; empty if nothing may."""

    has_schemas: ClassVar[bool] = False
    """Whether its tables lie in schemas that can be asked for."""

    example: ClassVar[str]
    """A source, for help and messages."""

    @abstractmethod
    def reads(self, source: str) -> bool:
        """Whether a source looks like one of its kind; nothing but its name, and its beginning, is looked at."""

    @abstractmethod
    def read(self, source: str, options: ReadingOptions) -> Schema:
        """What a source tells.

        Args:
            source: as the person named it: a path, or an address.
            options: what else she said.

        Raises:
            UsageError: it is not of this kind, or a variant is unknown.
            UnjudgedError: it can't be read, or isn't reachable.
        """
