"""What all generators do with what they were asked for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_assets.errors import UsageError, raise_all, unknown
from synth_assets.model.domain import Domain
from synth_assets.project.project import Project
from synth_assets.usecases.plain_tables import PLAIN_FORMATS, PlainTable, mismatch, write_plain_table

DATASET = "starter"
EVENTS_A_USER = 10
"""Events that come with each user."""

TICKS = {"daily": 365, "hourly": 168, "monthly": 60}
"""Intervals of time series, and how many times each metric is measured."""

Volumes = Callable[[Mapping[str, Any], int], Mapping[str, Any]]
"""Parameters of the dataset in which a table has so many rows, from those of the size."""


@dataclass(frozen=True)
class Asked:
    """What a generator was asked for.

    Attributes:
        called: the generator's name.
        size: the name of a preset.
        form: the format's name.
        path: where to; without, a place below ``data/``.
        seed: of the dataset.
        rows: how many; without, those of the size.
    """

    called: str
    size: str
    form: str
    path: Path | None
    seed: int
    rows: int | None

    def write(self, entity: str, volumes: Volumes, problems: Iterable[UsageError] = ()) -> Path:
        """Write the rows of a table.

        Args:
            entity: the table's name.
            volumes: parameters for as many rows as are wanted.
            problems: what is wrong with other arguments.

        Raises:
            UsageError: something that was asked for is wrong; says all that is.
            OutputError: it can't be written; what was there is whole.
        """
        project = Project.here()
        domain = project.domain(DATASET)
        self._check(domain, list(problems))
        params = domain.presets[self.size].as_json()
        changed = {} if self.rows is None else volumes(params, self.rows)
        dataset = project.dataset(DATASET, self.size, self.seed, volumes=changed)
        kind = domain.entity(entity)
        there = kind.positions(dataset)
        table = PlainTable(kind, dataset, there if self.rows is None else min(self.rows, there), self.called)
        return write_plain_table(table, self.form, self._place())

    def _check(self, domain: Domain, problems: list[UsageError]) -> None:
        if self.size not in domain.presets:
            problems.append(unknown("size", self.size, domain.presets, "For example: size='small'"))
        if self.form not in PLAIN_FORMATS:
            problems.append(unknown("output_format", self.form, PLAIN_FORMATS, "For example: output_format='csv'"))
        elif problem := mismatch(self.form, self._place()):
            problems.append(UsageError(problem))
        raise_all(problems)

    def _place(self) -> Path:
        return Path("data", f"{self.called}.{self.form}") if self.path is None else self.path
