"""The order of a domain's tables: each after those it refers to; where references go round, what opens the circle."""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from synth_assets.errors import UsageError
from synth_assets.model.table import Reference, Table


def parents_first(domain: str, tables: Sequence[Table]) -> list[str]:
    """The tables' names, each after those it refers to, then by name.

    Tables that refer to each other in a circle are ordered by the references that can't be missing.

    Raises:
        UsageError: a circle of references none of which can be missing: no first row could be there.
    """
    known = {table.name: table for table in tables}
    # Only what can't be missing decides; the rest is honoured where it closes no circle.
    needed = {name: _parents(table, optional=False) for name, table in known.items()}
    if circle := _circle(needed):
        raise _closed(domain, circle, known)
    wanted = {name: set(parents) for name, parents in needed.items()}
    for name in sorted(known):
        for parent in sorted(_parents(known[name], optional=True)):
            if not _circle({**wanted, name: wanted[name] | {parent}}):
                wanted[name] = wanted[name] | {parent}
    return _levels(wanted)


def opened(tables: Mapping[str, Table]) -> dict[str, tuple[str, ...]]:
    """For each table, in order, the parents that come before it: all but those at the far side of an open circle.

    Args:
        tables: by name, in the order of :func:`parents_first`.
    """
    before: set[str] = set()
    found: dict[str, tuple[str, ...]] = {}
    for name, table in tables.items():
        found[name] = tuple(parent for parent in table.parents if parent in before)
        before.add(name)
    return found


def _parents(table: Table, *, optional: bool) -> set[str]:
    return {
        one.table for one in table.all_references if one.table != table.name and _can_be_missing(table, one) == optional
    }


def _can_be_missing(table: Table, reference: Reference) -> bool:
    # A field may be missing whatever its struct is, and a list may be empty.
    return bool(reference.inside) or any(table.column(name).nullable for name in reference.columns)


def _circle(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """Tables that refer to each other in a circle, the first one again at the end; none where there is no circle."""
    try:
        TopologicalSorter({name: sorted(parents[name]) for name in sorted(parents)}).prepare()
    except CycleError as error:
        # Each of graphlib's list is a parent of the next one.
        return list(reversed(error.args[1]))
    return []


def _levels(parents: Mapping[str, set[str]]) -> list[str]:
    """Level by level: all that refer only to earlier levels, in the order of their names."""
    waiting, ordered = dict(sorted(parents.items())), list[str]()
    while waiting:
        level = [name for name, of in waiting.items() if not of & set(waiting)]
        ordered += level
        for name in level:
            del waiting[name]
    return ordered


def _closed(domain: str, circle: Sequence[str], tables: Mapping[str, Table]) -> UsageError:
    shown = " -> ".join(circle)
    name, parent = circle[0], circle[1]
    reference = next(one for one in tables[name].references if one.table == parent)
    return UsageError(
        f"{domain}: {shown} refer to each other in a circle, and none of the references can be missing;"
        " no first row could be there.\n"
        f"  Let one be missing, for example: {name}.{reference.columns[0]} with nullable=True"
    )
