"""Store tables as they are at a moment, or with all their versions up to it, beside the batches of a dataset."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from synth_assets.changes.folder import ChangeFolder
from synth_assets.changes.span import moment
from synth_assets.model.change_log import Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.sinks import catalog as formats
from synth_assets.usecases.generate import Progress
from synth_assets.usecases.generate_changes import StoredChanges, store_states


@dataclass(frozen=True)
class StateRequest:
    """Which tables to store, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        entities: names of the tables, parents first.
        root: the folder of change data.
        what: rows at the moment, or their versions up to it.
        at: the batch at whose end the moment is, or the moment itself.
        format: of the files.
    """

    domain: Domain
    dataset: Dataset
    cadence: Cadence
    entities: tuple[str, ...]
    root: Path
    what: Literal["snapshot", "history"]
    at: int | datetime
    format: str


def store_at(request: StateRequest, progress: Callable[[Progress], None] | None = None) -> list[StoredChanges]:
    """Store the tables, each whole.

    Args:
        request: what and where to.
        progress: told how many tables are done.

    Raises:
        UsageError: an unknown format, a moment out of range, or a folder that holds another dataset.
        OutputError: something can't be written.
    """
    second = moment(request.at, request.dataset, request.cadence)
    formats.load_file(request.format)  # before there is a folder
    folder = ChangeFolder.claim(request.root, request.domain, request.dataset, request.cadence)
    tell = progress or (lambda _: None)
    stored: list[StoredChanges] = []
    for one in store_states(folder, request.what, request.entities, second, request.format):
        stored.append(one)
        tell(Progress("tables", len(stored), len(request.entities)))
    return stored
