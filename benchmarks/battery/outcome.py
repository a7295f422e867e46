"""What a test found: one line of the record, kept as JSON lines between the runs and the report."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

WEAK = 0.005
"""Two-sided: a p-value this near to 0 or to 1 is called weak, as dieharder does."""

FAILED = 1e-6
"""Likewise failed: chance does that once in 500,000 tests."""


@dataclass(frozen=True)
class Outcome:
    """One p-value.

    Attributes:
        suite: "dieharder", "dieharder -a" or "own".
        test: the test's name, with its parameters.
        stream: the stream it was fed.
        p: the p-value; uniform on [0, 1] if the stream is random.
        detail: the statistic in words, or the number of samples.
        exact: whether the test is of an identity: ``p`` is then 1 (holds) or 0, and chance has no part in it.
        control: whether the stream has to fail.
    """

    suite: str
    test: str
    stream: str
    p: float
    detail: str = ""
    exact: bool = False
    control: bool = False

    @property
    def verdict(self) -> str:
        """``passed``, ``weak`` or ``failed``."""
        if self.exact:
            return "passed" if self.p == 1 else "failed"
        tail = min(self.p, 1 - self.p)
        return "failed" if tail < FAILED else "weak" if tail < WEAK else "passed"


def write(path: Path, outcome: Outcome) -> None:
    """Append one line."""
    with path.open("a") as file:
        file.write(json.dumps(asdict(outcome)) + "\n")


def read(path: Path) -> Iterator[Outcome]:
    """All lines."""
    for line in path.read_text().splitlines():
        yield Outcome(**json.loads(line))
