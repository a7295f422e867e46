"""What both components have in common: which domain, in which project, with which settings."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import dagster as dg
from pydantic import Field

from synth_assets.errors import UsageError
from synth_assets.model.domain import Domain
from synth_assets.orchestration.refusal import Refused
from synth_assets.orchestration.site import Site
from synth_assets.project.dataset_files import dataset_files, is_file_name
from synth_assets.project.project import Project

_NO_LETTER = re.compile(r"\W+")
_NEXT_STEP = "\n  "


class Instance(dg.Component, dg.Resolvable, dg.Model):
    """A domain in a project of Dagster's.

    Attributes:
        domain: a domain's name, or a dataset's file beside the component.
        data: the data root.
    """

    domain: Annotated[
        str, Field(description="bronze, library, … (synth list), or the path of a dataset's file from here.")
    ]
    data: Annotated[
        str | None, Field(description="The folder to store in, from the project's root; data/ there without.")
    ] = None

    def found(
        self, context: dg.ComponentLoadContext, what: str, said: Mapping[str, tuple[str, Sequence[object]]]
    ) -> tuple[Domain, Site]:
        """The domain, and where its definitions stand.

        What a component says are settings, as ``synth.toml`` of the project and the environment have them, and stands
        over those.

        Args:
            context: of the component that is loaded.
            what: it brings, as the key of its IO manager says.
            said: attribute → the setting's variable, and what the component says; nothing of an empty list.

        Raises:
            UsageError: something isn't there or isn't allowed.
        """
        variables = {name: ",".join(map(str, values)) for name, values in said.values() if values}
        if self.data is not None:
            variables["SYNTH_DATA"] = str(context.project_root / os.path.expanduser(self.data))  # noqa: PTH111 - as for data
        name = self.domain
        if is_file_name(name):
            path = context.path / name
            name, variables["SYNTH_DATASETS"] = _dataset_in(path), str(path.parent)
        try:
            project = Project.here(context.project_root, {**os.environ, **variables})
            domain = project.domain(name)
        except UsageError as error:
            raise UsageError(_in_own_words(str(error), said)) from None
        key = f"{_NO_LETTER.sub('_', domain.name)}_{what}"
        return domain, Site(project, key, variables)


def write_component(request: dg.ScaffoldRequest[Any], attributes: Mapping[str, Any]) -> None:
    """Write a new component's file: an attribute a line, as somebody would by hand."""
    if request.scaffold_format != "yaml" or request.append:
        dg.scaffold_component(request, attributes)
        return
    lines = [
        f"  {name}: {json.dumps(value) if isinstance(value, list) else value}" for name, value in attributes.items()
    ]
    text = "\n".join([f"type: {request.type_name}", "attributes:", *lines, ""])
    (request.target_path / "defs.yaml").write_text(text, encoding="utf-8")


@contextmanager
def told_by(context: dg.ComponentLoadContext) -> Iterator[None]:
    """Let a refusal reach Dagster's command line with the component's file before it."""
    try:
        yield
    except UsageError as error:
        place = next((one for one in (context.path / "defs.yaml", context.path / "defs.yml") if one.is_file()), None)
        raise Refused(f"{place or context.path}: {error}") from None


def _in_own_words(message: str, said: Mapping[str, tuple[str, Sequence[object]]]) -> str:
    """A message about a setting, as one about the attribute that made it."""
    for attribute, (variable, _) in said.items():
        if message.startswith((f"{variable}: ", f"{variable}=")):
            problem = message.removeprefix(variable).lstrip(":= ").partition(_NEXT_STEP)[0]
            return f"{attribute}: {problem}{_NEXT_STEP}Correct it there."
    return message


def _dataset_in(path: Path) -> str:
    """The name of the dataset that a file declares; it needs not be right in all else."""
    found = next((one.name for one in dataset_files(path.parent) if one.path == path), None)
    if found is None:
        raise UsageError(
            f"domain: {path} {'declares no dataset' if path.is_file() else 'is not there'}.\n"
            "  Name a domain (synth list), or a file beside this one that says dataset: NAME."
        )
    return found
