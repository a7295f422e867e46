"""A bicycle workshop: the toy domain, a table for each shape and kind of key, as your own domain in Python would be."""

from pydantic import Field

from synth_assets.model.params import Params


class WorkshopParams(Params):
    """Volumes of the workshop."""

    branches: int = Field(ge=0, le=9_999, description="rows of branches")
    staff: int = Field(ge=0, le=1_000_000, description="rows of staff")
    customers: int = Field(ge=0, le=1_000_000, description="rows of customers")
    repairs: int = Field(ge=0, le=1_000_000, description="rows of repairs")
    days: int = Field(ge=1, le=3_650, description="days before as_of over which rows appear")


PARAMS = WorkshopParams
PRESETS = {
    "tiny": WorkshopParams(branches=4, staff=11, customers=60, repairs=90, days=30),
    "small": WorkshopParams(branches=20, staff=150, customers=1_000, repairs=3_000, days=90),
}
DEFAULT_PRESET = "small"
