"""What servers answer, and how connections end: what is tried again, what is the end, and what is said then."""

import json
import socket
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from synth_assets.errors import OutputError
from synth_assets.project.project import Project
from synth_assets.sinks.posts import sender
from synth_assets.sinks.posts.answers import seconds_to_wait
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.sinks.posts.traffic import Manners
from synth_assets.usecases.upload import UploadRequest, reach, upload
from synth_assets_tests.certificates import self_signed
from synth_assets_tests.upload.api import Api

DOMAIN = Project.here().domain("bronze")
MANNERS = Manners(concurrency=8, stragglers=8, retries=4, timeout=5)
CANARY = "canary-0123456789abcdef"


def request(root, url, orders=40, **more):
    dataset = Project.here().dataset("bronze", volumes={"customers": 10, "products": 10, "orders": orders})
    return UploadRequest(DOMAIN, dataset, ("raw_orders",), root, url, **{"manners": MANNERS, **more})


@pytest.fixture
def hasty(monkeypatch):
    """Pauses of failures are no longer than they need to be."""
    monkeypatch.setattr(sender, "_FIRST_WAIT", 0.001)


def failing(tmp_path, answer, **more):
    """The message with which an upload ends, and the server."""
    with Api(answer=answer).running() as api, pytest.raises(OutputError) as error:
        upload(request(tmp_path, api.url, credentials=Credentials(CANARY), **more))
    return str(error.value), api


@pytest.mark.parametrize("fault", ["429", "500", "reset", "late"])
def test_each_record_is_kept_once_whatever_a_server_does_to_some(tmp_path, fault):
    with Api(share=0.1, faults=(fault,)).running() as api:
        *_, total = upload(request(tmp_path, api.url, orders=100))
    assert len(api.received.bodies) == total.records == 100
    assert api.received.changed == []
    assert (total.repeated > 0) == (fault != "late")
    assert {json.loads(body)["order_id"] for _, body in api.received.bodies.values()} == set(range(1, 101))


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (400, "The server doesn't want this request"),
        (401, "Give the right key in SYNTH_API_KEY, or in a file: --api-keys FILE"),
        (403, "Give the right key in SYNTH_API_KEY, or in a file: --api-keys FILE"),
        (404, "Say which path takes these records: --endpoint ENTITY=/its/path"),
        (409, "The server doesn't want this request"),
        (413, "Send fewer records a request: --batch-size 1"),
        (301, "Give the address that it leads to: --api-url https://…"),
    ],
)
def test_what_is_refused_ends_with_table_status_and_the_first_line_without_keys(tmp_path, status, step):
    text = f"\n  no {CANARY}, password=hunter2 here\nmore"
    said, api = failing(tmp_path, lambda *_: (status, {}, text))
    where = f"bronze/raw_orders: {api.url}/api/v1/raw_orders"
    assert said == (
        f"{where}: answered {status}: no …, password=… here.\n  {step}."
        " What was taken is noted: correct it, and run the same command again."
    )
    assert api.count == 1  # the first one goes alone


def test_a_request_that_is_refused_later_ends_all_and_what_is_under_way_is_noted(tmp_path):
    def answer(number, *_):
        if number == 20:
            return 422, {}, "that one"
        return None

    said, api = failing(tmp_path, answer, orders=200)
    assert "answered 422: that one" in said
    assert api.count <= 20 + MANNERS.concurrency + MANNERS.stragglers
    before = Counter(api.received.posts)
    with Api().running() as other:
        upload(request(tmp_path, other.url, orders=200))
    assert len(before.keys() & other.received.bodies.keys()) == len(before)


def test_an_array_of_which_each_record_has_another_answer_ends_it(tmp_path):
    said, _ = failing(tmp_path, lambda *_: (207, {}, "mixed"), batch=10)
    assert "answered 207" in said
    assert "--batch-size 1" in said


@pytest.mark.usefixtures("hasty")
def test_a_conflict_with_a_request_of_before_is_waited_for(tmp_path):
    seen = Counter()

    def answer(_number, _path, headers, _body):
        seen[headers["idempotency-key"]] += 1
        return {1: (500, {}, ""), 2: (409, {}, "still at work")}.get(seen[headers["idempotency-key"]])

    with Api(answer=answer).running() as api:
        *_, total = upload(request(tmp_path, api.url, orders=5))
    assert total.reasons == {"answered 500": 5, "answered 409": 5}


@pytest.mark.usefixtures("hasty")
def test_what_always_fails_is_given_up_after_so_many_tries(tmp_path):
    said, api = failing(tmp_path, lambda *_: (503, {}, "overloaded"))
    assert "answered 503: overloaded; it was tried 5 times.\n  What was taken is noted: run the same" in said
    assert api.count == 5


def test_who_asks_to_come_later_is_asked_later_however_often(tmp_path):
    times = []

    def answer(number, *_):
        times.append(time.monotonic())
        return (429, {"Retry-After": "0"}, "") if number <= 7 else None

    with Api(answer=answer).running() as api:
        *_, total = upload(request(tmp_path, api.url, orders=1))
    assert total.reasons == {"answered 429": 7}
    later = datetime.now(UTC) + timedelta(seconds=3_600)

    def by_date(number, *_):
        times.append(time.monotonic())
        told = {"Date": format_datetime(later, usegmt=True)}
        return (503, {**told, "Retry-After": format_datetime(later + timedelta(seconds=2), usegmt=True)}, "")[
            : 3 if number == 1 else 0
        ] or None

    times.clear()
    with Api(answer=by_date).running() as api:
        upload(request(tmp_path / "date", api.url, orders=1))
    assert 2 <= times[1] - times[0] < 4  # by the server's own clock


def test_who_asks_to_come_back_tomorrow_is_taken_at_his_word(tmp_path):
    said, api = failing(tmp_path, lambda *_: (429, {"Retry-After": "86400"}, ""))
    assert "answered 429, and asks to come back in 86,400 s" in said
    assert api.count == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "7"}, 7.0), ({"retry-after": " 0 "}, 0.0), ({}, None), ({"retry-after": "soon"}, None),
     ({"retry-after": "-1"}, None), ({"retry-after": "1.5"}, None), ({"retry-after": "Thu, 99 Nov"}, None),
     ({"retry-after": "Thu, 26 Nov 2026 22:00:05 GMT", "date": "Thu, 26 Nov 2026 22:00:00 GMT"}, 5.0),
     ({"retry-after": "Thu, 26 Nov 2026 21:00:05 GMT", "date": "Thu, 26 Nov 2026 22:00:00 GMT"}, 0.0)],
)  # fmt: skip
def test_retry_after_is_read_in_both_forms(headers, seconds):
    assert seconds_to_wait(headers) == seconds


@pytest.mark.usefixtures("hasty")
def test_an_answer_that_doesnt_come_is_waited_for_as_long_as_is_said(tmp_path):
    def answer(number, *_):
        if number == 1:
            time.sleep(2)

    manners = Manners(1, 0, 4, timeout=0.5)
    with Api(answer=answer).running() as api:
        *_, total = upload(request(tmp_path, api.url, orders=3, manners=manners))
    assert total.reasons == {"it didn't answer within 0.5 s": 1}
    assert len(api.received.bodies) == 3


def test_few_late_answers_dont_hold_up_the_others(tmp_path):
    def answer(number, *_):
        if number % 10 == 0:
            time.sleep(1)

    with Api(answer=answer).running() as api:
        manners = Manners(2, 4)
        *_, total = upload(request(tmp_path, api.url, orders=60, manners=manners))
    assert 2 < api.busiest <= 6
    with Api(answer=answer).running() as api:
        upload(request(tmp_path / "none", api.url, orders=20, manners=Manners(2, 0)))
    assert api.busiest == 2
    assert total.records == 60


def free_port():
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


UNREACHABLE = {
    "nobody": (lambda: f"http://127.0.0.1:{free_port()}", "nothing listens there.\n  Start it, or correct the address"),
    "no host": (
        lambda: "http://no-such-host.invalid",
        "there is no host of that name.\n  Correct the address. For example: http://localhost:8000",
    ),
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("name", UNREACHABLE)
def test_a_server_that_isnt_there_is_one_message(tmp_path, name):
    make, problem = UNREACHABLE[name]
    url = make()
    for begin in (upload, reach):
        with pytest.raises(OutputError) as error:
            begin(request(tmp_path, url))
        assert problem in str(error.value)
        assert url in str(error.value)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """What a server with a certificate shows that nobody signed but itself."""
    return self_signed(tmp_path_factory.mktemp("tls"))


def test_a_certificate_that_doesnt_hold_is_one_message_and_nothing_is_sent(tmp_path, tls, monkeypatch):
    context, file = tls
    with Api(tls=context).running() as api:
        url = api.url.replace("127.0.0.1", "localhost")
        for begin in (upload, reach):
            with pytest.raises(
                OutputError, match=r"the server's certificate doesn't hold: self.signed certificate.\n  See th"
            ):
                begin(request(tmp_path, url))
        assert not api.count
        with pytest.raises(OutputError):
            upload(request(tmp_path, url.replace("https", "http")))
        assert not api.count
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        upload(request(tmp_path, url, orders=3))
        assert api.count == 3
    with Api().running() as api, pytest.raises(OutputError, match="no encrypted connection comes about; perhaps the"):
        upload(request(tmp_path, api.url.replace("http", "https")))


@pytest.mark.usefixtures("hasty")
def test_a_server_that_begins_again_while_records_are_sent_gets_the_rest(tmp_path):
    with Api(answer=lambda *_: (503, {}, "") if api.count > 20 else None).running() as api:
        with pytest.raises(OutputError):
            upload(request(tmp_path, api.url))
        port = int(api.url.rpartition(":")[2])
    first = set(api.received.bodies)
    with Api().running(port) as again:
        upload(request(tmp_path, again.url))
    assert len(first | set(again.received.bodies)) == 40
    assert not first & set(again.received.bodies)
