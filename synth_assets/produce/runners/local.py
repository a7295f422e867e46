"""In this process, one after the other."""

from collections.abc import Callable, Generator, Sequence

from synth_assets.produce.runner import Result, Runner, Task


def _run(
    tasks: Sequence[Task[Result]], workers: int, done: Callable[[int, int], None]
) -> Generator[tuple[int, Result], None, None]:
    assert workers >= 1  # noqa: S101 - one is enough here, however many there might be
    for at, task in enumerate(tasks):
        yield at, task.do(lambda count, at=at: done(at, count))


RUNNER = Runner("local", _run, usual_workers=lambda: 1, most_workers=1)
