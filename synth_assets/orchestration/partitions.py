"""Partitions: preset × seed, e.g. ``small|42``; which ones there are is the project's setting."""

import dagster as dg

from synth_assets.orchestration.refusal import refusals
from synth_assets.project.project import Project
from synth_assets.project.sections.partitions import Partitions

PRESET, SEED = "preset", "seed"


class DatasetPartitions(dg.MultiPartitionsDefinition):
    """A domain's partitions: presets, the project's own ones included, times the project's seeds."""

    def __init__(self, domain: str, project: Project) -> None:
        super().__init__(
            {
                PRESET: dg.StaticPartitionsDefinition(list(project.partition_presets(domain))),
                SEED: dg.StaticPartitionsDefinition([str(seed) for seed in project.settings.section(Partitions).seeds]),
            }
        )
        self._domain = domain
        self._project = project

    def validate_partition_key(self, partition_key: str, context: object) -> None:  # noqa: ARG002 - Dagster's
        """Refuse a key in the product's words: Dagster's own message doesn't say what is allowed.

        Raises:
            Refused: the key names a preset or a seed that isn't configured.
        """
        with refusals():
            self._project.partition(self._domain, partition_key)


def default_partition(domain: str, project: Project) -> str:
    """The partition that schedules regenerate: the smallest preset with the first seed.

    Example:
        >>> default_partition("bronze", Project.here(environ={}))
        'small|42'
    """
    return f"{next(iter(project.partition_presets(domain)))}|{project.settings.section(Partitions).seeds[0]}"
