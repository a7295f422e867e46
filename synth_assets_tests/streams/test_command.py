"""`synth stream`: what goes where, what is refused before anything is sent, and what nobody sees."""

import json
import signal
import subprocess
import time

import pytest

from synth_assets_tests.cli.as_process import COMMAND, TINY, done, surroundings
from synth_assets_tests.upload.api import Api

ORDERS = ("stream", "bronze/raw_orders", *TINY)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "synth.toml").touch()
    return tmp_path


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_rows_are_those_of_the_table_each_with_its_position(home):
    ran = done(home, *ORDERS, "--rate", "2000..3000", "--to", "stdout")
    assert ran.returncode == 0, ran.stderr
    assert "60 records in" in ran.stderr
    assert "This was the last record there is." in ran.stderr
    found = lines(ran.stdout)
    assert [one.pop("$position") for one in found] == list(range(60))
    done(home, "generate", "bronze", "raw_orders", *TINY, "--format", "ndjson", "--output-dir", "out")
    stored = [one for path in sorted(home.glob("out/**/*.ndjson")) for one in lines(path.read_text())]
    assert found == stored


def test_a_limit_ends_it_and_resuming_goes_on_or_begins_anew_without(home):
    args = (*ORDERS, "--rate", "2000", "--limit", "25", "--to", "stdout", "--quiet")
    places = []
    for more in ((), ("--resume",), ("--resume",), ("--resume",), ()):
        ran = done(home, *args, *more)
        assert (ran.returncode, ran.stderr) == (0, "")
        places.append([one["$position"] for one in lines(ran.stdout)])
    whole = list(range(60))
    assert places == [whole[:25], whole[25:50], whole[50:], [], whole[:25]]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("bronze/raw_orders", "--rate", "0", "--to", "stdout"), "--rate 0 is not allowed"),
        (("bronze/raw_orders", "--to", "stdout"), "--rate is missing.\n  For example: --rate 10..50"),
        (("bronze", "--rate", "5", "--to", "stdout"), "'bronze' is a domain where a table is expected"),
        (("bronze/raw_orders", "--rate", "5", "--to", "ftp://x"), "--to takes stdout, an address of HTTP, or kafka://"),
        (("bronze/raw_orders", "--rate", "5", "--to", "stdout", "--base"), "--base doesn't go without --changes"),
        (("bronze/raw_orders", "--rate", "5", "--to", "stdout", "--batches", "1"), "--batches doesn't go without"),
        (("bronze/raw_orders", "--rate", "5", "--to", "stdout", "--api-keys", "k"), "--api-keys is for an API"),
        (("bronze/raw_orders", "--rate", "5", "--to", "stdout", "--limit", "0"), "--limit 0 is not allowed"),
        (("bronze", "--changes", "--to", "kafka://h:1"), "--batches is missing"),
        (("bronze", "--changes", "--batches", "1", "--to", "stdout"), "Changes are streamed to Kafka"),
        (
            ("bronze", "--changes", "--batches", "1", "--to", "kafka://h:1/t"),
            "changes go to topics of Debezium's names",
        ),
        (("bronze/raw_orders", "--changes", "--batches", "1", "--to", "kafka://h:1"), "where a domain is expected"),
        (("bronze/raw_orders", "--rate", "5", "--to", "kafka://h"), "is no address of Kafka"),
    ],
)
def test_what_doesnt_fit_is_refused_before_anything_is_sent(home, args, message):
    ran = done(home, "stream", *args, *TINY)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert [path.name for path in home.iterdir()] == ["synth.toml"]


def test_an_api_gets_each_record_by_the_key_that_uploads_give_it(home):
    with Api().running() as api:
        args = ("--rate", "400", "--to", f"{api.url}/api/v1/{{entity}}")
        assert done(home, *ORDERS, *args, "--limit", "20").returncode == 0
        assert done(home, *ORDERS, *args, "--resume").returncode == 0
        assert len(api.received.records("/api/v1/raw_orders")) == sum(api.received.posts.values()) == 60
        assert done(home, "upload", "bronze", "raw_orders", *TINY, "--api-url", api.url).returncode == 0
        assert (len(api.received.records()), api.received.changed) == (60, [])


def test_no_secret_is_told_or_kept(home):
    (home / "kafka").write_text("sasl.username=me\nsasl.password=canary-1\nsecurity.protocol=SASL_PLAINTEXT\n")
    told = {"SYNTH_KAFKA_CONFIG": "kafka", "SYNTH_KAFKA_SASL_MECHANISM": "PLAIN"}
    ran = done(home, *ORDERS, "--rate", "5", "--to", "kafka://127.0.0.1:1", **told)
    assert ran.returncode == 1
    assert "kafka://127.0.0.1:1 can't be used: nothing listens there." in ran.stderr
    assert "canary" not in ran.stdout + ran.stderr
    assert not any("canary" in path.read_text() for path in (home / "data").rglob("*") if path.is_file())


@pytest.mark.long
def test_a_slow_reader_slows_it_which_is_said_while_it_runs_and_a_stop_is_heard(home):
    command = [*COMMAND, "stream", "bronze/raw_clickstream", "--rate", "50000", "--to", "stdout"]
    with subprocess.Popen(
        command, cwd=home, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        seen = 0
        until = time.monotonic() + 120
        process.stdout.readline()
        time.sleep(1.2)  # the pipe is full by now, and nobody reads
        while time.monotonic() < until and seen < 2_000:
            process.stdout.readline()
            seen += 1
        said = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        left = process.stdout.readlines()
    assert said.startswith("asked 50,000/s, reached ")
    assert "Stopped. The same command with --resume goes on." in rest
    assert process.returncode == 128 + signal.SIGTERM
    note = json.loads(next(home.glob("data/.synth/streams/bronze/*.json")).read_text())
    assert note["sent"] == 1 + seen + len(left)
