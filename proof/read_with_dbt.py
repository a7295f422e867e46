# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["dbt-core==1.11.16", "dbt-duckdb==1.10.1"]
# ///
"""dbt: the recipe of docs/readers.md, run as it stands and graded."""

import sys

from shared.recipes import prove

if __name__ == "__main__":
    sys.exit(prove("dbt", "dbt-core", "dbt-duckdb"))
