"""Messages quote what others wrote: nothing of it reaches a terminal raw, and no password is told."""

import pickle
import time

import pytest

from synth_assets.documents.reading import parse
from synth_assets.errors import DataError, SynthError, UsageError, presentable, shortened, unknown

SECRETS = [
    "postgresql://me:{}@host:5432/db",
    "postgres://:{}@host",
    "redis://me:{}@[::1]/0?x=1",
    "mysql+pymysql://me:{}@host",
    "https://me%40corp:{}@host/path#part",
    "candidate 'jdbc:postgresql://me:{}@host' can't be read: [Errno 2]",
    "host=localhost user=me password={} dbname=x",
    "host=localhost password = '{}' dbname=x",
    "SYNTH_POSTGRES__PASSWORD={} is not allowed",
    'server: {{"password": "{}"}} is not allowed',
    "?sslpassword={}&x=1",
    "api_key={}, TOKEN={}",
]


@pytest.mark.parametrize("text", SECRETS)
@pytest.mark.parametrize("password", ["hunter2", "hunt%40er2", "hunter2" * 50])
def test_no_message_tells_a_password(text, password):
    for error in (UsageError, DataError):
        assert password[:6] not in str(error(text.replace("{}", password)))
    assert password[:6] not in shortened(text.replace("{}", password))
    assert password[:6] not in str(unknown("preset", text.replace("{}", password), ["small"]))


@pytest.mark.parametrize(
    "password", ["hunter2#x", "hunter2/x", "hunter2@x", "hunter2 x", "hunter2'x", 'hunter2"x', "hunter2:x"]
)
def test_signs_that_no_address_may_have_do_not_end_the_password(password):
    told = presentable(f"postgresql://me:{password}@host/db can't be reached")
    assert told == "postgresql://me:…@host/db can't be reached"


def test_addresses_without_a_password_are_told_whole():
    for text in ("http://127.0.0.1:3000/runs", "postgresql://me@host/db", "mail me@example.org", "s3://bucket/key"):
        assert presentable(f"{text} can't be reached.\n  Start it: a@b") == f"{text} can't be reached.\n  Start it: a@b"


def test_signs_for_terminals_and_halves_of_characters_are_written_as_escapes():
    told = str(UsageError("\x1b[31m\r\t\x9b\u202e\ud800\0é\n  ü 漢字"))
    assert told == "\\x1b[31m\\r\\t\\x9b\\u202e\\ud800\\x00é\n  ü 漢字"
    told.encode()


def test_what_was_quoted_makes_no_line_of_its_own():
    assert "\n" not in shortened("a\nb")
    with pytest.raises(UsageError) as caught:
        parse('"a\\nb" = 1\n"a\\nb" = 2', "f.toml")
    assert str(caught.value).splitlines()[0] == "f.toml, line 2: a\\nb is there twice, first in line 1."


def test_an_error_that_travels_between_processes_stays_the_same():
    error = SynthError("postgresql://me:pw@host\x1b")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "a://b:" * 100_000, "@a://b:" * 100_000, "password=" * 100_000, "token " * 100_000 + "="]
)
def test_long_texts_are_made_presentable_at_once(text):
    started = time.monotonic()
    presentable(text)
    assert time.monotonic() - started < 2


def test_an_advice_how_to_make_a_secret_is_no_secret():
    advice = "export SYNTH_API_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(32))')"
    assert presentable(advice) == advice
    assert presentable("SYNTH_API_KEY=$(pass") == "SYNTH_API_KEY=…"
