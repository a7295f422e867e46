"""Groups: rows that some layouts keep in files of their own, those of a tenant for example."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from synth_assets.errors import UsageError

if TYPE_CHECKING:  # a group is known without its tables
    from synth_assets.model.table import Table


class Group(NamedTuple):
    """A range of an entity's positions.

    Attributes:
        name: what its files are called after.
        start: its first position.
        stop: the position after its last.
    """

    name: str
    start: int
    stop: int


class GroupedBy(NamedTuple):
    """What a domain's groups are: each is of one row of a table, and called after its key.

    A domain's package says so as ``GROUPED_BY``; then each of them can be had alone, as ``--tenant ID`` for example.

    Attributes:
        word: what one of them is called, and the option that chooses it.
        table: the table with a row for each; its key is one column. Other tables without groups are everybody's.
    """

    word: str
    table: str


class Only(NamedTuple):
    """The only group that there is of a dataset.

    Attributes:
        word: as of :class:`GroupedBy`.
        table: likewise.
        name: the group's.
    """

    word: str
    table: str
    name: str


def group_column(by: GroupedBy | Only, tables: "Mapping[str, Table]", name: str) -> str | None:
    """The column of a table that says of which group a row is; ``None`` where rows are everybody's.

    Args:
        by: what the groups are.
        tables: those of the domain.
        name: the table's.
    """
    key = tables[by.table].key.columns
    if name == by.table:
        return key[0]
    of = [one for one in tables[name].references if one.table == by.table and one.to in {(), key} and not one.when]
    return of[0].columns[0] if of else None


def check_groups(table: str, groups: Sequence[Group], positions: int) -> None:
    """Look whether groups hold every position once, in order.

    Args:
        table: its path, for the message.
        groups: those of the table.
        positions: of the table.

    Raises:
        UsageError: a gap, an overlap, a name that occurs twice or is empty.
    """
    edges = [0, *(group.stop for group in groups)]
    apart = [group.start for group in groups] != edges[:-1] or edges[-1] != positions
    backwards = any(low > high for low, high in pairwise(edges))
    names = [group.name for group in groups]
    if apart or backwards:
        raise UsageError(
            f"{table}: its groups don't hold each of its {positions:,} positions once, in order.\n"
            "  Let each group start where the one before it stops, from 0 to the number of positions."
        )
    if "" in names or len(set(names)) < len(names):
        raise UsageError(f"{table}: a group has no name, or two have the same.\n  Give each a name of its own.")
