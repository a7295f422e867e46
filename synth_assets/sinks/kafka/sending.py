"""Records into topics by transactions: all of one appear together, and those of a process that died never do."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

from confluent_kafka import KafkaError, KafkaException, Message

from synth_assets.sinks.kafka.broker import PATIENCE, Brokers

_COMMIT_EVERY = 0.2
"""Seconds after which what was sent becomes visible."""

_MOST = 10_000
"""Records of a transaction."""


class KafkaRecord(NamedTuple):
    """A record as it is sent.

    Attributes:
        topic: where to.
        key: what it is known by there; ``None`` for none.
        value: what it says; ``None`` for a tombstone.
        headers: names and values beside it.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


def kafka_record(topic: str, key: str | None, value: str | None, headers: Iterable[tuple[str, str]]) -> KafkaRecord:
    """A record of texts."""
    return KafkaRecord(
        topic,
        None if key is None else key.encode(),
        None if value is None else value.encode(),
        [(name, told.encode()) for name, told in headers],
    )


class KafkaSending:
    """An open way that sends; a context manager.

    Opening it ends what another process with the same name has left open there, and keeps that one from going on.

    Args:
        brokers: the way there.
        name: the transactional id.
    """

    def __init__(self, brokers: Brokers, name: str) -> None:
        self._brokers = brokers
        self._producer = brokers.producer(
            transactional_id=name, enable_idempotence=True, compression_type="none", linger_ms=5
        )
        self._failed: KafkaError | None = None
        self._open = 0
        self._begun = 0.0

    def __enter__(self) -> Self:
        self._until_done(self._producer.init_transactions)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            with suppress(KafkaException):
                self._producer.abort_transaction(PATIENCE)

    def send(self, some: Iterator[Sequence[KafkaRecord]]) -> None:
        """Send all that comes; every part is committed within a moment, the last one before this returns.

        Raises:
            OutputError: a broker doesn't take it; what isn't committed is as if it had never been sent.
        """
        for records in some:
            for record in records:
                self.add(record)
            if self._open and time.monotonic() - self._begun >= _COMMIT_EVERY:
                self.commit()
        self.commit()

    def add(self, record: KafkaRecord) -> None:
        """Send one with the open transaction.

        Raises:
            OutputError: a broker doesn't take it.
        """
        if not self._open:
            self._producer.begin_transaction()
            self._begun = time.monotonic()
        self._open += 1
        while True:
            try:
                self._producer.produce(
                    record.topic, record.value, record.key, headers=list(record.headers), on_delivery=self._delivered
                )
                break
            except BufferError:  # the broker is slower than we are
                self._producer.poll(0.1)
            except KafkaException as error:
                raise self._refused(error, record.topic) from error
        self._producer.poll(0)
        if self._open >= _MOST:
            self.commit()

    def commit(self) -> None:
        """Let what was sent be there, if anything was.

        Raises:
            OutputError: it can't.
        """
        if not self._open:
            return
        self._until_done(self._producer.commit_transaction)
        self._open = 0

    def _until_done(self, step: Callable[[float], object]) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                step(PATIENCE)
            except KafkaException as error:
                if not error.args[0].retriable() or time.monotonic() > until:
                    raise self._refused(error) from error
                self._brokers.wait()
            else:
                return

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        self._failed = self._failed or error

    def _refused(self, error: KafkaException, topic: str = "") -> Exception:
        cause = KafkaException(self._failed) if self._failed else error
        return self._brokers.refused(cause, f"topic {topic}" if topic else "")
