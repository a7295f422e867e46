"""Which cadences there are, and which batches and moments a dataset has: from its base on, for a hundred years."""

from collections.abc import Sequence
from datetime import datetime

from synth_assets.errors import UsageError, unknown
from synth_assets.model.change_log import CADENCES, LSN_BITS, Cadence, utc
from synth_assets.model.dataset import Dataset
from synth_assets.spoken import option, spoken

YEARS = 100
"""How long a dataset goes on living."""


def cadence_called(name: str) -> Cadence:
    """The cadence of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in CADENCES:
        raise unknown("cadence", name, CADENCES, "For example: day")
    return CADENCES[name]


def most_batches(cadence: Cadence) -> int:
    """The number of the last batch there is."""
    return min(YEARS * 365 * 86_400 // cadence.seconds, (1 << (63 - LSN_BITS)) - 1)


def check_batches(dataset: Dataset, cadence: Cadence, batches: Sequence[int]) -> None:
    """Refuse batches that can't be.

    Raises:
        UsageError: there are none, or one is before the base or too far after it.
    """
    numbers = (batches[0], batches[-1]) if batches else (0, 0)
    first, last = min(numbers), max(numbers)
    if first < 1:
        raise UsageError(
            f"batch {first} is not allowed: batches are numbered from 1, which begins at {dataset.as_of}.\n"
            f"  What was before is the base: {spoken('synth changes snapshot … --at 0', 'scan_snapshot(…, at=0)')}"
        )
    if last > (most := most_batches(cadence)):
        raise UsageError(f"batch {last} is not allowed: a {cadence.name}'s batches end with {most:,}.")


def moment(at: int | datetime, dataset: Dataset, cadence: Cadence) -> int:
    """The second since 1970 of a moment.

    Args:
        at: the number of the batch at whose end it is, or a time with its time zone.
        dataset: the dataset.
        cadence: how long a batch is.

    Raises:
        UsageError: it is before the base or too far after it, or a time without a time zone.
    """
    if isinstance(at, bool) or not isinstance(at, int | datetime):
        raise UsageError(
            f"{at!r} is not allowed as a moment: it is a batch's number, or a datetime with a time zone.\n"
            "  For example: 30"
        )
    if isinstance(at, datetime) and at.tzinfo is None:
        raise UsageError(f"{at} is not allowed as a moment: it has no time zone.\n  For example: {utc(0)!r}")
    second = int(at.timestamp()) if isinstance(at, datetime) else cadence.since(dataset.as_of_second, at + 1)
    last = dataset.as_of_second + YEARS * 365 * 86_400
    if not dataset.as_of_second <= second <= last:
        allowed = (
            f"a moment from {utc(dataset.as_of_second):%Y-%m-%dT%H:%M:%SZ} to {utc(last):%Y-%m-%dT%H:%M:%SZ} is needed"
            if isinstance(at, datetime)
            else f"a {cadence.name}'s batches are 1 to {most_batches(cadence):,}, and 0 is the base"
        )
        shown = f"{at:%Y-%m-%dT%H:%M:%SZ}" if isinstance(at, datetime) else str(at)
        raise UsageError(f"{option('at', shown)} is not allowed: {allowed}.\n  For example: {option('at', 30)}")
    return second
