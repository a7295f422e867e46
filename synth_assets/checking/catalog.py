"""The checks there are, found by looking, and those that apply to a table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from synth_assets.checking import current, datasets, logs
from synth_assets.checking.check import Check, checks_in
from synth_assets.model.domain import Domain

if TYPE_CHECKING:  # who looks at whole datasets doesn't wait for what change data needs
    from synth_assets.checking.kept import KeptTable
    from synth_assets.checking.stored import StoredTable
    from synth_assets.checking.stored_logs import StoredLog


def dataset_checks(domain: Domain, table: str) -> "Iterator[Check[StoredTable]]":
    """Those of a table of a stored dataset; the rules come on top, see :mod:`synth_assets.checking.rules`."""
    return (check for check in checks_in(datasets) if check.applies(domain, table))


def log_checks(domain: Domain, table: str) -> "Iterator[Check[StoredLog]]":
    """Those of a table's stored log of a batch."""
    return (check for check in checks_in(logs) if check.applies(domain, table))


def current_checks(domain: Domain, table: str) -> "Iterator[Check[KeptTable]]":
    """Those of a table that is kept up to date."""
    return (check for check in checks_in(current) if check.applies(domain, table))
