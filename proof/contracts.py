# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["datacontract-cli[duckdb]==1.2.8"]
# ///
"""datacontract-cli reads the data contract of every domain and example file, and tests the files by it.

    make proof ARGS=contracts

Columns that are there, missing and repeated values, enumerations, groups that are unique and the domain's own rules:
what the tool can look at in Parquet. It says of each column that it doesn't check types there; those warnings aren't
counted. Ends with status 1 if a contract isn't one of the standard, or a check fails or can't be done.
"""

import logging
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from datacontract.data_contract import DataContract
from shared.every_dataset import every_dataset, rows_of

NAME = "contract.odcs.yaml"
UNTOLD = "Checking types in parquet files is not supported yet."


def main() -> int:
    """Judge all; 1 if anything is wrong."""
    logging.disable(logging.CRITICAL)
    print(f"datacontract-cli {version('datacontract-cli')}")
    print(f"  {'dataset':12}{'rows':>8}{'checks':>8}  wrong")
    total, bad = 0, 0
    with tempfile.TemporaryDirectory(prefix="contracts-") as home:
        for made in every_dataset(Path(home)):
            checks, wrong = judge(made.descriptions)
            print(
                f"  {made.name:12}{rows_of(made):>8,}{checks:>8,}  {len(wrong)}", *wrong[:5], sep="\n      ", flush=True
            )
            total, bad = total + checks, bad + len(wrong)
    print(f"  {'all':12}{'':8}{total:>8,}  {bad}")
    return int(bad > 0)


def judge(folder: Path) -> tuple[int, list[str]]:
    """How many checks were done of a dataset, and what is wrong."""
    os.chdir(folder)  # the paths of a contract begin where the tool is run
    found = [DataContract(data_contract_file=NAME).lint(), DataContract(data_contract_file=NAME).test()]
    checks = [check for run in found for check in run.checks if check.reason != UNTOLD]
    failed = [check for check in checks if str(check.result) != "ResultEnum.passed"]
    wrong = [f"{one.model}.{one.field} {one.name}: {one.reason}" for one in failed]
    return len(checks), wrong


if __name__ == "__main__":
    sys.exit(main())
