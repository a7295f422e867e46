"""What a target is: a system outside, which takes rows of tables, or records of change data, and keeps them its way.

A target is a module of :mod:`synth_assets.sinks.targets` with a constant ``TARGET``, named like the scheme of its
addresses. None of them knows another; what two of them share is here.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from synth_assets.model.table import Table
from synth_assets.sinks.capabilities import Capabilities, TypeMapper

RECORD_SCHEMA = pl.Schema(
    {
        "topic": pl.String(),
        "key": pl.String(),
        "value": pl.String(),
        "headers": pl.List(pl.Struct({"name": pl.String(), "value": pl.String()})),
    }
)
"""A record as messaging systems have it: key and value are texts, missing where there is none."""


class Channel(Protocol):
    """An open way to a target."""

    def rows(self, table: Table, frame: pl.DataFrame) -> None:
        """Deliver rows of a table, in their order.

        Args:
            table: the table.
            frame: rows with its schema.

        Raises:
            DataError: a cell that the target can't hold; nothing of the frame is delivered.
            OutputError: the target can't be reached, or refuses them.
        """
        ...

    def records(self, frame: pl.DataFrame) -> None:
        """Deliver records, in their order.

        Args:
            frame: records with :data:`RECORD_SCHEMA`.

        Raises:
            OutputError: as for :meth:`rows`.
        """
        ...


@dataclass(frozen=True)
class Target:
    """A kind of target.

    Attributes:
        name: its name, and the scheme of its addresses.
        capabilities: what it can do; ``idempotent_by`` says what makes delivering twice the same as once.
        type_name: what it calls a type.
        open: opens a way to the target at an address, e.g. ``stdout`` or ``scheme://host/place``.
    """

    name: str
    capabilities: Capabilities
    type_name: TypeMapper
    open: Callable[[str], AbstractContextManager[Channel]]
