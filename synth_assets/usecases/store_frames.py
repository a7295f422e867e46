"""Store frames that somebody hands over: a table of a domain, or one of their own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.table import Table
from synth_assets.produce.store import Made, store
from synth_assets.sinks import catalog
from synth_assets.usecases.descriptions import write_descriptions
from synth_assets.usecases.profile import Profile


def store_frames(
    table: Table,
    dataset: Dataset,
    frames: Iterable[pl.DataFrame],
    formats: Sequence[str],
    root: Path,
    watch: Callable[[Table], Profile],
    *,
    codec: str | None = None,
    rows_per_file: int | None = None,
    domain: Domain | None = None,
) -> Made:
    """Stream frames into all formats at once, each all or nothing; see :func:`synth_assets.produce.store.store`.

    A table of a domain is told to other tools then, as any that is generated.
    """
    checked = _checked(table, frames, formats)
    made = store(table, dataset, checked, formats, root, codec, watch, rows_per_file=rows_per_file)
    if domain is not None:
        write_descriptions(domain, dataset, root.absolute())
    return made


def _checked(table: Table, frames: Iterable[pl.DataFrame], formats: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The frames, looked at for databases and lakes too: those read what the first has taken in."""
    others = [catalog.load(form).capabilities for form in formats if form in catalog.ingesting()]
    for frame in frames:
        for capabilities in others:
            capabilities.check_cells(frame, table)
        yield frame
