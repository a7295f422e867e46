"""What a runner is: it does tasks somewhere and gives their results, the same ones everywhere."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

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


@dataclass(frozen=True)
class Runner:
    """A way to do tasks.

    Attributes:
        name: its name.
        run: does them.
        usual_workers: how many workers it takes if nobody says.
        most_workers: how many it can take.
    """

    name: str
    run: Run
    usual_workers: Callable[[], int]
    most_workers: int = 256
