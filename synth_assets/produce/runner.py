"""What a runner is: it does tasks somewhere and gives their results, the same ones everywhere."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class Task(Protocol[Result_co]):
    """Something to do. A task and its result can be pickled, unless it is done in this process."""

    @property
    def name(self) -> str:
        """What to call it in a message."""
        ...

    @property
    def size(self) -> int:
        """How much there is to do, in whatever ``done`` counts."""
        ...

    def do(self, done: Callable[[int], None]) -> Result_co:
        """Do it.

        Args:
            done: told how much more is done.
        """
        ...

    def attempt(self, mark: str) -> Result_co:
        """Do it, in one attempt of perhaps several at once: it writes where no other one does.

        Args:
            mark: a word that no other attempt has.
        """
        ...

    def settle(self, mark: str, result: Any) -> None:
        """Let what an attempt wrote take its place; asked here, of one attempt a task.

        Args:
            mark: of the attempt.
            result: of the attempt.
        """
        ...


class Ending(Protocol[Result_co]):
    """The end of a task: all that it makes is made, and it only waits until that is written."""

    def result(self) -> Result_co:
        """Wait, and give what came of it."""
        ...

    def give_up(self) -> None:
        """Leave nothing behind; nothing happens once there is a result."""
        ...


@runtime_checkable
class Overlapping(Task[Result_co], Protocol[Result_co]):
    """A task during whose end another one may begin."""

    def begin(self, done: Callable[[int], None]) -> Ending[Result_co]:
        """Make all of it.

        Args:
            done: told how much more is done.
        """
        ...


class Run(Protocol):
    """Does tasks, and gives the results as they get ready, each with its task's place in the sequence.

    Closing it gives up the tasks that aren't done. Whatever stops one of them is raised, and stops all.
    """

    def __call__(
        self, tasks: Sequence[Task[Result]], workers: int, done: Callable[[int, int], None], /
    ) -> Generator[tuple[int, Result], None, None]:
        """Do them.

        Args:
            tasks: in any order, of any subjects.
            workers: how many at a time, at the most.
            done: told a task's place and how much more of it is done.

        Raises:
            SynthError: whatever stopped a task.
        """
        ...


def _no_doubts(_workers: int, _root: Path | None) -> None:
    """Nothing can be wrong before work starts."""


@dataclass(frozen=True)
class Runner:
    """A way to do tasks.

    Attributes:
        name: its name.
        run: does them.
        usual_workers: how many workers it takes if nobody says.
        most_workers: how many it can take.
        check: looks, before anything is written, whether it can do with so many workers what goes below a data root,
            or to where every machine gets by itself; raises a ``SynthError`` if it can't.
        get_ready: begins to start what takes a while, in a process of our own that is going to run something; takes
            the names of modules that workers will import.
        is_far: whether it is other machines, which one worker or one task is worth going to, too.
    """

    name: str
    run: Run
    usual_workers: Callable[[], int]
    most_workers: int = 256
    check: Callable[[int, Path | None], None] = _no_doubts
    get_ready: Callable[[Sequence[str]], None] = lambda _modules: None
    is_far: bool = False
