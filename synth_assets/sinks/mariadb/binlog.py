"""What makes a database of MariaDB one that others follow: the server's binlog, which only its owner can turn on."""

from collections.abc import Callable, Sequence
from typing import Any

from synth_assets.sinks.server import TransactionLedger

_NO_LOG = (
    "The server writes no binlog, so tools that follow changes see nothing. Start it with log-bin, binlog-format=ROW"
    " and binlog-row-image=FULL."
)

_ASKED = "SELECT @@log_bin, @@binlog_format, @@binlog_row_image"


class Binlog:
    """The binlog, beside a database.

    Args:
        database: its name.
        tables: names of its tables.
    """

    publication = ""
    """There is none: all tables of a server are in its log."""

    def __init__(self, database: str, tables: Sequence[str]) -> None:
        self._database = database
        self._tables = tables

    def make(
        self, connection: Any, identity: str | None, told: Callable[[str], None], ledger: TransactionLedger
    ) -> None:
        """Make the ledger of transactions where it isn't there, and look what the server's log tells others.

        Args:
            connection: to the server.
            identity: of no use here.
            told: told what others will miss.
            ledger: of the database.
        """
        del identity
        if not ledger.is_there():
            ledger.make()
        is_on, form, image = connection.execute(_ASKED).fetchone()
        for line in log_shortfalls(is_on=bool(is_on), form=str(form), image=str(image)):
            told(line)


def log_shortfalls(*, is_on: bool, form: str, image: str) -> list[str]:
    """What tools that follow changes miss in a server's log, and what to set.

    Args:
        is_on: whether there is one.
        form: its ``binlog_format``.
        image: its ``binlog_row_image``.

    Example:
        >>> log_shortfalls(is_on=True, form="ROW", image="FULL")
        []
    """
    if not is_on:
        return [_NO_LOG]
    found: list[str] = []
    if form.upper() != "ROW":
        found.append(
            f"binlog_format is {form} here, so tools that follow changes see no rows. SET GLOBAL binlog_format = 'ROW',"
            " before it goes on."
        )
    if image.upper() != "FULL":
        found.append(
            f"binlog_row_image is {image} here, so tools see parts of rows. SET GLOBAL binlog_row_image = 'FULL'."
        )
    return found
