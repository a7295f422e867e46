"""Arrow arrays are taken over as they are, and pyarrow's kernels aren't imported for it."""

import subprocess
import sys
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest

from synth_assets.model.arrow import from_array

ARRAYS = {
    "numbers": (pa.array([1, None, 3]), pl.Series("a", [1, None, 3])),
    "decimals": (pa.array([Decimal("1.50"), None]), pl.Series("a", ["1.50", None]).cast(pl.Decimal(3, 2))),
    "texts": (pa.array(["ä", None, "a longer text than a view holds"], pa.string_view()), None),
    "lists": (pa.array([[1, 2], None, []], pa.large_list(pa.int64())), None),
    "sliced": (pa.array([1, 2, 3, 4]).slice(1, 2), pl.Series("a", [2, 3])),
    "none": (pa.array([], pa.int64()), pl.Series("a", [], dtype=pl.Int64)),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_a_series_has_the_cells_of_the_array(kind):
    array, expected = ARRAYS[kind]
    series = from_array(array, "a")
    assert series.name == "a"
    assert series.to_list() == array.to_pylist()
    if expected is not None:
        assert series.equals(expected, check_dtypes=True, check_names=True)


PROGRAM = """
import sys
from synth_assets import scan
for path in ("bronze/raw_orders", "marketplace/orders"):
    scan(path, "small", rows=10).collect()
print("pyarrow" in sys.modules, "pyarrow.compute" in sys.modules)
"""


def test_tables_are_made_without_pyarrow_s_kernels():
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False"]
