"""Positions in the headers of records, and the last one of a stream read back from its topics."""

import time
from collections.abc import Iterable, Iterator

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from synth_assets.sinks.kafka.broker import PATIENCE, Brokers

STREAM, POSITION = "synth-stream", "synth-position"
"""Headers: which stream a record is of, and its place in it."""

Place = tuple[int, ...]
"""A place in a stream: the number of a row; or of a batch, and of a record in it."""

_FIRST_LOOK = 1_000
"""Offsets from the end in which the last record is looked for at first; then ten times as many."""


def place_text(place: Place) -> str:
    """A place as the header has it.

    Example:
        >>> place_text((3, 120))
        '3:120'
    """
    return ":".join(map(str, place))


def last_places(brokers: Brokers, topics: Iterable[str], stream: str) -> dict[str, Place]:
    """The last place of a stream in each topic that has one; only what is committed counts.

    Args:
        brokers: the way there.
        topics: their names; those that aren't there have none.
        stream: the stream's identity.

    Raises:
        OutputError: they can't be read.
    """
    there = brokers.topics()
    config = brokers.config(
        group_id=f"synth-{stream}",
        isolation_level="read_committed",
        enable_auto_commit=False,
        enable_partition_eof=True,
        auto_offset_reset="earliest",
    )
    consumer = Consumer(config)
    found: dict[str, Place] = {}
    try:
        for name in topics:
            if name not in there:
                continue
            for number in there[name]:
                place = _last_in(consumer, TopicPartition(name, number), stream)
                if place is not None:
                    found[name] = max(place, found.get(name, place))
    except KafkaException as error:
        raise brokers.refused(error, "reading the position") from error
    finally:
        consumer.close()
    return found


def _last_in(consumer: Consumer, partition: TopicPartition, stream: str) -> Place | None:
    low, high = consumer.get_watermark_offsets(partition, timeout=PATIENCE)
    look, end = _FIRST_LOOK, high
    while end > low:
        start = max(low, high - look)
        last: Place | None = None
        for message in _messages(consumer, partition, OFFSET_BEGINNING if start == low else start, end):
            last = _place_of(message, stream) or last
        if last is not None:
            return last
        end, look = start, look * 10
    return None


def _messages(consumer: Consumer, partition: TopicPartition, start: int, end: int) -> Iterator[Message]:
    """What is committed from an offset on, up to another one."""
    consumer.assign([TopicPartition(partition.topic, partition.partition, start)])
    waited = time.monotonic()
    try:
        while True:
            message = consumer.poll(0.5)
            if message is None:
                if time.monotonic() - waited > PATIENCE:
                    raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - its name
                continue
            waited, error = time.monotonic(), message.error()
            if error is not None:
                if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its name
                    return
                raise KafkaException(error)
            if (message.offset() or 0) >= end:
                return
            yield message
    finally:
        consumer.unassign()


def _place_of(message: Message, stream: str) -> Place | None:
    headers = {name: value for name, value in message.headers() or [] if isinstance(value, bytes)}
    if headers.get(STREAM) != stream.encode() or POSITION not in headers:
        return None
    try:
        return tuple(map(int, headers[POSITION].split(b":")))
    except ValueError:
        return None
