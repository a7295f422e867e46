"""The page about fake tables is followed as printed, its queries are asked, and the script that goes with it runs."""

import os
import re
import subprocess
import sys

import duckdb
import pytest

from synth_assets_tests.docs.followed import ROOT, differences, followed

PAGE = (ROOT / "docs" / "fake-data.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("developer")


@pytest.fixture(scope="module")
def outputs(folder):
    return followed("fake-data.md", folder)


def test_every_step_succeeds_and_prints_what_is_shown(outputs):
    assert [(one.process.args[-1], one.process.stderr[-2_000:]) for one in outputs if one.process.returncode] == []
    assert differences(outputs) == []
    assert "nothing was done, as APP_ENV is not set" in outputs[1].process.stderr


@pytest.mark.usefixtures("outputs")
def test_the_queries_find_what_they_ask_for(folder):
    queries = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    with duckdb.connect(str(folder / "dev.duckdb"), read_only=True) as connection:
        found = [connection.sql(query).fetchall() for query in queries]
    departments, statuses, visits, categories = found
    assert [name for name, _, _ in departments] == ["Engineering", "Finance", "Sales", "Marketing", "HR"]
    assert {status for status, *_ in statuses} == {"pending", "processing", "shipped", "delivered", "cancelled"}
    assert {device for device, *_ in visits} == {"desktop", "mobile", "tablet"}
    counts = [
        sum(row[at] for row in rows) for rows, at in ((departments, 1), (statuses, 1), (visits, 2), (categories, 1))
    ]
    assert counts == [1_000, 5_000, 10_000, 500]
    assert all(conversions < events for _, _, events, _, conversions in visits)


def test_the_documents_script_runs_and_does_its_four_things(tmp_path):
    script = ROOT / "examples" / "devdata" / "test_fake_data.py"
    environ = {name: value for name, value in os.environ.items() if name != "APP_ENV"}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for said in (
        "1. Individual data generators\n  fake_users: 1,000 rows, 9 columns",
        "2. Tables and data\n  16,500 rows in 4 tables of data/devdata/dev.duckdb",
        "3. Verification\n  fake_users: ok\n  fake_orders: ok\n  fake_analytics: ok\n  fake_products: ok",
        "4. Statistics\n  fake_users: 1,000 rows, by department",
    ):
        assert said in done.stdout
    assert (tmp_path / "data" / "devdata" / "dev.duckdb").is_file()
