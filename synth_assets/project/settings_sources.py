"""Where settings are written: ``synth.toml`` and environment variables, one document with the places of both."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from synth_assets.documents import environment, places, reading
from synth_assets.documents.document import Document
from synth_assets.documents.environment import Variable
from synth_assets.documents.places import WrittenValue
from synth_assets.documents.problems import Wording
from synth_assets.documents.syntax import TOML
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError
from synth_assets.project import sections
from synth_assets.project.dataset_files import FOLDER, DatasetFile, dataset_files
from synth_assets.project.packages import Package
from synth_assets.project.section import Section
from synth_assets.sinks import modules
from synth_assets.sinks.kafka.settings import KAFKA_VARIABLES

CONFIG_FILE = "synth.toml"
CONFIG_VARIABLE = "SYNTH_CONFIG"
PREFIX = "SYNTH_"
API_KEY_VARIABLE = "SYNTH_API_KEY"
PG_URL = "SYNTH_PG_URL"
SECRETS = (API_KEY_VARIABLE, PG_URL, *KAFKA_VARIABLES)
"""Variables that are no settings, as no file has them: whoever needs one reads it."""

PRESETS = "presets"
DOMAINS = "domains"
DATASETS = "datasets"
_PACKAGE = r"^[\p{L}_]\w*(\.[\p{L}_]\w*)*$"
WORDING = Wording(thing="setting")


def current_folder() -> Path:
    """The process's current folder.

    Raises:
        UsageError: it is no more, or may not be looked at.
    """
    try:
        return Path.cwd()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"The current folder can't be used: {reason}. It was removed, or its rights were taken away.\n"
            "  Change to another folder."
        ) from error


def project_root(cwd: Path) -> Path | None:
    """The nearest folder from ``cwd`` upwards with a ``synth.toml``, else the nearest with a ``pyproject.toml``."""
    folders = (cwd, *cwd.parents)
    # Whatever is called synth.toml is meant to be read: a broken link or a folder is refused, not passed over.
    for name, is_there in ((CONFIG_FILE, os.path.lexists), ("pyproject.toml", os.path.isfile)):
        for folder in folders:
            if is_there(folder / name):
                return folder
    return None


def config_file(cwd: Path, environ: Mapping[str, str]) -> Path | None:
    """The file to read: ``SYNTH_CONFIG``, or the project's ``synth.toml`` if it has one.

    Raises:
        UsageError: ``SYNTH_CONFIG`` names no file.
    """
    if named := environ.get(CONFIG_VARIABLE, "").strip("\r\n"):
        path = cwd / Path(named)
        if not os.path.isfile(path):  # noqa: PTH113 — Path's own raises where a folder can't be looked into
            raise UsageError(f"{CONFIG_VARIABLE}: {path} is no file.\n  Name a {CONFIG_FILE}, or unset it.")
        return path
    root = project_root(cwd)
    return root / CONFIG_FILE if root and os.path.lexists(root / CONFIG_FILE) else None


def from_file(path: Path | None) -> Document:
    """What a ``synth.toml`` says; nothing if there is none.

    Raises:
        UsageError: it can't be read, or is no TOML.
    """
    if path is None:
        return Document({}, {(): WrittenValue(TOML, {}, ())})
    return reading.read(path, next_step="Correct it there, or check its permissions.", syntax=".toml")


def taken() -> set[str]:
    """Names that no domain can have, since they mean something else in the file."""
    return {"data", DOMAINS, DATASETS, PRESETS, *section_models()}


def own_packages(cwd: Path, environ: Mapping[str, str]) -> list[Package]:
    """The packages that the settings name as domains of the project's own.

    Raises:
        UsageError: the file can't be read, or names them otherwise than as a list of texts.
    """
    said, home = _said(cwd, environ)
    model = create_model("Settings", domains=_of(root_model({}).model_fields[DOMAINS]))
    names = getattr(validated(said, model, WORDING), DOMAINS)
    written = [said.find((DOMAINS, at)) for at, _ in enumerate(names)]
    return [Package(name, str(home), str(at.place or at.variable)) for name, at in zip(names, written, strict=True)]


def own_files(cwd: Path, environ: Mapping[str, str]) -> list[DatasetFile]:
    """The files in which the project declares datasets of its own.

    ``SYNTH_DATASETS`` is looked at from the current folder, ``datasets`` of the file from there.

    Raises:
        UsageError: the file can't be read, or names the folder otherwise than as a text.
    """
    said, home = _said(cwd, environ)
    model = create_model("Settings", datasets=_of(root_model({}).model_fields[DATASETS]))
    folder = getattr(validated(said, model, WORDING), DATASETS)
    if folder is None:
        return dataset_files(home / FOLDER)
    return dataset_files((home if said.find((DATASETS,)).place else cwd) / os.path.expanduser(folder))  # noqa: PTH111 - as for data


def _said(cwd: Path, environ: Mapping[str, str]) -> tuple[Document, Path]:
    """What file and variables say, and the folder that the file is relative to."""
    path = config_file(cwd, environ)
    said = environment.read(environ, variables()).over(from_file(path))
    return said, (path.parent if path else project_root(cwd) or cwd).absolute()


def _of(field: FieldInfo) -> Any:
    return field.annotation, field


def section_models() -> Mapping[str, type[Section]]:
    """The sections that there are: name → model."""
    return {name: modules.load(sections, name, "section").SECTION for name in modules.names(sections)}


def variables() -> dict[str, Variable]:
    """The variables of all settings that aren't a domain's."""
    found = {f"{PREFIX}{name.upper()}": Variable((name,), str) for name in ("data", DATASETS)}
    found[f"{PREFIX}DOMAINS"] = Variable((DOMAINS,), tuple[str, ...])
    for name, model in section_models().items():
        derived = environment.variables(model, f"{PREFIX}{name.upper()}__", (name,))
        others: dict[places.Path, str] = {(name, field): other for field, other in model.variables.items()}
        found |= {others.get(variable.path, usual): variable for usual, variable in derived.items()}
    return found


def root_model(domains: Mapping[str, Any]) -> type[BaseModel]:
    """A model of all settings; what domains' own sections may have is not looked into.

    Args:
        domains: by name; none of them is asked for.
    """
    anything: dict[str, Any] = dict.fromkeys(domains, (dict[str, Any], {}))
    presets = create_model("Presets", __config__=ConfigDict(extra="forbid"), **anything)
    data = Field(None, description="the path of a folder", examples=["data"])
    own = Field((), description="names of Python packages, each a domain", examples=[["my_project.shop"]])
    name = Annotated[str, Field(pattern=_PACKAGE, max_length=200)]
    datasets = Field(None, description="the path of a folder", examples=[FOLDER])
    fields: dict[str, Any] = {
        "data": (str | None, data), DOMAINS: (tuple[name, ...], own), DATASETS: (str | None, datasets)
    }  # fmt: skip
    fields |= {name: (model | None, None) for name, model in section_models().items()}
    fields |= {PRESETS: (presets | None, None)} | anything
    return create_model("Settings", __config__=ConfigDict(extra="forbid", strict=True), **fields)
