"""Every block of Python in rand-engine's document runs here, with nothing changed but what its imports name.

They share their names, in the document's order. Time is simulated, so that an hour is short and what has no end is
stopped; the network is a server of this process.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
import requests
from requests.adapters import HTTPAdapter

from synth_assets.rand_engine.integrations import DuckDBHandler, SQLiteHandler

DOCUMENT = (Path(__file__).parent / "document.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
API = "https://api.example.com"
ANSWER_SECONDS = 0.5
STREAM_SECONDS = 5_000.0

HEAD_THAT_IS_CUT_OFF = """
from synth_assets.rand_engine import DataGenerator
spec_categories = {
    "category_id": {"method": "unique_ids", "kwargs": {"strategy": "zint", "length": 4}},
    "category_name": {"method": "distincts", "kwargs": {"distincts": ["Electronics", "Books", "Clothing"]}},
"""


@pytest.fixture
def users(monkeypatch, clock):
    """What a server took that answers where the document's API would; each answer takes its time."""
    taken = []

    class Users(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken.append((self.path, body))
            clock.now += ANSWER_SECONDS
            self.send_response(500 if len(taken) % 10 == 0 else 201)
            self.end_headers()

        def log_message(self, *_args):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Users)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    class Here(HTTPAdapter):
        def send(self, request, **more):
            request.url = request.url.replace(API, f"http://127.0.0.1:{server.server_port}")
            return super().send(request, **more)

    monkeypatch.setattr(requests.Session, "get_adapter", lambda _self, **_more: Here())
    monkeypatch.setenv("NO_PROXY", "*")
    yield taken
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "staging").mkdir()  # the document's staging area, into which pandas writes
    yield tmp_path
    for handler in (DuckDBHandler, SQLiteHandler):
        handler.close_all()


def run(block, names):
    text = re.sub(r"^(from|import) rand_engine\b", r"\1 synth_assets.rand_engine", block, flags=re.MULTILINE)
    exec(compile(text, "block", "exec"), names)  # noqa: S102 - the document's own


def test_every_block_runs(folder, clock, users, capsys):
    names = {"__name__": "__main__"}
    assert len(BLOCKS) == 18
    said = {}
    for number, block in enumerate(BLOCKS):
        has_no_end = block.rstrip().endswith("Send to Kafka, Kinesis, etc.")
        clock.end = clock.now + 30 if has_no_end else clock.now + STREAM_SECONDS
        try:
            run(block, names)
        except clock.Stopped:
            assert has_no_end, block
        except Exception as error:  # noqa: BLE001 - whatever a block raises
            pytest.fail(f"block {number}: {type(error).__name__}: {error}\n{block}")
        said[number] = capsys.readouterr().out

    assert "Exported 1,000,000 records" in said[0]
    assert pq_rows(folder / "staging/transactions_batch_002.parquet") == 10_000
    created = len([one for number, one in enumerate(users, 1) if number % 10])
    assert f"Users created: {created}" in said[1]
    assert created > 100
    assert {path for path, _ in users} == {"/users"}
    assert all({"user_id", "timestamp_created"} <= set(body) for _, body in users)
    assert "Total customers in DB: 10000" in said[2]
    assert 400 < int(re.search(r"Generated (\d+) edge cases out of 10000", said[3])[1]) < 600
    assert set(names["orders"]) >= {"order_id", "amount", "currency", "country"}
    shares = names["products"]["category"].value_counts(normalize=True).round(1).to_dict()
    assert shares == {"Electronics": 0.4, "Clothing": 0.3, "Food": 0.2, "Books": 0.1}
    assert 30 * 4 < said[6].count("] Event: ") < 30 * 16
    assert len(pd.read_csv("data.csv.gz")) == 100_000
    assert pq_rows(folder / "data.parquet") == 1_000_000
    assert len(pd.read_json("data.json", lines=True)) == 50_000
    assert sorted(path.name for path in (folder / "orders").iterdir()) == [f"part-{n:05d}.parquet" for n in range(10)]
    assert pl.scan_parquet("orders/*.parquet").select(pl.len()).collect().item() == 1_000_000
    assert pq_rows(folder / "output/data.parquet") == 10_000
    assert len(list((folder / "output/data").glob("part-*.parquet"))) == 5
    assert len(list((folder / "output/events").glob("part-*.json.gz"))) == 60
    assert duckdb.sql("SELECT count(*) FROM 'output/events/*.json.gz'").fetchall() == [(60 * 500,)]
    assert "employee_id" in said[12]
    assert '"strategy": "zint"' in said[14]
    assert "Column 'age'" in said[17]
    assert "min" in said[17]


@pytest.mark.usefixtures("folder")
def test_the_block_whose_head_is_cut_off_runs_with_a_head(capsys):
    tail = DOCUMENT[DOCUMENT.index('    "constraints": {\n        "category_pk"') :]
    names = {}
    run(HEAD_THAT_IS_CUT_OFF + tail[: tail.index("```")], names)
    assert "Valid integrity: True" in capsys.readouterr().out
    assert names["df_products"]["category_id"].nunique() > 1


def pq_rows(path):
    return pl.scan_parquet(path).select(pl.len()).collect().item()
