"""Grade a consumer's table: the truth and the candidate side by side, in one pass over each."""

from collections.abc import Iterable, Iterator

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.grading.candidates import opened
from synth_assets.grading.cells import typed
from synth_assets.grading.comparison import judged
from synth_assets.grading.excuses import Excuses
from synth_assets.grading.ordering import NUMBER, in_order
from synth_assets.grading.report import Question, Score
from synth_assets.grading.tally import Tally
from synth_assets.kernel.counter import I64Array


def grade(question: Question, entries: pl.DataFrame) -> Score:
    """Grade a consumer's table. Memory doesn't depend on its size.

    Args:
        question: what is to be graded.
        entries: of the answer key; none if there were no faults.

    Raises:
        UsageError: the table isn't there or lacks columns, or its rows can't be told apart by a key.
        DataError: it isn't there, but others of the domain are.
        UnjudgedError: it can't be read, or takes too long.
    """
    timeline, name, second, table = question.timeline, question.entity, question.second, question.table
    if not table.key.tells_numbers:
        raise UsageError(
            f"{table.path} has no key that tells which row is which, so it can't be graded.\n"
            "  Grade another table: synth list"
        )
    tally = Tally(table, Excuses.of(entries, table, question.last_batch))

    def truth() -> Iterator[pl.DataFrame]:
        for chunk in timeline.state_chunks(name, second):
            yield chunk.frame.with_columns(pl.Series(NUMBER, chunk.numbers))

    def versions(numbers: I64Array) -> Iterable[pl.DataFrame]:
        return timeline.versions(name, second, numbers)

    ours = tuple(timeline.domain.tables)
    with opened(question.candidate, table, ours, question.seconds) as candidate:
        keyed = tally.with_key(typed(frame, table) for frame in candidate.frames())
        for piece in judged(tally.counted(truth()), in_order(keyed, table), table, versions):
            tally.add(piece)
        return tally.result(question, candidate.name, candidate.extra)
