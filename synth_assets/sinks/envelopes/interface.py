"""What an envelope is, and what it is given to write."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synth_assets.errors import unknown
from synth_assets.model.table import Table


@dataclass(frozen=True)
class Batch:
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
        logs: the change log of a table, in frames in order of ``lsn``; for the base its rows in key order.
    """

    domain: str
    tables: Mapping[str, Table]
    chosen: tuple[str, ...]
    number: int
    since: int
    until: int
    transactions: pl.DataFrame
    logs: Callable[[str], Iterator[pl.DataFrame]]

    @property
    def is_base(self) -> bool:
        """Whether it is the full load, and no change log."""
        return self.number == 0

    def file_name(self, form: str) -> str:
        """Of a file where a tool has no custom of its own, e.g. ``batch-00001.parquet``."""
        return f"batch-{self.number:05d}.{form}"


@dataclass(frozen=True)
class Envelope:
    """How one tool writes a change log.

    Attributes:
        name: its name, and of its folder.
        formats: the file formats it has; the first is the default.
        has_base: whether it has a form for the full load.
        write: writes a batch below a folder in one of the formats, and returns the paths below that folder
            which are published whole, each by one rename; in a fixed order. Memory is a few frames.
        one_stream: whether a batch is one file with all tables.
    """

    name: str
    formats: tuple[str, ...]
    has_base: bool
    write: Callable[[Batch, Path, str], list[str]]
    one_stream: bool = False

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
