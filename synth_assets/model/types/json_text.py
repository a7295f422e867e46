"""JSON documents, as the text they were written in: equal content hashes mean equal bytes, not equal documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import EMPTY_TEXT, ColumnType, Peculiar, member
from synth_assets.model.types.text import has_empty, text_words

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Json(ColumnType):
    """A JSON document. JSON formats hold it as a string, so that its bytes come back."""

    kind: ClassVar[str] = "json"

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.String()

    def _sql(self) -> Mapping[str, str]:
        # Not JSONB, which orders members and drops white space.
        return {"duckdb": "JSON", "mariadb": "JSON", "postgresql": "JSON", "sqlite": "TEXT"}

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """XXH3-64 of the text."""
        return text_words(cells)

    @property
    def peculiar(self) -> Peculiar:
        """Text of no length."""
        return {EMPTY_TEXT: has_empty}


JSON = Json("json")

TYPES = (JSON,)


def named(text: str) -> ColumnType | None:
    """``json``."""
    return member(TYPES, text)
