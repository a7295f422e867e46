"""Which records of a dataset an API has taken: kept on disk while they are sent, whatever happens to the process.

``ROOT/.synth/uploads/DOMAIN/DATASET-<hash>.jsonl``, one for each dataset and address. Its first line says which. Then
each line is a list::

    ["begin", "orders", "/api/v1/orders", 1]    how the table's records are sent: the path, and how many a request
    ["taken", "orders", 17, 1]                  the request whose first record has 17 before it, with 1 record
    ["below", "orders", 4096]                   all records before this one are taken
    ["whole", "orders", 5000]                   all of the table are

A line that a dying process left unfinished, and what may follow it, count as never written: those records are sent
again, with the same Idempotency-Key. A file that grows is written anew, with what it comes to.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_bytes
from synth_assets.errors import OutputError, UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.layout import STAGING
from synth_assets.sinks.failures import cannot_write, writing
from synth_assets.sinks.filesystem import force
from synth_assets.sinks.locks import locked
from synth_assets.sinks.objects.address import only_a_folder
from synth_assets.spoken import option

UPLOADS = "uploads"
"""The folder's name in the staging folder."""

_CONTRACT = 1
_LARGE = 1_000_000
_MOST_BYTES = 64_000_000


@dataclass
class TakenRecords:
    """Of a table, what is taken.

    Attributes:
        template: the path that its records go to; empty as long as none was sent.
        batch: how many records a request has, at most.
        below: all records before this one are taken.
        apart: requests beyond that: the first record's place, and how many there are.
        whole: whether all of the table are.
    """

    template: str = ""
    batch: int = 1
    below: int = 0
    apart: dict[int, int] = field(default_factory=dict[int, int])
    whole: bool = False

    @property
    def count(self) -> int:
        """How many records are taken."""
        return self.below + sum(self.apart.values())

    def take(self, first: int, rows: int) -> None:
        """A request's records are taken."""
        if first >= self.below:
            self.apart[first] = rows
        while (more := self.apart.pop(self.below, None)) is not None:
            self.below += more


class UploadLedger:
    """The ledger of a dataset's upload to an address.

    Used as a context manager it can be added to, by one process at a time.

    Args:
        root: the data root.
        dataset: the dataset.
        url: the API's address.

    Raises:
        OutputError: what lies there is something else, or can't be read.
    """

    def __init__(self, root: Path, dataset: Dataset, url: str) -> None:
        told = {"domain": dataset.domain, "contract": dataset.contract, "url": url, **dataset.manifest_parameters}
        self._head: dict[str, Any] = {"upload": _CONTRACT, **told}
        text = json.dumps(self._head, sort_keys=True)
        name = f"{dataset.name}-{hashlib.blake2b(text.encode(), digest_size=5).hexdigest()}"
        self.path = (
            only_a_folder(root, "Uploading, which keeps what was taken,").absolute()
            / STAGING
            / UPLOADS
            / dataset.domain
            / f"{name}.jsonl"
        )
        self._file = self._lock = -1
        self._size = 0
        self.tables: dict[str, TakenRecords] = {}
        self._read()

    def of(self, table: str) -> TakenRecords:
        """What is taken of a table, by its name."""
        return self.tables.setdefault(table, TakenRecords())

    def check(self, table: str, template: str, batch: int) -> None:
        """Look whether a table's records were sent in the same way before.

        Raises:
            UsageError: they were cut into other requests, or went elsewhere: they would be known by other keys.
        """
        known = self.of(table)
        # Another path alone changes no key, so it may be corrected as long as nothing is where the first led to.
        elsewhere = known.count > 0 and known.template != template
        if known.template and (elsewhere or known.batch != batch):
            said = f"{option('batch_size', known.batch)} {option('endpoint', f'{table}={known.template}')}"
            raise UsageError(
                f"{table}: {known.count:,} records were uploaded with {said}, which isn't what is asked for now.\n"
                f"  Go on with these, or send all of them again: {option('restart')}"
            )

    def __enter__(self) -> Self:
        self._lock = locked(
            self.path.with_suffix(".lock"),
            "Another process uploads this dataset to this address.\n"
            "  Wait until it is done: what it has uploaded, nobody needs to upload again.",
        )
        self.tables.clear()
        self._read()  # as it is now that nobody else adds to it
        self._write_anew()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            os.fsync(self._file)
        finally:
            os.close(self._file)
            os.close(self._lock)

    def begin(self, table: str, template: str, batch: int) -> None:
        """Records of a table are going to be sent.

        Raises:
            OutputError: it can't be noted.
        """
        known = self.of(table)
        known.template, known.batch = template, batch
        self._add(["begin", table, template, batch])

    def take(self, table: str, first: int, rows: int) -> None:
        """A request's records are taken.

        Args:
            table: the table's name.
            first: how many records come before the first of them.
            rows: how many they are.

        Raises:
            OutputError: it can't be noted.
        """
        self.of(table).take(first, rows)
        self._add(["taken", table, first, rows])
        if self._size > _LARGE:
            self._write_anew()

    def finish(self, table: str) -> None:
        """All records of a table are taken.

        Raises:
            OutputError: it can't be noted.
        """
        known = self.of(table)
        known.whole = True
        self._add(["whole", table, known.below])

    def forget(self, tables: Iterable[str]) -> None:
        """Nothing of some tables is taken.

        Raises:
            OutputError: it can't be noted.
        """
        for table in tables:
            self.tables.pop(table, None)
        self._write_anew()

    def _read(self) -> None:
        try:
            lines = regular_bytes(self.path, _MOST_BYTES).split(b"\n")[:-1]  # what has no end wasn't written whole
        except FileNotFoundError:
            return
        except OSError as error:
            raise OutputError(f"{self.path} can't be read: {error.strerror}.\n  Move it away.") from error
        for at, line in enumerate(lines):
            try:
                said = strict_json.loads(line.decode())
                if at:
                    self._hear(*cast("list[Any]", said))
            except (ValueError, TypeError, IndexError):
                said = None
            if not at and said != self._head:
                raise OutputError(f"{self.path} is no ledger of this upload.\n  Move it away.")
            if said is None:
                return

    def _hear(self, what: str, table: str, *said: Any) -> None:
        known = self.of(table)
        if what == "begin":
            known.template, known.batch = str(said[0]), int(said[1])
        elif what == "taken":
            known.take(int(said[0]), int(said[1]))
        else:
            known.below, known.whole = int(said[0]), what == "whole"

    def _lines(self) -> Iterable[object]:
        yield self._head
        for table, known in self.tables.items():
            if known.template:
                yield ["begin", table, known.template, known.batch]
                yield ["whole" if known.whole else "below", table, known.below]
                yield from (["taken", table, first, rows] for first, rows in known.apart.items())

    def _write_anew(self) -> None:
        """Replace the file by one that says the same in fewer lines."""
        draft = self.path.with_suffix(".draft")
        with writing(self.path):
            text = b"".join(map(_line, self._lines()))
            draft.write_bytes(text)
            force(draft)
            draft.replace(self.path)
            force(self.path.parent)
            if self._file >= 0:
                os.close(self._file)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        self._size = 0

    def _add(self, said: list[object]) -> None:
        """Add a line: once it is written, no end of this process undoes it."""
        line = _line(said)
        try:
            written = os.write(self._file, line)
        except OSError as error:
            raise cannot_write(self.path, error) from error
        if written < len(line):
            raise OutputError(f"{self.path} can't be written: no space left.\n  Make room there.")
        self._size += len(line)


def _line(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"
