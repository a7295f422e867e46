"""In this process, one after the other; the last rows of a part are written while the next ones are made."""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Generic, NamedTuple

from synth_assets.errors import SynthError
from synth_assets.produce.runner import Ending, Overlapping, Result, Runner, Task


class _Last(NamedTuple, Generic[Result]):
    """The task before, which comes to its end."""

    at: int
    name: str
    ending: Ending[Result]


def _run(
    tasks: Sequence[Task[Result]], workers: int, done: Callable[[int, int], None]
) -> Generator[tuple[int, Result], None, None]:
    assert workers >= 1  # noqa: S101 - one is enough here, however many there might be
    last: _Last[Result] | None = None
    try:
        for at, task in enumerate(tasks):
            # Who has seen a table's last task begins with another one when it is there.
            if last is not None and not (isinstance(task, Overlapping) and last.name == task.name):
                yield last.at, last.ending.result()
                last = None
            told = partial(done, at)
            if not isinstance(task, Overlapping):
                yield at, task.do(told)
                continue
            try:
                ending = task.begin(told)
            except SynthError:
                if last is not None:  # what is finished stays so
                    yield last.at, last.ending.result()
                raise
            if last is not None:
                yield last.at, last.ending.result()
            last = _Last(at, task.name, ending)
        if last is not None:
            yield last.at, last.ending.result()
            last = None
    finally:
        if last is not None:
            last.ending.give_up()


RUNNER = Runner("local", _run, usual_workers=lambda: 1, most_workers=1)
