"""Addresses of MariaDB databases: URLs only, of which nothing is shown unless each part looks like one.

A password may stand in any part of an address that somebody got wrong, so what doesn't fit as a whole is refused, and
none of it is quoted.
"""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from synth_assets.errors import UsageError
from synth_assets.extras import need

SCHEMES = ("mysql://", "mariadb://")

PASSWORD_VARIABLE = "MYSQL_PWD"  # noqa: S105 - where one is looked for
"""The variable in which MariaDB's own client looks for a password."""

_PORT = 3_306

_URL = re.compile(
    r"""(?:mysql|mariadb)://
        (?:(?P<user>[^:@/?\#\s]*)(?::(?P<password>[^:@/?\#\s]*))?@)?
        (?P<host>\[[0-9A-Fa-f:.]+\]|[\w.\-]*)(?::(?P<port>[0-9]{1,5}))?
        (?:/(?P<database>[^/?\#@:\s]*))?
        (?:\?(?P<query>[^?\#@\s]*))?""",
    re.VERBOSE,
)

_PLAIN = re.compile(r"[\w.$+\- ]*")

_MODES = ("disabled", "preferred", "required", "verify_ca", "verify_identity")
"""How far a server is trusted: as MySQL's clients name it."""

_ALLOWED = (
    "  For example: mysql://me@localhost:3306/shop, with the password in MYSQL_PWD. After it may stand"
    " ?unix_socket=PATH, or ?ssl-mode=VERIFY_IDENTITY&ssl-ca=PATH.\n"
    "  In a password of a URL, write % as %25, : as %3A, / as %2F, ? as %3F, # as %23 and @ as %40."
)


@dataclass(frozen=True)
class MariaAddress:
    """An address, taken apart.

    Attributes:
        shown: what to call it in messages.
        host: the server's name.
        port: its number.
        user: who logs in; empty for the one of the operating system.
        database: what holds the tables; empty where the address names none.
        password: secret.
        socket: a file to connect through; empty for the network.
        ssl_mode: one of MySQL's clients' words, in small letters.
        ssl_ca: a file of certificates that are trusted; empty for the machine's own.
        is_told: whether the password stands in the address itself.
    """

    shown: str
    host: str
    port: int
    user: str
    database: str
    password: str = field(default="", repr=False)
    socket: str = ""
    ssl_mode: str = "preferred"
    ssl_ca: str = ""
    is_told: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """Passwords in the address itself."""
        return (self.password,) if self.is_told else ()

    def redacted(self, text: str) -> str:
        """A text without the password."""
        return text.replace(self.password, "…") if self.password else text


def maria_address(url: str, what: str = "the address of the MariaDB database") -> MariaAddress:
    """Take an address apart; a password that isn't there is looked for in the environment.

    Args:
        url: ``mysql://user@host:port/database``, or with ``mariadb://``.
        what: what messages call it.

    Raises:
        MissingExtraError: the driver isn't installed.
        UsageError: it is no such address; the message quotes none of it.
    """
    need("mysql", "MariaDB", "pymysql")
    found = _URL.fullmatch(url)
    options = _options(found["query"] or "") if found else None
    if found is None or options is None or not 0 < int(found["port"] or _PORT) < 1 << 16:
        raise UsageError(f"{what} can't be read; it isn't shown, as it may hold a password.\n{_ALLOWED}")
    password = unquote(found["password"] or "")
    user, database = unquote(found["user"] or ""), unquote(found["database"] or "")
    return MariaAddress(
        _shown(found, user, database),
        found["host"].strip("[]") or "localhost",
        int(found["port"] or _PORT),
        user,
        database,
        password or os.environ.get(PASSWORD_VARIABLE, ""),
        socket=options.get("unix_socket", ""),
        ssl_mode=options.get("ssl-mode", "preferred").lower(),
        ssl_ca=options.get("ssl-ca", ""),
        is_told=bool(password),
    )


def place_in(url: str, domain: str) -> str:
    """The database that an address names, or else the domain's name."""
    return maria_address(url).database or domain


def _options(query: str) -> dict[str, str] | None:
    """What stands behind the question mark; ``None`` if some of it isn't known."""
    options = {name.replace("_", "-"): value for name, value in parse_qsl(query, keep_blank_values=True)}
    if (
        options.keys() - {"unix-socket", "ssl-mode", "ssl-ca"}
        or options.get("ssl-mode", "preferred").lower() not in _MODES
    ):
        return None
    if "unix-socket" in options:
        options["unix_socket"] = options.pop("unix-socket")
    return options


def _shown(found: re.Match[str], user: str, database: str) -> str:
    if not _PLAIN.fullmatch(user) or not _PLAIN.fullmatch(database):
        return "the MariaDB database"
    port = f":{found['port']}" if found["port"] else ""
    return f"mysql://{user + '@' if user else ''}{found['host']}{port}/{database}"
