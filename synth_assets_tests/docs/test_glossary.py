"""The glossary: its words are the code's, words to avoid are nobody's name, and no name has two owners unnoticed."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "synth_assets"
TEXT = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
BELOW_USECASES = (
    *("model", "engine", "kernel", "world", "columns", "specs", "sinks", "produce", "project", "checking", "changes"),
    *("faults", "grading", "documents", "schemas"),
)


def rows(heading):
    """The cells of the table that begins with a heading."""
    table = re.split(r"\n(?!\|)", TEXT.partition(f"\n| {heading} |")[2])[0]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()[2:]]


def public_names(*packages):
    """The names of public classes and functions at the top of modules."""
    files = [file for package in packages for file in sorted((PACKAGE / package).rglob("*.py"))]
    nodes = [node for file in files for node in ast.parse(file.read_text(encoding="utf-8")).body]
    return [n.name for n in nodes if isinstance(n, ast.ClassDef | ast.FunctionDef) and not n.name.startswith("_")]


def words(name):
    return " ".join(re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)).lower()


def test_words_are_in_alphabetical_order_and_said_once():
    said = [row[0] for row in rows("word")]
    assert len(said) > 50
    assert said == sorted(set(said), key=str.lower)


def test_every_word_is_used_in_the_code_where_the_page_says():
    for word, _, where, _ in rows("word"):
        for path, _, name in re.findall(r"([a-z_/]+(?:\.py|/))( `(\w+)`)?", where):
            files = sorted((PACKAGE / path).rglob("*.py")) if path.endswith("/") else [PACKAGE / path]
            code = "".join(file.read_text(encoding="utf-8") for file in files)
            assert re.search(rf"\b{name}\b" if name else "", code), f"{word}: {path} has no {name}"
            assert re.search(word.replace(" ", "[ _]"), code.lower() if word.islower() else code), f"{word}: {path}"


def test_nothing_public_is_called_by_a_word_to_avoid():
    avoided = {one: row[0] for row in rows("word") for one in filter(None, row[3].split(", "))}
    assert len(avoided) > 50
    names = {f" {words(name)} " for name in public_names(*BELOW_USECASES, "usecases", "cli")}
    assert [(one, f"say {word}") for one, word in avoided.items() if any(f" {one} " in name for name in names)] == []


def test_a_public_name_is_defined_once_or_the_page_says_why_not():
    twice = {name for name, count in Counter(public_names(*BELOW_USECASES)).items() if count > 1}
    assert twice == {row[0].strip("`") for row in rows("name")}, "rename one, or list it in GLOSSARY.md with the reason"
