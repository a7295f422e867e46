"""From orders to written tables: the jobs of all of them at once, each table as soon as its last job is done."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import reduce

from synth_assets.engine.content_hash import TableDigest
from synth_assets.engine.plan import TablePlan
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.table import Table
from synth_assets.produce import engines
from synth_assets.produce.finished import FinishedJobs
from synth_assets.produce.job import Done, Job, Watch, Watcher
from synth_assets.produce.parts import Destination, Written
from synth_assets.produce.sources import UnitRows


@dataclass(frozen=True)
class Order:
    """A table to be made.

    Attributes:
        table: the table.
        jobs: in key order, at least one.
    """

    table: Table
    jobs: tuple[Job, ...]


def order_of(
    domain: Domain,
    dataset: Dataset,
    plan: TablePlan,
    destinations: Callable[[str], tuple[Destination, ...]] = lambda _group: (),
    *,
    at: int | None = None,
    watch: Watch | None = None,
) -> Order:
    """What a plan orders.

    Args:
        domain: the domain.
        dataset: the dataset that was planned.
        plan: of one table.
        destinations: where its rows go, those of each group.
        at: the moment that was planned; ``as_of`` without.
        watch: what looks at the rows on the way.
    """
    name = plan.entity.about.name
    to = {group: destinations(group) for group in dict.fromkeys(unit.group for unit in plan.units)}
    jobs = (
        Job(UnitRows(domain, dataset, name, unit, at), to[unit.group], unit.first_part, plan.rows_per_file, watch)
        for unit in plan.units
    )
    return Order(domain.tables[name], tuple(jobs))


def produce(
    orders: Sequence[Order],
    workers: int = 1,
    engine: str | None = None,
    done: Callable[[Order, int], None] = lambda _order, _count: None,
    written: Callable[[Order, int], None] = lambda _order, _rows: None,
    finished: FinishedJobs | None = None,
) -> Generator[tuple[Order, Done], None, None]:
    """Make tables.

    Args:
        orders: the tables.
        workers: how many jobs at a time, at the most.
        engine: name of a runner; see :func:`synth_assets.produce.engines.run`.
        done: told an order and how many more of its positions are done.
        written: told an order and the rows of a job of it, once for each of its jobs.
        finished: jobs that are done already, which aren't done again; and notes the others.

    Yields:
        each order with all that came of it, as it gets ready.

    Raises:
        SynthError: whatever stopped a job; the others are given up.
    """
    jobs = [(number, job) for number, order in enumerate(orders) for job in order.jobs]
    ready: list[dict[int, Done]] = [{} for _ in orders]
    there = {} if finished is None else _found([job for _, job in jobs], finished)
    left = [at for at in range(len(jobs)) if at not in there]
    for at in there:
        done(orders[jobs[at][0]], jobs[at][1].size)

    def running() -> Generator[tuple[int, Done], None, None]:
        yield from there.items()
        todo = [jobs[at][1] for at in left]
        # Closed before the caller's staging folder goes: no worker writes into a folder that is being removed.
        with closing(
            engines.run(todo, workers, engine, lambda at, count: done(orders[jobs[left[at]][0]], count))
        ) as results:
            for at, result in results:
                if finished is not None and (finished.together or len(orders[jobs[left[at]][0]].jobs) > 1):
                    finished.note(todo[at], result)
                yield left[at], result

    with closing(running()) as results:
        for at, result in results:
            number = jobs[at][0]
            ready[number][at] = result
            written(orders[number], result.written.rows)
            if len(ready[number]) == len(orders[number].jobs):
                yield orders[number], _joined([one for _, one in sorted(ready[number].items())])
                ready[number] = {}


def _found(jobs: Sequence[Job], finished: FinishedJobs) -> dict[int, Done]:
    """The jobs, by place, that are done already."""
    return {at: result for at, job in enumerate(jobs) if (result := finished.find(job)) is not None}


def _joined(results: Sequence[Done]) -> Done:
    """What came of a table's jobs, in their order, as one."""
    all_written = [one.written for one in results]
    digest = TableDigest.merge([one.digest for one in all_written])
    files = {name: tuple(file for one in all_written for file in one.files[name]) for name in all_written[0].files}
    watchers: list[Watcher] = [one.watched for one in results if one.watched is not None]
    watched = reduce(lambda earlier, later: earlier.joined(later), watchers) if watchers else None
    return Done(Written(digest, files), watched)
