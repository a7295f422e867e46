"""Kafka: rows and records into topics; each delivery is a transaction.

The address is ``kafka://HOST:PORT[/TOPIC]``; without a topic rows go to that of their domain and table. How to log in
says the environment (:mod:`synth_assets.sinks.kafka.settings`). Endless streams, whose records come once, are
:mod:`synth_assets.usecases.stream`'s.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from synth_assets.extras import need
from synth_assets.model.table import Table
from synth_assets.model.types.base import UNTOLD_INSIDE
from synth_assets.sinks.capabilities import ALL_OR_NOTHING, IDEMPOTENT, READ_BACK, Capabilities
from synth_assets.sinks.json_objects import JSON_LACKS, json_type
from synth_assets.sinks.kafka.address import KafkaAddress, kafka_address
from synth_assets.sinks.kafka.settings import kafka_settings
from synth_assets.sinks.target import Target

if TYPE_CHECKING:  # confluent-kafka is an extra
    from synth_assets.sinks.kafka.broker import Brokers
    from synth_assets.sinks.kafka.sending import KafkaSending


class _Topics:
    """Topics of a cluster."""

    def __init__(self, address: KafkaAddress, brokers: "Brokers", sending: "KafkaSending") -> None:
        self._address, self._brokers, self._sending = address, brokers, sending

    def rows(self, table: Table, frame: pl.DataFrame) -> None:
        """A record a row: the key's columns and all columns, each an object of JSON."""
        from synth_assets.sinks.kafka.outlets import keys_and_values

        TARGET.capabilities.check_cells(frame, table)
        topic = self._address.topic or usual_topic(table)
        self._send((topic, key, value, []) for key, value in keys_and_values(table, frame))

    def records(self, frame: pl.DataFrame) -> None:
        """Records as they are, each to its own topic."""
        self._send(frame.iter_rows())

    def _send(self, told: Iterator[tuple[str, str | None, str | None, list[dict[str, str]]]]) -> None:
        from synth_assets.sinks.kafka.sending import kafka_record

        records = [
            kafka_record(topic, key, value, [(one["name"], one["value"]) for one in headers])
            for topic, key, value, headers in told
        ]
        self._brokers.make(dict.fromkeys(record.topic for record in records))
        self._sending.send(iter([records]))


def usual_topic(table: Table) -> str:
    """The topic that a table's rows go to where none is named."""
    return f"{table.domain}.{table.name}"


@contextmanager
def _open(address: str) -> Iterator[_Topics]:
    need("kafka", "Kafka", "confluent_kafka")
    from synth_assets.sinks.kafka.broker import Brokers
    from synth_assets.sinks.kafka.sending import KafkaSending

    found = kafka_address(address)
    brokers = Brokers(found, kafka_settings(os.environ))
    brokers.topics()
    # A name of its own: nobody else's deliveries are to be ended.
    with KafkaSending(brokers, f"synth-{secrets.token_hex(8)}") as sending:
        yield _Topics(found, brokers, sending)


_WHOLE = "as a topic has records, and no tables"

TARGET = Target(
    name="kafka",
    capabilities=Capabilities(
        idempotent_by="",
        lacks={
            IDEMPOTENT: "as what is sent twice is there twice",
            ALL_OR_NOTHING: _WHOLE,
            READ_BACK: _WHOLE,
            **JSON_LACKS,
            UNTOLD_INSIDE: "which is all that is sent",
        },
    ),
    type_name=json_type,
    open=_open,
)
