"""Connections to MariaDB that write, and what to say of whatever the server or the way to it refuses."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

from synth_assets.errors import DataError, OutputError, SynthError
from synth_assets.sinks.mariadb.address import MariaAddress
from synth_assets.sinks.server import CONTRADICTION, ELSE, NO_ROW, RUN_AGAIN, lost, row_refused, unreached

_WAITS = 10
"""Seconds until a server has to answer."""

_MODE = (
    "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
    "NO_AUTO_VALUE_ON_ZERO"
)
"""What can't be held is refused and not cut; a backslash escapes, quotes are of texts."""

_SETTINGS = (
    f"sql_mode = '{_MODE}', time_zone = '+00:00', autocommit = 1, wait_timeout = 31536000, net_read_timeout = 600,"
    " net_write_timeout = 600, innodb_lock_wait_timeout = 50, lock_wait_timeout = 60, max_statement_time = 0,"
    " foreign_key_checks = 1, unique_checks = 1, idle_transaction_timeout = 0, idle_write_transaction_timeout = 0"
)

_LOST = (0, 1053, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2003, 2006, 2013, 4031)
"""Numbers with which the server ends a session or takes none, or with which the driver finds it gone."""

_REFUSED = (
    ((1021, 1114, 3, 1026), "the server has no room left", f"Make room there. {RUN_AGAIN}"),
    ((1030,), "the server's storage failed; is there room?", f"See its log. {RUN_AGAIN}"),
    ((1037, 1038, 1041), "the server has too little memory", f"Give it more. {RUN_AGAIN}"),
    ((1044, 1142, 1143, 1227, 1370), "the user may not do that", "Ask for it: GRANT ALL ON `database`.* TO …"),
    ((1205, 1213), "somebody else's transaction was in the way", RUN_AGAIN),
    ((1290, 1792, 1836), "it takes no writes: it is a replica, or set to read only", "Name the primary server."),
    ((1969, 1317), "the server gave a statement up", RUN_AGAIN),
    ((1117, 1118), "a table has more columns than MariaDB holds", "Leave some out."),
    ((1070, 1071, 1170), "a key is longer than MariaDB holds", "Choose another one, or shorter columns for it."),
)
"""Numbers: what is wrong, and how to go on."""

_CONNECTING = {
    1040: "it takes no more connections",
    1044: "the user may not use this database",
    1045: "it refuses the password, or the user",
    1049: "it has no such database",
    1053: "it is shutting down",
    1129: "it has shut this machine out",
    1130: "it doesn't let this machine in",
    1203: "the user has too many connections",
    1698: "it refuses this way to log in",
    1862: "the password has run out",
    2059: "it asks for a way to log in that the driver doesn't know",
    2061: "it asks for a way to log in that the driver doesn't know",
}
"""Numbers while a connection is made, and what they mean."""


_MEANT: tuple[tuple[type[BaseException] | None, str, str], ...] = (
    (ssl.SSLCertVerificationError, "certificate", "its certificate doesn't hold"),
    (ssl.SSLError, "ssl", "the encrypted connection can't be made"),
    (socket.gaierror, "name or service not known", "there is no host of that name"),
    (TimeoutError, "timed out", "it doesn't answer"),
    (ConnectionRefusedError, "connection refused", "nothing listens there"),
    (FileNotFoundError, "no such file", "nothing listens there"),
    (None, "unreachable", "it can't be reached"),
    (None, "no route", "it can't be reached"),
    (ConnectionError, "broken pipe", "it closed the connection"),
)
"""Kinds of what lies below an error, what it says in small letters, and what that means."""


class MariaConnection:
    """A connection in autocommit.

    Args:
        driver: the driver's own.
    """

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def execute(self, sql: str, cells: Sequence[Any] | None = None) -> Any:
        """Run a statement.

        Args:
            sql: its text; with cells ``%s`` marks them, else nothing does.
            cells: its parameters.

        Returns:
            the driver's cursor.
        """
        cursor = self._driver.cursor()
        cursor.execute(sql, cells)
        return cursor

    def results(self, statements: str) -> Iterator[int]:
        """Run statements that are sent together, and tell the rows that each one found; raises at the first refused."""
        cursor = self._driver.cursor()
        cursor.execute(statements)
        yield cursor.rowcount
        while cursor.nextset():
            yield cursor.rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction, committed at the end, or rolled back where something is raised."""
        self.execute("START TRANSACTION")
        try:
            yield
        except BaseException:
            import pymysql

            with suppress(pymysql.Error, OSError):
                self._driver.rollback()
            raise
        self.execute("COMMIT")

    @cached_property
    def most_bytes(self) -> int:
        """How long a statement may be."""
        return int(self.execute("SELECT @@max_allowed_packet").fetchone()[0])

    def check_length(self, statement: str, where: str) -> None:
        """Look whether the server takes a statement, before it hangs up over it.

        Args:
            statement: the statement.
            where: what it does, for the message.

        Raises:
            DataError: it doesn't.
        """
        if (length := 4 * len(statement)) >= self.most_bytes and (length := len(statement.encode())) >= self.most_bytes:
            raise DataError(
                f"{where}: a row of {length:,} bytes is more than the server takes, {self.most_bytes:,}.\n"
                "  Let it take more: SET GLOBAL max_allowed_packet = 1073741824"
            )


def open_driver(address: MariaAddress, name: str, **more: Any) -> Any:
    """The driver's own connection to MariaDB.

    Args:
        address: of the server; its database isn't chosen.
        name: what the server's administrators see.
        more: for the driver.

    Raises:
        ConnectionLostError: it can't be reached.
        OutputError: it is something else.
    """
    import pymysql
    from pymysql.constants import CLIENT

    driver: Any = pymysql.connect(
        host=address.host,
        port=address.port,
        user=address.user or None,
        password=address.password,
        charset="utf8mb4",
        client_flag=CLIENT.MULTI_STATEMENTS | CLIENT.FOUND_ROWS,
        program_name=name,
        autocommit=True,
        defer_connect=True,
        **_ssl(address),
        **more,
    )
    line, greeting = _greeted(address)
    # The length of a packet, its number, and the version of the protocol, or that of a refusal.
    if len(greeting) < 5 or greeting[3] != 0 or greeting[4] not in (10, 255):
        line.close()
        raise OutputError(
            f"{address.shown}: what answers there is no MariaDB server.\n"
            "  Check host and port; 3306 is the usual one. Nothing was changed."
        )
    try:
        driver.connect(line)
    except (pymysql.Error, OSError, UnicodeError, ValueError, RuntimeError) as error:
        raise unreached(address.shown, why(error)) from None
    if "mariadb" not in driver.get_server_info().lower():
        driver.close()
        raise OutputError(
            f"{address.shown} is MySQL, and only MariaDB was tried, whose words differ here and there.\n"
            "  Name a MariaDB server; nothing was changed."
        )
    return driver


@contextmanager
def maria_connected(address: MariaAddress, name: str = "synth") -> Iterator[MariaConnection]:
    """A connection in autocommit, so that transactions are where somebody begins them.

    Args:
        address: of the database.
        name: what the server's administrators see.

    Raises:
        ConnectionLostError: it can't be reached, or is lost.
        SynthError: whatever else the server refuses; see :func:`maria_refusals`.
    """
    import pymysql

    driver = open_driver(address, name)
    try:
        with maria_refusals(address):
            connection = MariaConnection(driver)
            connection.execute(f"SET SESSION {_SETTINGS}")
            yield connection
    finally:
        with suppress(pymysql.Error, OSError):
            driver.close()


def why(error: BaseException) -> str:
    """Why there is no connection; nothing of what the driver says is quoted."""
    below = getattr(error, "original_exception", None) or error.__cause__ or error
    number = error.args[0] if error.args and isinstance(error.args[0], int) else None
    if number in _CONNECTING:
        return _CONNECTING[number]
    said = f"{error} {below}".lower()
    meant = (meaning for kind, words, meaning in _MEANT if (kind and isinstance(below, kind)) or words in said)
    return next(meant, "it closed the connection" if number in (2006, 2013) else "the driver can't connect to it")


@contextmanager
def maria_refusals(address: MariaAddress, where: str = "") -> Iterator[None]:
    """Turn what the driver raises into errors of ours; the server's own words are told without the password.

    Args:
        address: of the database.
        where: what it is about, e.g. a table's path.

    Raises:
        ConnectionLostError: the connection is lost.
        DataError: the server refuses a cell or a row.
        OutputError: it refuses something else.
    """
    import pymysql

    try:
        yield
    except (pymysql.Error, ConnectionError, TimeoutError) as error:
        raise _refused(address, where, error) from None


def maria_said(address: MariaAddress, error: Any) -> str:
    """The server's first line about an error."""
    said = str(error.args[1]) if len(error.args) > 1 else ""
    # Whoever shows the message takes what stands before an @ for a password.
    return address.redacted(said.splitlines()[0].rstrip(".")).replace("'@'", "' at '") if said else why(error)


def maria_verdict(error: Any) -> str:
    """What it means that the server refuses a statement: one of those that :mod:`~synth_assets.sinks.server` has."""
    import pymysql

    if error is None:
        return NO_ROW
    is_of_rows = isinstance(error, pymysql.err.IntegrityError | pymysql.err.DataError)
    return CONTRADICTION if is_of_rows or (error.args and error.args[0] in _OF_ROWS) else ELSE


_OF_ROWS = (1264, 1265, 1292, 1366, 1367, 1406, 1690, 4025)
"""Numbers of cells that a column can't hold; 4025 is a CHECK."""


def _refused(address: MariaAddress, where: str, error: Any) -> SynthError:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 2013
    about = f"{where}: " if where else ""
    if isinstance(error, OSError) or number in _LOST:
        return lost(about, address.shown, why(error))
    said = maria_said(address, error)
    for numbers, what, next_step in _REFUSED:
        if number in numbers:
            return OutputError(f"{about}{address.shown}: {what}: {said}.\n  {next_step}")
    if maria_verdict(error) == CONTRADICTION:
        return row_refused(about, address.shown, said, "MariaDB", "Name another database in the URL.")
    return OutputError(f"{about}{address.shown}: {said}.\n  Nothing of this table was changed.")


def _greeted(address: MariaAddress) -> tuple[socket.socket, bytes]:
    """A way to the server, and the first bytes that it says, which the driver reads once more.

    Raises:
        ConnectionLostError: there is none, or it says nothing.
    """
    try:
        line = _line(address)
        try:
            return line, line.recv(5, socket.MSG_PEEK)
        except OSError:
            line.close()
            raise
    except (OSError, UnicodeError) as error:
        raise unreached(address.shown, why(error)) from None


def _line(address: MariaAddress) -> socket.socket:
    """A way to the server, open."""
    if address.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_WAITS)
        try:
            line.connect(address.socket)
        except OSError:
            line.close()
            raise
        return line
    line = socket.create_connection((address.host, address.port), _WAITS)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return line


def _ssl(address: MariaAddress) -> dict[str, Any]:
    """What the driver is told about encryption."""
    mode = address.ssl_mode
    if mode == "disabled" or address.socket:
        return {"ssl_disabled": True}
    if mode == "preferred":  # as the driver has it: encrypted where the server can, and nobody is asked who it is
        return {}
    context = ssl.create_default_context(cafile=address.ssl_ca or None)
    context.check_hostname = mode == "verify_identity"
    context.verify_mode = ssl.CERT_NONE if mode == "required" else ssl.CERT_REQUIRED
    return {"ssl": context}
