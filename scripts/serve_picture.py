"""The picture of the development server's page, as docs/serve.md has it: `browse.py serve` takes it."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

SIZE = {"width": 1300, "height": 1150}


def take_serve_picture(browser: Browser, root: Path) -> int:
    """Write docs/images/serve.png; the number is an exit status, 1 if the browser complained."""
    key = secrets.token_urlsafe(32)
    environ = {**os.environ, "APP_ENV": "dev", "SYNTH_API_KEY": key}
    command = [str(root / ".venv" / "bin" / "synth"), "serve", "--port", "0", "--quiet"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            page = browser.new_page(viewport=SIZE, color_scheme="light")
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: complaints.extend([request.url] if key in request.url else []))
            page.goto(address)
            page.fill("#key", key)
            page.press("#key", "Enter")
            page.wait_for_selector("#found table")
            page.click("nav button:has-text('fake_orders')")
            page.wait_for_selector("#found th:text('order_count')")
            page.screenshot(path=root / "docs" / "images" / "serve.png")
        finally:
            server.send_signal(signal.SIGINT)
    print(*complaints, sep="\n", end="\n" if complaints else "", file=sys.stderr)
    return min(len(complaints), 1)
