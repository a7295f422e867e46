"""Moments that a declaration names: as seconds of a dataset."""

from datetime import datetime

from synth_assets.kernel.clock import DAY
from synth_assets.model.dataset import Dataset

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": DAY, "weeks": 7 * DAY}
"""Units of time that declarations know, in seconds."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 — all times are UTC


def second_of(when: int | datetime, dataset: Dataset) -> int:
    """Seconds since 1970-01-01T00:00Z of a moment, as :data:`~synth_assets.columns.basis.arguments.When` says it."""
    if isinstance(when, int):
        return dataset.as_of_second + when * DAY
    since = when - _EPOCH
    return since.days * DAY + since.seconds


def out_of_order(first: int | datetime, last: int | datetime) -> bool:
    """Whether a moment certainly comes after another, whatever the dataset."""
    if isinstance(first, int) and isinstance(last, int):
        return first > last
    return isinstance(first, datetime) and isinstance(last, datetime) and first > last
