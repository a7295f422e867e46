"""A MariaDB server with a binlog of rows, for as long as somebody needs it: no root, no container, no fixed port.

It needs the programs of Debian's ``mariadb-server``. :class:`NoServerError` says so where there are none.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

_UNPRIVILEGED = "nobody"
"""Who runs the server when root runs the tests."""

_PROGRAMS = ("mariadbd", "mariadb-install-db")
_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/mysql/bin")

_START_SECONDS = 120

LOG_OF_ROWS = (
    "--log-bin=binlog",
    "--server-id=1",
    "--binlog-format=ROW",
    "--binlog-row-image=FULL",
    "--binlog-row-metadata=FULL",
)

# The server ends, and its folder with it, when the pipe to its keeper closes: however the tests end, by kill -9 too.
_KEEPER = """
program=$1 folder=$2
shift 2
"$program" --no-defaults --datadir="$folder/data" --tmpdir="$folder" "$@" >"$folder/log" 2>&1 &
read -r _
kill -KILL $!
wait $!
rm -rf "$folder"
"""


class NoServerError(RuntimeError):
    """There is no MariaDB on this machine."""


class MariaServer:
    """A running server; :func:`mariadb_server` makes one.

    Attributes:
        host: where it listens.
        port: its number there.
        socket: the file that it listens at.
        user: who may do anything, without a password.
        log: the file that it writes its own messages to.
    """

    host = "127.0.0.1"
    user = "tester"

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.socket = folder / "socket"
        self.log = folder / "log"

    def url(self, database: str = "") -> str:
        """The address of a database."""
        return f"mysql://{self.user}@{self.host}:{self.port}/{database}"

    def connect(self, **more: Any) -> Any:
        """A connection of the driver's own, in autocommit."""
        known = {"host": self.host, "port": self.port, "user": self.user, "autocommit": True, "charset": "utf8mb4"}
        return pymysql.connect(**{**known, **more})

    @contextmanager
    def database(self) -> Iterator[str]:
        """The name of a database that isn't there, and won't be at the end."""
        name = f"synth_{uuid.uuid4().hex[:12]}"
        try:
            yield name
        finally:
            with self.connect() as connection, connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")


@contextmanager
def mariadb_server(*settings: str, log: tuple[str, ...] = LOG_OF_ROWS) -> Iterator[MariaServer]:
    """A server of our own in a temporary folder.

    Args:
        settings: more words of its command line.
        log: those that say what its binlog is.

    Raises:
        NoServerError: its programs aren't installed.
    """
    programs = [_program(name) for name in _PROGRAMS]
    folder = Path(tempfile.mkdtemp(prefix="synth-maria-"))
    try:
        run_as: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            user = pwd.getpwnam(_UNPRIVILEGED)
            os.chown(folder, user.pw_uid, user.pw_gid)
            run_as |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        _init(programs[1], folder, run_as)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        listens = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/socket", "--skip-name-resolve"]
        command = ["/bin/sh", "-c", _KEEPER, "keeper", programs[0], folder, *listens, *log, *settings]
        silent = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, start_new_session=True, **silent, **run_as):
            server = MariaServer(port, folder)
            _when_ready(server)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(_FOLDERS))
    if found is None:
        raise NoServerError(f"{name} wasn't found. Install MariaDB (Debian and Ubuntu: mariadb-server).")
    return found


def _init(program: str, folder: Path, run_as: dict[str, Any]) -> None:
    """Make the data directory."""
    words = ["--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal", "--skip-test-db"]
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False, **run_as)
    if done.returncode:
        raise RuntimeError(f"{program} failed with exit status {done.returncode}:\n{done.stdout}{done.stderr}")


def _when_ready(server: MariaServer) -> None:
    until = time.monotonic() + _START_SECONDS
    while not _listens(server.socket):
        if time.monotonic() > until:
            said = server.log.read_text(errors="replace") if server.log.exists() else ""
            raise RuntimeError(f"MariaDB did not start:\n{said}")
        time.sleep(0.05)
    with pymysql.connect(unix_socket=str(server.socket), user="root") as connection, connection.cursor() as one:
        one.execute(f"CREATE USER IF NOT EXISTS {server.user}@'127.0.0.1'")
        one.execute(f"GRANT ALL ON *.* TO {server.user}@'127.0.0.1' WITH GRANT OPTION")


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        return line.connect_ex(str(path)) == 0
