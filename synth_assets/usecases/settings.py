"""Settings of a project: preset < ``synth.toml`` < environment < what the caller says.

``synth.toml``, all of it optional::

    data = "data"                    # the data root, relative to this file

    [partitions]
    seeds = [42, 7, 1234]            # the seeds of Dagster's partitions

    [bronze]                         # volumes that override those of every preset
    orders = 5_000

    [presets.bronze.demo]            # a preset of the project's own, beside small, medium, …
    customers = 100
    products = 50
    orders = 300
    days = 7

and the same in the environment: ``SYNTH_DATA``, ``SYNTH_SEEDS=42,7``, ``SYNTH_BRONZE__ORDERS=5000``;
``SYNTH_CONFIG`` names another file. A volume that is set in the file or the environment overrides the
preset's, also that of a preset asked for by name: the dataset then is a custom one and is stored under
``preset=custom-<hash>``, so that a preset's name always stands for the preset's own numbers.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError, create_model
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from synth_assets.domains import catalog
from synth_assets.errors import UsageError, unknown
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset
from synth_assets.model.domain import Domain, Params
from synth_assets.usecases import settings_sources as sources
from synth_assets.usecases.settings_sources import Found, Setting

DEFAULT_SEEDS = (42, 7, 1234)

_PRESET_NAME = re.compile(r"[a-z][a-z0-9_-]*")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Partitions(_Section):
    seeds: Annotated[tuple[StrictInt, ...], Field(min_length=1)] = DEFAULT_SEEDS


@dataclass(frozen=True)
class Settings:
    """A project's settings, checked.

    Attributes:
        seeds: the seeds of the project's partitions, in the order given.
        data_root: where datasets are stored, absolute.

    Example:
        >>> settings = Settings.load()
        >>> settings.dataset("bronze", preset="small", seed=7).label
        'small'
    """

    seeds: tuple[int, ...]
    data_root: Path
    _volumes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    _presets: Mapping[str, Mapping[str, Params]] = field(default_factory=dict)

    @classmethod
    def load(cls, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Args:
            cwd: where to look for the project, upwards; the current folder without.
            environ: the environment; the process's own without.

        Raises:
            UsageError: an unknown setting or a value that isn't allowed; names the line or the variable.
        """
        cwd = Path.cwd() if cwd is None else cwd.absolute()
        environ = os.environ if environ is None else environ
        domains = {name: catalog.load(name) for name in catalog.names()}
        schema = sources.Schema({name: tuple(domain.params.model_fields) for name, domain in domains.items()})
        file = sources.config_file(cwd, environ)
        in_file = sources.from_file(file, schema) if file else {}
        in_environment = sources.from_environment(environ, schema)
        values = _merged(domains, in_environment, in_file)
        return cls(
            seeds=_distinct(values.partitions.seeds, in_environment | in_file),
            data_root=_data_root(cwd, file, in_environment, in_file),
            _volumes={name: getattr(values, name).model_dump(exclude_none=True) for name in domains},
            _presets={name: _own_presets(domain, in_file) for name, domain in domains.items()},
        )

    def volumes(self, domain: str) -> dict[str, int]:
        """The volumes of a domain that the file and the environment set."""
        return dict(self._volumes.get(domain, {}))

    def domain(self, name: str) -> Domain:
        """The domain called ``name``, with the project's own presets.

        Raises:
            UsageError: there is none.
        """
        return catalog.load(name).with_presets(self._presets.get(name, {}))

    def presets(self, domain: str) -> dict[str, Params]:
        """A domain's presets, the project's own ones last."""
        return dict(self.domain(domain).presets)

    def dataset(
        self,
        domain: str,
        preset: str | None = None,
        seed: int = 42,
        as_of: date = DEFAULT_AS_OF,
        volumes: Mapping[str, Any] | None = None,
    ) -> Dataset:
        """Make a dataset; ``volumes`` override the environment's, those the file's, those the preset's.

        Raises:
            UsageError: an unknown domain, preset or parameter, or a value that isn't allowed.
        """
        overrides = {**self.volumes(domain), **(volumes or {})}
        return self.domain(domain).dataset(preset, seed, as_of, overrides)

    def partition(self, domain: str, key: str) -> Dataset:
        """The dataset of one of the project's partitions, e.g. ``small|42``.

        Raises:
            UsageError: the key has another form, or names a preset or seed that isn't configured.
        """
        preset, bar, seed = key.rpartition("|")
        if not bar:
            raise UsageError(f"partition {key!r} is not of the form PRESET|SEED.\n  For example: 'small|42'")
        presets = self.presets(domain)
        if preset not in presets:
            raise unknown(f"{domain}: preset", preset, presets, f"See them with: synth describe {domain}")
        if seed not in map(str, self.seeds):
            configured = ", ".join(map(str, self.seeds))
            raise UsageError(
                f"seed {seed!r} is not one of this project's partitions ({configured}).\n  Add it to seeds in"
                f" [partitions] of {sources.CONFIG_FILE}, or generate it without Dagster: synth generate {domain} --seed {seed}"
            )
        return self.dataset(domain, preset, int(seed))


def _merged(domains: Mapping[str, Domain], *layers: Mapping[Setting, Found]) -> Any:
    """All layers' values, of two for the same setting that of the earlier layer, each checked for what it may be."""
    sections: dict[str, Any] = {name: _overrides(domain.params) for name, domain in domains.items()}

    class Merged(BaseSettings):
        model_config = SettingsConfigDict(extra="forbid", frozen=True)
        data: str | None = None
        partitions: _Partitions = _Partitions()
        presets: dict[str, Any] = Field(default_factory=dict)

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: object, **__: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(InitSettingsSource(settings_cls, _nested(layer)) for layer in layers)

    model = create_model("ProjectSettings", __base__=Merged, **{n: (s, s()) for n, s in sections.items()})
    try:
        return model()
    except ValidationError as error:
        raise UsageError(_refusal(domains, error, layers)) from None


def _overrides(params: type[Params]) -> type[BaseModel]:
    """A section with a domain's volumes, each within the bounds it has there, and each optional."""
    fields: dict[str, Any] = {
        name: (Annotated[StrictInt, *info.metadata] | None, None) for name, info in params.model_fields.items()
    }
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


def _refusal(domains: Mapping[str, Domain], error: ValidationError, layers: tuple[Mapping[Setting, Found], ...]) -> str:
    at = error.errors()[0]["loc"]
    setting, found = next(
        (setting, layer[setting])
        for layer in layers
        for setting in [tuple(map(str, at[:length])) for length in range(len(at), 0, -1)]
        if setting in layer
    )
    return _not_allowed(domains, setting, found)


def _not_allowed(domains: Mapping[str, Domain], setting: Setting, found: Found) -> str:
    """The message about a value that its setting can't have."""
    if setting == ("data",):
        allowed, good = "the path of a folder", "data"
    elif setting == ("partitions", "seeds"):
        allowed, good = "one or more whole numbers", ", ".join(map(str, DEFAULT_SEEDS))
    else:
        *_, domain, name = setting if setting[0] != "presets" else (setting[1], setting[3])
        allowed = domains[domain].allowed(name)
        good = str(getattr(domains[domain].presets[domains[domain].default_preset], name))
    if found.where.startswith(sources.PREFIX) or ", line " not in found.where:
        return f"{found.where}={_shown(found.value)} is not allowed; it is {allowed}.\n  For example: {found.where}={good}"
    shown = good if setting != ("partitions", "seeds") else f"[{good}]"
    shown = shown if setting != ("data",) else f'"{good}"'
    return f"{found.where}: {'.'.join(setting)}={_shown(found.value)} is not allowed; it is {allowed}.\n  For example: {setting[-1]} = {shown}"


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _distinct(seeds: tuple[int, ...], layer: Mapping[Setting, Found]) -> tuple[int, ...]:
    twice = next((seed for seed in seeds if seeds.count(seed) > 1), None)
    if twice is not None:
        where = layer["partitions", "seeds"].where
        raise UsageError(f"{where}: seed {twice} is there twice; each seed is a partition of its own.\n  Name it once.")
    return seeds


def _data_root(
    cwd: Path, file: Path | None, in_environment: Mapping[Setting, Found], in_file: Mapping[Setting, Found]
) -> Path:
    """``SYNTH_DATA`` from the current folder; ``data`` from the file's; else the project's ``data/``."""
    if ("data",) in in_environment:
        return cwd / Path(in_environment["data",].value).expanduser()
    if file and ("data",) in in_file:
        return file.parent / Path(in_file["data",].value).expanduser()
    return (sources.project_root(cwd) or cwd) / "data"


def _own_presets(domain: Domain, in_file: Mapping[Setting, Found]) -> dict[str, Params]:
    own: dict[str, Params] = {}
    for setting, found in in_file.items():
        if setting[:2] == ("presets", domain.name) and len(setting) == 3:
            name = setting[2]
            own[name] = _own_preset(domain.with_presets(own), name, found.where, dict(_of_preset(setting, in_file)))
    return own


def _of_preset(preset: Setting, in_file: Mapping[Setting, Found]) -> Iterator[tuple[str, Found]]:
    for setting, found in in_file.items():
        if setting[:3] == preset and len(setting) == 4:
            yield setting[3], found


def _own_preset(domain: Domain, name: str, where: str, volumes: Mapping[str, Found]) -> Params:
    """Check one of the project's presets; ``domain`` knows those before it."""
    what = f"{where}: preset {name!r} of {domain.name}"
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
        raise UsageError(_not_allowed({domain.name: domain}, ("presets", domain.name, name, field), volumes[field])) from None
    if problem := params.contradiction():
        raise UsageError(f"{what}: {problem}")
    same = next((other for other, others in domain.presets.items() if others == params), None)
    if same is not None:
        raise UsageError(f"{what} has the numbers of {same!r}; a dataset has one name.\n  Use {same!r}.")
    return params
