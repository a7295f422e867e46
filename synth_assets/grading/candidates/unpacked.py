"""Compressed files that DuckDB doesn't read itself: unpacked beside its own temporary files, before it reads them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

from synth_assets.errors import UnjudgedError
from synth_assets.grading.candidates.patience import Patience
from synth_assets.sinks.compressions import TEXT_CODECS, codec_of, unpacking

_PIECE = 4 << 20

_SLACK, _PACKED = 100_000_000, 100
"""Bytes, and times its size, that a file may have when unpacked: tables have less, and a disk has an end."""


def unpacked(paths: Sequence[Path], spool: Path, patience: Patience) -> Mapping[Path, Path]:
    """Unpack those files that have to be.

    Args:
        paths: the files.
        spool: a temporary folder.
        patience: how long it may take.

    Returns:
        path → where its content is: the path itself, if DuckDB reads it.

    Raises:
        UnjudgedError: one unpacks to far too much, or it takes too long.
        OSError: one is damaged.
    """
    packed = [path for path in paths if TEXT_CODECS[codec_of(path)].opener]
    found = {path: path for path in paths}
    stop = Event()
    with patience.within(stop.set):
        for at, path in enumerate(packed):
            # The name that it has inside: its ending says what it is.
            found[path] = spool / f"unpacked-{at:06d}{''.join(path.suffixes[-2:-1])}"
            _unpack(path, found[path], stop)
    return found


def _unpack(path: Path, to: Path, stop: Event) -> None:
    most = _SLACK + _PACKED * path.stat().st_size
    written = 0
    with unpacking(path) as packed, to.open("wb") as file:
        while not stop.is_set() and (data := packed.read(_PIECE)):
            written += file.write(data)
            if written > most:
                raise UnjudgedError(
                    f"{path} unpacks to more than {most:,} bytes.\n  Unpack it, and grade the files that come of it."
                )
