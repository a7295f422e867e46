"""Help texts: what there is can be found without reading the code."""

import pkgutil
from pathlib import Path

import click
import pytest

from synth_assets.cli import commands
from synth_assets.cli.dataset_options import DAY, SEED, DatasetCommand
from synth_assets.cli.generation_options import _USUAL_CODEC
from synth_assets.cli.group import GROUP
from synth_assets.cli.usage import Command
from synth_assets.model.dataset import DEFAULT_AS_OF
from synth_assets.model.layout import change_folder
from synth_assets.model.params import RESERVED
from synth_assets.produce.target import USUAL_CODEC
from synth_assets.project.project import Project
from synth_assets.sinks.envelopes import catalog as envelopes

COMMANDS = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

DATASET = ["--preset", "--seed", "--as-of"]
REQUEST = [*DATASET, "--format", "--output-dir", "--compress", "--chunk-size"]
FLAGS = {
    "list": ["--json"],
    "plan": [*REQUEST, "--partition", "--json"],
    "describe": ["--json"],
    "sample": [*DATASET, "--rows", "--offset", "--columns", "--json"],
    "generate": [
        *[*REQUEST, "--workers", "--engine", "--dry-run", "--overwrite", "--keep"],
        *["--verbose", "--quiet", "--json", "--upload", "--api-url", "--api-key", "--api-keys"],
    ],
    "upload": [*DATASET, "--api-url", "--api-key", "--api-keys", "--endpoint", "--concurrency", "--dry-run", "--json"],
    "stream": [*DATASET, "--rate", "--to", "--limit", "--duration", "--resume", "--changes", "--batches", "--quiet"],
    "verify": ["--json"],
}
"""The interface that is promised; volumes come on top, from the domains."""


def _words(text: str) -> set[str]:
    return set(text.replace("[", " ").replace("]", " ").split())


def test_the_commands_are_the_promised_ones():
    assert set(FLAGS) <= set(COMMANDS)


def test_help_lists_every_command_with_one_line_that_is_not_cut_off(synth):
    text = synth("--help").out
    for name in COMMANDS:
        line = next(line for line in text.splitlines() if line.split()[:1] == [name])
        assert len(line.split()) > 2
        assert not line.endswith("...")


@pytest.mark.parametrize("name", sorted(FLAGS))
def test_help_of_a_command_lists_its_promised_flags(synth, name):
    result = synth(name, "--help")
    assert result.status == 0
    assert set(FLAGS[name]) <= _words(result.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_every_command_has_a_help_text(name):
    with click.Context(GROUP) as context:
        command = GROUP.get_command(context, name)
        assert command is not None
        parameters = command.get_params(click.Context(command, parent=context))
    assert all(option.help for option in parameters if isinstance(option, click.Option))


@pytest.mark.parametrize("domain", Project.here().names())
@pytest.mark.parametrize("name", ["plan", "generate"])
def test_help_lists_a_flag_with_bounds_for_every_volume_of_a_domain(synth, name, domain):
    text = " ".join(synth(name, domain, "--help").out.split())
    loaded = Project.here().domain(domain)
    for field in loaded.params.model_fields:
        assert f"--{field.replace('_', '-')} N" in text
        assert loaded.allowed(field).removeprefix("a whole number ") in text


def test_defaults_that_help_shows_are_those_of_the_model():
    assert DAY == DEFAULT_AS_OF
    assert Project.here().domain("bronze").dataset().seed == SEED
    assert Project.here().dataset("bronze").seed == SEED
    assert _USUAL_CODEC == USUAL_CODEC


@pytest.mark.parametrize("name", ["replay", "inject"])
def test_examples_name_the_folder_that_changes_are_stored_in(name):
    group = GROUP.get_command(click.Context(GROUP), "changes")
    assert isinstance(group, click.Group)
    command = group.get_command(click.Context(group), name)
    assert isinstance(command, Command)
    assert str(change_folder(Path("data"), "bronze", "small-42", "day")) in command.example


def _options(command, context):
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from _options(command.get_command(context, name), context)
    elif isinstance(command, DatasetCommand):
        own = [option for one in command.params for option in (*one.opts, *one.secondary_opts)]
        yield from (option[2:].replace("-", "_") for option in own if option.startswith("--"))


def test_no_parameter_of_a_domain_is_called_as_an_option_of_a_command():
    forms = {option.name for name in envelopes.names() for option in envelopes.load(name).options}
    assert {*_options(GROUP, click.Context(GROUP)), *forms, "help"} == RESERVED
