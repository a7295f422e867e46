"""``.writeStream``: a file of rows every so many seconds of the wall clock, which no value depends on."""

import itertools
import time
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Self

from synth_assets.rand_engine.maker import RowMaker
from synth_assets.rand_engine.rows import GeneratedRows, WrittenRows
from synth_assets.rand_engine.writing.asked import Asked, asked
from synth_assets.rand_engine.writing.file_writer import FileWriter, each_of
from synth_assets.rand_engine.writing.words import STREAM, seconds
from synth_assets.usecases.plain_files.places import PartFolder
from synth_assets.usecases.plain_files.saving import APPEND, IGNORE, Files, rows_before, save

_USUAL_FREQUENCY = 1.0


class FileStreamWriter(FileWriter):
    """Writes a file every so many seconds; ``.start`` begins it.

    The rows of a stream are those of one long table: the first file has the first ones, and so on. A folder that has
    files of a stream goes on with the rows that follow.

    Args:
        generator: whose rows they are.
    """

    def __init__(self, generator: RowMaker) -> None:
        super().__init__(generator)
        self._frequency: float = _USUAL_FREQUENCY

    def trigger(self, frequency: float) -> Self:
        """Say how many seconds are between two files."""
        self._frequency = frequency
        return self

    def start(self, path: str | PathLike[str]) -> list[Path]:
        """Write until the time is over, or forever if nobody said ``.option("timeout", …)``.

        Args:
            path: of a folder.

        Returns:
            the files that were written.

        Raises:
            UsageError: something that was said is wrong; says all that is.
            OutputError: a file can't be written; those before it are whole.
            DataError: the format can't hold a cell.
        """
        count, request, every = each_of(
            self._rows,
            lambda: asked(self._said, path, STREAM, APPEND),
            lambda: seconds("trigger(frequency=…)", self._frequency),
        )
        return list(self._files(count, request, every))

    def _files(self, count: int, request: Asked, every: float) -> Iterator[Path]:
        place = PartFolder(request.place.path if request.place.is_folder else request.place.bare, request.kind.ending)
        if request.mode == IGNORE and place.existing():
            return
        end, begun, first = request.options.get("timeout"), time.monotonic(), None
        moment = self._generator.moment()
        for number in itertools.count():
            _wait(begun + number * every)
            if end is not None and (number * every >= end or time.monotonic() - begun >= end):
                return
            rows = GeneratedRows(self._generator, moment + int(number * every))
            written = WrittenRows(rows, count, is_whole=self._generator.has_transformers)
            kind, mode = request.kind, request.mode if number == 0 else APPEND
            files = Files(written.table, kind.form, kind.options, place, 1, mode, kind.unappendable)
            files.check()
            first = rows_before(files) if first is None else first + count
            yield from save(files, written.count, written.frames, rows.keep, first)


def _wait(until: float) -> None:
    left = until - time.monotonic()
    if left > 0:
        time.sleep(left)
