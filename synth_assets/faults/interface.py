"""What a fault is: what a plan says about it, and what it does to a log that is to be delivered."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from synth_assets.faults.claim import OPEN_END, BatchRange
from synth_assets.faults.workspace import Workspace

_RANGE = re.compile(r"([0-9]{1,9})\.\.([0-9]{1,9})?")
_MOST_NUMBER = 32_767
"""Numbers of faults are part of the lsn of events that faults make up; see :mod:`.made_events`."""

_MOST = 1_000_000_000
"""No log has as many batches, rows or records; nothing that is reckoned with overflows."""


def _batches(value: Any) -> list[BatchRange]:
    """Read ``3``, ``2..5``, ``3..`` or a list of those."""
    found: list[BatchRange] = []
    for one in value if isinstance(value, list) else [value]:
        match = _RANGE.fullmatch(one) if isinstance(one, str) else None
        if match:
            found.append(BatchRange(first=int(match[1]), last=int(match[2] or OPEN_END)))
        elif isinstance(one, int) and not isinstance(one, bool):
            found.append(BatchRange(first=one, last=one))
        else:
            raise ValueError(one)
    if not found or any(one.first < 1 or one.last < one.first for one in found):
        raise ValueError(value)
    return found


def _names(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Fault(BaseModel):
    """One fault of a plan: a claim on a log's records. A kind is a subclass, with its own settings as fields.

    What a fault does to what is delivered, its harm, is said where it enters what it touched; see :mod:`.touches`.

    Attributes:
        precedence: who chooses first, whatever the order in the plan: the least one. Kinds that need a whole file or
            rare events come before those that can take any, since no two faults take the same record. Those of one
            precedence choose in the order of the plan, those with a ``count`` before those with a ``share``.
        shrinks: settings that the minimiser may lower, with their least values.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    precedence: ClassVar[int]
    shrinks: ClassVar[Mapping[str, int]] = {}

    kind: str = Field(description="the kind of fault")
    number: int = Field(
        ge=1,
        le=_MOST_NUMBER,
        description=f"a whole number from 1 to {_MOST_NUMBER:,} of its own; by default its place in the plan",
    )
    entities: Annotated[list[str], Field(min_length=1), BeforeValidator(_names)] | None = Field(
        None, description="one table's name or a list of them, e.g. [raw_orders]; all by default"
    )
    batches: Annotated[list[BatchRange], BeforeValidator(_batches)] | None = Field(
        None, description="a batch such as 3, a range such as 2..5 or 3.., or a list of those; all by default"
    )

    @model_validator(mode="after")
    def _within_any_log(self) -> "Fault":
        for name in type(self).model_fields:
            value = getattr(self, name)
            numbers = [one.first for one in value or ()] if name == "batches" else [value]
            if any(isinstance(one, int) and one > _MOST for one in numbers):
                raise ValueError(f"{name} is more than {_MOST:,}, which no log has")
        return self

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"fault {self.number} ({self.kind})"

    def inject(self, work: Workspace) -> None:
        """Choose what to break, and say how.

        Raises:
            UsageError: the log has not enough of what it takes.
        """
        raise NotImplementedError


class FileFault(Fault):
    """A fault that befalls whole files."""

    shrinks: ClassVar[Mapping[str, int]] = {"count": 1}

    count: int = Field(1, ge=1, description="how many files (of one table and batch), a whole number >= 1")


class RecordFault(Fault):
    """A fault that befalls single records: so many, or such a share of those that no other fault has taken."""

    shrinks: ClassVar[Mapping[str, int]] = {"count": 1}

    count: int | None = Field(None, ge=1, description="how many records, a whole number >= 1; or set share instead")
    share: float | None = Field(
        None,
        gt=0,
        le=1,
        description="a share of the records, above 0 and up to 1; 0.01 by default; or set count instead",
    )
