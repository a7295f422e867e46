"""A request that brings records, and the key it is known by: a function of the dataset and the records alone."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import NamedTuple

import polars as pl

from synth_assets.model.dataset import Dataset
from synth_assets.model.table import Table
from synth_assets.sinks.json_objects import object_text
from synth_assets.sinks.posts.endpoints import Endpoint

_CONTRACT = 1
_VERSION, _VARIANT = 8, 0x8
"""Bits of a UUID of one's own making (RFC 9562)."""

_ROWS = 2_048
"""Rows that are made into requests at a time: some MB."""


class Post(NamedTuple):
    """A request.

    Attributes:
        table: the table's path.
        first: how many rows of the table come before its records.
        rows: how many records it brings.
        path: where to, below the API's address.
        group: whose records they are, where groups have keys of their own; else empty.
        idempotency_key: the same whenever the same records are sent.
        body: JSON, an object or an array of objects.
    """

    table: str
    first: int
    rows: int
    path: str
    group: str
    idempotency_key: str
    body: bytes


class IdempotencyKeys:
    """Keys of a scope's requests: UUIDs of version 8, from BLAKE2b of whatever tells them from all others.

    Args:
        *scope: what all of them have in common.

    Example:
        >>> keys = IdempotencyKeys("shop", "orders")
        >>> keys.of_one("7")
        '…'
    """

    def __init__(self, *scope: str) -> None:
        self._begun = hashlib.blake2b(digest_size=16)
        for part in (str(_CONTRACT), *scope):
            self._begun.update(_framed(part))

    def of_one(self, record: str) -> str:
        """The key of a request with one record, as an object."""
        return self._of("one", (record,))

    def of_array(self, records: Iterable[str]) -> str:
        """The key of a request with an array."""
        return self._of("array", records)

    def _of(self, form: str, records: Iterable[str]) -> str:
        begun = self._begun.copy()
        for part in (form, *records):
            begun.update(_framed(part))
        digits = begun.hexdigest()
        variant = f"{_VARIANT | int(digits[16], 16) & 0x3:x}"
        return f"{digits[:8]}-{digits[8:12]}-{_VERSION}{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def _framed(part: str) -> bytes:
    content = part.encode()
    return len(content).to_bytes(8, "little") + content


def dataset_keys(table: Table, dataset: Dataset) -> IdempotencyKeys:
    """The keys of a table's records; those of a group alone are those of the whole, where the table has a key."""
    told = dataset.parameters if table.key else {**dataset.parameters, **dataset.said_only}
    parameters = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return IdempotencyKeys("dataset", table.path, str(dataset.contract), parameters, str(dataset.seed))


class Posts(NamedTuple):
    """What all requests of a table have in common.

    Attributes:
        table: the table.
        endpoint: where they go.
        keys: what they are known by.
        batch: how many records are in an array, at most; one for an object each.
        group: the column that says whose a row is, where groups have keys of their own.
    """

    table: Table
    endpoint: Endpoint
    keys: IdempotencyKeys
    batch: int
    group: str | None

    def of(self, frames: Iterable[pl.DataFrame], first: int) -> Iterator[list[Post]]:
        """The requests for rows, some at a time.

        An array ends where it is full, or the next row goes elsewhere: from the same row on they are always the same.

        Args:
            frames: rows in their order.
            first: how many rows come before them.

        Raises:
            DataError: a cell that JSON can't hold.
        """
        records = self._records(frames, first)
        yield from self._single(records) if self.batch == 1 else self._arrays(records)

    def _records(self, frames: Iterable[pl.DataFrame], first: int) -> Iterator[list["_Record"]]:
        table = self.table
        names = [table.column(name) for name in table.key.columns]
        for whole in frames:
            for frame in whole.iter_slices(_ROWS):
                texts = frame.select(object_text(table.columns)).to_series().to_list()
                numbers = range(first, first + frame.height)
                # What has a key is known by it, whatever comes before.
                known = frame.select(object_text(names)).to_series().to_list() if names else map(str, numbers)
                groups = frame[self.group].cast(pl.String).to_list() if self.group else repeat("")
                told = zip(numbers, self.endpoint.paths(frame), groups, known, texts, strict=False)
                yield [_Record(*one) for one in told]
                first += frame.height

    def _single(self, records: Iterable[list["_Record"]]) -> Iterator[list[Post]]:
        path, key = self.table.path, self.keys.of_one
        for some in records:
            yield [Post(path, one.at, 1, one.path, one.group, key(one.known), one.text.encode()) for one in some]

    def _arrays(self, records: Iterable[list["_Record"]]) -> Iterator[list[Post]]:
        open_array: list[_Record] = []
        for some in records:
            ready: list[Post] = []
            for one in some:
                if open_array and (len(open_array) == self.batch or one.where != open_array[0].where):
                    ready.append(self._array(open_array))
                    open_array = []
                open_array.append(one)
            yield ready
        if open_array:
            yield [self._array(open_array)]

    def _array(self, records: list["_Record"]) -> Post:
        first, body = records[0], ",".join(one.text for one in records)
        key = self.keys.of_array(one.known for one in records)
        return Post(self.table.path, first.at, len(records), first.path, first.group, key, f"[{body}]".encode())


class _Record(NamedTuple):
    """A row: how many come before it, where it goes, whose it is, what it is known by, and its text."""

    at: int
    path: str
    group: str
    known: str
    text: str

    @property
    def where(self) -> tuple[str, str]:
        return self.path, self.group
