# /// script
# requires-python = ">=3.11"
# dependencies = ["playwright>=1.50,<2"]
# ///
"""Look at the documentation, or at Dagster's UI, in Chromium: `make look` and `make pictures` run it.

    uv run --frozen --script scripts/browse.py site FOLDER [ADDRESS …]    # pictures of pages, and what doesn't fit
    uv run --frozen --script scripts/browse.py dagster                    # docs/images/*.png
    uv run --frozen --script scripts/browse.py serve                      # docs/images/serve.png

Chromium is the system's own (Debian: chromium), or CHROMIUM=path; nothing is downloaded. Its driver is in the lock file
beside this script, not in the project's.
"""

import argparse
import functools
import http.server
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_pictures import take_dagster_pictures
from playwright.sync_api import Browser, Page, sync_playwright
from serve_picture import take_serve_picture

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
WIDTHS = {"wide": 1_300, "phone": 390}
HEIGHT = 2_400
"""Of a picture of a page; what is further down is measured, not shown."""

MEASURE = """() => {
  const kinds = 'table, .md-typeset__scrollwrap, .wide, pre, pre > code';
  const all = [...document.querySelectorAll('.md-content :is(' + kinds + ')')].filter((e) => e.clientWidth > 0);
  const over = all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.tagName.toLowerCase() + ' '
    + e.scrollWidth + ' > ' + e.clientWidth + ': ' + e.innerText.trim().split('\\n')[0].slice(0, 60));
  return {
    count: all.length, over, page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    site = commands.add_parser("site")
    site.add_argument("folder", type=Path, help="where pictures of pages go")
    site.add_argument("addresses", nargs="*", help="of pages, such as bronze; all without")
    site.set_defaults(run=lambda browser, asked: look_at_site(browser, asked.folder, asked.addresses))
    dagster = commands.add_parser("dagster")
    dagster.set_defaults(run=lambda browser, _: take_dagster_pictures(browser, ROOT))
    serve = commands.add_parser("serve")
    serve.set_defaults(run=lambda browser, _: take_serve_picture(browser, ROOT))
    asked = parser.parse_args()
    with chromium() as browser:
        sys.exit(asked.run(browser, asked))


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, with a profile of its own that is thrown away."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if path is None:
        sys.exit("Chromium is missing. Install it (Debian and Ubuntu: apt install chromium), or name it: CHROMIUM=path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def look_at_site(browser: Browser, folder: Path, addresses: list[str]) -> int:
    """Take pictures of the built site and print what scrolls sideways; the number is an exit status.

    At 1,300 pixels no table and no block of code scrolls; on a phone they may, and no page does. Nothing comes from
    another host.
    """
    folder.mkdir(parents=True, exist_ok=True)
    built = ROOT / "site"
    pages = addresses or sorted(str(page.parent.relative_to(built)) for page in built.rglob("index.html"))
    measured = wrong = 0
    with served(built) as url:
        for kind, width in WIDTHS.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                page = context.new_page()
                asked: set[str] = set()
                page.on("request", lambda request, asked=asked: asked.add(request.url))
                for address in pages:
                    _open(page, f"{url}/{address}/", folder / f"{_name(address)}.{kind}-{scheme}.png", width)
                    if scheme == "light":  # the other one is as wide
                        boxes, over = _measured(page, f"{kind} {address}", strict=kind == "wide")
                        measured, wrong = measured + boxes, wrong + over
                others = sorted(one for one in asked if not one.startswith((url, "data:", "blob:")))
                wrong += len(others)
                print(*(f"from another host: {one}" for one in others), sep="\n", end="\n" if others else "")
                context.close()
    widths = " and ".join(f"{width:,}" for width in WIDTHS.values())
    print(f"{len(pages)} pages, {measured:,} tables and blocks at {widths} pixels: {wrong} wrong")
    return min(wrong, 1)


def _open(page: Page, url: str, picture: Path, width: int) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")
    height = min(HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
    page.screenshot(path=picture, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})


def _measured(page: Page, what: str, *, strict: bool) -> tuple[int, int]:
    """How many boxes there are, and how many of them, or of pages, are wider than they may be."""
    found = page.evaluate(MEASURE)
    over = found["over"] if strict else []
    over += [f"the page itself is {found['page']} pixels too wide"] * bool(found["page"])
    print(*(f"{what}: {one}" for one in over), sep="\n", end="\n" if over else "")
    return found["count"], len(over)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder can be read meanwhile."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _name(address: str) -> str:
    return "home" if address == "." else address.replace("/", "-")


if __name__ == "__main__":
    main()
