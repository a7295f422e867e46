"""Print what a folder of Parquet files holds, from their footers: `python count_cells.py DIR`."""

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq


def count(folder: Path) -> dict[str, int]:
    """Rows, cells (rows x columns) and bytes of all Parquet files below ``folder``."""
    files = sorted(folder.rglob("*.parquet"))
    footers = [pq.read_metadata(file) for file in files]
    return {
        "rows": sum(footer.num_rows for footer in footers),
        "cells": sum(footer.num_rows * footer.num_columns for footer in footers),
        "bytes": sum(file.stat().st_size for file in files),
    }


if __name__ == "__main__":
    print(json.dumps(count(Path(sys.argv[1]))))
