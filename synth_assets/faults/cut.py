"""Files that are cut off: how much stays, and what can still be read of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from synth_assets.faults.claim import Claim


@dataclass(frozen=True)
class Cut:
    """A file that is to be cut off.

    Attributes:
        claim: the fault's.
        keep: the share of the file's bytes that stays.
    """

    claim: Claim
    keep: float


class CutFile(NamedTuple):
    """A file as it was cut off: its bytes before and after, and how many whole rows can still be read."""

    size: int
    kept: int
    rows: int


def cut_off(path: Path, keep: float, rows: int) -> CutFile:
    """Cut a file of so many rows off; whole lines can still be read if it is text, and no array without its end."""
    size = path.stat().st_size
    kept = int(size * keep)
    with path.open("r+b") as file:
        file.truncate(kept)
    if path.suffix in {".parquet", ".json"}:
        return CutFile(size, kept, 0)
    left = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    # A line break between an odd number of quotes is part of a CSV field; NDJSON has none in its texts.
    quoted = np.cumsum(left == ord('"')) % 2 == 1 if path.suffix == ".csv" else np.zeros(len(left), dtype=np.bool_)
    lines = int(((left == ord("\n")) & ~quoted).sum())
    return CutFile(size, kept, min(rows, max(0, lines - (path.suffix == ".csv"))))
