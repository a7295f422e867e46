"""What may be asked: the four endpoints of document 002, and the page."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from synth_assets import fake_data
from synth_assets.devapi.api_key import ApiKey
from synth_assets.devapi.guard import Guard
from synth_assets.devapi.queries import example_query
from synth_assets.devapi.workers import Limits, QueryError, Workers
from synth_assets.errors import OutputError, SynthError, UnjudgedError

MOST_QUERY_BYTES = 100_000
"""Of a request's body."""

PAGE = {
    "/": ("page.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
"""What everybody gets who asks from this machine: it has no data."""

_EXAMPLE = '{"query": "SELECT count(*) FROM fake_users"}'
_log = logging.getLogger(__name__)


def guarded_app(database: Path, key: ApiKey, port: int, limits: Limits | None = None) -> Guard:
    """The application, behind its guard.

    Args:
        database: a file of DuckDB that the tables are in, or will be.
        key: that requests have to bring.
        port: that the server listens on; a Host header has to name it.
        limits: of a query.
    """
    return Guard(_app(_Tables(database, limits or Limits())), key, port, PAGE)


class _Tables:
    """The fake tables of a database, by the functions of :mod:`synth_assets.fake_data`."""

    def __init__(self, database: Path, limits: Limits) -> None:
        self.database = database
        self.workers = Workers(database, list(fake_data.get_fake_tables_config()), limits)
        self._known: tuple[object, dict[str, Any]] | None = None

    async def status(self) -> dict[str, Any]:
        """What there is of them; looked at again if the file has changed."""
        known = self._known
        if known is None or known[0] != self._stamp():
            async with self.workers.closed():
                return await self._looked()
        return known[1]

    async def create(self) -> dict[str, int] | list[str]:
        """Create all of them: table → rows; or the names of those that are there, and nothing was done."""
        async with self.workers.closed():
            status = await self._looked()
            if existing := [name for name, one in status["tables"].items() if one["exists"]]:
                return existing
            return await asyncio.to_thread(fake_data.create_fake_tables_and_data, self.database)

    async def reset(self) -> dict[str, int]:
        """Create all of them anew."""
        async with self.workers.closed():
            return await asyncio.to_thread(fake_data.reset_fake_data, self.database)

    async def _looked(self) -> dict[str, Any]:
        status = await asyncio.to_thread(fake_data.get_fake_data_status, self.database)
        for name, one in status["tables"].items():
            one["example_query"] = example_query(name, one)
        status["missing"] = [name for name, one in status["tables"].items() if not one["exists"]]
        self._known = self._stamp(), status
        return status

    def _stamp(self) -> object:
        try:
            found = self.database.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _app(tables: _Tables) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tables.workers.running():
            yield

    # No pages of FastAPI's own: they fetch from other hosts.
    app = FastAPI(
        title="synth serve", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )

    for path, (name, kind) in PAGE.items():
        content = (files("synth_assets.devapi") / "page" / name).read_bytes()
        app.add_api_route(path, partial(_file, content, kind), methods=["GET", "HEAD"], response_class=Response)

    @app.get("/dev/fake-data-status")
    async def status() -> Response:  # pyright: ignore[reportUnusedFunction] — FastAPI has it
        return JSONResponse(await tables.status())

    @app.post("/dev/create-fake-data")
    async def create() -> Response:  # pyright: ignore[reportUnusedFunction]
        created = await tables.create()
        if isinstance(created, list):
            detail = f"Nothing was created, as these are there: {', '.join(created)}."
            detail += " To make them anew: DELETE /dev/reset-fake-data"
            return JSONResponse({"detail": detail, "code": "existing", "existing": created}, 409)
        return JSONResponse({"created": created}, 201)

    @app.delete("/dev/reset-fake-data")
    async def reset() -> Response:  # pyright: ignore[reportUnusedFunction]
        return JSONResponse({"created": await tables.reset()})

    @app.post("/execute")
    async def execute(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        return Response(await tables.workers.answer(await _query(request)), media_type="application/json")

    app.add_exception_handler(QueryError, _told_of_query)  # pyright: ignore[reportArgumentType]
    app.add_exception_handler(SynthError, _told_of_tables)  # pyright: ignore[reportArgumentType]
    app.add_exception_handler(Exception, _told_of_fault)
    return app


def _file(content: bytes, kind: str) -> Response:
    return Response(content, media_type=f"{kind}; charset=utf-8")


async def _query(request: Request) -> str:
    """The query that a request has.

    Raises:
        QueryError: it is no ``{"query": "SELECT …"}``.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise QueryError(415, "request", f"The request is JSON, with Content-Type: application/json: {_EXAMPLE}")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_QUERY_BYTES:
            raise QueryError(413, "request", f"A request has {MOST_QUERY_BYTES:,} bytes at most.")
    try:
        said: object = json.loads(body)
        query = said["query"] if isinstance(said, Mapping) and list(said) == ["query"] else None
        if isinstance(query, str) and "\0" not in query and query.encode():
            return query
    except (ValueError, RecursionError):
        pass
    raise QueryError(400, "request", f"The request is an object with one text, query: {_EXAMPLE}")


async def _told_of_query(_: Request, error: QueryError) -> Response:
    headers = {"Retry-After": "1"} if error.status in {429, 503} else None
    return JSONResponse({"detail": error.detail, "code": error.code}, error.status, headers)


async def _told_of_tables(_: Request, error: SynthError) -> Response:
    is_busy = isinstance(error, OutputError | UnjudgedError)
    return JSONResponse({"detail": str(error), "code": "database" if is_busy else "tables"}, 503 if is_busy else 500)


async def _told_of_fault(_: Request, error: Exception) -> Response:
    _log.error("A request failed: %s", type(error).__name__)
    return JSONResponse({"detail": f"Something failed in the server: {type(error).__name__}.", "code": "fault"}, 500)
