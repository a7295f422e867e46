"""What a check is, and the checks there are of a kind, found by looking."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Generic, TypeVar

import duckdb
import polars as pl

from synth_assets.checking.finding import Finding, undecided
from synth_assets.errors import SynthError, UnjudgedError, first_line
from synth_assets.model.domain import Domain
from synth_assets.produce.copies import NotStored
from synth_assets.sinks import modules

Stored = TypeVar("Stored")


def _always(_domain: Domain, _table: str) -> bool:
    return True


@dataclass(frozen=True)
class Check(Generic[Stored]):
    """Something that holds of stored data.

    Attributes:
        name: a short snake_case name.
        doc: what holds, as one sentence.
        find: looks at what is stored.
        applies: whether there is anything to look at, by domain and table.
        generates: whether it has to make the table again.
    """

    name: str
    doc: str
    find: Callable[[Stored], Finding]
    applies: Callable[[Domain, str], bool] = _always
    generates: bool = False

    def evaluate(self, stored: Stored) -> Finding:
        """What is found; what can't be read has failed."""
        try:
            return self.find(stored)
        except duckdb.OutOfMemoryException as error:
            return undecided(f"not checked for want of memory: {first_line(error)}")
        except UnjudgedError as error:
            return Finding(passed=False, text=str(error), undecided=True, unseen=True)
        except NotStored as error:
            return Finding(passed=False, text=str(error), missing=(error.path,))
        except (SynthError, duckdb.Error, pl.exceptions.PolarsError) as error:
            return Finding(passed=False, text=str(error))


def checks_in(package: ModuleType) -> Iterator[Check]:
    """The checks of a package: each of its modules has one, as ``CHECK``."""
    for name in modules.names(package):
        yield modules.load(package, name, "check").CHECK
