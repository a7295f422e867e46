"""Simple SELECTs of eight clients at once against `synth serve`: python benchmarks/serve.py [SECONDS].

Server and clients share the machine. Each client sends the next query when it has the answer to the last one, over a
connection that stays open. An answer that isn't 200 with the right number, or doesn't come, is lost.
"""

import asyncio
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

CLIENTS = 8
USERS = 1_000
QUERY = "SELECT count(*) FROM fake_users WHERE id <= {}"


def main() -> None:
    """Measure, and print what was measured as JSON."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with tempfile.TemporaryDirectory() as folder, _server(folder) as (port, key):
        took, lost = asyncio.run(_asked(port, key, seconds))
    took.sort()
    print(
        json.dumps(
            {
                "clients": CLIENTS,
                "cores": os.cpu_count(),
                "seconds": seconds,
                "requests": len(took),
                "lost": lost,
                "per_second": round(len(took) / seconds),
                "p50_ms": _at(took, 0.5),
                "p99_ms": _at(took, 0.99),
                "most_ms": _at(took, 1.0),
            }
        )
    )


def _at(took: list[float], share: float) -> float:
    return round(1_000 * took[min(len(took) - 1, int(share * len(took)))], 1)


@contextmanager
def _server(folder: str) -> Iterator[tuple[int, str]]:
    key = secrets.token_urlsafe(32)
    environ = {**os.environ, "APP_ENV": "dev", "SYNTH_API_KEY": key}
    command = [sys.executable, "-m", "synth_assets.cli", "serve", "--port", "0", "--quiet"]
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout  # noqa: S101 — it was asked for
        found = re.search(r":(\d+)/", process.stdout.readline())
        try:
            if found is None:
                sys.exit("The server didn't start.")
            yield int(found[1]), key
        finally:
            process.send_signal(signal.SIGINT)


async def _asked(port: int, key: str, seconds: float) -> tuple[list[float], int]:
    until = time.monotonic() + seconds
    found = await asyncio.gather(*(_client(number, port, key, until) for number in range(CLIENTS)))
    return [one for took, _ in found for one in took], sum(lost for _, lost in found)


async def _client(number: int, port: int, key: str, until: float) -> tuple[list[float], int]:
    took: list[float] = []
    lost = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    at = number
    while (began := time.monotonic()) < until:
        at = at * 31 % USERS + 1
        body = json.dumps({"query": QUERY.format(at)}).encode()
        head = f"POST /execute HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-API-Key: {key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", answer.lower())
        said = await reader.readexactly(int(length[1]) if length else 0)
        took.append(time.monotonic() - began)
        is_right = answer.startswith(b"HTTP/1.1 200") and json.loads(said)["rows"] == [[at]]
        lost += not is_right
    writer.close()
    return took, lost


if __name__ == "__main__":
    main()
