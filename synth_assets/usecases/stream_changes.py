"""Stream change data to Kafka as Debezium's connector would send it: the base, then batch after batch."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import UsageError
from synth_assets.extras import need
from synth_assets.model.change_log import Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.sinks.envelopes import catalog as envelopes
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.envelopes.messages import MessageEnvelope
from synth_assets.sinks.kafka.address import SCHEME, kafka_address
from synth_assets.sinks.kafka.settings import kafka_settings
from synth_assets.sinks.streams.position import stream_identity
from synth_assets.usecases.generate_changes import ChangeRequest, base_of, batch_to_write, check_request
from synth_assets.usecases.paced import Paced, StreamProgress
from synth_assets.usecases.stream import Streamed
from synth_assets.usecases.stream_rate import StreamRate

if TYPE_CHECKING:  # confluent-kafka is an extra
    from synth_assets.sinks.kafka.outlets import KafkaChanges, PlacedRecord

_ENVELOPE = "debezium"


@dataclass(frozen=True)
class ChangeStreamRequest:
    """Which changes to stream, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        entities: names of the tables, parents first.
        root: the folder of change data; nothing is written there.
        batches: numbers of batches, from 1.
        to: an address of Kafka, without a topic.
        base: whether the base goes before them.
        rate: how many records a second; ``None`` for as many as are taken.
        limit: how many records, at most.
        duration: for how many seconds, at most.
        resume: whether to go on where it ended.
        environ: variables that say how to log in at Kafka.
    """

    domain: Domain
    dataset: Dataset
    cadence: Cadence
    entities: tuple[str, ...]
    root: Path
    batches: range
    to: str
    base: bool
    rate: StreamRate | None = None
    limit: int | None = None
    duration: float | None = None
    resume: bool = False
    environ: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def numbers(self) -> Sequence[int]:
        """Of batches, 0 for the base."""
        return [0, *self.batches] if self.base else self.batches


def stream_changes(
    request: ChangeStreamRequest, stop: threading.Event, told: Callable[[StreamProgress], None] | None = None
) -> Streamed:
    """Stream records of change data, as :func:`~synth_assets.usecases.stream.stream` does rows.

    Raises:
        UsageError: something in the request isn't allowed, or the stream is there already.
        OutputError: a broker doesn't take it, or isn't there.
        DataError: a cell that JSON can't hold.
    """
    if not request.to.startswith(SCHEME):
        raise UsageError("Changes are streamed to Kafka.\n  For example: --to kafka://localhost:9092")
    address = kafka_address(request.to)
    if address.topic:
        raise UsageError(
            f"{address.shown}/{address.topic}: changes go to topics of Debezium's names, one a table.\n"
            f"  Leave the topic out: --to {address.shown}"
        )
    need("kafka", "Streaming to Kafka", "confluent_kafka")
    check_request(
        ChangeRequest(
            request.domain, request.dataset, request.cadence, request.entities, request.root, request.batches, _ENVELOPE
        )
    )
    from synth_assets.sinks.kafka.broker import Brokers
    from synth_assets.sinks.kafka.outlets import KafkaChanges

    source = _Source(request)
    brokers = Brokers(address, kafka_settings(request.environ))
    identity = stream_identity(request.dataset, ",".join(request.entities), f"{_ENVELOPE} {request.cadence.name}")
    with KafkaChanges(brokers, source.topics(), identity) as outlet:
        parts = source.parts(outlet, outlet.after(resume=request.resume)[0])
        paced = Paced(parts, request.rate, request.limit, request.duration, stop, told or (lambda _: None))
        outlet.send(paced.items())
    return Streamed(None, paced.sent, paced.seconds, paced.is_whole)


class _Source:
    """Records of batches as the envelope tells them."""

    def __init__(self, request: ChangeStreamRequest) -> None:
        self._request = request
        self._folder = ChangeFolder(request.root.absolute(), request.domain, request.dataset, request.cadence)
        found = envelopes.load(_ENVELOPE)
        assert isinstance(found, MessageEnvelope)  # noqa: S101 - it sends messages
        self._envelope = found

    def topics(self) -> list[str]:
        """The names of all topics."""
        batch = self._described(self._request.batches[0])
        return [topic.name for topic in self._envelope.topics(self._envelope.told(batch))]

    def parts(self, outlet: "KafkaChanges", after: int) -> "Iterator[Sequence[PlacedRecord]]":
        """The records that aren't there yet; batches before ``after`` are."""
        for number in self._request.numbers:
            if number >= after:
                yield from outlet.records(number, self._envelope.records(self._described(number)))

    def _described(self, number: int) -> BatchToWrite:
        batch = self._folder.timeline.batch(number) if number else base_of(self._folder)
        return batch_to_write(self._request.entities, self._folder, batch, {})[0]
