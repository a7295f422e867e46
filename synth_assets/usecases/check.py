"""Check stored tables of a dataset, one check at a time, for those who show them one by one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from synth_assets.checking.catalog import dataset_checks
from synth_assets.checking.finding import Finding
from synth_assets.checking.rules import check_of
from synth_assets.checking.stored import StoredDataset
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.table import Rule
from synth_assets.produce.copies import Shelf
from synth_assets.sinks.objects.copies import refresh
from synth_assets.usecases.groups import alone_in

Evaluate = Callable[[str | Rule], Finding]
"""Looks at what is stored, by the name of a check, or for a rule of the domain."""


@dataclass(frozen=True)
class CheckInfo:
    """A check.

    Attributes:
        name: a short snake_case name.
        doc: what holds if it passes.
    """

    name: str
    doc: str


def checks_of(domain: Domain, table: str) -> list[CheckInfo]:
    """The checks of a stored table; the domain's rules come on top."""
    return [CheckInfo(check.name, check.doc) for check in dataset_checks(domain, table)]


@contextmanager
def checking(
    domain: Domain,
    dataset: Dataset,
    table: str,
    root: Path,
    connection: duckdb.DuckDBPyConnection,
    only: Mapping[str, str],
) -> Iterator[Evaluate]:
    """Look at a stored table; what two checks need is read once.

    Args:
        domain: the domain.
        dataset: what the table should be.
        table: its name.
        root: the data root.
        connection: a DuckDB connection that nobody else uses.
        only: the group whose rows alone are looked at, as :func:`~synth_assets.usecases.groups.alone_in` takes it.

    Raises:
        UsageError: the dataset has no such group.
        UnjudgedError: the data root is in an object store that can't be read.
    """
    alone = alone_in(domain, dataset, only).only
    known = {check.name: check for check in dataset_checks(domain, table)}
    refresh(root)
    with StoredDataset(domain, Shelf.under(root, dataset), connection, dataset, alone) as stored:

        def evaluate(check: str | Rule) -> Finding:
            found = known[check] if isinstance(check, str) else check_of(check)
            return found.evaluate(stored.table(table))

        yield evaluate
