"""Addresses of Kafka: ``kafka://HOST:PORT[,HOST:PORT…][/TOPIC]``."""

import re
from dataclasses import dataclass

from synth_assets.errors import UsageError, shortened

SCHEME = "kafka://"

_EXAMPLE = "  For example: kafka://localhost:9092/orders"
_SERVER = r"(?:[A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}"
_ADDRESS = re.compile(rf"kafka://(?P<servers>{_SERVER}(?:,{_SERVER})*)(?:/(?P<topic>[A-Za-z0-9._\-]{{1,249}})?)?")


@dataclass(frozen=True)
class KafkaAddress:
    """Where records go.

    Attributes:
        servers: brokers to ask first, with commas between them.
        topic: the topic; empty where each record names its own.
    """

    servers: str
    topic: str = ""

    @property
    def shown(self) -> str:
        """What to call the brokers in messages."""
        return f"{SCHEME}{self.servers}"


def kafka_address(text: str) -> KafkaAddress:
    """Read an address.

    Args:
        text: as somebody wrote it.

    Raises:
        UsageError: it is none; what may be secret isn't quoted.

    Example:
        >>> kafka_address("kafka://localhost:9092/orders").topic
        'orders'
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None and ("@" in text or "?" in text):
        raise UsageError(
            "The address of Kafka holds a user, a password or a query, and so isn't shown.\n"
            "  Give the address alone, and the rest in SYNTH_KAFKA_SASL_USERNAME and SYNTH_KAFKA_SASL_PASSWORD."
        )
    if found is None or found["topic"] in {".", ".."}:
        raise UsageError(
            f"{shortened(repr(text))} is no address of Kafka; it is kafka://HOST:PORT, and perhaps a topic of letters,"
            f" digits, dots, hyphens and underscores.\n{_EXAMPLE}"
        )
    return KafkaAddress(found["servers"], found["topic"] or "")
