"""The compressions of files: the closed list, here alone. Each format says which of them it has.

Files of text are compressed whole and say so by a second ending (``.csv.gz``); Parquet compresses within, and keeps its
own. polars writes and reads gzip and Zstandard by itself, this module all others, and what has to be read in pieces.
The same bytes come out for the same bytes: no time, no name of a machine and no number of threads is in them.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(frozen=True)
class Codec:
    """A compression, as a format has it.

    Attributes:
        levels: the levels it knows, or ``None`` if it has none.
        default_level: used when no level is asked for.
        suffix: what it appends to a file's name.
        opener: where readers of text need Python's help: a module, and an expression of it that opens ``{path}``.
    """

    levels: range | None = None
    default_level: int | None = None
    suffix: str = ""
    opener: tuple[str, str] | None = None


_ENTRY = "(z := zipfile.ZipFile({path})).open(z.namelist()[0])"

TEXT_CODECS = {
    "none": Codec(),
    "gzip": Codec(range(10), default_level=6, suffix=".gz"),
    "zstd": Codec(range(1, 23), default_level=3, suffix=".zst"),
    "bz2": Codec(range(1, 10), default_level=9, suffix=".bz2", opener=("bz2", "bz2.open({path})")),
    "xz": Codec(range(10), default_level=6, suffix=".xz", opener=("lzma", "lzma.open({path})")),
    "zip": Codec(range(1, 10), default_level=6, suffix=".zip", opener=("zipfile", _ENTRY)),
}
"""Those of formats that are text; without a word it is not compressed."""

PARQUET_CODECS = {
    "zstd": Codec(range(1, 23), default_level=1),  # level 3 takes 1.5 times as long for 3 % less
    "snappy": Codec(),
    "gzip": Codec(range(10), default_level=6),
    "lz4": Codec(),
    "brotli": Codec(range(12), default_level=4),
    "none": Codec(),
}
"""Those of Parquet."""

CODECS = tuple(dict.fromkeys([*TEXT_CODECS, *PARQUET_CODECS]))
"""The names of all, each once."""

_BY_SUFFIX = {codec.suffix: name for name, codec in TEXT_CODECS.items() if codec.suffix}

SUFFIXES = tuple(_BY_SUFFIX)
"""What compressed files' names end with."""

_PIECE = 1 << 20


def codec_of(path: Path) -> str:
    """The compression that a file of text says it has by its name.

    Example:
        >>> codec_of(Path("part-00000.csv.xz")), codec_of(Path("part-00000.csv"))
        ('xz', 'none')
    """
    return _BY_SUFFIX.get(path.suffix.lower(), "none")


@contextmanager
def packing(file: BinaryIO, codec: str, level: int | None) -> Iterator[BinaryIO]:
    """What is written goes into a file compressed; it stays open.

    Args:
        file: where to.
        codec: bz2, xz or zip: those that polars doesn't write.
        level: of its levels.
    """
    # Large pieces: a call costs more than it seems, and Python's lock is taken in each.
    with _packer(file, codec, level) as packer, io.BufferedWriter(_Into(packer), _PIECE) as buffered:
        yield buffered


class _Into(io.RawIOBase):
    """What is written goes on to a packer. It has no file descriptor, which polars would write to past the packer."""

    def __init__(self, packer: IO[bytes]) -> None:
        self._packer = packer

    def writable(self) -> bool:
        return True

    def write(self, data: "Buffer", /) -> int:
        self._packer.write(data)
        return memoryview(data).nbytes


@contextmanager
def _packer(file: BinaryIO, codec: str, level: int | None) -> Iterator[IO[bytes]]:
    if codec == "bz2":
        import bz2

        with bz2.BZ2File(file, "wb", compresslevel=level or 9) as packer:
            yield packer
    elif codec == "xz":
        import lzma

        with lzma.LZMAFile(file, "wb", preset=level) as packer:
            yield packer
    else:
        import zipfile

        # By name, an entry has the first moment that the format knows, and nobody's.
        with (
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive,
            archive.open(_entry(file), "w", force_zip64=True) as packer,
        ):
            yield packer


def _entry(file: BinaryIO) -> str:
    """What the only file in an archive is called: as the archive, without its last ending."""
    return Path(str(getattr(file, "name", "rows"))).name.removesuffix(".zip")


@contextmanager
def unpacking(path: Path) -> Iterator[IO[bytes]]:
    """Open a file of text, compressed as its name says, to read its content from the start.

    Raises:
        OSError: it can't be read, or is damaged; that may show on the way only.
    """
    import lzma
    import zipfile
    import zlib

    broken = (EOFError, ValueError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
    try:
        with _unpacker(path) as stream:
            yield stream
    except broken as error:
        raise OSError(str(error)) from error


@contextmanager
def _unpacker(path: Path) -> Iterator[IO[bytes]]:
    import bz2
    import gzip
    import lzma
    import zipfile

    codec = codec_of(path)
    if codec == "zstd":
        import pyarrow as pa

        with path.open("rb") as file, pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd") as stream:
            yield cast("IO[bytes]", stream)
    elif codec == "zip":
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) != 1:
                raise OSError(f"it holds {len(entries)} files, not one")
            with archive.open(entries[0]) as stream:
                yield stream
    else:
        opened = {"none": open, "gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}[codec]
        with cast("IO[bytes]", opened(path, "rb")) as stream:
            yield stream
