"""`synth serve --check`: what document 002's ``test_fake_data.py`` tries, asked of a real server over HTTP.

The server runs in this process, with a database of its own that goes away: nothing of anybody's is touched.
"""

import asyncio
import http.client
import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from synth_assets import fake_data
from synth_assets.devapi import serving
from synth_assets.devapi.worker import as_json

_SECONDS = 60.0
_PAGE = 5_000
"""Rows asked for at a time: an answer has 10,000 at most."""


class _WrongError(Exception):
    """Something isn't as it should be."""


@dataclass(frozen=True)
class _Client:
    """Somebody who asks the server."""

    port: int
    headers: Mapping[str, str]

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(serving.HOST, self.port, timeout=_SECONDS)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {**self.headers, "Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def expect(self, wanted: int, method: str, path: str, body: object = None) -> Any:
        status, said = self.ask(method, path, body)
        if status != wanted:
            raise _WrongError(f"{method} {path} answered {status}, not {wanted}: {said.get('detail', said)}")
        return said


def check(start: serving.Start, environ: Mapping[str, str], told: Callable[[str], None]) -> bool:
    """Try everything, and tell how it went.

    Args:
        start: as for a server; its port and database aren't taken.
        environ: the environment, which has to allow a start.
        told: takes lines.

    Returns:
        Whether all is well.

    Raises:
        UsageError: a server may not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        own = replace(start, port=0, database=Path(folder) / "check.duckdb")
        try:
            with _running(own, environ) as (port, secret):
                _tried(_Client(port, {"Authorization": f"Bearer {secret}"}), told)
        except (_WrongError, OSError, http.client.HTTPException, ValueError) as error:
            told(f"WRONG: {error}")
            return False
    told("All is well.")
    return True


def _tried(client: _Client, told: Callable[[str], None]) -> None:
    told("1. Individual data generators")
    frames: dict[str, pl.DataFrame] = {}
    for name, entry in fake_data.get_fake_tables_config().items():
        frames[name] = entry["generator"]()
        _expect(frames[name].equals(entry["generator"]()), f"{name} differs from call to call")
        told(f"  {name}: {frames[name].height:,} rows, {frames[name].width} columns")
    told("2. Tables and data")
    said = client.expect(409, "POST", "/dev/create-fake-data")
    _expect(sorted(said["existing"]) == sorted(frames), "the start hasn't created all tables")
    made = client.expect(200, "DELETE", "/dev/reset-fake-data")["created"]
    _expect(made == {name: frame.height for name, frame in frames.items()}, "a reset made other rows")
    told(f"  {sum(made.values()):,} rows in {len(made)} tables")
    told("3. Verification")
    for name, frame in frames.items():
        _expect(_same(_stored(client, name, frame.height), frame), f"{name} isn't what was generated")
        told(f"  {name}: ok")
    for method, path in (("GET", "/dev/fake-data-status"), ("POST", "/execute")):
        replace(client, headers={}).expect(401, method, path)
    client.expect(400, "POST", "/execute", {"query": "DROP TABLE fake_users"})
    told("  without the key, and anything but a SELECT: refused")
    told("4. Statistics")
    for name, table in client.expect(200, "GET", "/dev/fake-data-status")["tables"].items():
        told(f"  {name}: {table['row_count']:,} rows, by {', '.join(table['partition_keys']) or 'nothing'}")
        for column, one in table["statistics"].items():
            least, greatest = (str(one[word])[:24] for word in ("min", "max"))
            told(f"    {column:<17} {one['distinct']:>6,} values, {least} to {greatest}")


def _expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise _WrongError(otherwise)


def _stored(client: _Client, name: str, rows: int) -> list[list[Any]]:
    """All rows of a table, in the order in which they lie."""
    found: list[list[Any]] = []
    for at in range(0, rows, _PAGE):
        query = f'SELECT * FROM "{name}" WHERE rowid >= {at} AND rowid < {at + _PAGE} ORDER BY rowid'  # noqa: S608
        found += client.expect(200, "POST", "/execute", {"query": query})["rows"]
    return found


def _same(stored: list[list[Any]], frame: pl.DataFrame) -> bool:
    """Whether rows of JSON are those of a frame, in any order."""
    return sorted(map(json.dumps, stored)) == sorted(json.dumps(list(map(as_json, row))) for row in frame.iter_rows())


@contextmanager
def _running(start: serving.Start, environ: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """A server in a thread: its port, and the key."""
    with serving.ready(start, environ) as (listening, key, _):
        up = threading.Event()
        server = serving.server(listening, key, start.database, up.set)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
        thread.start()
        try:
            if not up.wait(_SECONDS):
                raise _WrongError("the server doesn't answer")
            yield listening.getsockname()[1], key.text
        finally:
            server.should_exit = True
            thread.join(_SECONDS)
