"""No row of a group, of a tenant for example, has anything of another."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import duckdb

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged, undecided
from synth_assets.checking.isolation import is_apart, within_groups
from synth_assets.checking.references import dangling
from synth_assets.checking.stored import StoredTable
from synth_assets.engine.ranges import in_group
from synth_assets.errors import DataError
from synth_assets.model.domain import Domain
from synth_assets.model.groups import GroupedBy, group_column
from synth_assets.model.manifest import PartFile
from synth_assets.produce.copies import Copy
from synth_assets.sinks.sql import listed, quoted

_STRAY = 10_000
"""Rows that a file of another group may have too many, and is read."""


def _find(stored: StoredTable) -> Finding:
    dataset, by = stored.dataset, stored.dataset.domain.grouped_by
    assert by is not None  # noqa: S101 - as it applies
    strangers = [text for copy in stored.copies for text in _strangers(stored, copy, by)]
    problems, source = _shared(stored, by), stored.view
    parents: list[str] = []
    for reference, own in within_groups(by, dataset.domain.tables, stored.name):
        if not dataset.without([reference.table]):
            parent = dataset.domain.tables[reference.table]
            what = f"{reference} finds no row of the same {by.word} in {reference.table}"
            problems[what] = dangling(own, parent, source, dataset.view(reference.table))
        parents.append(reference.table)
    try:
        found = dataset.none_of(problems, f"every row is of one {by.word} alone, and so is what it refers to.")
    except duckdb.Error:
        if damaged := dataset.cannot_be_read([name for name in parents if name != stored.name]):
            return undecided(f"not checked: {', '.join(damaged)} can't be read.")
        raise
    if strangers:
        return judged([*strangers, *([] if found.passed else [found.text])], "", found.numbers)
    return dataset.without(parents) or found if found.passed else found


def _strangers(stored: StoredTable, copy: Copy, by: GroupedBy) -> Iterator[str]:
    """Files that are called after a group, and hold rows of others."""
    tables = stored.dataset.domain.tables
    column = group_column(by, tables, stored.name)
    assert column is not None  # noqa: S101 - as it applies
    for file, group in copy.groups(tables).items():
        rows = 0
        for frame in replace(copy, some=(file,)).frames(tables[stored.name]) if group else ():
            rows += frame.filter(~in_group(group, column, frame.schema).fill_null(value=False)).height
        if rows:
            yield _leak(copy, file, by, group, rows, "others")
    if stored.dataset.only is not None:
        yield from _elsewhere(stored, copy, by, stored.dataset.only.name, column)


def _elsewhere(stored: StoredTable, copy: Copy, by: GroupedBy, name: str, column: str) -> Iterator[str]:
    """Files of other groups that hold rows of the one that alone is looked at; those that are as written hold none."""
    tables = stored.dataset.domain.tables
    for file, group in replace(copy, some=None).groups(tables).items():
        other = replace(copy, some=(file,))
        if group in {"", name} or not other.file_problems:
            continue
        rows = 0
        with suppress(DataError):  # what can't be read is a problem of that group
            other.check_size(_STRAY)
            for frame in other.frames(tables[stored.name]):
                rows += frame.filter(in_group(name, column, frame.schema).fill_null(value=False)).height
        if rows:
            yield _leak(copy, file, by, group, rows, f"{by.word} {name}")


def _leak(copy: Copy, file: PartFile, by: GroupedBy, group: str, rows: int, others: str) -> str:
    some = f"{rows:,} row{'s' * (rows > 1)}"
    return f"{copy.path / file.path} is of {by.word} {group} alone, and {some} in it of {others}"


def _shared(stored: StoredTable, by: GroupedBy) -> dict[str, str]:
    """Queries of values that name a row, and are in more than one group."""
    table = stored.description
    of = quoted(group_column(by, stored.dataset.domain.tables, stored.name) or "")
    # Keys that ascend without repeats were read for the digest.
    known = table.key.tells_numbers and stored.dataset.is_digested(stored.name)
    keys = [] if known else [table.key.columns]
    names = [one for one in (*keys, *table.unique) if one and of not in map(quoted, one)]
    return {
        f"{', '.join(one)} is in more than one {by.word}": f"SELECT {listed(one)} FROM {stored.view} "  # noqa: S608
        f"GROUP BY ALL HAVING min({of}) <> max({of})"
        for one in names
    }


def _applies(domain: Domain, name: str) -> bool:
    return is_apart(domain.grouped_by, domain.tables, name)


CHECK = Check(
    "groups_stay_apart",
    "A row refers to rows of its own group alone, a tenant's for example; what names a row is in no other group, and "
    "files that are called after a group hold its rows alone.",
    _find,
    _applies,
)
