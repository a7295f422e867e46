# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["apache-flink==2.3.0"]
# ///
"""Flink: the recipe of docs/readers.md, run as it stands and graded."""

import sys

from shared.recipes import prove

if __name__ == "__main__":
    sys.exit(prove("Flink", "apache-flink", java=True))
