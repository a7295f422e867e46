"""Frames into one part file, written by a thread of its own while the next frames are made.

Polars' streaming sinks take a lazy frame, not frames one by one. So the frames go through a bounded
hand-over to a thread in which a sink pulls them. Measured with 9 columns: 130–180 ns a row for Parquet,
mostly beside the generation; pyarrow's writer, which takes frames one by one, needs three times that.
"""

import hashlib
import io
import threading
import traceback
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

import polars as pl
from polars.io.plugins import register_io_source

from synth_assets.errors import DataError, SynthError
from synth_assets.model.manifest import PartFile
from synth_assets.model.table import Table
from synth_assets.model.values import Text
from synth_assets.model.wide_rows import row_bytes
from synth_assets.sinks.failures import cannot_write, writing
from synth_assets.sinks.letting_go import wait_until_dropped

if TYPE_CHECKING:
    from typing_extensions import Buffer

_FRAMES_WAITING = 2
"""Enough to keep the thread busy; each is some 10–30 MB."""

_PIECE_ROWS = 8_192
"""Polars makes text of a whole frame before it writes any, several at once: small ones take half the memory, and who
stops a writer waits for less."""

_EXIT_SECONDS = 10.0

Sink = Callable[[pl.LazyFrame, BinaryIO, float], None]
"""Writes a lazy frame, of rows of about so many bytes, to a file; the format, its options and the table are bound
already."""

Regroup = Callable[[Iterator[pl.DataFrame], float], Iterator[pl.DataFrame]]
"""The same rows, cut into frames in another way; how many bytes each has, as for a sink."""


class PartWriter:
    """Writes one part file. A context manager: leaving it without :meth:`close` removes the file.

    Args:
        path: the file; its folder exists. A file that is there is overwritten.
        table: whose frames these are.
        sink: how to write them.
        check: raises over a frame with cells that the format can't hold.
        takes_codes: whether the sink takes text by code.
        regroup: cuts the rows into other frames for the sink.

    Raises:
        OutputError: the file can't be created.
    """

    def __init__(
        self,
        path: Path,
        table: Table,
        sink: Sink,
        check: Callable[[pl.DataFrame], None],
        *,
        takes_codes: bool = False,
        regroup: Regroup | None = None,
    ) -> None:
        with writing(path):
            file = io.FileIO(path, "wb")
        self._path = path
        self._schema = table.schema
        self._name = table.path
        self._check = check
        self._rows = 0
        self._closed = False
        self._feed = _Feed(_ByCode() if takes_codes else _as_it_is)
        self._thread = threading.Thread(
            target=_write_file, args=(self._feed, path, file, table.schema, sink, regroup), name=str(path), daemon=True
        )
        self._thread.start()
        # Forgotten, or overtaken by the interpreter's exit: the thread must not wait for frames forever.
        self._forgotten = weakref.finalize(self, _abandon, self._feed, self._thread)

    def write(self, frame: pl.DataFrame, coded: Mapping[str, Text] | None = None) -> None:
        """Hand over the next rows; waits while two frames are ahead of them.

        Args:
            frame: the rows.
            coded: cells of text columns by code; only for a sink that takes them so.

        Raises:
            OutputError: this or an earlier frame could not be written; the file is gone.
            DataError: a cell that the format can't hold, or a frame of another schema.
        """
        if frame.schema != self._schema:
            raise DataError(f"{self._name}: a frame of {frame.schema} came, not of {self._schema}.")
        self._check(frame)
        if not self._rows:
            self._feed.row_size = row_bytes(frame)
        self._feed.put(frame, coded or {})
        self._raise_failure()
        self._rows += frame.height

    def end(self) -> None:
        """No more rows come."""
        self._feed.end()

    def close(self) -> PartFile:
        """Wait until all is written.

        Returns:
            the file, its path being the bare name. It is not yet forced to disk: publishing does that.

        Raises:
            OutputError, DataError: as for :meth:`write`.
        """
        self._feed.end()
        self._stop()
        self._raise_failure()
        with writing(self._path):
            size = self._path.stat().st_size
        return PartFile(self._path.name, self._rows, size, self._feed.sha256)

    def abort(self) -> None:
        """Stop writing and remove the file; nothing happens if it is closed, but something if that was interrupted."""
        if not self._closed:
            self._feed.abandon()
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def _stop(self) -> None:
        self._thread.join()
        self._closed = True
        self._forgotten.detach()

    def _raise_failure(self) -> None:
        error = self._feed.failure
        # Polars takes Ctrl-C for itself while it writes, and tells it where it was called.
        if isinstance(error, SynthError | KeyboardInterrupt):
            raise error
        if error is not None:
            raise cannot_write(self._path, error) from error


Given = Callable[[pl.DataFrame, Mapping[str, Text]], pl.DataFrame]
"""Rows as a sink takes them, of rows with the cells of some text columns by code."""


def _as_it_is(frame: pl.DataFrame, _coded: Mapping[str, Text]) -> pl.DataFrame:
    return frame


class _ByCode:
    """The rows with text by code, in the columns that the first rows had by code."""

    def __init__(self) -> None:
        self._dictionaries: dict[str, pl.DataType] | None = None

    def __call__(self, frame: pl.DataFrame, coded: Mapping[str, Text]) -> pl.DataFrame:
        if self._dictionaries is None:
            # A row group holds the whole dictionary, which has to be small beside its cells.
            self._dictionaries = {
                name: cells.pool.dictionary for name, cells in coded.items() if len(cells.pool) <= frame.height
            }
        if not self._dictionaries:
            return frame
        columns: dict[str, pl.Series] = {}
        for name in frame.columns:
            dictionary, cells = self._dictionaries.get(name), coded.get(name)
            columns[name] = column = frame[name]
            if dictionary is not None:
                columns[name] = column.cast(dictionary) if cells is None else cells.coded()
        # No expressions: polars' threads may all be waiting for these rows. A list would name what has no name.
        return pl.DataFrame(columns)


class _Abandoned(Exception):  # noqa: N818 - not an error: how the reading side of a feed is told to stop
    """The writer was aborted."""


class _Feed:
    """The hand-over between the thread that makes frames and the one that writes them.

    Args:
        given: how the writing one takes them; asked there.
    """

    def __init__(self, given: Given) -> None:
        self._change = threading.Condition()
        self._given = given
        self._frames: deque[tuple[pl.DataFrame, Mapping[str, Text]]] = deque()
        self._first: pl.DataFrame | None = None
        self._ended = False
        self._abandoned = False
        self.failure: BaseException | None = None
        self.sha256 = ""
        self.row_size = 0.0

    def put(self, frame: pl.DataFrame, coded: Mapping[str, Text]) -> None:
        """Wait for room and add rows; a failure on the other side ends the waiting."""
        with self._change:
            self._change.wait_for(lambda: len(self._frames) < _FRAMES_WAITING or self.failure is not None)
            self._frames.append((frame, coded))
            self._change.notify_all()

    def end(self) -> None:
        with self._change:
            self._ended = True
            self._change.notify_all()

    def abandon(self) -> None:
        with self._change:
            self._abandoned = True
            self._change.notify_all()

    def fail(self, error: BaseException) -> None:
        with self._change:
            self.failure = error
            self._change.notify_all()

    def schema(self) -> pl.Schema | None:
        """That of the first frame, as soon as it is there; ``None`` if none comes. Asked once, before the frames."""
        with self._change:
            self._change.wait_for(lambda: self._frames or self._ended or self._abandoned)
            self.go_on()
            if not self._frames:
                return None
            frame, coded = self._frames[0]
        self._first = self._given(frame, coded)
        return self._first.schema

    def frames(self) -> Iterator[pl.DataFrame]:
        """All frames until the end, in pieces; raises when the writer is abandoned."""
        while (frame := self._next()) is not None:
            for piece in frame.iter_slices(_PIECE_ROWS):
                self.go_on()
                yield piece

    def _next(self) -> pl.DataFrame | None:
        with self._change:
            self._change.wait_for(lambda: self._frames or self._ended or self._abandoned)
            self.go_on()
            if not self._frames:
                return None
            frame, coded = self._frames.popleft()
            self._change.notify_all()
        first, self._first = self._first, None
        return self._given(frame, coded) if first is None else first

    def go_on(self) -> None:
        """Raise if the writer is abandoned."""
        if self._abandoned:
            raise _Abandoned


class _Output(io.BufferedWriter):
    """A file that what is packed in Python, slowly, is written to; no more of it once the writer is abandoned."""

    def __init__(self, file: io.FileIO, feed: _Feed) -> None:
        super().__init__(file)
        self._feed = feed

    def write(self, data: "Buffer", /) -> int:
        self._feed.go_on()
        return super().write(data)


def _write_file(
    feed: _Feed, path: Path, file: io.FileIO, schema: pl.Schema, sink: Sink, regroup: Regroup | None
) -> None:
    def source(
        columns: list[str] | None,
        _predicate: pl.Expr | None,
        _rows: int | None,
        _batch: int | None,
    ) -> Iterator[pl.DataFrame]:
        for frame in feed.frames() if regroup is None else regroup(feed.frames(), feed.row_size):
            yield frame if columns is None else frame.select(columns)
            del frame  # while the next one is waited for

    # An open file, not its path: polars opens paths in its own time, after an abort removed it even.
    output = _Output(file, feed)
    held = weakref.ref(output)
    try:
        with output:
            sink(register_io_source(source, schema=feed.schema() or schema), output, feed.row_size)
        with path.open("rb") as written:
            feed.sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    except BaseException as error:  # noqa: BLE001 - a panic in polars is no Exception; write() raises it
        path.unlink(missing_ok=True)
        feed.fail(error)
        # Which hold the file, too.
        traceback.clear_frames(error.__traceback__)
        del output
        # polars' sink returns its error while a thread of its own may still flush the file.
        wait_until_dropped(lambda: held() is not None, _EXIT_SECONDS)


def _abandon(feed: _Feed, thread: threading.Thread) -> None:
    feed.abandon()
    # At exit, polars' threads have to be out of Python before it ends. The garbage collector may call
    # this on any thread, on the writing one too, which can't wait for itself.
    if threading.current_thread() is threading.main_thread():
        thread.join(_EXIT_SECONDS)
