"""What an envelope is, and what it is given to tell."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import polars as pl

from synth_assets.errors import unknown
from synth_assets.model.table import Table


@dataclass(frozen=True)
class BatchToWrite:
    """One batch of a domain, or its base, as an envelope gets it.

    Attributes:
        domain: the domain; the schema or database in the records.
        tables: every table of the domain by its name, parents first.
        chosen: the names of the tables asked for.
        number: of the batch, from 1; 0 is the base, the full load.
        since: the batch's first second, since 1970; of the base ``as_of``.
        until: the second after its last; of the base ``as_of``.
        transactions: a row a transaction in order of ``tx_id``, with ``commit_ts``, ``tx_total`` and a column
            of each table's name: how many events it has there. Empty for the base.
        logs: the change log of a table, in frames in order of ``lsn``; for the base its rows in key order. May be
            asked for more than once.
        options: how the envelope is to tell it: values of its :attr:`Envelope.options`; of those left out the default.
        keys_move: whether an update may change a key. No log that is generated has any; what knows that there is none
            needn't look through the logs of all tables before it numbers records.
    """

    domain: str
    tables: Mapping[str, Table]
    chosen: tuple[str, ...]
    number: int
    since: int
    until: int
    transactions: pl.DataFrame
    logs: Callable[[str], Iterator[pl.DataFrame]]
    options: Mapping[str, str] = field(default_factory=dict)
    keys_move: bool = True

    @property
    def is_base(self) -> bool:
        """Whether it is the full load, and no change log."""
        return self.number == 0

    @property
    def label(self) -> str:
        """Of a file where a tool has no custom of its own, before the ending: ``batch-00001``."""
        return f"batch-{self.number:05d}"


@dataclass(frozen=True)
class EnvelopeOption:
    """Something that a tool tells in more than one way, as its settings have it.

    Commands have a flag of its name, and the manifest of a batch says which value it was made with.

    Attributes:
        name: of the option, as an argument of Python.
        values: what it may be; the first is the default.
        doc: what it says, for the help of commands.
    """

    name: str
    values: tuple[str, ...]
    doc: str


@dataclass(frozen=True, kw_only=True)
class Envelope(ABC):
    """How one tool tells of changes.

    Attributes:
        name: its name, and of its folder.
        formats: the file formats it has; the first is the default.
        has_base: whether it has a form for the full load.
        one_stream: whether all tables come in one stream, and so in one file a batch.
        options: what it can tell in more than one way.
    """

    has_records: ClassVar[bool]
    """Whether the tool sends messages; else it writes typed rows."""

    name: str
    formats: tuple[str, ...]
    has_base: bool
    one_stream: bool = False
    options: tuple[EnvelopeOption, ...] = ()

    @abstractmethod
    def write(self, batch: BatchToWrite, folder: Path, form: str) -> list[str]:
        """Write a batch's files below a folder; memory is a few frames.

        Args:
            batch: the batch, or the base if the envelope has one.
            folder: where to.
            form: one of :attr:`formats`.

        Returns:
            the paths below the folder, in a fixed order; each is published whole, by one rename.

        Raises:
            OutputError: a file can't be written.
        """

    def told(self, batch: BatchToWrite) -> BatchToWrite:
        """The batch with a value of every option, so that whoever tells it finds them all."""
        options = {one.name: batch.options.get(one.name, one.values[0]) for one in self.options}
        return replace(batch, options=options)

    def format(self, name: str | None) -> str:
        """The format called ``name``, or the default without.

        Raises:
            UsageError: the envelope hasn't got it.
        """
        if name is None:
            return self.formats[0]
        if name not in self.formats:
            raise unknown(f"format of envelope {self.name}", name, self.formats)
        return name
