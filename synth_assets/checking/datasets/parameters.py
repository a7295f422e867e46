"""The parameters of a manifest are those of the values: some rows are made again from them."""

from collections.abc import Iterator

import polars as pl

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged, undecided
from synth_assets.checking.stored import StoredTable
from synth_assets.engine.chunks import generate
from synth_assets.engine.ranges import range_of
from synth_assets.kernel.counter import Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.produce.copies import Copy

_ROWS = 256
"""Each row is a draw of its own: other parameters that change any change one of so many."""

_NAMES = 6
"""As many as a line holds."""


def _find(stored: StoredTable) -> Finding:
    problems: list[str] = []
    former: list[str] = []
    for copy in stored.copies:
        contract = stored.dataset.domain.contract
        found = list(_problems(stored, copy))
        if copy.manifest.contract == contract:
            problems += found
        elif copy.manifest.contract > contract or not found:
            problems.append(f"the manifest says contract {copy.manifest.contract}, and the values are of {contract}")
        else:
            former.append(f"not checked: {copy.name} has values of contract {copy.manifest.contract}, not {contract}.")
    if former and not problems:
        return undecided(" ".join(former))
    return judged(problems, "The first rows, made again from the manifest's parameters, are the same.")


def _problems(stored: StoredTable, copy: Copy) -> Iterator[str]:
    yield from stored.told_problems(copy)
    dataset, entity = stored.dataset.dataset_of(copy), stored.dataset.domain.entity(stored.name)
    expected = _first_rows(entity, dataset)
    found = _stored_rows(stored.dataset.frames(stored.name, copy), expected[:0])
    if not found.equals(expected):
        wrong = [name for name in expected.columns if not found[name].equals(expected[name])]
        more = ", …" if len(wrong) > _NAMES else ""
        yield f"the manifest's parameters give other first rows, in {', '.join(wrong[:_NAMES])}{more}"


def _stored_rows(frames: Iterator[pl.DataFrame], none: pl.DataFrame) -> pl.DataFrame:
    """The first rows, of however many part files they are."""
    found = none
    while found.height < _ROWS and (frame := next(frames, None)) is not None:
        found = pl.concat([found, frame])
    return found.head(_ROWS)


def _first_rows(entity: type[Entity], dataset: Dataset) -> pl.DataFrame:
    frame, (_, first, end) = entity.table().schema.to_frame(), range_of(entity, dataset)
    chunk = entity.about.shape.chunk_in(dataset)
    while first < end and frame.height < _ROWS:
        stop = min(end, (first // chunk + 1) * chunk)
        frame = pl.concat([frame, generate(entity, dataset, Span(first, stop - first)).frame])
        first = stop
    return frame.head(_ROWS)


CHECK = Check(
    "parameters_match_values",
    "The first rows, made again from the manifest's parameters, are those that are stored.",
    _find,
    lambda domain, name: name in domain.entities,
)
