"""`synth upload`, and `synth generate … --upload` as document 004 prints it; and that no key is seen anywhere."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from synth_assets.cli.commands.generate import command as generate_command
from synth_assets.cli.run import run
from synth_assets.cli.surroundings import _SECRET_VARIABLE
from synth_assets.cli.upload_options import _KEY_VARIABLE
from synth_assets.project.project import Project
from synth_assets.project.settings_sources import API_KEY_VARIABLE
from synth_assets_tests.cli.as_process import COMMAND, surroundings
from synth_assets_tests.upload.api import Api

SOME = ["--tenants", "2", "--products-per-tenant", "4", "--orders-per-tenant", "8", "--customers-per-tenant", "3"]
CANARY = "sk_canary_0123456789abcdef"
COUNTS = {"tenants": 2, "customers": 6, "products": 8, "orders": 16}


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in os.environ:
        if name.startswith(("SYNTH_", "NUM_", "DAYS_OF_DATA")):
            monkeypatch.delenv(name)
    (tmp_path / "synth.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def synth(project, capsys):  # noqa: ARG001 - its folder
    def call(*args):
        status = run([str(one) for one in args])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def api():
    with Api().running() as running:
        yield running


@pytest.mark.parametrize(
    "line",
    [
        ["--upload", "--api-url", "URL", "--api-key", "your-api-key"],
        ["--preset", "small", "--upload", "--verbose"],
    ],
)
def test_the_documents_lines_store_the_files_and_bring_their_records(synth, project, api, line):
    # The document's own address, wherever the test's server is.
    (project / "synth.toml").write_text(f'[upload]\napi_url = "{api.url}"\nbatch_size = 100\n')
    status, out, err = synth("generate", "marketplace", *SOME, *[api.url if one == "URL" else one for one in line])
    assert status == 0, err
    assert (project / "generated_data" / "tenants.csv").is_file()
    records = {name: len(api.received.records(f"/api/v1/{name}")) for name in COUNTS}
    assert records == COUNTS
    assert [one.split()[0] for one in out.splitlines()[-8:]] == [*Project.here().domain("marketplace").entities, "all"]
    key = api.received.headers[0].get("x-api-key")
    assert key == ("your-api-key" if "--api-key" in line else None)
    assert err.count("--api-key: others see it") == ("--api-key" in line)


def test_the_address_that_the_document_names_is_the_domains_own(synth):
    status, out, _ = synth("upload", "marketplace", *SOME, "--dry-run")
    assert status == 0
    assert "http://localhost:8000/api/v1/order_items" in out
    assert "--api-url URL" in " ".join(synth("generate", "marketplace", "--help")[1].split())
    assert synth("upload", "bronze", "--dry-run")[2].startswith("--api-url is missing.\n  For example: --api-url http")


def test_a_dry_run_says_what_would_be_sent_and_does_nothing(synth, project):
    status, out, err = synth(
        "upload", "marketplace", "orders", "stock_events", *SOME, "--dry-run", "--endpoint", "/x/{entity}"
    )
    assert (status, err) == (0, "")
    assert [line.split() for line in out.splitlines()[1:3]] == [
        ["orders", "16", "0", "http://localhost:8000/x/orders"],
        ["stock_events", "?", "0", "http://localhost:8000/x/stock_events"],
    ]
    told = synth("upload", "marketplace", "orders", *SOME, "--dry-run", "--json")[1]
    assert json.loads(told) == {
        "entity": "orders", "url": "http://localhost:8000/api/v1/orders", "records": 16, "before": 0
    }  # fmt: skip
    planned = synth("generate", "marketplace", *SOME, "--upload", "--dry-run")[1]
    assert "generated_data" in planned
    assert "Nothing was sent." in planned
    assert [path.name for path in project.iterdir()] == ["synth.toml"]


def test_a_report_has_throughput_and_how_long_answers_took(synth, api):
    status, out, err = synth("upload", "marketplace", "orders", *SOME, "--api-url", api.url, "--json")
    assert status == 0
    table, total = map(json.loads, out.splitlines())
    assert (table["entity"], total["entity"], table["records"], total["records"]) == ("orders", None, 16, 16)
    assert 0 < table["p50_ms"] <= table["p95_ms"] <= table["p99_ms"] <= table["seconds"] * 1_000 + 1
    assert abs(table["records_per_second"] - 16 / table["seconds"]) < 0.1 * table["records_per_second"]
    assert "orders: uploaded 16 rows" in err
    assert synth("upload", "marketplace", "orders", *SOME, "--api-url", api.url, "--quiet")[2] == ""
    again = synth("upload", "marketplace", "orders", *SOME, "--api-url", api.url)
    assert "16 records were uploaded before; --restart sends them again." in again[2]


def test_settings_are_those_of_the_options(synth, project, api):
    (project / "synth.toml").write_text(
        f'[upload]\napi_url = "{api.url}"\nbatch_size = 5\nendpoint = "/v1/{{entity}}"\n'
        'endpoints = ["orders=/o", "other=/x"]\n'
    )
    assert synth("upload", "marketplace", "tenants", "orders", *SOME)[0] == 0
    assert {path for path, _ in api.received.bodies.values()} == {"/v1/tenants", "/o"}
    assert max(len(json.loads(body)) for _, body in api.received.bodies.values()) == 5
    for name, value in (("CONCURRENCY", "0"), ("ENDPOINT", "orders"), ("BATCH_SIZE", "x")):
        done = subprocess.run(
            [*COMMAND, "list"], env=surroundings(**{f"SYNTH_UPLOAD__{name}": value}), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert f"SYNTH_UPLOAD__{name}" in done.stderr


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        (["--endpoint", "orders"], "--endpoint orders: it is a path that begins with /, or TABLE=PATH"),
        (["--endpoint", "order=/x"], "table 'order' is unknown"),
        (["--batch-size", "0"], "--batch-size 0 is not allowed"),
        (["--concurrency", "0"], "--concurrency 0 is not allowed"),
        (["--api-key-header", "a b"], "is no name of a header"),
        (["--api-keys", "nothing.csv"], "--api-keys nothing.csv: it can't be read: no such file"),
        (["--api-url", "localhost"], "'localhost' is not allowed; it is http:// or https://"),
    ],
)
def test_wrong_usage_is_one_message_and_nothing_is_sent_or_written(synth, project, flags, problem):
    status, _, err = synth("upload", "marketplace", *SOME, *flags)
    assert (status, problem in err) == (2, True), err
    assert [path.name for path in project.iterdir()] == ["synth.toml"]


@pytest.mark.parametrize("flags", [["--api-url", "http://localhost:1"], ["--api-key", CANARY]])
def test_options_of_uploading_alone_are_refused(synth, project, flags):
    status, _, err = synth("generate", "marketplace", *SOME, *flags)
    assert status == 2
    assert err == f"{flags[0]} is for uploading.\n  Say that, too: --upload\n"
    assert [path.name for path in project.iterdir()] == ["synth.toml"]


def test_a_server_that_isnt_there_is_found_before_anything_is_generated(synth, project):
    status, _, err = synth("generate", "marketplace", *SOME, "--upload", "--api-url", "http://127.0.0.1:1")
    assert status == 1
    assert err.startswith("http://127.0.0.1:1: nothing listens there.")
    assert [path.name for path in project.iterdir()] == ["synth.toml"]


def test_the_names_of_the_key_are_the_same_everywhere():
    assert _KEY_VARIABLE == _SECRET_VARIABLE == API_KEY_VARIABLE
    assert {"api_url", "api_key", "api_keys"} <= {one.name for one in generate_command.params}


# The canary


WAYS = {
    "variable": ([], {"SYNTH_API_KEY": CANARY}, None),
    "file": (["--api-keys", "key.txt"], {}, CANARY),
    "option": (["--api-key", CANARY], {}, None),
}
ANSWERS = {
    "taken": lambda *_: None,
    "refused": lambda *_: (401, {}, f"wrong key: {CANARY}"),
    "echoed": lambda _n, _p, headers, _b: (400, {}, json.dumps(dict(headers.items()))),
    "failing": lambda *_: (500, {}, f"at {CANARY}"),
    "leading on": lambda *_: (302, {"Location": f"http://other/?{CANARY}"}, ""),
}


def argument_lists(process, seen, done):
    """The arguments of all children of a process, for as long as it lives."""
    while not done.is_set():
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(path.read_text().rpartition(")")[2].split()[1])
                if parent in {process.pid, *seen}:
                    seen.setdefault(int(path.parent.name), set()).add((path.parent / "cmdline").read_bytes())
            except (OSError, ValueError):
                continue
        time.sleep(0.01)


CANARIES = [
    *(("variable", answer) for answer in ANSWERS),
    *((way, answer) for way in ("file", "option") for answer in ("taken", "echoed")),
]


@pytest.mark.long
@pytest.mark.parametrize(("way", "answer"), CANARIES)
def test_a_key_is_seen_by_the_server_and_nobody_else(tmp_path, way, answer):
    flags, variables, content = WAYS[way]
    (tmp_path / "synth.toml").write_text("[upload]\nretries = 1\n")
    if content:
        (tmp_path / "key.txt").write_text(content)
    with Api(answer=ANSWERS[answer]).running() as api:
        command = [*COMMAND, "generate", "marketplace", "tenants", "customers", *SOME, "--workers", "2", "--verbose"]
        process = subprocess.Popen(
            [*command, "--upload", "--api-url", api.url, *flags],
            cwd=tmp_path, env=surroundings(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        seen, done = {}, threading.Event()
        watch = threading.Thread(target=argument_lists, args=(process, seen, done))
        watch.start()
        out, err = process.communicate(timeout=120)
        done.set()
        watch.join()
    assert (process.returncode == 0) == (answer == "taken"), err
    assert api.received.headers[0]["x-api-key"] == CANARY  # it did come
    assert CANARY not in out + err
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "key.txt"]
    assert any(".synth/uploads" in str(path) for path in written)
    assert [path for path in written if CANARY.encode() in path.read_bytes() or CANARY in path.name] == []
    assert [line for lines in seen.values() for line in lines if CANARY.encode() in line] == []
    assert err.count("--api-key: others see it") == (way == "option")


@pytest.mark.parametrize("key", ["line\nbreak", "é" * 20, " surrounded ", "x" * 5_000, ""])
def test_a_key_that_is_none_is_refused_without_being_shown(synth, api, key):
    status, _, err = synth("upload", "marketplace", *SOME, "--api-url", api.url, "--api-key", key)
    assert status == 2
    assert "The API key is not allowed" in err
    assert not key.strip() or key.strip() not in err
    assert not api.count


def test_a_key_that_is_no_text_is_not_shown(tmp_path):
    key = CANARY.encode() + b"\xff"
    for more, variables in (([b"--api-key", key], {}), ([b"--api-key=" + key], {}), ([], {b"SYNTH_API_KEY": key})):
        environ = {os.fsencode(name): os.fsencode(text) for name, text in surroundings().items()} | variables
        done = subprocess.run(
            [*COMMAND, "upload", "marketplace", "--dry-run", *more], cwd=tmp_path, env=environ, capture_output=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert CANARY.encode() not in done.stdout + done.stderr
        assert b"the API key holds bytes that are no text" in done.stderr


def test_without_its_packages_the_extra_is_named(tmp_path):
    code = (
        "import sys, importlib.util as u; real = u.find_spec; sys.modules['httpx'] = None;"
        "u.find_spec = lambda name, *a: None if name == 'httpx' else real(name, *a);"
        "from synth_assets.cli.run import run; raise SystemExit(run(['upload', 'marketplace', '--dry-run']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "Uploading needs httpx, which is not installed.\n  Install it: pip install 'synth-assets[http]'\n"
    )
