"""The page about streams: its blocks print what it shows, its other lines are taken by a server and a broker."""

import re
import shlex

from synth_assets.sinks.kafka.settings import KAFKA_VARIABLES
from synth_assets_tests.cli.as_process import surroundings
from synth_assets_tests.docs.followed import ROOT, differences, followed
from synth_assets_tests.streams.broker import running_broker
from synth_assets_tests.upload.api import Api
from synth_assets_tests.warm import synth

PAGE = (ROOT / "docs" / "streams.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\$ synth (.*)$", PAGE, re.MULTILINE)


def test_every_block_succeeds_and_prints_what_is_shown(tmp_path):
    (tmp_path / "synth.toml").touch()
    found = followed("streams.md", tmp_path)
    assert [one.process.stderr for one in found if one.process.returncode] == []
    assert len(found) == 2
    assert differences(found) == []


def test_lines_that_need_a_server_are_taken_by_one(tmp_path):
    (tmp_path / "synth.toml").touch()
    with Api().running() as api, running_broker(tmp_path) as broker:
        for line in LINES:
            told = line.replace("http://localhost:8000", api.url).replace("kafka://localhost:9092", broker.address)
            done = synth(*shlex.split(told), "--limit", "5", cwd=tmp_path, env=surroundings())
            assert done.returncode == 0, done.stderr
        assert len(api.received.records("/users")) == 5
        assert [len(broker.messages(name)) for name in ("orders", "synth.bronze.raw_customers")] == [5, 5]
    assert len(LINES) == 3


def test_all_variables_and_settings_are_on_the_page():
    for name in KAFKA_VARIABLES:
        setting = name.removeprefix("SYNTH_KAFKA_").lower().replace("_", ".")
        assert name in PAGE or f"`{setting}`" in PAGE
