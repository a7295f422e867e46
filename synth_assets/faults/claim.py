"""What a fault asks for, as far as the log is concerned: which records it is about, and how many."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

OPEN_END = 1 << 31
"""The end of ``3..``: beyond any batch."""


class BatchRange(BaseModel):
    """Batches from the first to the last, both included."""

    model_config = ConfigDict(frozen=True)

    first: int
    last: int


class Claim(Protocol):
    """Who asks, and among which records; a fault of a plan is one.

    Attributes:
        number: the fault's, in its plan.
        kind: the fault's.
        name: how messages call it.
        entities: the tables it is about; all without.
        batches: the batches it is about; all without.
    """

    @property
    def number(self) -> int: ...  # noqa: D102 — see the class

    @property
    def kind(self) -> str: ...  # noqa: D102 — see the class

    @property
    def name(self) -> str: ...  # noqa: D102 — see the class

    @property
    def entities(self) -> Sequence[str] | None: ...  # noqa: D102 — see the class

    @property
    def batches(self) -> Sequence[BatchRange] | None: ...  # noqa: D102 — see the class


class RecordClaim(Claim, Protocol):
    """A claim on single records.

    Attributes:
        count: how many; ``None`` for a share.
        share: of those that are free; ``None`` for the usual one.
    """

    @property
    def count(self) -> int | None: ...  # noqa: D102 — see the class

    @property
    def share(self) -> float | None: ...  # noqa: D102 — see the class
