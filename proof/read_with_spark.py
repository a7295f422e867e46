# /// script
# requires-python = ">=3.11,<3.15"
# dependencies = ["pyspark==4.2.0"]
# ///
"""Spark: the recipe of docs/readers.md, run as it stands and graded."""

import sys

from shared.recipes import prove

if __name__ == "__main__":
    sys.exit(prove("Spark", "pyspark", java=True))
