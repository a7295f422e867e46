"""Verify a slice of a stored table: its rows beside the same rows made again. No other part file is read.

So tables that are too large to be read, or to be made again, are verified where somebody likes to look.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from synth_assets.checking.stored import StoredTable
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.engine.stored import definition_problems, file_problem
from synth_assets.errors import AGAIN, DataError, UnjudgedError
from synth_assets.model.dataset import Dataset
from synth_assets.model.manifest import PartFile
from synth_assets.produce.copies import Copy
from synth_assets.usecases.scan import row_frames
from synth_assets.usecases.verified import Part, shown_cell

_NAMES = 6
"""As many as a line holds."""


class PartFound(NamedTuple):
    """What was found of some rows of a table.

    Attributes:
        problems: what is wrong.
        undecided: what couldn't be looked at.
        digest: of the rows that are stored; ``None`` where they can't be read.
    """

    problems: list[str]
    undecided: list[str]
    digest: TableDigest | None


def look_at(stored: StoredTable, copy: Copy, part: Part) -> PartFound:
    """Compare some rows of a copy with what the generator makes.

    Args:
        stored: the table among the others of its dataset.
        copy: of it.
        part: the rows.

    Raises:
        UnjudgedError: the system doesn't let a file be read.
        DataError: the manifest's parameters are those of no dataset.
    """
    manifest, domain = copy.manifest, stored.dataset.domain
    if manifest.contract > domain.contract:
        told = f"the manifest says contract {manifest.contract}, and the values are of {domain.contract}"
        return PartFound([told], [], None)
    if manifest.contract < domain.contract:
        told = (
            f"{copy.path} has values of contract {manifest.contract}, not {domain.contract}: they can't be made again"
        )
        raise UnjudgedError(f"{told}.\n  {AGAIN}")
    dataset = stored.dataset.dataset_of(copy)
    problems = [*definition_problems(stored.description, manifest), *stored.told_problems(copy)]
    some, before = _holding(copy, part)
    wrong = [found for path, file in zip(some.files, some.parts, strict=True) if (found := _file_problem(path, file))]
    # One more than there should be: then it shows.
    rows = min(part.rows, max(manifest.rows - part.offset, 0) + 1)
    try:
        found = _cut(stored.dataset.frames(stored.name, some), part.offset - before, rows)
        different, digest = _compared(stored, dataset, found, replace(part, rows=rows))
    except DataError as error:
        # Of a file that isn't the one that was written it is said already.
        return PartFound(problems + (wrong or [str(error)]), [], None)
    problems += wrong + different
    is_there = digest.rows or problems or not part.offset
    return PartFound(problems, [] if is_there else [f"{part} of {manifest.rows:,}: there are none."], digest)


def _file_problem(path: Path, file: PartFile) -> str | None:
    return file_problem(path, file.bytes, file.sha256)


def _holding(copy: Copy, part: Part) -> tuple[Copy, int]:
    """The part files that some rows lie in, and how many rows lie before those; all of them where nobody can tell.

    Behind the last row that is the last one: it may hold more than it should.
    """
    if not copy.parts or copy.is_kept_apart:
        return copy, 0
    before, some, at = 0, [], 0
    for file in copy.parts:
        if at + file.rows <= part.offset:
            before = at + file.rows
        elif at < part.offset + part.rows:
            some.append(file)
        at += file.rows
    if not some:
        some, before = [copy.parts[-1]], at - copy.parts[-1].rows
    return replace(copy, some=tuple(some)), before


def _cut(frames: Iterator[pl.DataFrame], offset: int, rows: int) -> Iterator[pl.DataFrame]:
    """So many rows of some frames, from an offset on."""
    for frame in frames:
        cut = frame.slice(offset, rows)
        offset = max(0, offset - frame.height)
        rows -= cut.height
        if cut.height:
            yield cut
        if not rows:
            return


def _compared(
    stored: StoredTable, dataset: Dataset, found: Iterator[pl.DataFrame], part: Part
) -> tuple[list[str], TableDigest]:
    """What differs, the first row by its number; and the digest of what is stored."""
    table, entity = stored.description, stored.dataset.domain.entity(stored.name)
    made = row_frames(entity, dataset, part.offset, part.rows)
    hashers = BlockHasher(table), BlockHasher(table)
    at, first = part.offset, ""
    for ours, theirs in _side_by_side(made, found):
        for hasher, frame in zip(hashers, (ours, theirs), strict=True):
            hasher.update(frame)
        if not first and ours.height == theirs.height:
            first = _first_difference(ours, theirs, at)
        at += ours.height
    expected, digest = (hasher.finish() for hasher in hashers)
    if digest.content_hash == expected.content_hash:
        return [], digest
    if digest.rows != expected.rows:
        lack = f"{digest.rows:,} rows are stored from {part.offset:,} on; the definition gives {expected.rows:,}"
        return [f"{lack}.", *([first] if first else [])], digest
    wrong = [name for name, value in digest.column_hashes.items() if value != expected.column_hashes[name]]
    more = ", …" if len(wrong) > _NAMES else ""
    names = f"{', '.join(wrong[:_NAMES])}{more}"
    differ = "differs" if digest.rows == 1 else "differ"
    rows = replace(part, rows=digest.rows)
    return [f"{rows} {differ} from the definition in {names}.{f' {first}' if first else ''}"], digest


def _side_by_side(
    made: Iterator[pl.DataFrame], found: Iterator[pl.DataFrame]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Frames of both, of the same rows; at the end what one of them has more than the other."""
    none = pl.DataFrame()
    ours, theirs = next(made, none), next(found, none)
    while ours.height and theirs.height:
        rows = min(ours.height, theirs.height)
        yield ours.head(rows), theirs.head(rows)
        ours = ours.slice(rows) if ours.height > rows else next(made, none)
        theirs = theirs.slice(rows) if theirs.height > rows else next(found, none)
    while ours.height:
        yield ours, ours.clear()
        ours = next(made, none)
    while theirs.height:
        yield theirs.clear(), theirs
        theirs = next(found, none)


def _first_difference(ours: pl.DataFrame, theirs: pl.DataFrame, at: int) -> str:
    """The first cell that isn't the same, of rows of which the first has a number; empty if there is none."""
    differing = ((name, ours[name].ne_missing(theirs[name]).arg_true()) for name in ours.columns)
    firsts = [(int(rows[0]), name) for name, rows in differing if rows.len()]
    if not firsts:
        return ""
    row, name = min(firsts, key=lambda one: one[0])
    return f"Row {at + row:,}: {name} is {_shown(theirs[name], row)}, not {_shown(ours[name], row)}."


def _shown(cells: pl.Series, row: int) -> str:
    return "missing" if cells.slice(row, 1).null_count() else shown_cell(cells, row)
