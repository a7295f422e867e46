"""A tiny project in a temporary folder, its definitions, and one partition that is materialised once."""

import shutil
import tempfile

import dagster as dg
import pytest

from synth_assets.orchestration.build import definitions_for
from synth_assets.project import project as domains

PARTITION = "tiny|42"
QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
SYNTH_TOML = """
data = "data"

[partitions]
seeds = [42, 7]

[changes]
datasets = ["tiny-40", "tiny-7"]
cadences = ["day", "hour", "minute"]

[presets.bronze.tiny]
customers = 60
products = 40
orders = 120
days = 10
"""


_made = {}
"""Definitions by what they were made of, which stays as long as they do."""


class Project:
    """A project and what a test asks of its definitions.

    Attributes:
        folder: where ``synth.toml`` lies.
        data: the data root in use.
    """

    def __init__(self, folder, data=None):
        self.folder = folder
        self.data = data or folder / "data"
        self.known = domains.Project.here(folder)

    @property
    def definitions(self):
        """Made once for the tests of a folder: what they run is told where to store by its own config."""
        abouts = [entity.about for entity in self.known.domain("bronze").entities.values()]
        made_of = self.folder, *map(id, abouts)  # some tests give a table other rules
        if made_of not in _made:
            _made[made_of] = definitions_for(["bronze"], self.known), abouts
        return _made[made_of][0]

    def run(self, job="bronze_job", assets=None, partition=PARTITION, definitions=None, checks_of=(), **options):
        """Run a job of one partition in this process, with options of the IO manager; its result, failed or not.

        Of a job of checks, ``checks_of`` names the tables whose checks run; all without.
        """
        resolved = (definitions or self.definitions).resolve_job_def(job)
        if checks_of:
            of_job = resolved.asset_layer.asset_graph.asset_check_keys
            resolved = resolved.get_subset(
                asset_check_selection={key for key in of_job if key.asset_key.path[-1] in checks_of}
            )
        config = {"data_root": str(self.data), **{name: value for name, value in options.items() if value}}
        with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.ephemeral(home) as instance:
            return resolved.execute_in_process(
                partition_key=partition,
                asset_selection=[dg.AssetKey(key.split("/")) for key in assets] if assets else None,
                run_config={"resources": {"synth_io_manager": {"config": config}}, "loggers": QUIET},
                instance=instance,
                raise_on_error=False,
            )

    def check(self, *tables, **options):
        """Check what is stored, all of it or some tables: ``table.check`` → evaluation."""
        evaluations = self.run("bronze_checks_job", checks_of=tables, **options).get_asset_check_evaluations()
        return {f"{e.asset_key.path[-1]}.{e.check_name}": e for e in evaluations}


@pytest.fixture(scope="session", autouse=True)
def _no_telemetry():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The tiny project's folder; every process and thread of the tests takes its settings from there."""
    found = tmp_path_factory.mktemp("project")
    (found / "synth.toml").write_text(SYNTH_TOML)
    return found


@pytest.fixture(autouse=True)
def _settings_of_the_project(folder, monkeypatch):
    monkeypatch.setenv("SYNTH_CONFIG", str(folder / "synth.toml"))
    monkeypatch.delenv("SYNTH_DATA", raising=False)


@pytest.fixture(scope="session")
def stored(folder):
    """The tiny partition, materialised: the project and the run's result. Not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_CONFIG", str(folder / "synth.toml"))
        patch.delenv("SYNTH_DATA", raising=False)
        project = Project(folder)
        return project, project.run()


@pytest.fixture
def project(folder, tmp_path):
    """The project with an empty data root."""
    return Project(folder, tmp_path / "data")


@pytest.fixture
def damaged(stored, tmp_path):
    """The project with a copy of the stored partition, to be damaged."""
    source, _ = stored
    shutil.copytree(source.data, tmp_path / "data")
    return Project(source.folder, tmp_path / "data")
