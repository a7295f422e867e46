"""Tools that send messages: records of topic, key, value and headers first, files of lines from them."""

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.types.base import INFINITY, NESTED_NOT_FINITE, NOT_A_NUMBER
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.envelopes.files import write_lines
from synth_assets.sinks.envelopes.interface import BatchToWrite, Envelope
from synth_assets.sinks.target import RECORD_SCHEMA

NO_HEADERS = pl.lit([], dtype=RECORD_SCHEMA["headers"])


def record(topic: str, key: pl.Expr, value: pl.Expr, headers: pl.Expr = NO_HEADERS) -> list[pl.Expr]:
    """The columns of :data:`~synth_assets.sinks.target.RECORD_SCHEMA`, to select of a frame that has a row a record."""
    parts = (pl.lit(topic), key, value, headers)
    return [part.cast(dtype).alias(name) for part, (name, dtype) in zip(parts, RECORD_SCHEMA.items(), strict=True)]


def header(name: str, value: pl.Expr) -> pl.Expr:
    """The headers of records that have one."""
    return pl.concat_list(pl.struct(pl.lit(name).alias("name"), value.alias("value")))


@dataclass(frozen=True)
class Topic:
    """All that a batch sends to one topic.

    Attributes:
        name: the topic.
        frames: its records, with :data:`RECORD_SCHEMA`, in the order of sending; can be taken once.
    """

    name: str
    frames: Iterable[pl.DataFrame]


Line = Callable[[pl.DataFrame, Mapping[str, str]], pl.DataFrame]
"""How records become lines, given a value of every option of the envelope: a frame of one text column."""


def value_line(records: pl.DataFrame, options: Mapping[str, str] = MappingProxyType({})) -> pl.DataFrame:  # noqa: ARG001
    """The value alone; a tombstone has none, and so no line."""
    return records.select("value").drop_nulls()


def keyed_line(records: pl.DataFrame, options: Mapping[str, str] = MappingProxyType({})) -> pl.DataFrame:  # noqa: ARG001
    """``{"key": …, "value": …, "headers": {…}}``: all of a record but the topic."""
    key, value = (pl.col(name).fill_null("null") for name in ("key", "value"))
    return records.select(
        pl.concat_str(
            pl.lit('{"key":'), key, pl.lit(',"value":'), value, pl.lit(',"headers":'), _headers(records), pl.lit("}")
        ).alias("line")
    )


def _headers(records: pl.DataFrame) -> pl.Expr:
    """An object a record; hardly any has a header, and those few are put together in Python."""
    headers = records["headers"]
    if not (headers.list.len() > 0).any():
        return pl.lit("{}")
    texts = ["{" + ",".join(f"{json.dumps(one['name'])}:{one['value']}" for one in some) + "}" for some in headers]
    return pl.lit(pl.Series(texts, dtype=pl.String))


@dataclass(frozen=True, kw_only=True)
class MessageEnvelope(Envelope):
    """A tool that sends messages.

    Its files hold a record a line: a folder a topic, or one file where there is one stream.

    Attributes:
        topics: what a batch sends, topic by topic; only what is asked for is made.
        line: how a record is written in a file.
    """

    has_records: ClassVar[bool] = True

    formats: tuple[str, ...] = ("ndjson",)
    topics: Callable[[BatchToWrite], Iterator[Topic]]
    line: Line

    def told(self, batch: BatchToWrite) -> BatchToWrite:
        """See :meth:`Envelope.told`; what JSON can't say ends it, before a file is there."""
        told = super().told(batch)
        return replace(told, logs=functools.partial(_checked_log, told))

    def records(self, batch: BatchToWrite) -> Iterator[pl.DataFrame]:
        """What a batch sends, topic after topic; within each in the order of sending.

        Args:
            batch: the batch, or the base if the envelope has one.

        Yields:
            frames with :data:`RECORD_SCHEMA`.
        """
        for topic in self.topics(self.told(batch)):
            yield from topic.frames

    def write(self, batch: BatchToWrite, folder: Path, form: str) -> list[str]:
        """Write a file a topic; see :meth:`Envelope.write`."""
        paths: list[str] = []
        told = self.told(batch)
        for topic in self.topics(told):
            paths.append(f"{batch.label}.{form}" if self.one_stream else f"{topic.name}/{batch.label}.{form}")
            write_lines(folder / paths[-1], (self.line(frame, told.options) for frame in topic.frames))
        return paths


_JSON = Capabilities("", dict.fromkeys((NOT_A_NUMBER, INFINITY, NESTED_NOT_FINITE), "which JSON hasn't"))


def _checked_log(batch: BatchToWrite, name: str) -> Iterator[pl.DataFrame]:
    """A table's log, looked through for cells that JSON can't say.

    Raises:
        DataError: there is one.
    """
    table = batch.tables[name]
    asks = any(not _JSON.can(one) for column in table.columns for one in column.type.peculiar)
    for frame in batch.logs(name):
        for image in ("",) if batch.is_base else (BEFORE, AFTER):
            if asks:
                _JSON.check_cells(frame, table, image)
        yield frame
