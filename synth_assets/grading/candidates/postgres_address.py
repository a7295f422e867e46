"""Where a candidate in PostgreSQL lies: the address of its database, and its table's name behind ``::``."""

import re
from dataclasses import dataclass

from synth_assets.errors import UsageError
from synth_assets.sinks.postgres.address import ESCAPES, SCHEMES, address_parts, secrets_of, shown_address

_EXAMPLE = (
    "  For example: postgresql://me@localhost/shop::bronze.raw_orders, with the password in PGPASSWORD or ~/.pgpass."
)
_KEYWORDS = "host|hostaddr|port|dbname|user|password|passfile|service|servicefile|sslmode|options|application_name"
_CONNECTION_STRING = re.compile(rf"\s*(?:{_KEYWORDS})\s*=")


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
        conninfo, table = _split(location)
        try:
            parts = address_parts(conninfo)
        except ValueError as error:
            wrong = (
                "the port of the candidate's PostgreSQL database is no number"
                if str(error) == "port"
                else "the driver can't read the address of the candidate's PostgreSQL database"
            )
            raise _refused(wrong) from None
        return cls(conninfo, table, shown_address(parts), secrets_of(parts))


def is_connection_string(location: str) -> bool:
    """Whether a location begins as libpq's ``host=… dbname=…`` does."""
    return _CONNECTION_STRING.match(location) is not None


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
            f"  Let the password stand before the database, and score a view of a table with @ in its name.\n{ESCAPES}"
        )
    return conninfo, table


def _refused(what: str) -> UsageError:
    return UsageError(f"{what}; it isn't shown, as it may hold a password.\n{_EXAMPLE}\n{ESCAPES}")
