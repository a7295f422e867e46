"""Addresses of PostgreSQL databases, taken apart by the driver's own parser, and what may be shown of them.

A password may stand in any part of an address that somebody got wrong: in ``postgresql://me:a/b@host/shop`` the host is
``me``, and the database ``b@host/shop``. So an address is shown only if each of its parts looks like one; and what
libpq says about one is never quoted, only recognised.
"""

import re
from dataclasses import dataclass
from typing import Any

from synth_assets.errors import UsageError
from synth_assets.grading.candidates.addresses import may_hold_secret

SCHEMES = ("postgresql://", "postgres://")

_EXAMPLE = (
    "  For example: postgresql://me@localhost/shop::bronze.raw_orders, with the password in PGPASSWORD or ~/.pgpass."
)
_ESCAPES = "  In a password of a URL, write % as %25, : as %3A, / as %2F, ? as %3F, # as %23 and @ as %40."

_KEYWORDS = "host|hostaddr|port|dbname|user|password|passfile|service|servicefile|sslmode|options|application_name"
_CONNECTION_STRING = re.compile(rf"\s*(?:{_KEYWORDS})\s*=")

_PLAIN = {
    "user": re.compile(r"[\w.$+\-]*"),
    "host": re.compile(r"[\w.,:\-]*|/[^@:?#%&=]*"),
    "hostaddr": re.compile(r"[0-9a-fA-F.,:]*"),
    "port": re.compile(r"[0-9,]*"),
    "dbname": re.compile(r"[\w.$+\- ]*"),
}
"""What each part of an address looks like, where nothing has slipped into it from another."""

_SAID = (
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
class Address:
    """An address that the driver can read.

    Attributes:
        conninfo: as the driver takes it; secret.
        table: the table's name behind ``::``; may be empty.
        shown: what to call it in messages.
        secrets: passwords in it.
    """

    conninfo: str
    table: str
    shown: str
    secrets: tuple[str, ...]

    @classmethod
    def of(cls, location: str) -> "Address":
        """Take a location apart.

        Raises:
            UsageError: the driver refuses it, or can't tell where it ends; the message quotes none of it.
        """
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        conninfo, table = _split(location)
        try:
            parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}
        except (psycopg.Error, UnicodeError, ValueError):
            raise _refused("the driver can't read the address of the candidate's PostgreSQL database") from None
        if not re.fullmatch(r"[0-9,]*", parts.get("port", "")):
            raise _refused("the port of the candidate's PostgreSQL database is no number")
        secrets = {value for name, value in parts.items() if may_hold_secret(f"{name}=")}
        return cls(conninfo, table, _shown(parts), tuple(sorted(filter(None, secrets), key=len, reverse=True)))


def is_connection_string(location: str) -> bool:
    """Whether a location begins as libpq's ``host=… dbname=…`` does."""
    return _CONNECTION_STRING.match(location) is not None


def reason(error: Any) -> str:
    """Why the database can't be connected to; nothing of what the driver says is quoted."""
    said = str(error).lower()
    return next((meaning for words, meaning in _SAID if words in said), "the driver can't connect to it")


def _split(location: str) -> tuple[str, str]:
    """The address, and the table's name behind it."""
    start = next((len(scheme) for scheme in SCHEMES if location.startswith(scheme)), 0)
    if start:
        # As libpq does: what stands before the first @ that comes before a / is user and password.
        user_ends = re.match(r"[^@/]*@", location[start:])
        start += user_ends.end() if user_ends else 0
        hosts = re.match(r"(?:\[[^\]]*\](?::\d*)?,?)*", location[start:])
        start += hosts.end() if hosts else 0
    at = location.rfind("::", start)
    if at < 0:
        return location, ""
    conninfo, table = location[:at], location[at + 2 :]
    in_secret = re.search(r"(?:password|passfile|sslkey)\s*=\s*[^&\s]*$", conninfo, re.IGNORECASE)
    if in_secret or "@" in table or conninfo.count("'") % 2:
        # It may be a part of the password.
        raise UsageError(
            "the candidate's address doesn't say where it ends and the table's name begins.\n"
            f"  Let the password stand before the database, and score a view of a table with @ in its name.\n{_ESCAPES}"
        )
    return conninfo, table


def _shown(parts: dict[str, str]) -> str:
    if not all(looks.fullmatch(parts.get(name, "")) for name, looks in _PLAIN.items()):
        return "the PostgreSQL database"
    host = parts.get("host", "") or parts.get("hostaddr", "")
    host = "" if host.startswith("/") else f"[{host}]" if ":" in host else host
    user, port = parts.get("user"), parts.get("port")
    place = (f"{user}@" if user else "") + host + (f":{port}" if port else "")
    return f"postgresql://{place}/{parts.get('dbname', '')}"


def _refused(what: str) -> UsageError:
    return UsageError(f"{what}; it isn't shown, as it may hold a password.\n{_EXAMPLE}\n{_ESCAPES}")
