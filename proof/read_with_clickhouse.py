# /// script
# requires-python = ">=3.11,<3.15"
# dependencies = ["chdb==4.4.0"]
# ///
"""ClickHouse: the recipe of docs/readers.md, run as it stands and graded."""

import sys

from shared.recipes import prove

if __name__ == "__main__":
    sys.exit(prove("ClickHouse", "chdb"))
