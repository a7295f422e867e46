"""Addresses of PostgreSQL databases, taken apart by the driver's own parser, and what may be shown of them.

A password may stand in any part of an address that somebody got wrong: in ``postgresql://me:a/b@host/shop`` the host is
``me``, and the database ``b@host/shop``. So an address is shown only if each of its parts looks like one; and what
libpq says about one is never quoted, only recognised.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from synth_assets.errors import UsageError
from synth_assets.extras import need
from synth_assets.sinks.addresses import may_hold_secret

SCHEMES = ("postgresql://", "postgres://")

ESCAPES = "  In a password of a URL, write % as %25, : as %3A, / as %2F, ? as %3F, # as %23 and @ as %40."

_EXAMPLE = "  For example: postgresql://me@localhost/shop, with the password in PGPASSWORD or ~/.pgpass."

_PLAIN = {
    "user": re.compile(r"[\w.$+\-]*"),
    "host": re.compile(r"[\w.,:\-]*|/[^@:?#%&=]*"),
    "hostaddr": re.compile(r"[0-9a-fA-F.,:]*"),
    "port": re.compile(r"[0-9,]*"),
    "dbname": re.compile(r"[\w.$+\- ]*"),
}
"""What each part of an address looks like, where nothing has slipped into it from another."""

_SAID = (
    ("root certificate file", "the certificates that are to be trusted can't be read; name them by sslrootcert"),
    ("certificate verify failed", "its certificate doesn't hold"),
    ("does not match host name", "its certificate is another host's"),
    ("password authentication failed", "it refuses the password, or the user"),
    ("no password supplied", "it asks for a password; give it in PGPASSWORD or ~/.pgpass"),
    ("authentication", "it refuses this way to log in"),
    ("pg_hba.conf", "it doesn't let this user in from here"),
    ("does not exist", "it has no such database or user"),
    ("translate host name", "there is no host of that name"),
    ("resolve host", "there is no host of that name"),
    ("name or service not known", "there is no host of that name"),
    ("connection refused", "nothing listens there"),
    ("no such file or directory", "nothing listens there"),
    ("timeout", "it doesn't answer"),
    ("timed out", "it doesn't answer"),
    ("unreachable", "it can't be reached"),
    ("too many", "it takes no more connections"),
    ("starting up", "it is starting up"),
    ("shutting down", "it is shutting down"),
    ("in recovery", "it is starting up"),
    ("invalid port", "its port is no number of one"),
    ("definition of service", "there is no such service in the service file"),
    ("service file", "its service file can't be read"),
    ("ssl", "the encrypted connection can't be made"),
    ("certificate", "the encrypted connection can't be made"),
    ("closed the connection", "it closed the connection"),
)
"""What libpq says, in part and in lower case, and what that means."""


@dataclass(frozen=True)
class DatabaseAddress:
    """An address that the driver can read.

    Attributes:
        conninfo: as the driver takes it; secret.
        shown: what to call it in messages.
        secrets: passwords in it.
    """

    conninfo: str = field(repr=False)
    shown: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def redacted(self, text: str) -> str:
        """A text without the passwords."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text


def database_address(conninfo: str, what: str = "the address of the PostgreSQL database") -> DatabaseAddress:
    """Take an address apart.

    Args:
        conninfo: a URL, or libpq's ``host=… dbname=…``.
        what: what messages call it.

    Raises:
        MissingExtraError: psycopg isn't installed.
        UsageError: the driver refuses it; the message quotes none of it.
    """
    need("postgres", "PostgreSQL", "psycopg")
    try:
        parts = address_parts(conninfo)
    except ValueError:
        raise UsageError(
            f"the driver can't read {what}; it isn't shown, as it may hold a password.\n{_EXAMPLE}\n{ESCAPES}"
        ) from None
    return DatabaseAddress(conninfo, shown_address(parts), secrets_of(parts))


def address_parts(conninfo: str) -> dict[str, str]:
    """The parts of an address by libpq's names.

    Raises:
        ValueError: the driver can't read it, or its port is no number.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}
    except (psycopg.Error, UnicodeError):
        raise ValueError("no address") from None
    if not re.fullmatch(r"[0-9,]*", parts.get("port", "")):
        raise ValueError("port")
    return parts


def secrets_of(parts: dict[str, str]) -> tuple[str, ...]:
    """The passwords among the parts of an address, the longest first."""
    secrets = {value for name, value in parts.items() if may_hold_secret(f"{name}=")}
    return tuple(sorted(filter(None, secrets), key=len, reverse=True))


def reason(error: Any) -> str:
    """Why the database can't be connected to; nothing of what the driver says is quoted."""
    said = str(error).lower()
    return next((meaning for words, meaning in _SAID if words in said), "the driver can't connect to it")


def shown_address(parts: dict[str, str]) -> str:
    """What to call an address in messages."""
    if not all(looks.fullmatch(parts.get(name, "")) for name, looks in _PLAIN.items()):
        return "the PostgreSQL database"
    host = parts.get("host", "") or parts.get("hostaddr", "")
    host = "" if host.startswith("/") else f"[{host}]" if ":" in host else host
    user, port = parts.get("user"), parts.get("port")
    place = (f"{user}@" if user else "") + host + (f":{port}" if port else "")
    return f"postgresql://{place}/{parts.get('dbname', '')}"
