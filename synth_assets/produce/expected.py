"""The digest that a table has to have: of its definition's own values, made again. Nothing stored is believed."""

from synth_assets.engine.content_hash import TableDigest
from synth_assets.engine.plan import plan_table
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.produce.line import order_of, produce


def expected_digest(domain: Domain, dataset: Dataset, entity: str, at: int | None = None) -> TableDigest:
    """The digest of a table of a dataset.

    Args:
        domain: the domain.
        dataset: the dataset.
        entity: the table's name.
        at: the moment, in seconds since 1970; as it is before any change without.

    Raises:
        UsageError: the domain has no such table.
    """
    plan = plan_table(domain.entity(entity), dataset, at=at)
    # The same work as for files, with nowhere to write to.
    ((_, done),) = produce([order_of(domain, dataset, plan, at=at)])
    return done.written.digest
