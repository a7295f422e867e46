"""Files of text, whatever they are compressed with: what polars can't write or read itself goes through here.

Reading is by blocks of whole rows, so memory is a few of them, and a file that unpacks to far more than its rows is
left where enough rows are read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from synth_assets.errors import AGAIN, DataError, first_line
from synth_assets.sinks.compressions import codec_of, packing, unpacking
from synth_assets.sinks.interface import Encoding

_POLARS = {"none": "uncompressed", "gzip": "gzip", "zstd": "zstd"}
"""The codecs that polars writes and reads itself, and what it calls them."""

_BLOCK = 8 << 20
_LONGEST_ROW = 64 << 20


@contextmanager
def compressed(file: BinaryIO, encoding: Encoding) -> Iterator[tuple[BinaryIO, dict[str, Any]]]:
    """Where polars' sinks of text write to, and the arguments that say how, so that the file is compressed as asked."""
    if encoding.compression in _POLARS:
        yield file, {"compression": _POLARS[encoding.compression], "compression_level": encoding.level}
        return
    with packing(file, encoding.compression, encoding.level) as packer:
        yield packer, {"compression": "uncompressed"}


def polars_reads(path: Path) -> bool:
    """Whether polars reads a file's compression itself."""
    return codec_of(path) in _POLARS


def line_end(text: bytes) -> int:
    """Where the last whole line of a text ends; 0 if there is none."""
    return text.rfind(b"\n") + 1


def row_end(text: bytes) -> int:
    r"""Where the last whole row of a CSV ends; 0 if there is none. A line end between quotes ends none.

    Example:
        >>> row_end(b'1,"a\nb"\n2,"c\nd')
        8
    """
    end, quotes = len(text), text.count(b'"')
    while (at := text.rfind(b"\n", 0, end)) >= 0:
        quotes -= text.count(b'"', at + 1, end)
        if quotes % 2 == 0:
            return at + 1
        end = at
    return 0


def first_rows(path: Path, end: Callable[[bytes], int] = line_end) -> bytes:
    """Some whole rows that a file begins with, as text; all of it, if it is less than a block.

    Raises:
        DataError: it is damaged.
    """
    return next(blocks(path, end), b"")


def blocks(path: Path, end: Callable[[bytes], int] = line_end) -> Iterator[bytes]:
    """The content of a file in blocks of whole rows; the last may lack its end.

    Raises:
        DataError: it is damaged, or a row is longer than any of ours.
    """
    rest = b""
    with _opened(path) as stream:
        while data := stream.read(_BLOCK):
            text = rest + data
            at = end(text)
            if at:
                yield text[:at]
            rest = text[at:]
            if len(rest) > _LONGEST_ROW:
                raise DataError(f"{path} isn't read: it has a row of more than {_LONGEST_ROW:,} bytes.\n  {AGAIN}")
    if rest:
        yield rest


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """As :func:`unpacking`, with every kind of damage as one error."""
    try:
        with unpacking(path) as stream:
            yield stream
    except (PermissionError, FileNotFoundError):
        raise
    except OSError as error:
        raise DataError(f"{path} is damaged: {first_line(error.strerror or str(error))}.\n  {AGAIN}") from error
