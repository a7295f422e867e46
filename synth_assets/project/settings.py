"""Settings of a project: preset < ``synth.toml`` < environment < what the caller says.

``synth.toml``, all of it optional::

    data = "data"                    # the data root, relative to this file
    domains = ["my_project.shop"]    # Python packages of the project's own that are domains

    [partitions]
    seeds = [42, 7, 1234]            # the seeds of Dagster's partitions

    [files]
    compression = "gzip"             # of files, where nobody says otherwise
    chunk_size = 1_000_000           # rows in a file, at most

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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from synth_assets.documents import environment
from synth_assets.documents.document import Document
from synth_assets.documents.problems import Wording
from synth_assets.documents.validation import validated
from synth_assets.errors import shortened, unknown
from synth_assets.model.domain import Domain
from synth_assets.project import settings_parameters as parameters
from synth_assets.project import settings_sources as sources
from synth_assets.project.section import Section
from synth_assets.project.sections.changes import no_dataset, preset_and_seed
from synth_assets.project.settings_parameters import Parameters
from synth_assets.sinks.objects.address import folder_at, is_address
from synth_assets.specs.slips import DeclarationError

AnySection = TypeVar("AnySection", bound=Section)


@dataclass(frozen=True, eq=False)
class Settings:
    """A project's settings, checked.

    Domains are asked for only when something is said about them, or by the caller.

    Attributes:
        data_root: where datasets are stored, absolute.
        says_root: whether the environment or the file says so; else it is the usual place.
        domains: the domains there are, without the project's own presets.

    Example:
        >>> settings = Settings.load({"bronze": bronze})
        >>> settings.volumes("bronze")
        {}
        >>> settings.section(Partitions).seeds
        (42, 7, 1234)
    """

    data_root: Path
    says_root: bool
    domains: Mapping[str, Domain]
    _file: Document = field(repr=False)
    _environ: Mapping[str, str] = field(repr=False)
    _sections: Mapping[str, Section | None]
    _parameters: dict[str, Parameters] = field(default_factory=dict)

    @classmethod
    def load(
        cls, domains: Mapping[str, Domain], cwd: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> "Settings":
        """Read the settings.

        Args:
            domains: the domains there are, by name; they may be loaded when they are asked for.
            cwd: where to look for the project, upwards; the current folder without.
            environ: the environment; the process's own without.

        Raises:
            UsageError: an unknown setting or a value that isn't allowed; names the line or the variable.
        """
        cwd = sources.current_folder() if cwd is None else cwd.absolute()
        environ = dict(os.environ if environ is None else environ)
        path = sources.config_file(cwd, environ)
        file = sources.from_file(path)
        document = environment.read(environ, sources.variables()).over(file)
        root: Any = validated(document, sources.root_model(domains), sources.WORDING)
        settings = cls(
            data_root=_data_root(cwd, path, document, root.data),
            says_root=root.data is not None,
            domains=domains,
            _file=file,
            _environ=environ,
            _sections={name: getattr(root, name) for name in sources.section_models()},
        )
        settings._refuse_unknown_variables()
        for name in domains:
            if settings._says_something_about(name) and settings._sound(name):
                settings._parameters_of(name)
        settings._refuse_unknown_datasets(document)
        settings._refuse_unknown_presets(document)
        return settings

    def of(self, domains: Mapping[str, Domain]) -> "Settings":
        """The same settings of other domains."""
        return replace(self, domains=domains, _parameters={})

    def section(self, model: type[AnySection]) -> AnySection:
        """A section of the settings, as it is without any if nothing is said.

        Raises:
            UsageError: nothing is said, and something has to be.

        Example:
            >>> settings.section(Changes).cadences
            ('day', 'hour', 'minute')
        """
        name = next(name for name, known in sources.section_models().items() if known is model)
        said = self._sections[name]
        if isinstance(said, model):
            return said
        return validated(_nothing(self._file, name), model, Wording(thing="setting", of=f"[{name}]"))

    def volumes(self, domain: str) -> dict[str, Any]:
        """The parameters of a domain that the file and the environment set, of the types that they have there."""
        return dict(self._parameters_of(domain).overrides)

    def domain(self, name: str) -> Domain:
        """The domain called ``name``, with the project's own presets.

        Raises:
            UsageError: there is none.
        """
        return self._built_in(name).with_presets(self._parameters_of(name).presets)

    def _built_in(self, name: str) -> Domain:
        if name not in self.domains:
            raise unknown("domain", name, self.domains, "List them with: synth list")
        return self.domains[name]

    def _parameters_of(self, domain: str) -> Parameters:
        """What is said about a domain, read when it is asked for: reading it needs the domain."""
        if domain not in self._parameters:
            self._parameters[domain] = parameters.read(self._built_in(domain), self._file, self._environ)
        return self._parameters[domain]

    def _sound(self, name: str) -> Domain | None:
        """A domain, with the project's own presets; ``None`` for a file that declares none: nobody else minds."""
        try:
            self._built_in(name)
        except DeclarationError:
            return None
        return self.domain(name)

    def _says_something_about(self, domain: str) -> bool:
        """Whether the domain's section, its presets or its own variables are there; other names of those aside."""
        if self._file.value((domain,)) is not None or self._file.value((sources.PRESETS, domain)) is not None:
            return True
        return any(name.startswith(parameters.prefix(domain)) for name in self._environ)

    def _refuse_unknown_variables(self) -> None:
        known = [sources.CONFIG_VARIABLE, *sources.SECRETS, *sources.variables()]
        for name in sorted(self._environ):
            if not name.startswith(sources.PREFIX) or name in known:
                continue
            domains = [domain for domain in self.domains if name.startswith(parameters.prefix(domain))]
            if not any((one := self._sound(domain)) and name in parameters.variables(one) for domain in domains):
                sound = [domain for one in self.domains if (domain := self._sound(one))]
                every = [*known, *(own for domain in sound for own in parameters.variables(domain))]
                own = [variable for variable in every if variable.startswith(sources.PREFIX)]
                raise unknown("environment variable", name, own, f"Unset it: unset {shortened(name)}")

    def _refuse_unknown_presets(self, document: Document) -> None:
        named = document.value(("partitions", "presets")) or ()
        sound = [domain for name in self.domains if (domain := self._sound(name))] if named else []
        known = list(dict.fromkeys(one for domain in sound for one in domain.presets))
        for at, name in enumerate(named):
            if name not in known:
                where = document.find(("partitions", "presets", at)).source
                raise unknown(f"{where}preset", name, known, "Correct it in presets in [partitions] of synth.toml.")

    def _refuse_unknown_datasets(self, document: Document) -> None:
        for at, name in enumerate(document.value(("changes", "datasets")) or ()):
            known = (domain for one in self.domains if (domain := self._sound(one)))
            if not any(preset_and_seed(name, domain.presets) for domain in known):
                first = self.domain(next(iter(self.domains)))
                where = document.find(("changes", "datasets", at)).source
                raise no_dataset(name, first.name, first.presets, where)


def _data_root(cwd: Path, file: Path | None, document: Document, data: str | None) -> Path:
    """``SYNTH_DATA`` from the current folder; ``data`` from the file's; else the project's ``data/``.

    Raises:
        UsageError: an address of an object store that isn't taken.
    """
    if data is None:
        return (sources.project_root(cwd) or cwd) / "data"
    if is_address(data):
        return folder_at(data)
    return (file.parent if file and document.find(("data",)).place else cwd) / _home(data)


def _nothing(file: Document, section: str) -> Document:
    """A section that isn't there, as one in which nothing is said."""
    return Document({}, {**file.written, (section,): file.find(())}, (section,))


def _home(path: str) -> str:
    return os.path.expanduser(path)  # noqa: PTH111 — Path's own raises where there is no such user
