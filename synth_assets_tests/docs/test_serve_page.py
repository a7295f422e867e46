"""The page about the development server is followed as printed: requests are sent, and answers compared."""

import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from synth_assets_tests.devapi.served import KEY, serving
from synth_assets_tests.docs.followed import ROOT, files_of

PAGE = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
BLOCK = r"^```(curl|python|bash)\n(.*?)^```\n\n```(?:json|text)\n(.*?)^```$"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("page")) as found:
        yield found


def steps():
    """What is to be typed, and what is shown for it."""
    found = re.findall(BLOCK, PAGE, re.DOTALL | re.MULTILINE)
    assert len(found) == PAGE.count("```curl") + PAGE.count("```python\n") + PAGE.count("```bash") == 5
    return found


def curled(server, line):
    """What curl would send, and the answer's text."""
    words = shlex.split(line.replace("\\\n", " ").replace("$SYNTH_API_KEY", KEY))
    assert words.pop(0) == "curl"
    (address,) = [word for word in words if word.startswith("http://127.0.0.1:8000/")]
    told = dict(itertools.pairwise(words))
    headers = [tuple(words[at + 1].split(": ", 1)) for at, word in enumerate(words) if word == "-H"]
    body = told["-d"].encode() if "-d" in told else None
    method = told.get("-X", "POST" if body else "GET")
    host = ("Host", f"127.0.0.1:{server.port}")
    return server.send(method, address.removeprefix("http://127.0.0.1:8000"), [host, *headers], body).text


@pytest.mark.parametrize(("language", "typed", "shown"), steps())
def test_every_step_prints_what_is_shown(server, tmp_path, language, typed, shown):
    if language == "curl":
        assert curled(server, typed) == shown.rstrip("\n")
        return
    for name, content in files_of("serve.md"):
        (tmp_path / name).write_text(content, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "APP_ENV": "dev", "SYNTH_API_KEY": KEY}
    typed = typed.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    command = ["bash", "-c", typed] if language == "bash" else [sys.executable, "-c", typed]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == (shown, 0), done.stderr


def test_the_start_is_as_it_is_shown(server):
    start = re.search(r"^\$ synth serve\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert start
    assert start[1].replace(":8000/", f":{server.port}/").splitlines() == server.said


def test_the_page_names_every_option_and_every_code():
    from synth_assets.cli.commands.serve import command

    options = {name for option in command.params for name in option.opts if name != "--quiet"}
    assert {name for name in options if f"`{name}" not in PAGE} == set()
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "synth_assets" / "devapi").glob("*.py")]
    codes = {code for text in sources for code in re.findall(r'(?:Error\(\s*\d{3}, |"code": )"(\w+)"', text)}
    assert {"query", "key", "origin", "existing"} <= codes
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
