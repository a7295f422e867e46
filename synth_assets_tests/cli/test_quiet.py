"""--quiet is there for every command that prints, and leaves what somebody who looks at exit statuses needs."""

import click
import pytest

from synth_assets.cli.group import GROUP

TINY = ("--customers", "200", "--products", "10", "--orders", "20", "--days", "5")
ASKED = ("bronze", "raw_customers", *TINY)


def commands(group, above=()):
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                yield from commands(command, (*above, name))
            else:
                yield (*above, name), command


def test_every_command_has_it():
    found = dict(commands(GROUP))
    assert {("changes", "score"), ("verify",), ("list",)} <= found.keys()
    without = [name for name, command in found.items() if "--quiet" not in {o for p in command.params for o in p.opts}]
    # A script for a shell, a schema for an editor: quiet they would be none.
    assert without == [("completion",), ("spec", "schema")]


@pytest.fixture
def feed(synth, project):
    assert synth("changes", "generate", *ASKED, "--batches", "1..2", "--output-dir", "out", "--quiet").status == 0
    return project / "out"


def test_checks_are_silent_unless_something_is_wrong(synth, feed):
    for words in (("changes", "replay", "out"), ("verify", "out")):
        right = synth(*words, "--quiet")
        assert (right.status, right.out, right.err) == (0, "", "")
        assert synth(*words).out
    (feed / "changes/bronze/raw_customers/batch=00001").rename(feed / "away")
    for words in (("changes", "replay", "out"), ("verify", "out")):
        wrong = synth(*words, "--quiet")
        assert wrong.status == 1
        assert "raw_customers" in wrong.out + wrong.err
        assert "content hash" not in wrong.out


def test_a_broken_log_is_a_line_and_so_is_a_verdict(synth, feed):
    (feed.parent / "plan.yaml").write_text("seed: 1\nfaults: [{kind: duplicated_batches, count: 1, delay: 0}]\n")
    injected = synth("changes", "inject", "out", "--plan", "plan.yaml", "--output-dir", "broken", "--quiet")
    assert (injected.status, injected.out) == (0, "broken\n"), injected.err
    asked = ("bronze/raw_customers", *TINY, "--at", "0", "--candidate", "table.csv", "--quiet")
    assert synth("generate", *ASKED, "--format", "csv", "--output-dir", "data", "--quiet").status == 0
    (table,) = (feed.parent / "data").rglob("*.csv")
    table.rename(feed.parent / "table.csv")
    graded = synth("changes", "score", *asked)
    assert (graded.status, graded.out.count("\n")) == (0, 1), graded.err
    assert graded.out.startswith("Passed: 200 of 200 rows")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("list",), "more: synth describe"),
        (("describe", "bronze"), "Columns of a table"),
        (("describe", "bronze/raw_orders"), "Rows to look at"),
        (("sample", "bronze/raw_products", *TINY, "--rows", "12"), "no more rows"),
        (("plan", "bronze", *TINY), "seed 42:"),
    ],
)
def test_what_shows_something_leaves_its_hints_out(synth, words, hint):
    told, quiet = synth(*words), synth(*words, "--quiet")
    assert told.status == quiet.status == 0
    assert hint in told.out + told.err
    assert hint not in quiet.out + quiet.err
    assert quiet.out
