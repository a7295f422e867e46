"""A real server in a process of its own, and requests as somebody sends them who may write every byte."""

import http.client
import json
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import Any, NamedTuple

from synth_assets_tests.cli.as_process import COMMAND, surroundings

KEY = "canary-key-3vHq8Lr2Xw9Zt5Bn7Kd4Mf6P"
UP = 60.0
"""Seconds that a server may take to start beside other tests."""


class Answer(NamedTuple):
    status: int
    headers: Any
    text: str

    @property
    def json(self):
        return json.loads(self.text)


class Server(NamedTuple):
    process: subprocess.Popen[str]
    port: int
    said: list[str]
    folder: Any

    def send(self, method, path, headers=(), body=None, timeout=60.0) -> Answer:
        """Exactly these headers, and those that say how long the body is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            found = connection.getresponse()
            return Answer(found.status, found.headers, found.read().decode("utf-8"))
        finally:
            connection.close()

    def ask(self, method, path, body=None, **more) -> Answer:
        """As a well-behaved client does."""
        text = None if body is None else json.dumps(body).encode()
        headers = [("Host", f"127.0.0.1:{self.port}"), ("Authorization", f"Bearer {KEY}")]
        return self.send(method, path, [*headers, ("Content-Type", "application/json")], text, **more)

    def execute(self, query, **more) -> Answer:
        return self.ask("POST", "/execute", {"query": query}, **more)

    def rows(self, query):
        found = self.execute(query)
        assert found.status == 200, found.text
        return found.json["rows"]

    def end(self, how=signal.SIGINT):
        """Ask it to end: (exit status, what it printed, what it complained about)."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=UP)
        return self.process.returncode, "\n".join([*self.said, out]), err


def started(folder, *args, **variables) -> Server:
    """A server that listens."""
    told = {"APP_ENV": "dev", "SYNTH_API_KEY": KEY, **variables}
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *args],
        cwd=folder,
        env=surroundings(**told),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said, until = [], time.monotonic() + UP
    assert process.stdout
    while not said or not said[-1].startswith("http://"):
        line = process.stdout.readline()
        if not line or time.monotonic() > until:
            process.kill()
            raise AssertionError(f"no server: {said} {process.communicate()}")
        said.append(line.strip())
    return Server(process, int(said[-1].rstrip("/").rpartition(":")[2]), said, folder)


@contextmanager
def serving(folder, *args, **variables):
    """A server, until the test is done with it."""
    server = started(folder, *args, **variables)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()
