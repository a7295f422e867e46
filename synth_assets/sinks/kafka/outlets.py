"""Streams into topics: each record bears its place, which is read back from there, so that it comes once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple, Self

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.model.table import Table
from synth_assets.sinks import catalog
from synth_assets.sinks.json_objects import object_text
from synth_assets.sinks.kafka.broker import Brokers
from synth_assets.sinks.kafka.positions import POSITION, STREAM, Place, last_places, place_text
from synth_assets.sinks.kafka.sending import KafkaRecord, KafkaSending, kafka_record

_ROWS = 2_048
"""Rows that are made into records at a time."""


class PlacedRecord(NamedTuple):
    """A record, and its place in its stream."""

    place: Place
    record: KafkaRecord


class KafkaOutlet(ExitStack):
    """Topics that take a stream, each once whatever happens.

    Args:
        brokers: the way there.
        topics: all topics that the stream may write to.
        stream: the stream's identity.
    """

    def __init__(self, brokers: Brokers, topics: Sequence[str], stream: str) -> None:
        super().__init__()
        self._brokers, self._topics, self._stream = brokers, topics, stream
        self._last: Mapping[str, Place] = {}
        self._sending: KafkaSending | None = None

    def __enter__(self) -> Self:
        self._brokers.make(self._topics)
        self._sending = self.enter_context(KafkaSending(self._brokers, f"synth-{self._stream}-{self._topics[0]}"))
        return self

    def found(self, *, resume: bool) -> Place | None:
        """The place after which some topic goes on; ``None`` for the beginning.

        Args:
            resume: whether to go on there.

        Raises:
            UsageError: something of the stream is there, and nobody said to go on.
        """
        self._last = last_places(self._brokers, self._topics, self._stream)
        if self._last and not resume:
            topic, place = max(self._last.items(), key=lambda one: one[1])
            raise UsageError(
                f"{self._brokers.address.shown}: topic {topic} has this stream already, up to record"
                f" {place_text(place)}; sent again, each would be there twice.\n"
                "  Go on after it with --resume, or name another topic."
            )
        return min(self._last.values()) if len(self._last) == len(self._topics) else None

    def send(self, some: Iterator[Sequence[PlacedRecord]]) -> None:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`; what a topic has already is left out."""
        assert self._sending is not None  # noqa: S101 - it is open
        self._sending.send([one.record for one in part if not self._is_there(one)] for part in some)

    def placed(self, place: Place, topic: str, key: str | None, value: str | None, headers: Any = ()) -> PlacedRecord:
        """A record of the stream, with its place in its headers."""
        own = [(STREAM, self._stream), (POSITION, place_text(place))]
        told = [(one["name"], one["value"]) for one in headers]
        return PlacedRecord(place, kafka_record(topic, key, value, [*told, *own]))

    def is_there(self, place: Place, topic: str) -> bool:
        """Whether a topic has a record already."""
        last = self._last.get(topic)
        return last is not None and place <= last

    def _is_there(self, one: PlacedRecord) -> bool:
        return self.is_there(one.place, one.record.topic)


class KafkaRows(KafkaOutlet):
    """An :class:`~synth_assets.sinks.streams.outlet.Outlet`: a topic that takes the rows of a table.

    Args:
        brokers: the way there.
        topic: the topic.
        stream: the stream's identity.
        table: the table.
    """

    def __init__(self, brokers: Brokers, topic: str, stream: str, table: Table) -> None:
        super().__init__(brokers, [topic], stream)
        self._topic, self._table = topic, table

    def start(self, *, resume: bool) -> int:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`; the last row's place is read from the topic."""
        place = self.found(resume=resume)
        return 0 if place is None else place[0] + 1

    def items(self, frames: Iterable[pl.DataFrame], first: int) -> Iterator[Sequence[PlacedRecord]]:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`; key and value are objects of JSON."""
        capabilities = catalog.load_target("kafka").capabilities
        for whole in frames:
            for frame in whole.iter_slices(_ROWS):
                capabilities.check_cells(frame, self._table)
                told = enumerate(keys_and_values(self._table, frame), first)
                yield [self.placed((at,), self._topic, key, value) for at, (key, value) in told]
                first += frame.height


class KafkaChanges(KafkaOutlet):
    """Topics that take the records of change data, batch after batch."""

    def after(self, *, resume: bool) -> Place:
        """The place after which the stream goes on; before the first batch for the beginning."""
        return self.found(resume=resume) or (-1,)

    def records(self, batch: int, frames: Iterable[pl.DataFrame]) -> Iterator[Sequence[PlacedRecord]]:
        """The records of a batch that aren't there yet.

        Args:
            batch: its number.
            frames: its records, with :data:`~synth_assets.sinks.target.RECORD_SCHEMA`, always in the same order.
        """
        first = 0
        for whole in frames:
            for frame in whole.iter_slices(_ROWS):
                rows = enumerate(frame.iter_rows(named=True), first)
                yield [
                    self.placed((batch, at), row["topic"], row["key"], row["value"], row["headers"])
                    for at, row in rows
                    if not self.is_there((batch, at), row["topic"])
                ]
                first += frame.height


def keys_and_values(table: Table, frame: pl.DataFrame) -> Iterator[tuple[str | None, str]]:
    """Rows as records have them: the key's columns, ``None`` in a table without a key, and all columns."""
    values = frame.select(object_text(table.columns)).to_series()
    names = [table.column(name) for name in table.key.columns]
    keys = frame.select(object_text(names)).to_series() if names else [None] * frame.height
    return zip(keys, values, strict=True)
