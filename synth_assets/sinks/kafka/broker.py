"""A way to the brokers, and what they and librdkafka say as messages of ours."""

import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from synth_assets.errors import OutputError, UsageError, first_line
from synth_assets.sinks.kafka.address import KafkaAddress
from synth_assets.sinks.kafka.settings import KafkaSettings

PATIENCE = 30.0
"""Seconds for which a broker may be away, or think about an answer."""

_TRY, _TRIES = 1.0, 10
"""Seconds of a first attempt, and how many before nobody is taken to be there."""

_SAID = (
    ("authentication", "it refuses the user, the password, or this way to log in"),
    ("authorization", "these rights don't allow it"),
    ("certificate", "its certificate doesn't hold; ssl.ca.location names an authority of your own"),
    ("ssl", "the encrypted connection can't be made"),
    ("fenced", "another process streams the same there"),
    ("resolve", "there is no host of that name"),
    ("name or service not known", "there is no host of that name"),
    ("refused", "nothing listens there"),
    ("unknown topic", "there is no such topic, and none may be made"),
    ("too large", "a record is larger than it takes"),
    ("timed out", "it doesn't answer"),
    ("disconnected", "it closes the connection"),
    ("all broker", "it doesn't answer"),
)
"""What librdkafka says, in part and in lower case, and what that means; what decides comes first."""

_DECISIVE = 8
"""So many of them need no second attempt."""


class Brokers:
    """A way to the brokers.

    Args:
        address: where they are.
        settings: how to log in.
    """

    def __init__(self, address: KafkaAddress, settings: KafkaSettings) -> None:
        self.address, self._settings = address, settings
        self._errors: deque[str] = deque(maxlen=20)

    def config(self, **more: Any) -> dict[str, Any]:
        """Settings of a client; ``_`` in a name stands for a dot."""
        own = {name.replace("_", "."): value for name, value in more.items()}
        base = {"bootstrap.servers": self.address.servers, "error_cb": self._hear, "log_level": 0}
        return {**base, **self._settings.values, **own}

    def admin(self) -> AdminClient:
        """A client that manages topics.

        Raises:
            UsageError: a setting isn't allowed.
        """
        return self._made(AdminClient, self.config())

    def producer(self, **more: Any) -> Producer:
        """A client that sends, with some settings.

        Raises:
            UsageError: a setting isn't allowed.
        """
        return self._made(Producer, self.config(**more))

    def _made(self, kind: type[Any], config: dict[str, Any]) -> Any:
        try:
            return kind(config)
        except KafkaException as error:
            said = self._settings.redacted(first_line(error.args[0].str()))
            raise UsageError(f"A setting of Kafka isn't allowed: {said}.\n  See docs/streams.md.") from error

    def topics(self) -> Mapping[str, Iterable[int]]:
        """What topics there are, each with the numbers of its partitions; asked until somebody answers.

        Raises:
            OutputError: nobody does.
        """
        admin = self.admin()
        for left in reversed(range(_TRIES)):
            try:
                found = admin.list_topics(timeout=_TRY).topics
            except KafkaException as error:
                admin.poll(0)
                self._errors.append(error.args[0].str())
                if not left or self._is_decided():
                    raise self.refused(error) from error
            else:
                return {name: topic.partitions for name, topic in found.items()}
        raise AssertionError

    def make(self, names: Iterable[str]) -> None:
        """Make the topics that aren't there, with a partition each.

        Raises:
            OutputError: they can't be made, or nobody answers.
        """
        there = self.topics()
        missing = [name for name in dict.fromkeys(names) if name not in there]
        if not missing:
            return
        admin = self.admin()  # kept until they are made: what it was asked ends with it
        asked = admin.create_topics([NewTopic(name, 1, 1) for name in missing], operation_timeout=PATIENCE)
        for name, made in asked.items():
            try:
                made.result(PATIENCE)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise self.refused(error, f"topic {name}") from error

    def refused(self, error: KafkaException, what: str = "") -> OutputError:
        """The error for what a broker, or the way there, doesn't allow.

        Args:
            error: what librdkafka says.
            what: what it is about.
        """
        said = [error.args[0].str(), *self._errors]
        text = " ".join((error.args[0].name(), *said)).lower().replace("_", " ")
        reason = next((reason for part, reason in _SAID if part in text), self._settings.redacted(first_line(said[0])))
        where = f"{self.address.shown}: {what}" if what else self.address.shown
        return OutputError(
            f"{where} can't be used: {reason}.\n"
            "  What was sent before is there; the same command with --resume goes on."
        )

    def wait(self, seconds: float = 0.1) -> None:
        """Wait before something is asked again."""
        time.sleep(seconds)

    def _hear(self, error: KafkaError) -> None:
        self._errors.append(error.str())

    def _is_decided(self) -> bool:
        text = " ".join(self._errors).lower()
        return any(part in text for part, _ in _SAID[:_DECISIVE])
