"""`synth changes apply` as a person types it; passwords go nowhere."""

import json
import re

import pytest
from psycopg.conninfo import make_conninfo

from synth_assets_tests.cli.as_process import TINY
from synth_assets_tests.cli.conftest import project, synth  # noqa: F401 - fixtures

LINE = ["changes", "apply", "bronze", *TINY, "--batches"]
CANARY = "c4n4ry-Pa55"


def test_a_run_tells_what_it_did_and_how_to_follow(synth, database, monkeypatch):  # noqa: F811
    monkeypatch.setenv("SYNTH_PG_URL", database.url)
    first = synth(*LINE, "1..2", "--as-fast-as-possible")
    assert first.status == 0, first.err
    assert re.search(r"^bronze\.raw_orders +\d+ +\d+ +\d+$", first.out, re.MULTILINE)
    assert re.search(r"transactions in .* a second; all of batch 2 is there\. .*publication synth_bronze\.$", first.err,
                     re.MULTILINE)  # fmt: skip
    again = synth(*LINE, "1..3", "--pace", "1000000x", "--resume", "--quiet", "--json")
    told = json.loads(again.out)
    assert (told["batches"], told["snapshot"], told["last"], again.err) == ([3, 3], 0, 3, "")
    assert sum(told["events"]["raw_orders"].values()) > 0
    graded = synth("changes", "score", "bronze", *TINY, "--at", "3", "--candidate", database.url, "--quiet")
    assert graded.status == 0, graded.err
    assert len(graded.out.splitlines()) == 8
    database.connection.execute("UPDATE bronze.raw_orders SET order_date = order_date + interval '1 s'")
    spoilt = synth("changes", "score", "bronze", *TINY, "--at", "3", "--candidate", f"{database.url}::bronze", "--json")
    rows = {row["table"]: row["passed"] for row in map(json.loads, spoilt.out.splitlines())}
    assert (spoilt.status, [name for name, passed in rows.items() if not passed]) == (1, ["bronze/raw_orders"])


@pytest.mark.parametrize("pace", ["0x", "60", "-1x", "", "1e3x", "x", "2000000x", "nanx"])
def test_a_pace_that_is_none_is_refused(pace, synth):  # noqa: F811
    refused = synth(*LINE, "1..2", "--to", "postgresql://nobody@localhost/shop", "--pace", pace)
    assert refused.status == 2
    assert "For example: --pace 60x" in refused.err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--to", "shop.duckdb"], "is a file, and changes are applied to PostgreSQL"),
        (["--to", "oracle://me@localhost/shop"], "oracle is no system"),
        (["--to", "mysql://me@localhost/shop", "--schema", "x"], "--schema is for PostgreSQL"),
        (
            ["--to", "mysql://me@localhost/shop", "--replica-identity", "full"],
            "--replica-identity full is for PostgreSQL",
        ),
        (["--pace", "2x", "--as-fast-as-possible"], "contradict each other"),
        (["--from-snapshot", "100000"], "--at 100000 is not allowed"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_done(more, told, synth, monkeypatch):  # noqa: F811
    monkeypatch.setenv("SYNTH_PG_URL", "postgresql://me@localhost:1/shop")
    refused = synth(*LINE, "1..2", *more)
    assert refused.status == 2
    assert told in refused.err


def test_a_wrong_password_is_refused_and_told_nowhere(synth, database):  # noqa: F811
    name = f"u{database.connection.info.dbname}"
    database.connection.execute(f"CREATE ROLE {name} LOGIN")
    try:
        url = make_conninfo(database.url, user=name, password=CANARY, port="1")
        refused = synth(*LINE, "1..2", "--to", url, "--as-fast-as-possible")
        owned = synth(*LINE, "1..2", "--to", make_conninfo(database.url, user=name, password=CANARY), "--quiet",
                      "--as-fast-as-possible")  # fmt: skip
    finally:
        database.connection.execute(f"DROP ROLE {name}")
    assert (refused.status, "can't be reached" in refused.err) == (1, True)
    assert (owned.status, "the user may not do that" in owned.err) == (1, True)
    assert CANARY not in refused.err + refused.out + owned.err + owned.out
    assert database.tables("bronze") == []
