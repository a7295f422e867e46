"""Where a domain's definitions stand: a project's settings, and the resources that its steps take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from dagster_duckdb import DuckDBResource

from synth_assets.orchestration.io_manager import SynthIOManager
from synth_assets.orchestration.resource_keys import DUCKDB_KEY, IO_MANAGER_KEY
from synth_assets.project.project import Project


@dataclass(frozen=True)
class Site:
    """A project, as definitions see it.

    Attributes:
        project: the project.
        io_manager: the key of the resource that stores and loads its tables.
        variables: of the settings, which stand over the environment's: what a component says.
        formats: what tables are stored as, where a run's config doesn't say.
    """

    project: Project
    io_manager: str = IO_MANAGER_KEY
    variables: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()

    @property
    def root(self) -> Path:
        """The data root, where a run's config doesn't name another."""
        return self.project.settings.data_root

    def storing(self, formats: Sequence[str]) -> "Site":
        """The same, with other formats; ``()`` for the usual ones."""
        return replace(self, formats=tuple(formats))

    @property
    def resources(self) -> dict[str, object]:
        """The resources that its steps take, by their keys."""
        said: dict[str, Any] = {"formats": list(self.formats)} if self.formats else {}
        manager = SynthIOManager(project=str(self.project.folder), settings=dict(self.variables), **said)
        return {self.io_manager: manager, DUCKDB_KEY: _scratch()}


@cache
def _scratch() -> DuckDBResource:
    """The database in which checks run their SQL: one object, since Dagster takes two under one key for a conflict."""
    return DuckDBResource(database=":memory:")
