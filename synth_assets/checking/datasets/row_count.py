"""As many rows as there should be."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding
from synth_assets.checking.stored import StoredTable


def _find(stored: StoredTable) -> Finding:
    expected, rows = stored.expected.rows, stored.dataset.count(f"FROM {stored.view}")
    text = f"{rows:,} rows are stored" + ("." if rows == expected else f"; the definition gives {expected:,}.")
    return Finding(rows == expected, text, numbers={"rows": rows, "expected_rows": expected})


CHECK = Check("row_count", "As many rows as the dataset's definition gives.", _find, generates=True)
