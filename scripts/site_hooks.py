"""What MkDocs does besides: SVG pictures stand in the page itself, and the pages of the project's root come in.

A picture in the page follows the reader's choice of light or dark, and its links work; search leaves its words out. The
same file, as an image on a code host, follows the system's.
"""

import re
import sys
from html import unescape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))

from drawing.svg import scheme_style

ROOT = Path(__file__).resolve().parent.parent
ROOT_PAGES = {f"{name}.md": f"{name.lower()}.md" for name in ("ARCHITECTURE", "CONTRIBUTING", "GLOSSARY", "CHANGELOG")}
"""Pages beside README.md, and what they are called in the site."""

PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+\.svg)"[^>]*>')
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
OUTPUT = re.compile(r'<div class="language-text highlight">(.*?)</div>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
LETTERS = 120
"""Of a line that fits the page."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the project's root."""
    for name, uri in ROOT_PAGES.items():
        files.append(File.generated(config, uri, content=in_site((ROOT / name).read_text(encoding="utf-8"))))
    return files


def in_site(text: str) -> str:
    """A page of the project's root with its links as the site has them."""
    for name, uri in ROOT_PAGES.items():
        text = text.replace(f"]({name}", f"]({uri}")
    return text.replace("](docs/", "](")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put pictures that are SVG files of ours into the page."""
    del files

    def drawn(image: re.Match[str]) -> str:
        # Sources are relative to the page's address; a page `x.md` is at `x/`, an index at its folder.
        here = Path(config.docs_dir, page.file.src_uri).parent
        source = image[1].removeprefix("../") if page.file.name != "index" else image[1]
        svg = STYLE.sub("", (here / source).read_text(encoding="utf-8")).strip()
        return svg.replace("<svg ", "<svg data-search-exclude ", 1)

    inside, count = PICTURE.subn(drawn, OUTPUT.sub(_with_width, html))
    return f"<style>{scheme_style()}</style>\n{inside}" if count else inside


def _with_width(output: re.Match[str]) -> str:
    """A block of output that says how long its lines are, if they don't fit: the style sheet makes letters smaller."""
    longest = max(map(len, unescape(TAG.sub("", output[1])).splitlines()), default=0)
    if longest <= LETTERS:
        return output[0]
    return output[0].replace("<div ", f'<div style="--letters: {longest}" ', 1)
