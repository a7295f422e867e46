"""A real server that takes posts, misbehaves as it is told to, and knows what came under which Idempotency-Key.

It stands in a thread of the test, or in a process of its own: ``python -m synth_assets_tests.upload.api``.
"""

import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAULTS = ("429", "500", "reset", "late")
"""What may happen to a request; a reset comes before or after the server has kept what was brought."""


@dataclass
class Received:
    """What has arrived, and was kept.

    Attributes:
        bodies: Idempotency-Key → path and body, in the order in which they were first kept.
        posts: how often each key came, whatever was answered.
        changed: keys that came with another body or path than before.
        headers: of the last request.
        order: the paths of what was kept, in order.
    """

    bodies: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    posts: Counter = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def records(self, path=None):
        """The records that are kept, as JSON says them."""
        found = []
        for where, body in self.bodies.values():
            if path is None or where == path:
                said = json.loads(body)
                found += said if isinstance(said, list) else [said]
        return found


class Api:
    """The server.

    Args:
        share: of requests, how many meet each of the faults.
        faults: which.
        seed: of what is drawn.
        answer: (number of the request, path, headers, body) → (status, headers, text), or None for what is usual.
        pause: seconds that each answer takes.
    """

    def __init__(self, share=0.0, faults=FAULTS, seed=1, answer=None, pause=0.0, tls=None):
        self.received = Received()
        self.busy = self.busiest = self.count = 0
        self._share, self._faults, self._answer, self._pause = share, faults, answer, pause
        self._random, self._lock = random.Random(seed), threading.Lock()  # noqa: S311 - faults, no secrets
        self._tls = tls

    @contextmanager
    def running(self, port=0):
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def log_message(self, *_):
                pass

            def do_POST(self):
                api.post(self)

            def do_HEAD(self):
                self.send_response(405)
                self.send_header("content-length", "0")
                self.end_headers()

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a client that was killed

        server = Server(("127.0.0.1", port), Handler)
        if self._tls:
            server.socket = self._tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def post(self, handler):
        length = int(handler.headers["content-length"])
        body = handler.rfile.read(length)
        if len(body) < length:  # who sent it died in the middle: no server takes half a request
            handler.close_connection = True
            return
        key = handler.headers.get("idempotency-key", "")
        with self._lock:
            self.count += 1
            number = self.count
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            self.received.posts[key] += 1
            self.received.headers.append({name.lower(): value for name, value in handler.headers.items()})
            fault = self._random.choice(self._faults) if self._random.random() < self._share * len(self._faults) else ""
            before = self._random.random() < 0.5
        try:
            said = self._answer(number, handler.path, handler.headers, body) if self._answer else None
            said = said or {"429": (429, {"Retry-After": "1"}, "later"), "500": (500, {}, "oops")}.get(fault)
            if said is not None:
                self._say(handler, *said)
            elif fault == "reset" and before:
                self._reset(handler)
            else:
                time.sleep(1.0 if fault == "late" else self._pause)
                self._keep(key, handler.path, body)
                if fault == "reset":
                    self._reset(handler)
                else:
                    self._say(handler, 201, {}, '{"ok": true}')
        finally:
            with self._lock:
                self.busy -= 1

    def _keep(self, key, path, body):
        with self._lock:
            kept = self.received.bodies.setdefault(key, (path, body))
            if kept != (path, body):
                self.received.changed.append(key)

    @staticmethod
    def _say(handler, status, headers, text):
        content = text.encode()
        handler.send_response_only(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    @staticmethod
    def _reset(handler):
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        os.close(handler.connection.detach())  # now, whoever else holds the socket


@contextmanager
def apart(share=0.0, pause=0.0):
    """The server in a process of its own: its address, and what asks it how many keys and posts it has seen."""
    command = [sys.executable, "-m", "synth_assets_tests.upload.api", str(share), str(pause)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask():
            process.stdin.write("\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        try:
            yield process.stdout.readline().strip(), ask
        finally:
            process.stdin.close()
            process.wait()


def _main(share, pause):
    with Api(float(share), pause=float(pause)).running() as api:
        print(api.url, flush=True)  # noqa: T201
        for _ in sys.stdin:
            counts = {"kept": len(api.received.bodies), "posts": api.count, "changed": len(api.received.changed)}
            print(json.dumps({**counts, "busiest": api.busiest}), flush=True)  # noqa: T201


if __name__ == "__main__":
    _main(*sys.argv[1:])
