"""Frames of several tables into one stream in order of ``lsn``, a few frames at a time."""

from collections.abc import Iterable, Iterator

import polars as pl


def in_order(tables: Iterable[Iterator[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """Merge streams of frames, each in ascending order of ``lsn``.

    Args:
        tables: their frames have the same columns.

    Yields:
        frames of all rows in order of ``lsn``; memory is a frame of each stream.
    """
    waiting = [[frames, frame] for frames in tables if (frame := _next(frames)) is not None]
    while waiting:
        # Nothing that is still to come has a smaller number than the least of the frames' last ones.
        upto = min(frame["lsn"].max() for _, frame in waiting)
        ready = [frame.filter(pl.col("lsn") <= upto) for _, frame in waiting]
        yield pl.concat(ready).sort("lsn", maintain_order=True)
        for stream, sent in zip(waiting, ready, strict=True):
            frames, frame = stream
            stream[1] = _next(frames) if sent.height == frame.height else frame.filter(pl.col("lsn") > upto)
        waiting = [stream for stream in waiting if stream[1] is not None]


def _next(frames: Iterator[pl.DataFrame]) -> pl.DataFrame | None:
    """The next frame with a row."""
    return next((frame for frame in frames if frame.height), None)
