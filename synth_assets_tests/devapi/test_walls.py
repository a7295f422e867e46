"""The walls around a query's process, one at a time: with the others taken away, files stay shut."""

import json
import subprocess
import sys
from contextlib import contextmanager

import duckdb
import pytest

from synth_assets.devapi import worker
from synth_assets_tests.devapi import hostile

CANARY = "canary-of-a-file-5518"
WITHOUT = """
from synth_assets.devapi import worker
{taken_away}
def answer(connection, allowed, query, most_rows):
    try:
        return repr(connection.cursor().execute(query).fetchmany(1000)).encode()
    except Exception as error:
        raise worker.RefusedError(str(error)[:2000]) from error
worker.answer = answer
worker.main()
"""
CONNECTION_ALONE = "worker._shut = lambda megabytes: None"
PROCESS_ALONE = """
worker._CLOSED = "SET GLOBAL threads = 1; SET GLOBAL python_enable_replacements = false"
"""


@contextmanager
def asking(folder, taken_away):
    """A worker that runs whatever it is asked, behind fewer walls."""
    with subprocess.Popen(
        [sys.executable, "-c", WITHOUT.format(taken_away=taken_away)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    ) as process:

        def ask(message):
            body = json.dumps(message).encode()
            process.stdin.write(worker.LENGTH.pack(len(body)) + body)
            process.stdin.flush()
            head = process.stdout.read(worker.LENGTH.size)
            return process.stdout.read(*worker.LENGTH.unpack(head)).decode("utf-8", "replace")

        opened = ask({"path": f"{folder}/dev.duckdb", "tables": ["fake_users"], "megabytes": 256, "most_rows": 10_000})
        assert opened == "y"
        try:
            yield ask
        finally:
            process.kill()


def contents(folder):
    """What is in files; the process alone could make an empty folder."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    with duckdb.connect(str(tmp_path / "dev.duckdb")) as connection:
        connection.sql("CREATE TABLE fake_users AS SELECT 1 AS id, 2 AS salary, 'x' AS department")
        connection.sql(f"COPY (SELECT '{CANARY}' AS a) TO '{tmp_path}/secret.parquet'")
    (tmp_path / "secret.csv").write_text(f"a\n{CANARY}\n")
    (tmp_path / "secret.txt").write_text(CANARY)
    return tmp_path


@pytest.mark.parametrize("taken_away", [CONNECTION_ALONE, PROCESS_ALONE], ids=["the connection", "the process"])
def test_a_wall_alone_keeps_files_shut(folder, taken_away):
    before = contents(folder)
    names = ("{folder}", "{database}", "/etc/passwd")
    statements = [one for one in hostile.statements() if any(name in one for name in names)]
    statements += [f"WITH x AS ({one}) SELECT * FROM x" for one in hostile.WITHIN]
    assert len(statements) > 100
    with asking(folder, taken_away) as ask:
        found = {}
        for one in statements:
            text = one.replace("{folder}", str(folder)).replace("{database}", f"{folder}/dev.duckdb")
            found[text] = ask(text)
        assert ask("SELECT count(*) FROM fake_users") == "o[(1,)]"
    assert [text for text, answer in found.items() if CANARY in answer or "root:" in answer] == []
    assert contents(folder) == before


def test_without_any_wall_they_would_not_be(folder):
    with asking(folder, f"{CONNECTION_ALONE}\n{PROCESS_ALONE}") as ask:
        assert CANARY in ask(f"SELECT * FROM read_csv('{folder}/secret.csv')")
        assert ask(f"WITH x AS (COPY fake_users TO '{folder}/out.csv') SELECT 1 FROM x") is not None
    assert (folder / "out.csv").exists()
