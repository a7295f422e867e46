"""A table that can be made: what an asset returns, in place of the rows."""

from dataclasses import dataclass

import polars as pl

from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.usecases.scan import scan_dataset


@dataclass(frozen=True)
class Generated:
    """A table of a dataset, not made yet.

    Whoever knows what it is makes it by its plan, in parts, on as many workers as there are; for everybody else it is
    a frame, by :meth:`lazy`, as a ``pl.DataFrame`` and a ``pl.LazyFrame`` are.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        entity: the table's name.

    Example:
        >>> from synth_assets.project.project import Project
        >>> bronze = Project.here().domain("bronze")
        >>> table = Generated(bronze, bronze.dataset("small"), "raw_orders")
        >>> table.lazy().select("order_id").head(2).collect()["order_id"].to_list()
        [1, 2]
    """

    domain: Domain
    dataset: Dataset
    entity: str

    def lazy(self) -> pl.LazyFrame:
        """The table as a LazyFrame whose cells are computed when a query asks for them."""
        return scan_dataset(self.domain.entity(self.entity), self.dataset)
