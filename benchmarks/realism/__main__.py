"""Measure the realism of generated tables, or write what docs/realism.md lists.

python -m benchmarks.realism FOLDER …    a table for each; exit status 1 if a promised figure is out of range
python -m benchmarks.realism --page docs/realism.md     put the list of figures and sources into the page
"""

import argparse
import sys
from pathlib import Path

from benchmarks.realism.measuring import NoTablesError, measured
from benchmarks.realism.report import page, table


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.realism", description="Figures of realism.")
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="Parquet files of bronze or marketplace"
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="put figures and sources into this page, docs/realism.md"
    )
    chosen = parser.parse_args()
    if chosen.page:
        chosen.page.write_text(page(chosen.page.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    if not chosen.folders:
        parser.error("name a folder, or --page FILE.")
    out = 0
    for folder in chosen.folders:
        try:
            readings = measured(folder)
        except NoTablesError as error:
            print(error, file=sys.stderr)
            return 2
        missed = [each.figure.name for each in readings if not each.ok]
        print(f"{folder}\n{table(readings)}\n", flush=True)
        if missed:
            print(f"Out of range: {', '.join(missed)}\n", flush=True)
        out += len(missed)
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
