"""Which table refers to which: links in full, the order of tables, and circles that nothing opens."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from synth_assets.errors import UsageError, unknown
from synth_assets.schemas.schema import Link, Schema, SourceTable


def links_in_full(schema: Schema) -> dict[str, tuple[Link, ...]]:
    """For each table its links, with the columns that they lead to; each once, those of most columns first.

    A link to columns that its table doesn't have, or to a table without a key, is left out: no row could be found.
    """
    tables = {table.name: table for table in schema.tables}
    return {table.name: tuple(_in_full(table, tables)) for table in schema.tables}


def _in_full(table: SourceTable, tables: Mapping[str, SourceTable]) -> Iterable[Link]:
    seen: set[tuple[frozenset[tuple[str, str]], str]] = set()
    for link in sorted(table.links, key=lambda one: -len(one.columns)):
        other = tables.get(link.to)
        target = link.target or (other.key.columns if other is not None and other.key else ())
        ours, theirs = {one.name for one in table.columns}, {one.name for one in other.columns} if other else set()
        fits = len(target) == len(link.columns) and ours.issuperset(link.columns) and theirs.issuperset(target)
        mark = frozenset(zip(link.columns, target, strict=False)), link.to
        if fits and mark not in seen:
            seen.add(mark)
            yield replace(link, target=tuple(target))


def opened_links(
    schema: Schema, links: Mapping[str, tuple[Link, ...]], opened: Collection[str]
) -> dict[str, tuple[Link, ...]]:
    """For each table the links that a person opens, so that they close no circle.

    Args:
        schema: as its source told it.
        links: of all tables, in full.
        opened: columns, as ``table.column``, in whatever letters.

    Raises:
        UsageError: there is no such link, or values of its column can't be known without it.
    """
    asked = {one.lower() for one in opened}
    found: dict[str, tuple[Link, ...]] = {}
    known: dict[str, str] = {}
    for name, some in links.items():
        for link in some:
            if len(link.columns) == 1:
                short = f"{name.rpartition('.')[2]}.{link.columns[0]}".lower()
                known[short] = known[f"{name}.{link.columns[0]}".lower()] = short
        found[name] = tuple(one for one in some if asked & set(_said_as(name, one)))
    for one in opened:
        if one.lower() not in known:
            raise unknown("--open", one, sorted(set(known.values())), "It is a column that refers to another table.")
    for name, some in found.items():
        for link in some:
            if not _is_numbered(schema, link):
                raise UsageError(
                    f"{name}.{link.columns[0]} can't be opened: the key of {link.to} is no whole number from 1.\n"
                    "  Open another reference of the circle, or let one be missing."
                )
    return found


def _said_as(name: str, link: Link) -> tuple[str, ...]:
    column = link.columns[0] if len(link.columns) == 1 else ""
    return (f"{name}.{column}".lower(), f"{name.rpartition('.')[2]}.{column}".lower()) if column else ()


def _is_numbered(schema: Schema, link: Link) -> bool:
    table = next(one for one in schema.tables if one.name == link.to)
    kind = table.column(link.target[0]).type.name
    is_key = table.key is not None and table.key.columns == link.target
    return is_key and (kind.startswith(("int", "uint")) or kind.endswith(",0)"))


def can_be_missing(table: SourceTable, link: Link) -> bool:
    """Whether a row may refer to none."""
    return any(table.column(one).nullable for one in link.columns)


def parents_before(schema: Schema, links: Mapping[str, tuple[Link, ...]]) -> list[SourceTable]:
    """The tables, each after those that it refers to; where links go round, those decide that can't be missing.

    Raises:
        UsageError: they go round, and none can be missing: no first row could be there.
    """
    tables = {table.name: table for table in schema.tables}
    wanted: dict[str, set[str]] = {name: set() for name in tables}
    for is_optional in (False, True):
        for name, table in tables.items():
            for link in links[name]:
                if link.to == name or can_be_missing(table, link) != is_optional:
                    continue
                more = {**wanted, name: wanted[name] | {link.to}}
                circle = _circle(more)
                if not circle:
                    wanted = more
                elif not is_optional:
                    raise _closed(schema, circle, tables, links)
    return [tables[name] for name in TopologicalSorter(wanted).static_order()] if tables else []


def _circle(parents: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter({name: sorted(of) for name, of in parents.items()}).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _closed(
    schema: Schema, circle: list[str], tables: Mapping[str, SourceTable], links: Mapping[str, tuple[Link, ...]]
) -> UsageError:
    lines: list[str] = []
    for name, parent in pairwise(circle):
        link = next(one for one in links[name] if one.to == parent and not can_be_missing(tables[name], one))
        place = f" ({link.place})" if link.place else ""
        lines.append(f"  {name}: {', '.join(link.columns)} refers to {parent} and is NOT NULL{place}")
    name, parent = circle[0], circle[1]
    column = next(one for one in links[name] if one.to == parent).columns[0]
    return UsageError(
        f"{schema.source}: {' -> '.join(circle)} refer to each other in a circle, and no key of it can be missing:"
        " no first row could be there.\n" + "\n".join(lines) + "\n"
        f"  Open it: with --open {name.rpartition('.')[2]}.{column} that column has keys that are there, and the file"
        " says nothing of what it refers to. Or let one be missing, without NOT NULL."
    )
