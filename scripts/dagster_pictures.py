"""Pictures of Dagster's UI as somebody has it who did what docs/dagster.md says: `browse.py dagster` takes them.

Data, history and server are made for it, in a folder that is thrown away: bronze, small, seed 42, then the schedule of
a minute, switched on, for some minutes. So this takes about ten minutes.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

MODULE = "synth_assets.definitions"
SCHEDULE = "bronze_changes_minutely"
RUNS = 4
"""Finished runs of the schedule to wait for."""

WAIT_SECONDS = 900
GRAPH = {"width": 1700, "height": 1000}  # with less, boxes have nothing but names
TICKS = {"width": 1500, "height": 860}


def take_dagster_pictures(browser: Browser, root: Path) -> int:
    """Write docs/images/asset-graph.png and changes-schedule.png; the number is an exit status."""
    images = root / "docs" / "images"
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where it is ignored, `dagster dev` can't end its own
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        environ = _environment(root, Path(folder))
        group = [*("--select", "group:bronze"), *("--partition", "small|42"), *("-m", MODULE)]
        _dagster(["asset", "materialize", *group], root, environ)
        with _served(root, environ) as url:
            page = browser.new_context(timezone_id="UTC", locale="en-US").new_page()
            _asset_graph(page, url, images / "asset-graph.png")
            _dagster(["schedule", "start", SCHEDULE], root, environ)
            _wait_for_runs(url)
            _schedule(page, url, images / "changes-schedule.png")
            _dagster(["schedule", "stop", SCHEDULE], root, environ)
            _wait_until_idle(url)
    return 0


def _asset_graph(page: Page, url: str, picture: Path) -> None:
    """Lineage, with the group's name in the search box: without it, each group is one box."""
    page.set_viewport_size(GRAPH)
    page.goto(f"{url}/asset-groups")
    page.get_by_text("bronze_changes").first.wait_for()
    page.locator(".CodeMirror").first.click()
    page.keyboard.type('group:"bronze"', delay=50)
    page.keyboard.press("Escape")  # the list of suggestions
    page.keyboard.press("Enter")
    page.get_by_text("raw_reviews").first.wait_for()
    page.get_by_text("Global asset lineage").click()
    time.sleep(10)  # boxes come first, what is known about them afterwards
    page.screenshot(path=picture)


def _schedule(page: Page, url: str, picture: Path) -> None:
    page.set_viewport_size(TICKS)
    page.goto(f"{url}/locations/synth_assets/schedules/{SCHEDULE}")
    page.get_by_text("Tick history").wait_for()
    page.get_by_text("View logs").first.wait_for()
    time.sleep(4)
    page.screenshot(path=picture)


def _environment(root: Path, folder: Path) -> dict[str, str]:
    """A person's environment, with data and history elsewhere."""
    home = folder / "dagster_home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\nnux:\n  enabled: false\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "DAGSTER_"))}
    return kept | {
        "DAGSTER_HOME": str(home),
        "PATH": f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SYNTH_CHANGES__CADENCES": "day,minute",  # as docs/dagster.md says, for the schedule
        "SYNTH_DATA": str(folder / "data"),
    }


def _dagster(words: list[str], root: Path, environ: dict[str, str]) -> None:
    done = subprocess.run(
        [str(root / ".venv/bin/dagster"), *words], cwd=root, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"dagster {' '.join(words)}\n{done.stdout[-2_000:]}\n{done.stderr[-2_000:]}")


@contextmanager
def _served(root: Path, environ: dict[str, str]) -> Iterator[str]:
    """`dagster dev` on a free port, from the moment at which it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(root / ".venv/bin/dagster"), "dev", "--host", "127.0.0.1", "--port", str(port)]
    log = Path(environ["DAGSTER_HOME"]) / "dev.log"
    with (
        log.open("w", encoding="utf-8") as output,
        subprocess.Popen(command, cwd=root, env=environ, stdout=output, stderr=subprocess.STDOUT) as server,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(lambda: _locations(url), lambda: server.poll() is None, log)
            yield url
        finally:
            server.terminate()  # it ends its own processes
            server.wait(60)


def _locations(url: str) -> bool:
    """Whether the code location is loaded."""
    query = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"
    try:
        return bool(_asked(url, query)["repositoriesOrError"]["nodes"])
    except (urllib.error.URLError, ConnectionError, KeyError):
        return False


def _wait_for_runs(url: str) -> None:
    """Until some runs that the schedule asked for are done."""
    until = time.monotonic() + WAIT_SECONDS
    query = "{ runsOrError { ... on Runs { results { jobName status } } } }"
    while time.monotonic() < until:
        runs = [run["status"] for run in _asked(url, query)["runsOrError"]["results"] if SCHEDULE in run["jobName"]]
        if "FAILURE" in runs:
            sys.exit(f"a run of {SCHEDULE} failed")
        if runs.count("SUCCESS") >= RUNS:
            return
        time.sleep(5)
    sys.exit(f"{SCHEDULE}: fewer than {RUNS} runs in {WAIT_SECONDS} s")


def _wait_until_idle(url: str) -> None:
    """Until no run is left that writes where everything will be removed."""
    query = "{ runsOrError(filter: {statuses: [QUEUED, NOT_STARTED, STARTING, STARTED]}) { ... on Runs { count } } }"
    until = time.monotonic() + WAIT_SECONDS
    while _asked(url, query)["runsOrError"]["count"] and time.monotonic() < until:
        time.sleep(2)


def _wait_for(ready: Any, alive: Any, log: Path) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not ready():
        if not alive() or time.monotonic() > until:
            sys.exit(f"dagster dev doesn't answer\n{log.read_text(encoding='utf-8')[-3_000:]}")
        time.sleep(1)


def _asked(url: str, query: str) -> dict[str, Any]:
    body = json.dumps({"query": query}).encode()
    asked = urllib.request.Request(f"{url}/graphql", body, {"Content-Type": "application/json"})  # noqa: S310 — ours
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return json.load(answer)["data"]
