"""A cell of each kind that not every sink can hold, and its type."""

from datetime import UTC, datetime

from synth_assets.model.types import FLOAT64, STRING, TIMESTAMP_UTC_MS, list_of
from synth_assets.model.types.base import (
    EMPTY_TEXT,
    FAR_TIMES,
    FINER_TIMES,
    INFINITY,
    NANOSECONDS,
    NESTED_NOT_FINITE,
    NOT_A_NUMBER,
)
from synth_assets.model.types.times import moment

PECULIAR = {
    EMPTY_TEXT: (STRING, ""),
    FAR_TIMES: (moment("us", None), 2**63 - 2**40),
    FINER_TIMES: (TIMESTAMP_UTC_MS, datetime(2026, 1, 1, microsecond=1, tzinfo=UTC)),
    NOT_A_NUMBER: (FLOAT64, float("nan")),
    INFINITY: (FLOAT64, float("-inf")),
    NANOSECONDS: (moment("ns", None), 1),
    NESTED_NOT_FINITE: (list_of(FLOAT64), [float("nan")]),
}
