"""What rows, files and streams need to know of a generator."""

from typing import TYPE_CHECKING, Any, Protocol

from synth_assets.specs.rand_engine.tables import RandTable
from synth_assets.usecases.constrained import Constrained

if TYPE_CHECKING:
    import polars as pl


class RowMaker(Protocol):
    """Makes rows; a :class:`~synth_assets.rand_engine.data_generator.DataGenerator` is one."""

    @property
    def seed(self) -> int:
        """What the values follow from."""
        ...

    @property
    def table(self) -> RandTable:
        """Its dictionary as it was understood."""
        ...

    @property
    def has_transformers(self) -> bool:
        """Whether rows go through somebody's functions."""
        ...

    def rows(self) -> int:
        """How many rows were asked for."""
        ...

    def moment(self) -> int:
        """When rows are made, in seconds since 1970 of the dataset's own time."""
        ...

    def constrained(self) -> Constrained | None:
        """The constraints with the keys that they are about; ``None`` if there are none."""
        ...

    def scan(self, offset: int = 0, rows: int | None = None) -> "pl.LazyFrame":
        """Rows without transformers and references."""
        ...

    def marked(self, first: int, count: int) -> "pl.LazyFrame":
        """The same with columns that tell where anomalies come after transformers."""
        ...

    def finished(self, frame: "pl.DataFrame") -> Any:
        """A frame as pandas', through the transformers of the whole frame."""
        ...
