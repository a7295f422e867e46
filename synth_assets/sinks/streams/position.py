"""How far a stream has come, where the place itself doesn't tell: a small file below the data root.

``ROOT/.synth/streams/DOMAIN/LABEL-SEED-….json`` names the table, the dataset and the place, and how many rows were
sent. It is replaced whole, once a second and when the stream ends in good order: after a crash it may be behind what
was sent, never ahead of it.
"""

import hashlib
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.errors import OutputError
from synth_assets.model.dataset import Dataset
from synth_assets.model.layout import STAGING
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force
from synth_assets.sinks.locks import locked
from synth_assets.sinks.objects.address import only_a_folder

STREAMS = "streams"
"""The folder's name in the staging folder."""

_CONTRACT = 1
_MOST_BYTES = 1_000_000
_EVERY = 1.0
"""Seconds between two notes."""


def stream_identity(dataset: Dataset, table: str, told: str = "rows") -> str:
    """What a stream is known by, whatever its place: 16 digits.

    Args:
        dataset: the dataset.
        table: the table, or empty for all.
        told: what is sent of it, and in which form.

    Example:
        >>> stream_identity(dataset, "raw_orders")
        '…'
    """
    head = [_CONTRACT, dataset.domain, dataset.contract, table, told, dataset.manifest_parameters]
    return hashlib.blake2b(json.dumps(head, sort_keys=True).encode(), digest_size=8).hexdigest()


class StreamPosition:
    """How many rows of a table were sent to a place; held by one process at a time, as a context manager.

    Args:
        root: the data root.
        dataset: the dataset.
        table: the table's name.
        place: what to call the place; without secrets.
    """

    def __init__(self, root: Path, dataset: Dataset, table: str, place: str) -> None:
        self._head: dict[str, Any] = {"stream": stream_identity(dataset, table), "table": table, "to": place}
        digest = hashlib.blake2b(json.dumps(self._head, sort_keys=True).encode(), digest_size=5).hexdigest()
        self.path = (
            only_a_folder(root, "A stream, which keeps how far it came,").absolute()
            / STAGING
            / STREAMS
            / dataset.domain
            / f"{dataset.name}-{digest}.json"
        )
        self._lock = -1
        self._noted = -_EVERY

    def __enter__(self) -> Self:
        self._lock = locked(
            self.path.with_suffix(".lock"),
            "Another process streams these rows to this place.\n"
            "  Wait until it is done, or give this stream another --output-dir to note its position in.",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def read(self) -> int:
        """How many rows were sent; 0 where nothing is noted.

        Raises:
            OutputError: what lies there is something else, or can't be read.
        """
        try:
            said = strict_json.loads(regular_text(self.path, _MOST_BYTES))
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise OutputError(f"{self.path} can't be read: {error.strerror}.\n  Move it away.") from error
        except ValueError:
            said = None
        sent = said.pop("sent", None) if isinstance(said, dict) else None
        if said != self._head or type(sent) is not int or sent < 0:
            raise OutputError(f"{self.path} is no position of this stream.\n  Move it away.")
        return sent

    def pass_by(self, sent: int) -> None:
        """So many rows were sent: noted if the last note is old enough.

        Raises:
            OutputError: it can't be noted.
        """
        if time.monotonic() - self._noted >= _EVERY:
            self.note(sent)

    def note(self, sent: int) -> None:
        """So many rows were sent.

        Raises:
            OutputError: it can't be noted.
        """
        draft = self.path.with_suffix(".draft")
        with writing(self.path):
            draft.write_text(json.dumps({**self._head, "sent": sent}) + "\n", encoding="utf-8")
            force(draft)
            draft.replace(self.path)
            force(self.path.parent)
        self._noted = time.monotonic()
