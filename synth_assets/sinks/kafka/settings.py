"""How to log in at Kafka: from the environment, or a file that it names; never from an address.

The names are librdkafka's. ``SYNTH_KAFKA_CONFIG`` names a file with a line a setting, ``sasl.username=me``; a variable
of its own has a setting's name in capitals, ``SYNTH_KAFKA_SASL_PASSWORD``, and goes before the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from synth_assets.documents.regular import regular_text
from synth_assets.errors import UsageError, unknown

_PREFIX = "SYNTH_KAFKA_"
CONFIG = f"{_PREFIX}CONFIG"
_NAMES = (
    "client.id",
    "sasl.mechanism",
    "sasl.password",
    "sasl.username",
    "security.protocol",
    "ssl.ca.location",
    "ssl.certificate.location",
    "ssl.endpoint.identification.algorithm",
    "ssl.key.location",
    "ssl.key.password",
)
_SECRETS = ("sasl.password", "ssl.key.password")
_OWN = {f"{_PREFIX}{name.upper().replace('.', '_')}": name for name in _NAMES}
KAFKA_VARIABLES = (CONFIG, *_OWN)
"""Variables of the environment that are read here."""

_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class KafkaSettings:
    """How to log in.

    Attributes:
        values: librdkafka's settings; secret.
    """

    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def redacted(self, text: str) -> str:
        """A text without the passwords."""
        for name in _SECRETS:
            if secret := self.values.get(name):
                text = text.replace(secret, "…")
        return text


def kafka_settings(environ: Mapping[str, str]) -> KafkaSettings:
    """What the environment, and the file that it names, say.

    Args:
        environ: variables.

    Raises:
        UsageError: the file can't be read, or has a line that is no setting; no value is quoted.
    """
    path = environ.get(CONFIG, "").strip()
    values = _from_file(Path(path)) if path else {}
    values |= {name: environ[variable] for variable, name in _OWN.items() if environ.get(variable)}
    return KafkaSettings(values)


def _from_file(path: Path) -> dict[str, str]:
    try:
        lines = regular_text(path, _MOST_BYTES).splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UsageError(f"{CONFIG}: {path} can't be read: {reason.lower()}.\n  Name a file that can.") from error
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        name, equals, value = (part.strip() for part in line.partition("="))
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals:
            raise UsageError(
                f"{path}:{number}: this is no setting, and so isn't shown.\n  For example: security.protocol=SASL_SSL"
            )
        name = name.replace("sasl.mechanisms", "sasl.mechanism")
        if name not in _NAMES:
            raise unknown(f"{path}:{number}: setting of Kafka", name, _NAMES)
        values[name] = value
    return values
