"""Many transactions on their way to PostgreSQL at once: each is committed by itself, in order, and answered later.

libpq's pipeline mode, driven by hand: statements are prepared once and sent by number, and what comes back is read
while the next ones are made. Through the driver's cursors a statement takes ten times the work.
"""

import select
from collections import deque
from collections.abc import Sequence
from typing import Any

from synth_assets.sinks.event_statements import Cells, PreparedStatement
from synth_assets.sinks.server import FailedStatementError

_UNDER_WAY = 4_096
"""Statements that may be unanswered: enough to keep the server busy, and not too many to lose."""

_MOST_PREPARED = 1_000
"""Statements that the server keeps; those beyond are planned each time."""


class Pipeline:
    """A connection in pipeline mode.

    Args:
        connection: in autocommit; it can be used for nothing else from now on.
    """

    def __init__(self, connection: Any) -> None:
        from psycopg import pq

        self._libpq = connection.pgconn
        self._status = pq.ExecStatus
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._prepared: dict[str, bytes] = {}
        self._waiting: deque[tuple[PreparedStatement | int, Cells]] = deque()

    def send(self, statement: PreparedStatement, cells: Cells) -> None:
        """Send a statement of the transaction that is under way, or begins with it."""
        name = self._prepared.get(statement.sql)
        if name is None and len(self._prepared) < _MOST_PREPARED:
            name = self._prepared[statement.sql] = f"synth_{len(self._prepared)}".encode()
            self._libpq.send_prepare(name, statement.sql.encode())
            self._waiting.append((statement, ()))
        if name is None:
            self._libpq.send_query_params(statement.sql.encode(), cells, param_formats=statement.formats)
        else:
            self._libpq.send_query_prepared(name, cells, statement.formats)
        self._waiting.append((statement, cells))

    def commit(self, tx_id: int) -> None:
        """End the transaction, whose number is told.

        Raises:
            FailedStatementError: a statement of this or an earlier transaction was refused.
        """
        self._libpq.pipeline_sync()  # what is between two of them is one transaction
        self._waiting.append((tx_id, ()))
        if len(self._waiting) > _UNDER_WAY:
            self._wait(_UNDER_WAY // 2)
        elif self._libpq.flush() or len(self._waiting) % 64 == 0:
            self._read()

    def drain(self) -> None:
        """Wait until all of it is answered, so that it is committed.

        Raises:
            FailedStatementError: as for :meth:`commit`.
        """
        self._wait(0)

    def _wait(self, left: int) -> None:
        while len(self._waiting) > left:
            unsent = self._libpq.flush()
            line: Sequence[int] = [self._libpq.socket]
            readable, _, _ = select.select(line, line if unsent else [], [])
            if readable:
                self._read()

    def _read(self) -> None:
        """Take the answers that are there."""
        self._libpq.consume_input()
        status, waiting = self._status, self._waiting
        while waiting and not self._libpq.is_busy():
            result = self._libpq.get_result()
            if result is None:  # between the answers of two statements
                continue
            found = result.status
            if found in (status.TUPLES_OK, status.COMMAND_OK, status.PIPELINE_SYNC):
                waiting.popleft()
                continue
            self._fail(result)

    def _fail(self, result: Any) -> None:
        from psycopg import errors

        (statement, cells), error = self._waiting[0], errors.error_from_result(result)
        tx_id = next((one for one, _ in self._waiting if isinstance(one, int)), 0)
        raise FailedStatementError(error, tx_id, None if isinstance(statement, int) else statement, cells)


def pipeline_for(connection: Any, fast: bool) -> Pipeline:
    """A connection of its own for transactions.

    Args:
        connection: in autocommit.
        fast: whether the server needn't wait for its disk.
    """
    # Each statement finds its rows by a key, also in a table of which the server doesn't know yet that it grew.
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET plan_cache_mode = force_generic_plan")
    if fast:
        # Whatever a server that crashes loses then, its note is lost with it, and nobody who follows has seen.
        connection.execute("SET synchronous_commit = off")
    return Pipeline(connection)
