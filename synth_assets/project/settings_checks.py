"""Check what a project's settings say: bounds of volumes, seeds, presets of its own."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, create_model
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from synth_assets.errors import UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.model.domain import Domain, Params
from synth_assets.project.settings_sources import Found, Setting

DEFAULT_SEEDS = (42, 7, 1234)
DEFAULT_DATASETS = ("small-42",)
DEFAULT_MINUTE_DAYS = 2
"""Dagster lists every window: 2,880 are quick, the 467,130 minutes from January to November 2026 are not."""

_CHANGES: Mapping[Setting, tuple[str, str]] = {
    ("changes", "datasets"): ("one or more datasets PRESET-SEED, each once", '["small-42"]'),
    ("changes", "cadences"): ("some of day, hour and minute, each once", '["day"]'),
    ("changes", "minute_days"): ("a whole number of days from 1 to 3650", str(DEFAULT_MINUTE_DAYS)),
}

_IN_A_VARIABLE = str.maketrans("", "", '[]" ')
_PRESET_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError
    return values


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    if not set(names) <= set(CADENCES):
        raise ValueError
    return names


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Partitions(_Section):
    seeds: Annotated[tuple[StrictInt, ...], Field(min_length=1), AfterValidator(_distinct)] = DEFAULT_SEEDS


class _Changes(_Section):
    datasets: Annotated[tuple[StrictStr, ...], Field(min_length=1), AfterValidator(_distinct)] = DEFAULT_DATASETS
    cadences: Annotated[tuple[StrictStr, ...], AfterValidator(_distinct), AfterValidator(_known)] = tuple(CADENCES)
    minute_days: Annotated[StrictInt, Field(ge=1, le=3_650)] = DEFAULT_MINUTE_DAYS


def merged(domains: Mapping[str, Domain], *layers: Mapping[Setting, Found]) -> Any:
    """Merge layers, the strongest first, into one object with an attribute per section.

    Raises:
        UsageError: a value isn't what its setting may be.
    """
    sections = {name: _overrides(domain.params) for name, domain in domains.items()}
    fields: dict[str, Any] = {name: (section, section()) for name, section in sections.items()}

    class Merged(BaseSettings):
        model_config = SettingsConfigDict(extra="forbid", frozen=True)
        data: str | None = None
        partitions: _Partitions = _Partitions()
        changes: _Changes = _Changes()
        presets: dict[str, Any] = Field(default_factory=dict)

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: object, **__: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(InitSettingsSource(settings_cls, _nested(layer)) for layer in layers)

    model = create_model("ProjectSettings", __base__=Merged, **fields)
    try:
        return model()
    except ValidationError as error:
        raise _refused(domains, error, *layers) from None


def _overrides(params: type[Params]) -> type[BaseModel]:
    """A section with a domain's volumes, each within the bounds it has there, and each optional."""
    fields: dict[str, Any] = {}
    for name, info in params.model_fields.items():
        bounded: Any = Annotated[StrictInt, *info.metadata]
        fields[name] = (bounded | None, None)
    return create_model(f"{params.__name__}Overrides", __base__=_Section, **fields)


def _nested(layer: Mapping[Setting, Found]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for setting, found in layer.items():
        *sections, name = setting
        inner = values
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[name] = dict(found.value) if isinstance(found.value, dict) else found.value
    return values


def _refused(domains: Mapping[str, Domain], error: ValidationError, *layers: Mapping[Setting, Found]) -> UsageError:
    """The error about the first value that is wrong, where it stood."""
    at = tuple(map(str, error.errors()[0]["loc"]))
    settings = [at[:length] for length in range(len(at), 0, -1)]  # within a list, ``at`` ends with its index
    setting, found = next((s, layer[s]) for layer in layers for s in settings if s in layer)
    return _not_allowed(domains, setting, found)


def _not_allowed(domains: Mapping[str, Domain], setting: Setting, found: Found) -> UsageError:
    """The error about a value that its setting can't have."""
    if setting == ("data",):
        allowed, good = "the path of a folder", '"data"'
    elif setting == ("partitions", "seeds"):
        allowed, good = "one or more whole numbers, each once", str(list(DEFAULT_SEEDS))
    elif setting in _CHANGES:
        allowed, good = _CHANGES[setting]
    else:
        domain, name = domains[setting[-2] if setting[0] != "presets" else setting[1]], setting[-1]
        allowed, good = domain.allowed(name), str(getattr(domain.presets[domain.default_preset], name))
    if found.place:
        example = f"{found.name.rpartition('.')[-1]} = {good}"
    else:
        example = f"{found.name}={good.translate(_IN_A_VARIABLE)}"
    return UsageError(f"{found} is not allowed; it is {allowed}.\n  For example: {example}")


def own_presets(domain: Domain, in_file: Mapping[Setting, Found]) -> dict[str, Params]:
    """The presets of ``[presets.<domain>.<name>]`` sections.

    Raises:
        UsageError: a name or value that isn't allowed, a volume that is missing, or numbers that another has.
    """
    own: dict[str, Params] = {}
    for setting, found in in_file.items():
        if setting[:2] == ("presets", domain.name) and len(setting) == 3:
            name = setting[2]
            volumes = {s[3]: volume for s, volume in in_file.items() if s[:3] == setting and len(s) == 4}
            own[name] = _own_preset(domain.with_presets(own), name, found.place, volumes)
    return own


def _own_preset(domain: Domain, name: str, place: str, volumes: Mapping[str, Found]) -> Params:
    """Check one of the project's presets; ``domain`` knows those before it."""
    what = f"{place}: preset {name!r} of {domain.name}"
    if name in domain.presets:
        raise UsageError(f"{what} exists already; a preset's numbers never change.\n  Choose another name.")
    if not _PRESET_NAME.fullmatch(name) or name.startswith("custom-"):
        raise UsageError(
            f"{what} can't be called so; a name has small letters, digits, _ and -, begins with a letter and not"
            " with custom-.\n  It becomes part of folder names. For example: demo"
        )
    if missing := [field for field in domain.params.model_fields if field not in volumes]:
        raise UsageError(f"{what} lacks {', '.join(missing)}.\n  A preset names every volume of its domain.")
    values = {field: found.value for field, found in volumes.items()}
    try:
        params = domain.params.model_validate(values)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        setting = ("presets", domain.name, name, field)
        raise _not_allowed({domain.name: domain}, setting, volumes[field]) from None
    if problem := params.contradiction():
        raise UsageError(f"{what}: {problem}")
    same = next((other for other, others in domain.presets.items() if others == params), None)
    if same is not None:
        raise UsageError(f"{what} has the numbers of {same!r}; a dataset has one name.\n  Use {same!r}.")
    return params
