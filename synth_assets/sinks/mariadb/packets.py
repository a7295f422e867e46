"""Transactions on their way to MariaDB: all statements of one are sent together, looked at, and then committed."""

from typing import Any

from synth_assets.sinks.event_statements import Cells, PreparedStatement
from synth_assets.sinks.mariadb.connection import MariaConnection
from synth_assets.sinks.server import FailedStatementError

_MOST = 1_000_000
"""Characters that are sent at a time."""

_Waiting = tuple[PreparedStatement, Cells, str]


class Packets:
    """A connection on which one transaction after the other is sent.

    Args:
        connection: in autocommit.
    """

    def __init__(self, connection: MariaConnection) -> None:
        self._connection = connection
        self._waiting: list[_Waiting] = []
        self._length = 0
        self._is_begun = False
        self._failed: tuple[Any, PreparedStatement | None, Cells] | None = None
        self._most = min(_MOST, connection.most_bytes // 5)

    def send(self, statement: PreparedStatement, cells: Cells) -> None:
        """Take a statement of the transaction that is under way, or begins with it.

        Raises:
            DataError: it is longer than the server takes.
        """
        text = statement.sql % cells
        self._connection.check_length(text, statement.does)
        self._waiting.append((statement, cells, text))
        self._length += len(text)
        if self._length > self._most:
            self._flush()

    def commit(self, tx_id: int) -> None:
        """Send the rest of the transaction, see that each statement found its row, and end it.

        Args:
            tx_id: its number.

        Raises:
            FailedStatementError: a statement was refused, or found no row; nothing of the transaction is there.
        """
        self._flush()
        if self._failed is None:
            self._failed = self._refused("COMMIT", [])
        if self._failed is not None:
            error, statement, cells = self._failed
            raise FailedStatementError(error, tx_id, statement, cells)
        self._is_begun = False

    def drain(self) -> None:
        """All that was committed is answered."""

    def _flush(self) -> None:
        """Send what waits; what fails is kept for the transaction's end, whose number is told there."""
        waiting, self._waiting, self._length = self._waiting, [], 0
        if self._failed is not None or not waiting:
            return
        statements = [text for _, _, text in waiting]
        if not self._is_begun:
            statements.insert(0, "START TRANSACTION")
        self._failed = self._refused("; ".join(statements), waiting, passed=0 if self._is_begun else 1)
        self._is_begun = True

    def _refused(
        self, text: str, waiting: list[_Waiting], passed: int = 0
    ) -> tuple[Any, PreparedStatement | None, Cells] | None:
        """Run statements; the first that fails or finds no row, with what the driver makes of it.

        Args:
            text: all of them.
            waiting: what is looked at of them.
            passed: how many come before those.
        """
        import pymysql

        number = -passed
        try:
            for rows in self._connection.results(text):
                if 0 <= number < len(waiting) and rows != 1:
                    return None, waiting[number][0], waiting[number][1]
                number += 1
        except (pymysql.Error, ConnectionError, TimeoutError) as error:
            statement, cells, _ = waiting[number] if 0 <= number < len(waiting) else (None, (), "")
            return error, statement, cells
        return None


def packets_for(connection: MariaConnection, fast: bool) -> Packets:
    """A connection of its own for transactions; whether the server waits for its disk, it alone decides."""
    del fast
    return Packets(connection)
