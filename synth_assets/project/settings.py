"""Settings of a project: preset < ``synth.toml`` < environment < what the caller says.

``synth.toml``, all of it optional::

    data = "data"                    # the data root, relative to this file

    [partitions]
    seeds = [42, 7, 1234]            # the seeds of Dagster's partitions

    [changes]
    datasets = ["small-42"]          # PRESET-SEED: whose change data Dagster keeps, one partition each
    cadences = ["day", "hour", "minute"]   # which Dagster has assets and schedules for
    minute_days = 2                  # how many days back the windows of a minute begin

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
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from synth_assets.errors import UsageError, unknown
from synth_assets.model.change_log import CADENCES
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset
from synth_assets.model.domain import Domain, Params
from synth_assets.project import packages
from synth_assets.project import settings_checks as checks
from synth_assets.project import settings_sources as sources
from synth_assets.project.settings_sources import Found, Setting

_DATASETS = f"datasets in [changes] of {sources.CONFIG_FILE}"


@dataclass(frozen=True)
class Settings:
    """A project's settings, checked.

    Attributes:
        seeds: the seeds of the project's partitions, in the order given.
        data_root: where datasets are stored, absolute.
        datasets: whose change data the project keeps, e.g. ``small-42``.
        cadences: at which cadences.
        minute_days: how many days back partitions of a minute begin.

    Example:
        >>> settings = Settings.load()
        >>> settings.dataset("bronze", preset="small", seed=7).label
        'small'
    """

    seeds: tuple[int, ...]
    data_root: Path
    datasets: tuple[str, ...] = ()
    cadences: tuple[str, ...] = ()
    minute_days: int = checks.DEFAULT_MINUTE_DAYS
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
        domains = {package.name: package.load() for package in packages.built_in()}
        schema = sources.Schema(
            {name: tuple(domain.params.model_fields) for name, domain in domains.items()},
            {name: domain.params.other_names for name, domain in domains.items()},
        )
        file = sources.config_file(cwd, environ)
        in_file = sources.from_file(file, schema) if file else {}
        in_environment = sources.from_environment(environ, schema)
        values = checks.merged(domains, in_environment, in_file)
        settings = cls(
            seeds=values.partitions.seeds,
            data_root=_data_root(cwd, file, in_environment, in_file),
            datasets=values.changes.datasets,
            cadences=tuple(name for name in CADENCES if name in values.changes.cadences),
            minute_days=values.changes.minute_days,
            _volumes={name: getattr(values, name).model_dump(exclude_none=True) for name in domains},
            _presets={name: checks.own_presets(domain, in_file) for name, domain in domains.items()},
        )
        for name in settings.datasets:
            if not any(settings._preset_and_seed(domain, name) for domain in domains):
                raise settings._no_dataset(next(iter(domains)), name)
        return settings

    def volumes(self, domain: str) -> dict[str, int]:
        """The volumes of a domain that the file and the environment set."""
        return dict(self._volumes.get(domain, {}))

    def domain(self, name: str) -> Domain:
        """The domain called ``name``, with the project's own presets.

        Raises:
            UsageError: there is none.
        """
        known = {package.name: package for package in packages.built_in()}
        if name not in known:
            raise unknown("domain", name, known, "List them with: synth list")
        return known[name].load().with_presets(self._presets.get(name, {}))

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
            other = 99 if sources.whole_number(seed) is None else seed
            raise UsageError(
                f"seed {seed!r} is not one of this project's partitions ({', '.join(map(str, self.seeds))}).\n"
                f"  Add it to seeds in [partitions] of {sources.CONFIG_FILE},"
                f" or generate it without Dagster: synth generate {domain} --seed {other}"
            )
        return self.dataset(domain, preset, int(seed))

    def change_dataset(self, domain: str, name: str) -> Dataset:
        """The dataset of one of the project's ``[changes] datasets``, e.g. ``small-42``.

        Raises:
            UsageError: it isn't one of them, or names no preset and seed.
        """
        if name not in self.datasets:
            raise unknown("dataset of change data", name, self.datasets, f"Add it to {_DATASETS}.")
        found = self._preset_and_seed(domain, name)
        if found is None:
            raise self._no_dataset(domain, name)
        return self.dataset(domain, *found)

    def change_datasets(self, domain: str) -> tuple[str, ...]:
        """Those of the project's ``[changes] datasets`` whose preset a domain has."""
        return tuple(name for name in self.datasets if self._preset_and_seed(domain, name))

    def _preset_and_seed(self, domain: str, name: str) -> tuple[str, int] | None:
        for preset in self.presets(domain):
            seed = sources.whole_number(name.removeprefix(f"{preset}-")) if name.startswith(f"{preset}-") else None
            if seed is not None:
                return preset, seed
        return None

    def _no_dataset(self, domain: str, name: str) -> UsageError:
        return UsageError(
            f"dataset {name!r} of change data is no PRESET-SEED; {domain} has the presets"
            f" {', '.join(self.presets(domain))}.\n  Correct it in {_DATASETS}. For example: small-42"
        )


def _data_root(
    cwd: Path, file: Path | None, in_environment: Mapping[Setting, Found], in_file: Mapping[Setting, Found]
) -> Path:
    """``SYNTH_DATA`` from the current folder; ``data`` from the file's; else the project's ``data/``."""
    if ("data",) in in_environment:
        return cwd / _home(in_environment["data",].value)
    if file and ("data",) in in_file:
        return file.parent / _home(in_file["data",].value)
    return (sources.project_root(cwd) or cwd) / "data"


def _home(path: str) -> str:
    return os.path.expanduser(path)  # noqa: PTH111 — Path's own raises where there is no such user
