"""A shell completes commands, options and names; in whatever state the project is, it says nothing else."""

import shutil

import pytest

from synth_assets_tests.cli.as_process import done, shell


def completed(folder, line, **variables):
    words = line.split()
    at = len(words) if line.endswith(" ") else len(words) - 1
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(at), "_SYNTH_COMPLETE": "bash_complete"}
    found = done(folder, **asked, **variables)
    assert (found.returncode, found.stderr) == (0, "")
    return [told.partition(",")[2] for told in found.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("synth ge", ["generate"]),
        ("synth generate b", ["bronze"]),
        ("synth generate bronze raw_order", ["raw_orders", "raw_order_items"]),
        ("synth generate bronze --preset s", ["small"]),
        ("synth generate bronze --format csv,p", ["csv,parquet"]),
        ("synth generate bronze --ord", ["--orders"]),
        ("synth describe bronze/raw_c", ["bronze/raw_customers", "bronze/raw_clickstream"]),
        ("synth changes generate bronze --envelope de", ["debezium", "delta"]),
        ("synth changes snapshot bronze --cadence ", ["day", "hour", "minute"]),
    ],
)
def test_a_shell_completes_what_the_line_may_go_on_with(tmp_path, line, some):
    assert completed(tmp_path, line) == some


def test_wrong_settings_complete_nothing_and_say_nothing(tmp_path):
    (tmp_path / "synth.toml").write_text("[bronze]\norders = nonsense\n")
    assert completed(tmp_path, "synth generate b") == []


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(tmp_path, name):
    found = done(tmp_path, "completion", name)
    assert (found.returncode, "synth" in found.stdout) == (0, True)
    if name == "bash":
        assert shutil.which("bash")
        told = shell(tmp_path, 'eval "$($synth completion bash)" && complete -p synth')
        assert b"_synth_completion" in told.stdout
