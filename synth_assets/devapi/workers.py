"""The processes in which `/execute` runs what it is asked: started, asked one query at a time, killed past a limit."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from synth_assets.devapi import worker as script

_STARTING_SECONDS = 30.0
_LET_GO_SECONDS = 10.0
"""After so long without a query the database is let go, so that other programs can write to it."""

_LOOK_SECONDS = 1.0
_TAKEN_OVER = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""What a process needs to find Python and its packages; it gets nothing else of the environment."""


@dataclass(frozen=True)
class Limits:
    """What a query may take.

    Attributes:
        seconds: from its start to its whole answer.
        megabytes: of memory, besides what the process has without it.
        rows: of its answer.
        waiting: seconds until a process is free.
        processes: that run queries at the same time.
    """

    seconds: float = 5.0
    megabytes: int = 256
    rows: int = 10_000
    waiting: float = 10.0
    processes: int = max(2, min(4, os.cpu_count() or 1))


class QueryError(Exception):
    """A query has no answer.

    Args:
        status: of HTTP.
        code: for programs.
        detail: for people.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class Workers:
    """Processes that have the tables of a database open.

    Args:
        database: a file of DuckDB.
        tables: the names of the tables that may be read.
        limits: of a query.
    """

    def __init__(self, database: Path, tables: Sequence[str], limits: Limits) -> None:
        self._asked = {
            "path": str(database.absolute()),
            "tables": list(tables),
            "megabytes": limits.megabytes,
            "most_rows": limits.rows,
        }
        self._database, self.limits = database, limits
        self._free: list[_Worker] = []
        self._slots = asyncio.Semaphore(limits.processes)
        self._closing = asyncio.Lock()
        self._later: set[asyncio.Task[None]] = set()
        self._last = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the processes, and end them."""
        self._again(self.limits.processes)
        looking = asyncio.create_task(self._let_go())
        try:
            yield
        finally:
            looking.cancel()
            for task in self._later:
                task.cancel()
            await asyncio.gather(looking, *self._later, return_exceptions=True)
            await self._end_free()

    async def answer(self, query: str) -> bytes:
        """The rows that a query finds, as JSON.

        Raises:
            QueryError: it isn't run, finds too much or takes too long, or nothing is there to be asked.
        """
        try:
            async with asyncio.timeout(self.limits.waiting):
                await self._slots.acquire()
        except TimeoutError:
            raise QueryError(429, "busy", "All processes are busy with other queries; ask again later.") from None
        try:
            return await self._answered(query)
        finally:
            self._last = asyncio.get_running_loop().time()
            self._slots.release()

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """The database is closed meanwhile: queries that run are waited for, and others wait."""
        async with self._closing:
            held = 0
            try:
                for held in range(1, self.limits.processes + 1):  # noqa: B007 — how many there are to give back
                    await self._slots.acquire()
                await self._end_free()
                yield
            finally:
                for _ in range(held):
                    self._slots.release()
                self._again(self.limits.processes)

    async def _answered(self, query: str) -> bytes:
        one = await self._one()
        is_well = False
        try:
            async with asyncio.timeout(self.limits.seconds):
                kind, body = await one.asked(query)
            is_well = kind in {script.OK, script.REFUSED}
        except TimeoutError:
            raise QueryError(422, "seconds", f"It takes more than {self.limits.seconds:g} s.") from None
        except (EOFError, OSError):
            raise QueryError(422, "memory", "It ended the process in which it ran.") from None
        finally:
            if is_well and len(self._free) < self.limits.processes:
                self._free.append(one)
            elif is_well:
                await one.end()
            else:
                await one.end()
                self._again(1)
        if kind == script.OK:
            return body
        text = body.decode("utf-8", "replace")
        if kind == script.REFUSED:
            raise QueryError(400, "query", f"The query can't be run: {text}.")
        most = {"memory": f"{self.limits.megabytes} MB of memory", "rows": f"{self.limits.rows:,} rows"}
        raise QueryError(422, text, f"It takes more than {most.get(text, '8 MB of answer')}.")

    async def _one(self) -> "_Worker":
        """A process that has the database open.

        Raises:
            QueryError: it can't be opened.
        """
        if not self._database.is_file():
            raise QueryError(409, "no_tables", "There are no fake tables: POST /dev/create-fake-data makes them.")
        # One that has the database open first.
        self._free.sort(key=lambda one: one.is_open)
        one = self._free.pop() if self._free else await _Worker.started()
        if not one.is_open:
            try:
                async with asyncio.timeout(_STARTING_SECONDS):
                    await one.open(self._asked)
            except (EOFError, OSError, TimeoutError) as error:
                await one.end()
                reason = str(error) if isinstance(error, _UnopenedError) else "its process ended"
                raise QueryError(503, "database", f"The database can't be read now: {reason}.") from None
        return one

    def _again(self, count: int) -> None:
        """Start processes that the next queries need not wait for."""
        for _ in range(count):
            task = asyncio.create_task(self._start())
            self._later.add(task)
            task.add_done_callback(self._later.discard)

    async def _start(self) -> None:
        with suppress(OSError):  # it is tried again when it is needed, and told then
            one = await _Worker.started()
            if len(self._free) < self.limits.processes:
                self._free.append(one)
            else:
                await one.end()

    async def _let_go(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if loop.time() - self._last < _LET_GO_SECONDS:
                continue
            opened = [one for one in self._free if one.is_open]
            self._free = [one for one in self._free if not one.is_open]
            for one in opened:
                await one.end()
            self._again(len(opened))

    async def _end_free(self) -> None:
        while self._free:
            await self._free.pop().end()


class _UnopenedError(OSError):
    """The database can't be opened."""


class _Worker:
    """One process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.is_open = False

    @classmethod
    async def started(cls) -> "_Worker":
        """A process that has imported what it needs."""
        environ = {name: os.environ[name] for name in _TAKEN_OVER if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-X", "utf8", script.__file__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=os.sep,
            env=environ,
            start_new_session=True,  # Ctrl-C is for the server, which ends this one
            limit=script.MOST_BYTES,
        )
        return cls(process)

    async def open(self, asked: object) -> None:
        """Open the database.

        Raises:
            _UnopenedError: it can't be; says why.
            EOFError: the process ended.
        """
        kind, body = await self.asked(asked)
        if kind != script.READY:
            raise _UnopenedError(body.decode("utf-8", "replace"))
        self.is_open = True

    async def asked(self, message: object) -> tuple[bytes, bytes]:
        """Say something, and hear the answer: its kind, and what it is.

        Raises:
            EOFError: the process ended.
            OSError: likewise.
        """
        source, target = self._process.stdout, self._process.stdin
        if source is None or target is None:
            raise EOFError
        body = json.dumps(message).encode()
        target.write(script.LENGTH.pack(len(body)) + body)
        await target.drain()
        (length,) = script.LENGTH.unpack(await source.readexactly(script.LENGTH.size))
        if not 0 < length <= script.MOST_BYTES:
            raise EOFError
        answer = await source.readexactly(length)
        return answer[:1], answer[1:]

    async def end(self) -> None:
        """Kill it."""
        with suppress(ProcessLookupError):
            self._process.kill()
        with suppress(OSError):
            await self._process.wait()
