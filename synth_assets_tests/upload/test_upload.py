"""What arrives at an API: each record once, parents first, the same on every run, with the right key."""

import json
import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from synth_assets import scan
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.project.project import Project
from synth_assets.sinks.json_objects import object_text
from synth_assets.sinks.posts import upload_ledger
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.sinks.posts.traffic import Manners
from synth_assets.usecases.api_keys import credentials_of
from synth_assets.usecases.upload import UploadRequest, plan_upload, upload
from synth_assets_tests.upload.api import Api

SOME = {"tenants": 2, "products_per_tenant": 4, "orders_per_tenant": 20, "customers_per_tenant": 5}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
DOMAIN = Project.here().domain("marketplace")
ROOT = Path(__file__).parents[2]
QUICK = Manners(concurrency=8, stragglers=0, retries=3)


def dataset(only=None, **more):
    return Project.here().dataset("marketplace", volumes={**SOME, **more}, only=only)


def request(root, url, entities=tuple(DOMAIN.entities), *, of=None, **more):
    return UploadRequest(DOMAIN, of or dataset(), entities, root, url, **{"manners": QUICK, **more})


@pytest.fixture
def api():
    with Api().running() as running:
        yield running


def bodies(entity, only=None):
    table = DOMAIN.tables[entity]
    alone = {} if only is None else {"tenant": only}
    frame = scan(f"marketplace/{entity}", volumes=SOME, **alone).collect()
    return frame.select(object_text(table.columns)).to_series().to_list()


def kept(api, path):
    return [body.decode() for where, body in api.received.bodies.values() if where == path]


def test_every_record_of_every_table_arrives_once_as_its_line_of_ndjson(api, tmp_path):
    *tables, total = upload(request(tmp_path, api.url))
    for name, told in zip(DOMAIN.entities, tables, strict=True):
        assert sorted(kept(api, f"/api/v1/{name}")) == sorted(bodies(name))
        assert (told.entity, told.records, told.requests) == (name, len(bodies(name)), len(bodies(name)))
    assert set(api.received.posts.values()) == {1}
    assert total.records == api.count == sum(one.records for one in tables)
    assert all(UUID.fullmatch(key) for key in api.received.bodies)
    assert api.received.headers[0]["content-type"] == "application/json"
    assert 1 < api.busiest <= QUICK.concurrency
    assert 0 < total.waits["p50"] <= total.waits["p95"] <= total.waits["p99"] < total.seconds


def test_a_table_begins_when_those_it_refers_to_are_there_whole(tmp_path):
    with Api(share=0.1, faults=("500",)).running() as api:
        upload(request(tmp_path, api.url))
    order = [path.rpartition("/")[2] for path, _ in api.received.bodies.values()]
    assert [name for name, _ in Counter(order).items()] == list(DOMAIN.entities)
    for name, table in DOMAIN.tables.items():
        first = order.index(name)
        assert all(one.table not in order[first:] for one in table.references)


def test_a_table_whose_rows_refer_to_each_other_goes_row_by_row(tmp_path):
    path = str(ROOT / "examples/datasets/staff.yaml")
    domain = Project.here().domain(path)
    name = next(n for n, table in domain.tables.items() if any(one.table == n for one in table.references))
    with Api(pause=0.002).running() as api:
        upload(UploadRequest(domain, domain.dataset("tiny"), (name,), tmp_path, api.url, manners=QUICK))
    assert api.busiest == 1
    assert api.count > 5


def test_idempotency_keys_are_the_same_on_every_run_and_for_a_tenant_alone(api, tmp_path):
    upload(request(tmp_path / "one", api.url, ("orders",)))
    first = dict(api.received.bodies)
    upload(request(tmp_path / "two", api.url, ("orders",)))
    assert api.received.bodies == first
    assert set(api.received.posts.values()) == {2}
    tenant = scan("marketplace/tenants", volumes=SOME).collect()["tenant_id"][1]
    upload(request(tmp_path / "three", api.url, ("orders",), of=dataset(only=tenant)))
    assert api.received.bodies == first
    assert sum(count == 3 for count in api.received.posts.values()) == SOME["orders_per_tenant"]
    other = dataset(orders_per_tenant=21)
    upload(request(tmp_path / "four", api.url, ("orders",), of=other))
    assert len(api.received.bodies) == len(first) + 42


def test_arrays_hold_what_single_records_do_and_end_where_the_path_or_the_key_does(api, tmp_path):
    keys = {one: f"key-of-{one}" for one in scan("marketplace/tenants", volumes=SOME).collect()["tenant_id"]}
    template = "/t/{tenant_id}/{domain}/{entity}"
    told = upload(
        request(tmp_path, api.url, ("orders",), batch=7, template=template, credentials=Credentials(None, keys))
    )
    assert [one.url for one in told[:-1]] == [f"{api.url}/t/{{tenant_id}}/marketplace/orders"]
    lengths = Counter()
    for path, body in api.received.bodies.values():
        some = json.loads(body)
        lengths[len(some)] += 1
        assert {f"/t/{one['tenant_id']}/marketplace/orders" for one in some} == {path}
    assert lengths == {7: 4, 6: 2}
    assert sorted(json.dumps(one) for one in api.received.records()) == sorted(
        json.dumps(json.loads(one)) for one in bodies("orders")
    )
    assert {headers["authorization"] for headers in api.received.headers} == {f"Bearer {key}" for key in keys.values()}


def test_each_tenants_records_come_with_its_own_key(tmp_path):
    seen = []

    def answer(_number, _path, headers, body):
        seen.append((headers["X-API-Key"], headers["Authorization"], json.loads(body).get("tenant_id")))

    keys = {one: f"key-{at}" for at, one in enumerate(scan("marketplace/tenants", volumes=SOME).collect()["tenant_id"])}
    file = tmp_path / "keys.csv"
    file.write_text("tenant_id,api_key\n" + "".join(f"{one},{key}\n" for one, key in keys.items()))
    with Api(answer=answer).running() as api:
        upload(request(tmp_path, api.url, credentials=credentials_of(DOMAIN, dataset(), None, file)))
    assert seen
    assert all((key, bearer) == (keys[tenant], f"Bearer {keys[tenant]}") for key, bearer, tenant in seen)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tenant_id,key\nx,y\n", "it has no column api_key"),
        ("tenant_id,api_key\nx,y\n", "it has no key for "),
        ("tenant_id,api_key\nx,\n", "line 2 has no API key that is allowed"),
        ("tenant_id,api_key\nx,y\nx,z\n", "line 3 has another key"),
        ("two words\n", "it has no column tenant_id"),
    ],
)
def test_a_file_of_keys_that_doesnt_fit_is_refused(tmp_path, text, problem):
    file = tmp_path / "keys.csv"
    file.write_text(text)
    with pytest.raises(UsageError, match=re.escape(problem)):
        credentials_of(DOMAIN, dataset(), None, file)


def test_a_file_with_a_key_alone_is_that_key(tmp_path):
    (tmp_path / "key").write_text("secret-key\n")
    found = credentials_of(DOMAIN, dataset(), None, tmp_path / "key", "X-Key")
    assert found.headers("") == [("X-Key", "secret-key")]
    assert credentials_of(DOMAIN, dataset(), "other", None, "authorization").headers("") == [
        ("Authorization", "Bearer other")
    ]
    assert "secret" not in repr(found) + str(found)


def test_what_was_taken_is_not_sent_again_unless_that_is_wanted(api, tmp_path):
    upload(request(tmp_path, api.url, ("tenants", "customers")))
    again = upload(request(tmp_path, api.url, ("tenants", "customers", "products")))
    assert [(one.records, one.before) for one in again] == [(0, 2), (0, 10), (8, 0), (8, 12)]
    assert set(api.received.posts.values()) == {1}
    plan = plan_upload(request(tmp_path, api.url, ("tenants", "stock_events")))
    assert [(one.records, one.before) for one in plan] == [(2, 2), (None, 0)]
    upload(request(tmp_path, api.url, ("tenants",), restart=True))
    assert sorted(api.received.posts.values()) == [1] * 18 + [2] * 2


def test_an_upload_that_stops_goes_on_where_it_was(tmp_path):
    with Api(answer=lambda number, *_: (422, {}, "no more") if number > 30 else None).running() as api:
        with pytest.raises(OutputError, match=r"marketplace/orders: .* answered 422: no more"):
            upload(request(tmp_path, api.url, ("customers", "orders")))
        first = len(api.received.bodies)
        assert first == 30
        api._answer = None
        *_, total = upload(request(tmp_path, api.url, ("customers", "orders")))
    assert total.records == 50 - first
    assert len(api.received.bodies) == 50
    assert Counter(api.received.posts.values())[1] >= 50 - QUICK.concurrency


def test_other_batches_or_paths_than_those_that_were_begun_are_refused(tmp_path):
    with Api(answer=lambda number, *_: (422, {}, "no") if number > 3 else None).running() as api:
        with pytest.raises(OutputError):
            upload(request(tmp_path, api.url, ("orders",)))
        for more in ({"batch": 5}, {"template": "/v2/{entity}"}):
            with pytest.raises(
                UsageError, match=r"isn't what is asked for now.\n  Go on with these, or send all of them"
            ):
                upload(request(tmp_path, api.url, ("orders",), **more))
        api._answer = None
        upload(request(tmp_path, api.url, ("orders",), batch=5, restart=True))
    assert sum(len(json.loads(body)) for _, body in api.received.bodies.values() if body.startswith(b"[")) == 40


def test_a_path_that_led_nowhere_can_be_corrected(tmp_path):
    def answer(_number, path, *_):
        return (404, {}, "no such path") if path != "/v2/orders" else None

    with Api(answer=answer).running() as api:
        with pytest.raises(
            OutputError, match=r"answered 404: no such path.\n  Say which path takes these records: --endp"
        ):
            upload(request(tmp_path, api.url, ("orders",)))
        upload(request(tmp_path, api.url, ("orders",), templates={"orders": "/v2/orders"}))
    assert len(api.received.bodies) == 40


def test_two_processes_dont_upload_the_same_to_the_same(api, tmp_path):
    with request(tmp_path, api.url).ledger(), pytest.raises(OutputError, match="Another process uploads this dataset"):
        upload(request(tmp_path, api.url))
    assert not api.count


def test_a_line_that_was_not_written_whole_counts_as_never_written(api, tmp_path):
    wanted = request(tmp_path, api.url, ("orders",))
    with wanted.ledger() as ledger:
        ledger.begin("orders", wanted.template, 1)
        for at in (0, 1, 2, 5, 9):
            ledger.take("orders", at, 1)
    whole = ledger.path.read_bytes()
    for torn in (
        b'["taken", "orders", 3',
        b'["taken", "orders", 3, 1]',
        b"\0\0\0\n",
        b'["taken"]\n["taken", "orders", 4, 1]\n',
    ):
        ledger.path.write_bytes(whole + torn)
        with wanted.ledger() as found:
            assert (found.of("orders").below, found.of("orders").apart) == (3, {5: 1, 9: 1})
        assert ledger.path.read_bytes().count(b"\n") == 5
    upload(wanted)
    assert len(api.received.bodies) == 35
    ledger.path.write_text('{"something": "else"}\n')
    with pytest.raises(OutputError, match="is no ledger of this upload"):
        upload(wanted)


def test_a_ledger_stays_small_and_says_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(upload_ledger, "_LARGE", 2_000)
    wanted = request(tmp_path, "http://localhost:8000")
    with wanted.ledger() as ledger:
        ledger.begin("orders", wanted.template, 1)
        for at in reversed(range(1_000)):
            ledger.take("orders", at, 1) if at % 2 else None
        for at in range(1_000):
            ledger.take("orders", at, 1) if at % 2 == 0 else None
    assert ledger.path.stat().st_size < 5_000
    assert wanted.ledger().of("orders").below == 1_000


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "ftp://host", "http://", "http://me:canary@host", "http://host?key=canary", "http://host:99999",
     "http://host/a b", "me:canary@host", "http://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_is_written(tmp_path, url):
    with pytest.raises(UsageError, match="--api-url") as error:
        upload(request(tmp_path, url))
    assert "canary" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("orders", "doesn't begin with /"),
        ("/{tenant}", "'tenant' is unknown; did you mean 'tenant_id'"),
        ("/{tenant_id", "has a { or a } without the other"),
        ("/a b", "has signs that no path has"),
        ("/a?b={order_id}", "has signs that no path has"),
        ("/{raw_payload}", "names the column raw_payload, which may be missing or is no plain value"),
    ],
)
def test_a_path_that_cant_be_made_is_refused_before_anything_is_sent(api, tmp_path, template, problem):
    with pytest.raises(UsageError, match=re.escape(problem)):
        upload(request(tmp_path, api.url, ("orders",), template=template))
    with pytest.raises(UsageError, match="table 'order' is unknown; did you mean 'order"):
        upload(request(tmp_path, api.url, ("orders",), templates={"order": "/x"}))
    assert not api.count
    assert list(tmp_path.iterdir()) == []


ODD = """
dataset: odd
entities:
  things:
    doc: Things.
    grain: one thing
    rows: 5
    columns: {thing_id: key, share: {normal: 0, deviation: 1, digits: 3, type: float64}}
"""


def test_a_cell_that_json_hasnt_is_refused_and_its_rows_are_not_sent(api, tmp_path, monkeypatch):
    from synth_assets.usecases import upload as module

    (tmp_path / "odd.yaml").write_text(ODD)
    domain, rows, nan = Project.here().domain(str(tmp_path / "odd.yaml")), module.row_frames, pl.lit(float("nan"))
    monkeypatch.setattr(module, "row_frames", lambda *of: (one.with_columns(share=nan) for one in rows(*of)))
    with pytest.raises(DataError, match="column share, float64, has NaN, which JSON hasn't"):
        upload(UploadRequest(domain, domain.dataset(), ("things",), tmp_path, api.url, manners=QUICK))
    assert not api.count
