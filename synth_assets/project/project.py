"""The one door to all domains: a project, with its settings and whatever domains there are here."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth_assets.documents.whole_number import whole_number
from synth_assets.errors import UsageError, unknown
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.params import Params
from synth_assets.project import settings_sources as sources
from synth_assets.project.dataset_files import NotedDataset, domain_in
from synth_assets.project.packages import Domains, built_in
from synth_assets.project.sections.changes import ChangeSettings, no_dataset, preset_and_seed
from synth_assets.project.sections.partitions import MOST_ROWS, Partitions
from synth_assets.project.settings import Settings
from synth_assets.project.settings_sources import CONFIG_FILE
from synth_assets.sinks.declarations import noted_declarations
from synth_assets.specs.slips import DeclarationError

if TYPE_CHECKING:
    from synth_assets.model.entity import Entity

WHERE_DOMAINS_ARE = (
    "Go to the project that has it; or, if a file declares it, name that file's folder: SYNTH_DATASETS=FOLDER synth …"
)
"""The way out where a stored domain isn't known here."""


def domains_of(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Domains:
    """The domains that there are in a folder, the current one without: the program's, and those of its project.

    Raises:
        UsageError: two of one name, or settings that can't be read.
    """
    environ = os.environ if environ is None else environ
    folder = sources.current_folder() if folder is None else folder
    packages = [*built_in(), *sources.own_packages(folder, environ)]
    return Domains(packages, sources.taken(), sources.own_files(folder, environ))


@dataclass(frozen=True)
class Project:
    """What there is in a project: domains by name, presets, datasets, partitions.

    Attributes:
        settings: the project's.
        folder: where it was looked for.

    Example:
        >>> project = Project.here()
        >>> project.dataset("bronze", preset="small", seed=7).label
        'small'
    """

    settings: Settings
    folder: Path

    @classmethod
    def here(cls, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> "Project":
        """The project that a folder belongs to.

        Args:
            cwd: where to look for it, upwards; the current folder without.
            environ: the environment; the process's own without.

        Raises:
            UsageError: an unknown setting or a value that isn't allowed; names the line or the variable.
        """
        folder = sources.current_folder() if cwd is None else cwd.absolute()
        return cls(Settings.load(domains_of(folder, environ), folder, environ), folder)

    def beside(self, root: Path) -> "Project":
        """The same project, that also knows the datasets of files that were named by their paths.

        Args:
            root: the data root, or the folder of change data, where they are noted.
        """
        files = noted_declarations(root)
        domains = self.settings.domains
        if not files or not isinstance(domains, Domains):
            return self
        noted = [NotedDataset(name, file.path, file.fingerprint) for name, file in files.items()]
        return replace(self, settings=self.settings.of(domains.with_noted(noted)))

    def names(self) -> list[str]:
        """The domains' names, sorted; none of them is imported."""
        return list(self.settings.domains)

    def domains(self, told: Callable[[UsageError], object] | None = None) -> Iterator[Domain]:
        """All domains, in the order of their names.

        Args:
            told: called with what is wrong with a file that should declare one, and doesn't; it is passed over.
        """
        for name in self.names():
            try:
                yield self.domain(name)
            except DeclarationError as error:
                if told:
                    told(error)
        for error in getattr(self.settings.domains, "refused", {}).values():
            if told:
                told(error)

    def domain(self, name: str) -> Domain:
        """The domain called ``name``, with the project's own presets.

        Raises:
            UsageError: there is none; close matches are suggested.
        """
        return self.settings.domain(name)

    def find(self, path: str) -> "tuple[Domain, type[Entity]]":
        """The domain and entity of ``domain/entity``.

        Raises:
            UsageError: the path has another form, or names something unknown.
        """
        domain_name = domain_in(path)
        slash, entity_name = path[len(domain_name) :][:1], path[len(domain_name) + 1 :]
        if not slash or not entity_name:
            raise UsageError(
                f"{path!r} is not of the form DOMAIN/ENTITY.\n"
                "  For example: bronze/raw_orders. List them with: synth list"
            )
        domain = self.domain(domain_name)
        return domain, domain.entity(entity_name)

    def entities(self) -> "Iterator[tuple[Domain, type[Entity]]]":
        """Every entity of every domain."""
        for domain in self.domains():
            for entity in domain.entities.values():
                yield domain, entity

    def presets(self, domain: str) -> dict[str, Params]:
        """A domain's presets, the project's own ones last."""
        return dict(self.domain(domain).presets)

    def partition_presets(self, domain: str) -> dict[str, Params]:
        """Those of a domain's presets that Dagster has partitions for, in the order of the domain's.

        Without a word in the settings these are all but the largest; a domain that has none of the presets named there
        keeps those.
        """
        return {name: params for name, params in self.presets(domain).items() if self._is_partition(domain, name)}

    def _is_partition(self, domain: str, preset: str) -> bool:
        found = self.domain(domain)
        if named := found.presets.keys() & {*self.settings.section(Partitions).presets}:
            return preset in named
        return preset == found.default_preset or found.positions(found.dataset(preset)) <= MOST_ROWS

    def dataset(
        self,
        domain: str,
        preset: str | None = None,
        seed: int = 42,
        as_of: date = DEFAULT_AS_OF,
        volumes: Mapping[str, Any] | None = None,
        only: str | None = None,
    ) -> Dataset:
        """Make a dataset; ``volumes`` override the environment's, those the file's, those the preset's.

        Raises:
            UsageError: an unknown domain, preset, parameter or group, or a value that isn't allowed.
        """
        overrides = {**self.settings.volumes(domain), **(volumes or {})}
        return self.domain(domain).dataset(preset, seed, as_of, overrides, only)

    def root_of(self, domain: Domain) -> Path:
        """Where a domain's datasets go if the command doesn't say: the settings' data root, or else its own."""
        own = None if self.settings.says_root else domain.delivery.root
        return Path(own or self.settings.data_root)

    def partition(self, domain: str, key: str) -> Dataset:
        """The dataset of one of the project's partitions, e.g. ``small|42``.

        It has the preset's own volumes, whatever the settings say of volumes.

        Raises:
            UsageError: the key has another form, or names a preset or seed that isn't configured.
        """
        preset, bar, text = key.rpartition("|")
        if not bar:
            raise UsageError(f"partition {key!r} is not of the form PRESET|SEED.\n  For example: 'small|42'")
        presets = self.presets(domain)
        if preset not in presets:
            raise unknown(f"{domain}: preset", preset, presets, f"See them with: synth describe {domain}")
        if not self._is_partition(domain, preset):
            kept = ", ".join(self.partition_presets(domain))
            raise UsageError(
                f"preset {preset!r} is not one of this project's partitions ({kept}).\n"
                f"  Add it to presets in [partitions] of {CONFIG_FILE},"
                f" or generate it without Dagster: synth generate {domain} --preset {preset} --seed {text or 42}"
            )
        seeds, seed = self.settings.section(Partitions).seeds, whole_number(text)
        if seed in seeds and str(seed) != text:
            raise UsageError(
                f"seed {text!r} is not one of this project's partitions, whose keys have a seed's shortest form.\n"
                f"  Write '{preset}|{seed}'"
            )
        if seed is None or seed not in seeds:
            other = 99 if seed is None else seed
            raise UsageError(
                f"seed {text!r} is not one of this project's partitions ({', '.join(map(str, seeds))}).\n"
                f"  Add it to seeds in [partitions] of {CONFIG_FILE},"
                f" or generate it without Dagster: synth generate {domain} --seed {other}"
            )
        return self.domain(domain).dataset(preset, seed)

    def change_dataset(self, domain: str, name: str) -> Dataset:
        """The dataset of one of the project's ``[changes] datasets``, e.g. ``small-42``.

        Raises:
            UsageError: it isn't one of them, or names no preset and seed.
        """
        datasets = self.settings.section(ChangeSettings).datasets
        if name not in datasets:
            next_step = f"Add it to datasets in [changes] of {CONFIG_FILE}."
            raise unknown("dataset of change data", name, datasets, next_step)
        presets = self.presets(domain)
        found = preset_and_seed(name, presets)
        if found is None:
            raise no_dataset(name, domain, presets)
        return self.domain(domain).dataset(*found)

    def change_datasets(self, domain: str) -> tuple[str, ...]:
        """Those of the project's ``[changes] datasets`` whose preset a domain has."""
        presets = self.presets(domain)
        return tuple(name for name in self.settings.section(ChangeSettings).datasets if preset_and_seed(name, presets))
