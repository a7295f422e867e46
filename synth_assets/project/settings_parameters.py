"""What the settings say about one domain: parameters that override every preset's, and presets of the project's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from synth_assets.documents import environment, words
from synth_assets.documents.document import Document
from synth_assets.documents.environment import Variable
from synth_assets.documents.problems import Wording
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError, shortened
from synth_assets.model.domain import Domain
from synth_assets.model.params import Params
from synth_assets.model.presets import misnamed_preset, twin_preset
from synth_assets.project.settings_sources import PREFIX, PRESETS, WORDING


@dataclass(frozen=True)
class Parameters:
    """What a project's settings say about a domain.

    Attributes:
        overrides: parameter → value, of the types that the domain's parameters have.
        presets: the project's own presets, in the order of the file.
    """

    overrides: Mapping[str, Any]
    presets: Mapping[str, Params]


def prefix(domain: str) -> str:
    """How the variables of a domain begin."""
    return f"{PREFIX}{domain.upper()}__"


def variables(domain: Domain) -> dict[str, Variable]:
    """A domain's variables, other names too."""
    own = environment.variables(domain.params, prefix(domain.name), (domain.name,))
    fields = {variable.path: variable for variable in own.values()}
    return own | {other.upper(): fields[domain.name, name] for other, name in domain.params.other_names.items()}


def read(domain: Domain, file: Document, environ: Mapping[str, str]) -> Parameters:
    """What the file and the environment say about a domain.

    Raises:
        UsageError: a parameter is unknown, has two values or one that isn't allowed, or a preset can't be one.
    """
    document = _with_its_own_names(domain, file)
    merged = environment.read(environ, variables(domain)).over(document)
    said: Any = validated(merged, _model(domain), WORDING)
    own: dict[str, Params] = {}
    names = {params: name for name, params in domain.presets.items()}
    for name in getattr(said.presets, domain.name):
        own[name] = _own_preset(domain, name, document.at(PRESETS, domain.name, name), names)
        names[own[name]] = name
    overrides = getattr(said, domain.name)
    return Parameters({name: getattr(overrides, name) for name in overrides.model_fields_set}, own)


def _with_its_own_names(domain: Domain, file: Document) -> Document:
    others = domain.params.other_names
    document = file.renamed((domain.name,), others)
    presets = document.value((PRESETS, domain.name))
    for preset in presets if isinstance(presets, dict) else ():
        document = document.renamed((PRESETS, domain.name, preset), others)
    return document


def _model(domain: Domain) -> type[BaseModel]:
    """A model of what is said about one domain, among settings of others."""
    optional = _optional(domain)
    each: Any = (dict[str, optional], {})
    presets: Any = create_model("Presets", **{domain.name: each})
    own: Any = (optional, optional())
    return create_model("Parameters", **{domain.name: own, PRESETS: (presets, presets())})


def _optional(domain: Domain) -> Any:
    """A domain's parameters, each within its bounds and none of them needed."""
    example = domain.presets[domain.default_preset].as_json()
    fields: dict[str, Any] = {}
    for name, field in domain.params.model_fields.items():
        described: Any = Field(None, description=words.allowed(field), examples=[example[name]])
        described.metadata = list(field.metadata)
        fields[name] = (field.annotation, described)
    return create_model(domain.params.__name__, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def _own_preset(domain: Domain, name: str, document: Document, names: Mapping[Params, str]) -> Params:
    """Check one of the project's presets; ``names`` has the domain's and those before it, by their numbers."""
    preset = f"preset {shortened(repr(name))} of {domain.name}"
    what = f"{document.find(()).where}{preset}"
    if name in domain.presets:
        raise UsageError(f"{what} exists already; a preset's numbers never change.\n  Choose another name.")
    if problem := misnamed_preset(name):
        raise UsageError(f"{what} {problem}")
    if missing := [field for field in domain.params.model_fields if field not in document.values]:
        raise UsageError(f"{what} lacks {', '.join(missing)}.\n  A preset names every volume of its domain.")
    params = validated(document, domain.params, Wording(thing="setting", of=preset))
    if problem := params.contradiction():
        raise UsageError(f"{what}: {problem}")
    if problem := twin_preset(params, names):
        raise UsageError(f"{what} {problem}")
    return params
