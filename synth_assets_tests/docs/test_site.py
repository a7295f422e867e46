"""The documentation as a whole: what leads where, what comes in from beside, and the commands of short pages."""

import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import pytest
from make_home_picture import home_picture
from mkdocs.utils.yaml import yaml_load
from site_hooks import ROOT_PAGES, in_site, on_page_content

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def pages():
    """Address → text of every page of the site."""
    found = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    return found | {uri: in_site((ROOT / name).read_text(encoding="utf-8")) for name, uri in ROOT_PAGES.items()}


def links(address, text):
    """The pages that a page has links to."""
    folder = PurePosixPath(address).parent
    targets = re.findall(r"\]\(([^)#:]+\.md)[^)]*\)", text)
    return {os.path.normpath(folder / target) for target in targets}


def listed(navigation):
    """The pages of a navigation, however deep."""
    if isinstance(navigation, str):
        return [navigation]
    inside = navigation.values() if isinstance(navigation, dict) else navigation
    return [page for part in inside for page in listed(part)]


def test_every_page_is_reached_from_the_home_page_by_links():
    texts = pages()
    reached, new = set(), {"index.md"}
    while new:
        reached |= new
        new = {target for page in new for target in links(page, texts[page])} - reached
    assert sorted(set(texts) - reached) == []


def test_every_link_between_pages_leads_to_one():
    texts = pages()
    assert [(page, target) for page, text in texts.items() for target in links(page, text) if target not in texts] == []


def test_every_page_is_in_the_navigation_once_and_users_come_before_developers():
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        navigation = yaml_load(file)["nav"]
    assert sorted(listed(navigation)) == sorted(pages())
    last = navigation[-1]["For developers"]
    assert {"architecture.md", "how-an-order-is-made.md", "benchmarks.md", "kernel-battery.md"} <= set(listed(last))
    assert "decisions/index.md" in listed(last)


def test_pictures_of_pages_exist_and_all_pictures_are_shown():
    named = {
        os.path.normpath(DOCS / PurePosixPath(page).parent / target)
        for page, text in pages().items()
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    }
    assert named == {str(path) for path in (DOCS / "images").rglob("*") if path.is_file()}


def test_the_picture_of_the_home_page_is_what_the_data_makes():
    assert (DOCS / "images" / "home.svg").read_text() == home_picture(), "run: python scripts/make_home_picture.py"


def test_a_picture_stands_in_its_page_in_the_colours_that_the_page_chooses():
    page = SimpleNamespace(file=SimpleNamespace(src_uri="bronze.md", name="bronze"))
    image = '<p><img alt="keys" src="../images/domains/bronze/keys.svg" /></p><img src="../images/asset-graph.png">'
    html = on_page_content(image, page, SimpleNamespace(docs_dir=str(DOCS)), None)
    assert html.count("<svg ") == html.count("</svg>") == html.count("<style>") == 1
    assert '[data-md-color-scheme="slate"] .drawn' in html
    assert "keys.svg" not in html
    assert "asset-graph.png" in html


@pytest.mark.parametrize(("letters", "said"), [(120, ""), (121, ' style="--letters: 121"')])
def test_output_says_how_long_its_lines_are_if_they_do_not_fit(letters, said):
    page = SimpleNamespace(file=SimpleNamespace(src_uri="faults.md", name="faults"))
    inside = f'class="language-text highlight"><pre><code>a\n<span>{"&lt;" * letters}</span>\n</code></pre></div>'
    assert on_page_content(f"<div {inside}", page, SimpleNamespace(docs_dir=""), None) == f"<div{said} {inside}"


@pytest.mark.parametrize("name", ["index.md", "generate.md"])
def test_what_a_page_tells_to_type_works_in_order(name, tmp_path):
    (tmp_path / "synth.toml").touch()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("SYNTH_")} | {"PATH": path}
    blocks = re.findall(r"^```(bash|console|python)\n(.*?)^```$", pages()[name], re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 3
    for language, block in blocks:
        typed = "\n".join(re.findall(r"^\$ (synth .+)$", block, re.MULTILINE)) if language == "console" else block
        command = [sys.executable, "-c", typed] if language == "python" else ["bash", "-e", "-c", typed]
        done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{typed}\n{done.stderr}"
