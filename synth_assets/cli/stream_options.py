"""How `synth stream` runs: what was asked for, what is said while it goes, and how it ends."""

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synth_assets.cli.ending import asked_to_stop
from synth_assets.cli.streams import tell
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from synth_assets.model.dataset import Dataset
    from synth_assets.model.domain import Domain
    from synth_assets.usecases.stream import Streamed, StreamProgress
    from synth_assets.usecases.stream_rate import StreamRate

_KEY_VARIABLE = "SYNTH_API_KEY"  # what `project.settings_sources` calls it; a test compares

_SLOW = 0.95
"""Of what was asked for; below it is said, what is reached."""

_EVERY = 10.0
"""Seconds between two lines about how it goes."""


@dataclass(frozen=True, kw_only=True)
class _Streaming(ABC):
    """A stream as it was asked for; the fields are those of the command."""

    quiet: bool
    to: str
    rate: str | None
    limit: int | None
    duration: int | None
    resume: bool
    api_keys: Path | None
    batches: range | None
    cadence: str
    base: bool | None

    def do(self) -> None:
        """Stream, and say how it went.

        Raises:
            SynthError: it can't be.
            KeyboardInterrupt: somebody asked it to stop; it has ended in good order.
        """
        reporter = None if self.quiet else _Reporter()
        with asked_to_stop() as stop:
            streamed = self.run(stop, reporter)
            if not self.quiet:
                tell(_text(streamed))
                if stop.is_set():
                    tell("Stopped. The same command with --resume goes on.")

    @abstractmethod
    def run(self, stop: "threading.Event", told: "Callable[[StreamProgress], None] | None") -> "Streamed":
        """Stream until it ends."""

    def speed(self, seed: int) -> "StreamRate | None":
        """The rate that was asked for."""
        from synth_assets.usecases.stream_rate import stream_rate

        return None if self.rate is None else stream_rate(self.rate, seed)


@dataclass(frozen=True)
class RowStreaming(_Streaming):
    """A stream of rows."""

    domain: "Domain"
    dataset: "Dataset"
    root: Path
    entity: str

    def run(self, stop: "threading.Event", told: "Callable[[StreamProgress], None] | None") -> "Streamed":
        """See :class:`_Streaming`."""
        from synth_assets.usecases.api_keys import credentials_of
        from synth_assets.usecases.stream import StreamRequest, kind_of_place, stream

        speed = self.speed(self.dataset.seed)
        assert speed is not None  # noqa: S101 - the command has looked
        is_http = kind_of_place(self.to) == "http"
        if self.api_keys is not None and not is_http:
            raise UsageError("--api-keys is for an API.\n  Leave it out, or name one: --to http://…")
        key = os.environ.get(_KEY_VARIABLE) or None
        request = StreamRequest(
            domain=self.domain,
            dataset=self.dataset,
            entity=self.entity,
            root=self.root,
            to=self.to,
            rate=speed,
            limit=self.limit,
            duration=self.duration,
            resume=self.resume,
            environ=os.environ,
            **({"credentials": credentials_of(self.domain, self.dataset, key, self.api_keys)} if is_http else {}),
        )
        return stream(request, stop, told)


@dataclass(frozen=True)
class ChangeStreaming(_Streaming):
    """A stream of changes."""

    domain: "Domain"
    dataset: "Dataset"
    root: Path
    entities: tuple[str, ...]

    def run(self, stop: "threading.Event", told: "Callable[[StreamProgress], None] | None") -> "Streamed":
        """See :class:`_Streaming`."""
        from synth_assets.model.change_log import CADENCES
        from synth_assets.usecases.generate_changes import usual_folder
        from synth_assets.usecases.stream_changes import ChangeStreamRequest, stream_changes

        assert self.batches is not None  # noqa: S101 - the command has looked
        for one in self.entities:
            self.domain.entity(one)
        if self.dataset.only is not None:
            raise UsageError("Change data is of every group, in one log.\n  Leave the option for one out.")
        cadence = CADENCES[self.cadence]
        request = ChangeStreamRequest(
            domain=self.domain,
            dataset=self.dataset,
            cadence=cadence,
            entities=tuple(one for one in self.domain.entities if not self.entities or one in self.entities),
            root=usual_folder(self.root, self.dataset, cadence),
            batches=self.batches,
            to=self.to,
            base=self.batches[0] == 1 if self.base is None else self.base,
            rate=self.speed(self.dataset.seed),
            limit=self.limit,
            duration=self.duration,
            resume=self.resume,
            environ=os.environ,
        )
        return stream_changes(request, stop, told)


class _Reporter:
    """Says how a stream goes: at once where it is slower than asked, else now and then."""

    def __init__(self) -> None:
        self._said = 0.0
        self._was_slow = False

    def __call__(self, progress: "StreamProgress") -> None:
        is_slow = progress.asked is not None and progress.reached < progress.asked * _SLOW
        if progress.seconds - self._said < _EVERY and not (is_slow and not self._was_slow):
            return
        self._said, self._was_slow = progress.seconds, is_slow
        if is_slow:
            tell(f"asked {_number(progress.asked)}/s, reached {_number(progress.reached)}/s")
        else:
            tell(f"{progress.sent:,} records, {_number(progress.reached)}/s")


def _number(rate: float | None) -> str:
    return f"{rate or 0:,.0f}" if rate is None or rate >= 10 else f"{rate:.1f}"


def _text(streamed: "Streamed") -> str:
    """How a stream ended."""
    rate = streamed.records / max(streamed.seconds, 0.001)
    records = f"{streamed.records:,} record{'s' * (streamed.records != 1)}"
    lines = [f"{records} in {streamed.seconds:.1f} s: {_number(rate)}/s"]
    if not streamed.has_reader:
        lines.append("The reader has gone; what it was handed counts as sent.")
    elif streamed.is_whole:
        lines.append("This was the last record there is." if streamed.records else "All records were sent before.")
    return "\n".join(lines)
