"""The whole line: tables are made, and each is published as soon as it is written."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synth_assets.model.dataset import Dataset
from synth_assets.model.shapes import PART_ROWS
from synth_assets.model.table import Table
from synth_assets.produce.finished import FinishedJobs
from synth_assets.produce.job import Done, Job, Watch, Watcher
from synth_assets.produce.line import Order, produce
from synth_assets.produce.publisher import Publisher, Stored
from synth_assets.produce.sources import Frames
from synth_assets.produce.target import Target
from synth_assets.sinks.store import drafts_below


@dataclass(frozen=True)
class Made:
    """A table that was made.

    Attributes:
        table: the table.
        stored: how it stands, in each format.
        watched: what looked at its rows on the way, if anything did.
    """

    table: Table
    stored: list[Stored]
    watched: Watcher | None = None


def make(
    orders: Sequence[Order],
    publisher: Publisher,
    workers: int = 1,
    engine: str | None = None,
    done: Callable[[Order, int], None] = lambda _order, _count: None,
    written: Callable[[Order, int], None] = lambda _order, _rows: None,
    finished: FinishedJobs | None = None,
) -> Iterator[Made]:
    """Make tables and publish them.

    Args:
        orders: the tables, with jobs that write to the publisher's destinations.
        publisher: of their dataset.
        workers: how many jobs at a time, at the most.
        engine: name of a runner; see :func:`synth_assets.produce.engines.run`.
        done: told an order and how many more of its positions are done.
        written: told an order and the rows of a job of it, once for each of its jobs.
        finished: jobs that are done already, and who notes the others.

    Yields:
        each table, as it gets ready.

    Raises:
        SynthError: whatever stopped a job or a publication; what was published before stays.
    """
    started = time.monotonic()
    publisher.ask(order.table.name for order in orders)
    waiting: list[tuple[Order, Done]] = []
    # Closed before the staging folder goes, also where publishing fails.
    with closing(produce(orders, workers, engine, done, written, finished)) as ready:
        for one in ready:
            waiting.append(one)
            if not publisher.together:
                yield from _published(publisher, waiting, started)
                waiting.clear()
        yield from _published(publisher, waiting, started)


def _published(publisher: Publisher, ready: Sequence[tuple[Order, Done]], started: float) -> Iterator[Made]:
    stored = publisher.publish([(order.table, result.written) for order, result in ready], started) if ready else []
    for order, result in ready:
        yield Made(order.table, [one for one in stored if one.entity == order.table.name], result.watched)


def store(
    table: Table,
    dataset: Dataset,
    frames: Iterable[pl.DataFrame],
    formats: Sequence[str],
    root: Path,
    codec: str | None = None,
    watch: Watch | None = None,
    *,
    rows_per_file: int | None = None,
) -> Made:
    """Stream frames that somebody else makes into all formats at once, each all or nothing.

    Args:
        table: what the frames hold, in key order.
        dataset: where they belong.
        frames: taken once, a few at a time.
        formats: names of the formats.
        root: the data root.
        codec: compression of the part files; the formats' own default without.
        watch: what looks at the rows on the way.
        rows_per_file: rows in each part file but the last; some 4 million without.

    Raises:
        UsageError: an unknown format or codec.
        OutputError: something can't be written; what was there before is whole.
        DataError: keys out of order, or a cell that a format can't hold.
    """
    target = Target(dataset, tuple(formats), root.absolute(), codec)
    target.check()
    with drafts_below(target.root) as drafts:
        publisher = Publisher(target, drafts)
        size = rows_per_file or PART_ROWS
        job = Job(Frames(table, frames), publisher.destinations(table), rows_per_file=size, watch=watch)
        (made,) = make([Order(table, (job,))], publisher)
        return made
