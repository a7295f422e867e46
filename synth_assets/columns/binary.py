"""Bytes."""

from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from synth_assets.columns.basis.arguments import Pair, of
from synth_assets.columns.basis.generator import BINARY, Drawn
from synth_assets.kernel.choice import between
from synth_assets.model.arrow import from_array
from synth_assets.model.types import BINARY as OWN_TYPE
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

_MOST = 4_096
_WORD = 8

Size = Annotated[int, Field(ge=0, le=_MOST)]


class BinaryColumn(Drawn):
    """Bytes, each of 256 values as likely as the others, so many of them."""

    fills: ClassVar = (BINARY,)
    examples: ClassVar = ({"length": 16}, {"length": [0, 40]})

    length: Annotated[
        Pair[Size],
        BeforeValidator(lambda value: (value, value) if isinstance(value, int) else value),
        WithJsonSchema({"type": ["integer", "array"]}),
    ] = Field(
        description=f"how many bytes, from 0 to {_MOST:,}: a number, or the least and the most",
        examples=[[0, 40]],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.length[0] > self.length[1]:
            raise ValueError(f"length={self.length} has its least above its most.\n  For example: length=[0, 40]")
        return self

    def values(self, rows: Any, name: str) -> Values:
        import pyarrow as pa

        count = len(rows.row_numbers)
        lengths = between(self.words(rows, name, "length"), *self.length)
        words = [self.words(rows, name, f"{at}") for at in range(-(-self.length[1] // _WORD))]
        drawn = np.stack(words, axis=1).astype("<u8") if words else np.zeros((count, 0), dtype="<u8")
        cells = drawn.view(np.uint8).reshape(count, len(words) * _WORD)
        data = cells[np.arange(cells.shape[1]) < lengths[:, None]]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(data))]
        return from_array(pa.Array.from_buffers(pa.large_binary(), count, buffers))

    @property
    def default_type(self) -> ColumnType:
        """Bytes."""
        return OWN_TYPE


GENERATOR = BinaryColumn


def binary(length: int | tuple[int, int], *, stream: str = "", purpose: str = "") -> BinaryColumn:
    """Bytes: ``binary(16)``, ``binary((0, 40))``."""
    return of(BinaryColumn, length=length, stream=stream, purpose=purpose)
