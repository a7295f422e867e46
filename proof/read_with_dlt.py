# /// script
# requires-python = ">=3.11,<3.15"
# dependencies = ["dlt[duckdb]==1.31.0"]
# ///
"""dlt: the recipe of docs/readers.md, run as it stands and graded."""

import sys

from shared.recipes import prove

if __name__ == "__main__":
    sys.exit(prove("dlt", "dlt"))
