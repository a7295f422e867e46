"""Ended at any moment and resumed: topics have each record once; standard output after signals that can be heard."""

import json
import random
import signal
import subprocess
import time

import pytest

from synth_assets_tests.cli.as_process import COMMAND, surroundings
from synth_assets_tests.upload.api import apart

ROWS = ("--customers", "100", "--products", "20", "--days", "5")


def stream(folder, *args, out=subprocess.DEVNULL):
    (folder / "synth.toml").touch()
    command = [*COMMAND, "stream", *args, "--quiet", "--resume"]
    return subprocess.Popen(command, cwd=folder, env=surroundings(), stdout=out, stderr=subprocess.PIPE, text=True)


def killed_until_done(folder, kills, rng, begun, *args):
    """Stream, killing each of the first so many processes at a moment drawn after it was heard of; how many died."""
    died = 0
    for number in range(kills + 1):
        process = stream(folder, *args)
        if number < kills:
            before = begun()
            until = time.monotonic() + rng.uniform(0.3, 6.0)
            while process.poll() is None and begun() == before and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(rng.uniform(0.0, 0.5))
            process.send_signal(signal.SIGKILL)
        _, err = process.communicate(timeout=600)
        died += process.returncode == -signal.SIGKILL
        assert process.returncode in {0, -signal.SIGKILL}, err
    assert process.returncode == 0
    return died


def places(broker, topic):
    return [dict(one.headers())["synth-position"].decode() for one in broker.messages(topic)]


def rows_killed(broker, folder, topic, kills, seed):
    size = 200 * (kills + 1)
    orders = (*ROWS, "--orders", str(size), "--rate", "500", "--to", f"{broker.address}/{topic}")
    there = lambda: broker.end(topic)  # noqa: E731
    died = killed_until_done(folder, kills, random.Random(seed), there, "bronze/raw_orders", *orders)  # noqa: S311
    assert places(broker, topic) == [str(at) for at in range(size)]
    return died


@pytest.mark.long
def test_killed_three_times_a_topic_has_each_row_once_and_in_order(broker, tmp_path):
    assert rows_killed(broker, tmp_path, "thrice", 3, 1) > 0


@pytest.mark.torture
@pytest.mark.timeout(3_600)
def test_killed_a_hundred_times_a_topic_has_each_row_once_and_in_order(broker, tmp_path):
    assert rows_killed(broker, tmp_path, "hundred", 100, 2) > 80


def changes_killed(broker, folder, domain_rows, kills, seed):
    args = ("bronze", "--changes", "--batches", "1..3", *domain_rows, "--to", broker.address)
    there = lambda: sum(broker.end(name) for name in broker.topics() if name.startswith("synth."))  # noqa: E731
    died = killed_until_done(folder, kills, random.Random(seed), there, *args)  # noqa: S311 - moments
    for topic in broker.topics():
        if topic.startswith("synth."):
            found = [tuple(map(int, place.split(":"))) for place in places(broker, topic)]
            assert found == sorted(set(found)), topic
    return died


@pytest.mark.torture
@pytest.mark.timeout(3_600)
def test_changes_killed_are_in_their_topics_once_and_in_order(tmp_path):
    from synth_assets_tests.streams.broker import running_broker

    with running_broker(tmp_path) as broker:
        rows = (*ROWS, "--orders", "300", "--rate", "1500")
        assert changes_killed(broker, tmp_path, rows, 30, 3) > 20
        killed = {topic: [one.value() for one in broker.messages(topic)] for topic in broker.topics()}
    (tmp_path / "whole").mkdir()
    with running_broker(tmp_path / "whole") as broker:
        assert changes_killed(broker, tmp_path / "whole", rows[:-2], 0, 3) == 0
        assert killed == {topic: [one.value() for one in broker.messages(topic)] for topic in broker.topics()}


@pytest.mark.torture
def test_killed_twice_an_api_has_each_record_once_by_its_key(tmp_path):
    with apart(0.0) as (url, ask):
        orders = (*ROWS, "--orders", "600", "--rate", "300", "--to", f"{url}/{{entity}}")
        rng = random.Random(4)  # noqa: S311 - moments
        killed_until_done(tmp_path, 2, rng, lambda: ask()["kept"], "bronze/raw_orders", *orders)
        seen = ask()
    assert (seen["kept"], seen["changed"]) == (600, 0)


@pytest.mark.long
def test_standard_output_is_exact_after_signals_that_can_be_heard(tmp_path):
    lines, args = [], ("bronze/raw_orders", *ROWS, "--orders", "400", "--rate", "200", "--to", "stdout")
    for by in (signal.SIGINT, signal.SIGTERM, None):
        with stream(tmp_path, *args, out=subprocess.PIPE) as process:
            assert process.stdout is not None
            if by is not None:
                lines.append(process.stdout.readline())
                time.sleep(0.3)
                process.send_signal(by)
            lines += process.stdout.readlines()
        assert process.returncode == (0 if by is None else 128 + by)
    assert [json.loads(line)["$position"] for line in lines] == list(range(400))


@pytest.mark.long
def test_standard_output_skips_nothing_after_a_kill_and_each_record_has_its_position(tmp_path):
    args = ("bronze/raw_orders", *ROWS, "--orders", "400", "--rate", "200", "--to", "stdout")
    found = []
    for dies in (True, False):
        with stream(tmp_path, *args, out=subprocess.PIPE) as process:
            assert process.stdout is not None
            found.append(json.loads(process.stdout.readline()))
            if dies:
                time.sleep(1.3)  # by then the position was noted more than once
                process.kill()
            found += [json.loads(line) for line in process.stdout.readlines()]
    by_place = {one["$position"]: one for one in found}
    assert sorted(by_place) == list(range(400))
    assert all(one == by_place[one["$position"]] for one in found)
    assert found[-1]["$position"] == 399
