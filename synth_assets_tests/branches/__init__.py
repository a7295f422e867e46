"""A domain whose branches can be had alone, for tests: whole numbers name them, and one table is everybody's."""

from pydantic import Field

from synth_assets.model.delivery import Delivery
from synth_assets.model.groups import GroupedBy
from synth_assets.model.params import Params


class BranchParams(Params):
    """Volumes."""

    branches: int = Field(ge=0, le=1_000, description="rows of branches")
    sales: int = Field(ge=0, le=1_000_000, description="rows of sales, for each branch")


PARAMS = BranchParams
PRESETS = {"small": BranchParams(branches=3, sales=50_000), "tiny": BranchParams(branches=3, sales=25)}
DEFAULT_PRESET = "tiny"
DELIVERY = Delivery(layout="flat", formats=("csv",), rows_per_file=10)
GROUPED_BY = GroupedBy("branch", "branches")
