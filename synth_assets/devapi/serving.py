"""How the server starts: what has to be there first, and how it ends."""

import asyncio
import importlib
import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synth_assets import fake_data
from synth_assets.devapi.api_key import VARIABLE, ApiKey, read_key
from synth_assets.errors import OutputError, UsageError, first_line, shortened
from synth_assets.extras import need

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
"""The only address that is ever listened on: nobody else's machine reaches it."""

_ENVIRONMENT, _DEV = "APP_ENV", "dev"
_CLOSING_SECONDS = 5


@dataclass(frozen=True)
class Start:
    """What is said about a server.

    Attributes:
        port: to listen on; 0 for one that is free.
        database: the file that the tables are in.
        key_file: that has the key; without, the environment has it.
        modules: of somebody's own, which add tables to :func:`synth_assets.fake_data.get_fake_tables_config`.
    """

    port: int
    database: Path
    key_file: Path | None = None
    modules: Sequence[str] = ()


@contextmanager
def ready(start: Start, environ: Mapping[str, str]) -> Iterator[tuple[socket.socket, ApiKey, dict[str, int]]]:
    """Look whether a server may start; then listen, and create the tables, unless some are there.

    Returns:
        what listens, the key, and the tables that were created with their rows.

    Raises:
        UsageError: this is no development, the key isn't one, or tables of somebody's own can't be had.
        OutputError: the port is taken, or the database can't be opened or written.
    """
    need("serve", "synth serve", "fastapi", "uvicorn", "pytz")
    check_environment(environ)
    key = read_key(environ, start.key_file)
    os.environ.pop(VARIABLE, None)  # no function of somebody's own, and no process from here, needs it
    for name in start.modules:
        _take_up(name)
    if str(start.database).startswith(":memory:"):
        raise UsageError("The tables lie in a file, so that they are kept.\n  Name one: --database dev.duckdb")
    listening = _listening(start.port)
    with listening:
        yield listening, key, fake_data.create_db_and_tables(start.database)


def check_environment(environ: Mapping[str, str]) -> None:
    """Refuse to start where this is no development.

    Raises:
        UsageError: ``APP_ENV`` isn't ``dev``.
    """
    found = environ.get(_ENVIRONMENT)
    if found != _DEV:
        what = "is not set" if found is None else f"is {shortened(repr(found))}"
        raise UsageError(
            f"{_ENVIRONMENT} {what}; the server starts only where it is {_DEV!r}.\n"
            f"  For development: export {_ENVIRONMENT}={_DEV}"
        )


def run(listening: socket.socket, key: ApiKey, database: Path, told: Callable[[], None]) -> None:
    """Answer requests until somebody ends it, by Ctrl-C or SIGTERM.

    Args:
        listening: to requests.
        key: that they bring.
        database: the file that the tables are in.
        told: called when requests are answered, and signals heard.
    """
    with suppress(KeyboardInterrupt):  # uvicorn raises the signal again when all is closed
        asyncio.run(server(listening, key, database, told).serve(sockets=[listening]))


def server(listening: socket.socket, key: ApiKey, database: Path, told: Callable[[], None]) -> "uvicorn.Server":
    """A server that isn't running yet; see :func:`run`."""
    import uvicorn

    from synth_assets.devapi.app import guarded_app

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            told()

    config = uvicorn.Config(
        guarded_app(database, key, listening.getsockname()[1]),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,  # addresses are nobody's to keep
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_CLOSING_SECONDS,
    )
    return Server(config)


def _listening(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen(1_024)
    except OSError as error:
        found.close()
        raise OutputError(
            f"Port {port} of {HOST} can't be listened on: {(error.strerror or str(error)).lower()}.\n"
            f"  Choose another one: --port {port + 1 if 1_023 < port < 65_535 else 8_000}, or --port 0 for any."
        ) from error
    return found


def _take_up(name: str) -> None:
    """Run a module of somebody's own; it adds its tables."""
    with _told(name):
        if not name.endswith(".py"):
            sys.path.insert(0, os.getcwd())  # noqa: PTH109 — text, as the path has
            importlib.import_module(name)
            return
        spec = importlib.util.spec_from_file_location(Path(name).stem, name)
        if spec is None or spec.loader is None:
            raise ImportError(f"{name} is no Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise UsageError(
            f"--tables {shortened(name)} can't be taken up: {type(error).__name__}: {shortened(first_line(error))}.\n"
            "  It is a module, or a file, that adds entries to fake_data.get_fake_tables_config()."
        ) from error
