"""What happens after the base: batches of transactions, their events in every table, and states at any time.

A batch's *light plan* is all its transactions with their time, act, subject and rows per table, but without
a single cell. It is made in milliseconds, so any table's share of any batch is made alone::

    acts ──► occurrences, rows per part ──► plan: transactions in order, place of each event
                                               │
                       engine/images: the entity at the second of each event, and at the next one
                                               ▼
                                     frames of the change log, in order of lsn
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.engine.chunks import Chunk, generate
from synth_assets.engine.events import CHUNK_EVENTS, Events, events_at_once
from synth_assets.engine.history import history
from synth_assets.engine.images import images
from synth_assets.engine.memory import give_back_freed_memory
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.model.change_log import LSN_BITS, OPS, Cadence, Op
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.timeline import Act, Effect, Members, life_of

_MANY = 1 << 16
"""Occurrences whose plan leaves memory behind that is worth handing back; of small batches it serves the next one."""


class Timeline:
    """A dataset and its cadence: any batch, any state, any row's versions, each alone.

    Args:
        domain: its domain.
        dataset: the dataset.
        cadence: how long its batches are.
    """

    def __init__(self, domain: Domain, dataset: Dataset, cadence: Cadence) -> None:
        self.domain = domain
        self.dataset = dataset
        self.cadence = cadence

    def second(self, batch: int) -> int:
        """The end of a batch, which is the moment of the snapshot of that number; ``as_of`` for 0."""
        return self.cadence.since(self.dataset.as_of_second, batch + 1)

    def batch(self, number: int) -> "Batch":
        """A batch, numbered from 1."""
        return Batch(self.domain, self.dataset, number, self.second(number - 1), self.second(number))

    def state(self, name: str, second: int) -> Iterator[pl.DataFrame]:
        """A table as it is at a moment, in key order; at least one frame, perhaps empty."""
        for chunk in self.state_chunks(name, second):
            yield chunk.frame

    def state_chunks(self, name: str, second: int, *, hashing: bool = False) -> Iterator[Chunk]:
        """:meth:`state`, with the rows' numbers and, for ``hashing``, the hash words of text from a pool."""
        entity = self.domain.entity(name)
        positions = entity.positions(self.dataset, second)
        size = entity.about.shape.chunk_in(self.dataset)
        for start in range(0, max(positions, 1), size):
            span = Span(start, min(size, positions - start))
            yield generate(entity, self.dataset, span, at=second, hashing=hashing)

    def versions(self, name: str, second: int, numbers: I64Array | None = None) -> Iterator[pl.DataFrame]:
        """The history of a table's rows from ``as_of`` to a moment, in the order of row number and time.

        Args:
            name: the table.
            second: what happened before it is history.
            numbers: only the rows with these numbers, shape (k,).

        Yields:
            frames with the columns of :func:`~synth_assets.model.change_log.history_table`.
        """
        entity = self.domain.entity(name)
        events = Batch(self.domain, self.dataset, 0, self.dataset.as_of_second, second).events(name)
        if numbers is not None:
            events = events.chosen(np.isin(events.rows, numbers))
        events = events.chosen(np.lexsort((events.seconds, events.rows)))
        done = 0
        for chunk in self.state_chunks(name, self.dataset.as_of_second):
            # Events of rows up to the last of these; of those after it, and of new rows, later.
            last = int(chunk.numbers[-1]) if len(chunk.numbers) else -1
            stop = max(done, int(np.searchsorted(events.rows, last + 1)))
            base = chunk if numbers is None else _only(chunk, np.isin(chunk.numbers, numbers))
            if base.frame.height or stop > done:
                yield history(entity, self.dataset, base, events.chosen(slice(done, stop)))
            done = stop
        while done < len(events.rows):
            end = min(done + CHUNK_EVENTS, len(events.rows)) - 1
            stop = int(np.searchsorted(events.rows, events.rows[end], side="right"))
            yield history(entity, self.dataset, None, events.chosen(slice(done, stop)))
            done = stop


class Batch:
    """One batch of a dataset, or all that happens in another span of time: a pure function of both.

    Args:
        domain: its domain.
        dataset: the dataset.
        number: of the batch.
        since: its first second, since 1970-01-01T00:00Z; not before ``as_of``.
        until: the second after its last.
    """

    def __init__(self, domain: Domain, dataset: Dataset, number: int, since: int, until: int) -> None:
        self.domain = domain
        self.dataset = dataset
        self.number = number
        self.since = since
        self.until = until

    @property
    def transactions(self) -> pl.DataFrame:
        """A row a transaction: ``tx_id``, ``commit_ts``, ``act``, ``tx_total``, and each table's events by its name."""
        plan = self._plan
        seconds = _joined(act.seconds for act in self._acts)[plan.order]
        acts = np.searchsorted(plan.first, plan.order, side="right") - 1
        return pl.DataFrame(
            [
                pl.Series("tx_id", plan.tx[plan.order]),
                pl.Series("commit_ts", seconds * MICROSECONDS).cast(pl.Datetime("us", "UTC")),
                pl.Series("act", [act.name for act in self._acts], dtype=pl.String).gather(acts),
                pl.Series("tx_total", plan.totals[plan.order].astype(np.int32)),
                *(pl.Series(name, self._counts(name).astype(np.int32)) for name in self.domain.entities),
            ]
        )

    def events(self, name: str) -> Events:
        """All events of a table, without their images."""
        return self._events_of(self._shares(name), np.arange(len(self._plan.totals)))

    def log(self, name: str) -> Iterator[pl.DataFrame]:
        """The change log of a table, in order; no frame where nothing happens."""
        for chunk in self.chunks(name):
            yield chunk.frame

    def chunks(self, name: str) -> Iterator[Chunk]:
        """:meth:`log`, with the hash words of text that was drawn from a pool."""
        entity, order = self.domain.entity(name), self._plan.order
        after, shares = np.cumsum(self._counts(name)), self._shares(name)
        size = events_at_once(int(self._plan.totals.sum()))
        for start in range(0, int(after[-1]) if len(after) else 0, size):
            # The transactions that these are of; the first and the last may have some before and behind.
            first = int(np.searchsorted(after, start, side="right"))
            last = int(np.searchsorted(after, start + size, side="left"))
            before = int(after[first - 1]) if first else 0
            events = self._events_of(shares, np.sort(order[first : last + 1]))
            here = slice(start - before, start - before + size)
            yield images(entity, self.dataset, self.number, events.chosen(here))

    # The plan

    @cached_property
    def _acts(self) -> tuple[Act, ...]:
        kinds = {part.act for entity in self.domain.entities.values() for part in life_of(entity)}
        return tuple(
            kind(self.dataset, self.since, self.until)
            for kind in sorted(kinds, key=lambda kind: (kind.order, kind.name))
        )

    @cached_property
    def _parts(self) -> tuple[tuple[int, Effect, str], ...]:
        """Each part with its act's place and its table, in the order of statements within a transaction.

        So references hold after every statement: new parents before new children, then changes, and rows that
        go after those that refer to them.
        """
        place = {type(act): at for at, act in enumerate(self._acts)}
        entities = list(self.domain.entities.items())
        by_op: dict[Op, list[tuple[int, Effect, str]]] = {op: [] for op in OPS}
        for name, entity in entities:
            for part in life_of(entity):
                by_op[part.op].append((place[part.act], part, name))
        return (*by_op["insert"], *by_op["update"], *reversed(by_op["delete"]))

    @cached_property
    def _plan(self) -> "_Plan":
        totals = [np.zeros(len(act.seconds), dtype=np.int64) for act in self._acts]
        ahead: list[NDArray[np.int32]] = []
        for at, part, _ in self._parts:
            ahead.append(totals[at].astype(np.int32))
            totals[at] += self._acts[at].rows(part).counts
        total = _joined(totals)
        lengths = np.array([len(act.seconds) for act in self._acts], dtype=np.int64)
        order = np.lexsort(
            (
                _joined(act.subjects for act in self._acts),
                np.repeat(np.arange(len(lengths)), lengths),
                _joined(act.seconds for act in self._acts),
            )
        )
        base = self.number << LSN_BITS
        start, tx = np.empty_like(total), np.empty_like(total)
        start[order] = base + np.cumsum(total[order]) - total[order]
        tx[order] = base + np.cumsum(total[order] > 0)
        first = np.append(0, np.cumsum(lengths))
        if len(total) > _MANY:
            give_back_freed_memory()
        return _Plan(tuple(ahead), first, order[total[order] > 0], start, tx, total)

    def _counts(self, name: str) -> I64Array:
        """The events of a table in each transaction, in order."""
        plan = self._plan
        counts = np.zeros(len(plan.totals), dtype=np.int64)
        for at, part, entity in self._parts:
            if entity == name:
                counts[plan.first[at] : plan.first[at + 1]] += self._acts[at].rows(part).counts
        return counts[plan.order]

    def _shares(self, name: str) -> "list[_Share]":
        """The parts of a table."""
        shares: list[_Share] = []
        for row, (at, part, entity) in enumerate(self._parts):
            if entity == name:
                members = self._acts[at].rows(part)
                begin = np.cumsum(members.counts) - members.counts
                shares.append(_Share(at, part.op, self._plan.ahead[row], members, begin))
        return shares

    def _events_of(self, shares: "list[_Share]", which: I64Array) -> Events:
        """The events of a table in some occurrences, in order.

        Args:
            shares: the table's.
            which: the occurrences' places, ascending, shape (n,).
        """
        plan = self._plan
        parts = [Events(*(np.zeros(0, dtype=np.int64) for _ in Events._fields))]
        for at, op, ahead, members, begin in shares:
            some = which[np.searchsorted(which, plan.first[at]) : np.searchsorted(which, plan.first[at + 1])]
            own, act = some - plan.first[at], self._acts[at]
            counts = members.counts[own]
            there = Members.ranges(begin[own], counts)
            index = np.repeat(np.arange(len(own)), counts)
            ordinal = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
            seq = ahead[own][index] + ordinal + 1
            parts.append(
                Events(
                    members.rows[there.rows],
                    act.seconds[own][index],
                    np.full(len(index), OPS.index(op)),
                    plan.start[some][index] + seq,
                    plan.tx[some][index],
                    seq,
                    plan.totals[some][index],
                )
            )
        found = Events(*(np.concatenate(values) for values in zip(*parts, strict=True)))
        return found.chosen(np.argsort(found.lsn, kind="stable"))


def _joined(parts: Iterable[I64Array]) -> I64Array:
    """All of them, one after another; of none, an empty array."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _only(chunk: Chunk, wanted: NDArray[np.bool_]) -> Chunk:
    return Chunk(chunk.frame.filter(wanted), {}, chunk.numbers[wanted])


class _Share(NamedTuple):
    """A table's part in an act.

    Attributes:
        at: the act's place.
        op: what happens to the rows.
        ahead: see :class:`_Plan`.
        members: the rows.
        begin: where each occurrence's begin.
    """

    at: int
    op: Op
    ahead: NDArray[np.int32]
    members: Members
    begin: I64Array


class _Plan(NamedTuple):
    """The light plan: all occurrences, act after act, each act's by second and subject; shapes (n,).

    Attributes:
        ahead: for each part, the events that come before its own in each occurrence of its act.
        first: where each act's occurrences begin, and the end.
        order: the places of those that are transactions, in the order of their commits, shape (m,).
        start: the log sequence number before the first of each.
        tx: the number of the transaction.
        totals: how many events each has.
    """

    ahead: tuple[NDArray[np.int32], ...]
    first: I64Array
    order: I64Array
    start: I64Array
    tx: I64Array
    totals: I64Array
