"""``.write``: rows into one file or several, and what both ways of writing have in common."""

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Self

from synth_assets.errors import UsageError, raise_all
from synth_assets.rand_engine.maker import RowMaker
from synth_assets.rand_engine.rows import GeneratedRows, WrittenRows
from synth_assets.rand_engine.writing.asked import Said, asked
from synth_assets.rand_engine.writing.words import BATCH, MOST_FILES, MOST_ROWS, whole
from synth_assets.usecases.plain_files.places import place_of
from synth_assets.usecases.plain_files.saving import OVERWRITE, Files, save


class FileWriter:
    """Takes words about files, in any order; all are looked at together when the last one is said.

    Args:
        generator: whose rows they are.
    """

    def __init__(self, generator: RowMaker) -> None:
        self._generator = generator
        self._said = Said()

    def size(self, size: int | Callable[[], int]) -> Self:
        """Say how many rows there shall be; without, as many as the generator's own ``.size`` says."""
        self._said.size = size
        return self

    def format(self, format: str) -> Self:  # noqa: A002 - its name in rand-engine
        """Say the format: ``csv``, ``json`` or ``parquet``; without, the path's ending tells."""
        self._said.format = format
        return self

    def mode(self, write_mode: str) -> Self:
        """Say what happens to rows that are there: ``overwrite``, ``append``, ``error`` or ``ignore``."""
        self._said.mode = write_mode
        return self

    def option(self, key: str, value: Any) -> Self:
        """Say one more thing about the files; of what is said twice the last counts."""
        self._said.options[key] = value
        return self

    def options(self, **kwargs: Any) -> Self:
        """Say several at once."""
        self._said.options.update(kwargs)
        return self

    def _rows(self) -> int:
        """How many rows there shall be.

        Raises:
            UsageError: nobody said, or what was said is no number of rows.
        """
        if self._said.size is None:
            return self._generator.rows()
        size = self._said.size() if callable(self._said.size) else self._said.size
        return whole(0, MOST_ROWS)("size", size)


class FileBatchWriter(FileWriter):
    """Writes all rows at once; ``.save`` ends it.

    Example:
        >>> import tempfile
        >>> from synth_assets.rand_engine import DataGenerator
        >>> generator = DataGenerator({"id": {"method": "pk", "kwargs": {}}}, seed=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = generator.write.size(10).format("csv").option("numFiles", 2).save(f"{folder}/ids")
        ...     [path.name for path in files]
        ['part-00000.csv', 'part-00001.csv']
    """

    def save(self, path: str | PathLike[str]) -> list[Path]:
        """Write the rows.

        Args:
            path: of a file, whose ending is added if it has none; with several files, or with a slash at its end, of a
                folder. Folders that aren't there are made.

        Returns:
            the files that were written.

        Raises:
            UsageError: something that was said is wrong; says all that is.
            OutputError: a file can't be written; what was there is whole.
            DataError: the format can't hold a cell.
        """
        count, request = each_of(self._rows, lambda: asked(self._said, path, BATCH, OVERWRITE))
        files = _files(count, request.options)
        rows = GeneratedRows(self._generator)
        written = WrittenRows(rows, count, is_whole=self._generator.has_transformers)
        kind, place = request.kind, place_of(request.place, request.kind.ending, files)
        plan = Files(written.table, kind.form, kind.options, place, files, request.mode, kind.unappendable)
        plan.check()
        return save(plan, written.count, written.frames, rows.keep)


def _files(rows: int, options: Mapping[str, Any]) -> int:
    """How many files so many rows go into.

    Raises:
        UsageError: it is said twice, or they are too many.
    """
    if "chunkSize" not in options:
        return options.get("numFiles", 1)
    if "numFiles" in options:
        raise UsageError(
            "numFiles and chunkSize both say how many files there are.\n  Leave one out."
            ' For example: .option("numFiles", 4)'
        )
    files = max(1, -(-rows // options["chunkSize"]))
    if files > MOST_FILES:
        least = -(-rows // MOST_FILES)
        raise UsageError(
            f"chunkSize makes {files:,} files of {rows:,} rows, and {MOST_FILES:,} are the most.\n"
            f'  For example: .option("chunkSize", {least})'
        )
    return files


def each_of(*asked_for: Callable[[], Any]) -> list[Any]:
    """What several functions give.

    Raises:
        UsageError: what is wrong with any of them.
    """
    found: list[Any] = []
    problems: list[UsageError] = []
    for one in asked_for:
        try:
            found.append(one())
        except UsageError as error:
            problems.append(error)
    raise_all(problems)
    return found
