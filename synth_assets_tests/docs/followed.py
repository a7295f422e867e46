"""Pages that a person follows step by step: files are written, commands typed, and what is shown is compared."""

import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = "…"


class Done(NamedTuple):
    """A block of a page that was run.

    Attributes:
        process: what it did.
        shown: the text that the page shows for it; empty for none.
    """

    process: subprocess.CompletedProcess[str]
    shown: str


def files_of(page):
    """The files that a page writes: (name, content)."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r'^```\w+ title="(.+?)"\n(.*?)^```$', text, re.DOTALL | re.MULTILINE)


def followed(page, folder):
    """Do what a page says in a folder, block by block."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    steps = re.findall(r"^```(bash|python|text)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    for name, content in files_of(page):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "DAGSTER_"))}
    found = []
    for language, block in steps:
        if language == "text":
            found[-1] = found[-1]._replace(shown=found[-1].shown + block)
            continue
        command = ["bash", "-e", "-c", block] if language == "bash" else [sys.executable, "-c", block]
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        found.append(Done(done, ""))
    return found


@contextmanager
def with_own_server(page):
    """A page that was followed in a folder whose own PostgreSQL server runs until the end."""
    # Of a folder of pytest only its own user can make use, and root lets another one run the server.
    with tempfile.TemporaryDirectory(prefix="synth-page-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "synth.toml").touch()
        try:
            yield followed(page, folder)
        finally:
            stop = [sys.executable, "-m", "synth_assets.cli", "postgres", "stop"]
            subprocess.run(stop, cwd=folder, check=False, capture_output=True)


def differences(found):
    """What is printed otherwise than the page shows, except where it leaves something out."""
    wrong = []
    for done, text in found:
        pattern = "".join(".*" if line == LEFT_OUT else re.escape(line) + "\n" for line in text.splitlines())
        if text and not re.fullmatch(pattern, done.stdout, re.DOTALL):
            wrong.append(f"{text}\n--- but it prints ---\n{done.stdout}")
    return wrong
