"""The digest that a table has to have: of its definition's own values, made again. Nothing stored is believed."""

from synth_assets.engine.content_hash import TableDigest
from synth_assets.engine.plan import plan_table
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.produce.work import Job, do


def expected_digest(domain: Domain, dataset: Dataset, entity: str) -> TableDigest:
    """The digest of a table of a dataset, as it is before any change.

    Args:
        domain: the domain.
        dataset: the dataset.
        entity: the table's name.

    Raises:
        UsageError: the domain has no such table.
    """
    units = plan_table(domain.entity(entity), dataset).units
    # The same work as for files, with nowhere to write to.
    return TableDigest.merge([do(Job(domain, dataset, entity, unit, (), None)).digest for unit in units])
