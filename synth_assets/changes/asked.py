"""What was asked for in a folder of change data, noted before any of it appears: so what isn't there is missed."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.errors import DataError
from synth_assets.model.change_log import span
from synth_assets.model.layout import STAGING
from synth_assets.sinks.register import Notes

FILE = "asked.json"
"""In the staging folder of a folder of change data."""

_BYTES = 16_000_000
_ANEW = "Remove it; the next command begins anew."
_WHAT = re.compile(r"[a-z]+", re.ASCII)
_NOTED = re.compile(r"(\d{1,12})(?:\.\.(\d{1,12}))?|\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", re.ASCII)


class Asked(NamedTuple):
    """What was asked for of a table.

    Attributes:
        what: ``changes``, ``snapshots``, ``history``, or the name of an envelope.
        table: the table; empty for an envelope, whose files have several.
        batches: runs of batches, ascending, none beside the next: however many there are, they take no room.
        moments: labels of other moments.
    """

    what: str
    table: str
    batches: tuple[range, ...]
    moments: tuple[str, ...]


def note_asked(notes: Notes, what: str, tables: Iterable[str], labels: Sequence[str]) -> None:
    """Add to what was asked for.

    Args:
        notes: of the folder.
        what: as in :class:`Asked`.
        tables: the tables' names.
        labels: of batches, in five digits, or of moments.

    Raises:
        OutputError: it can't be noted.
    """

    def changed(text: str | None) -> str:
        try:
            known = {} if text is None else _read(text, FILE)
        except DataError:
            known = {}  # what nobody can read knows nothing
        for table in tables:
            here = known.setdefault(what, {}).setdefault(table, [])
            batches, moments = _parsed([*here, *labels])
            known[what][table] = [*map(span, batches), *moments]
        return json.dumps(known, indent=2, ensure_ascii=False) + "\n"

    notes.change_note(FILE, changed)


def asked(root: Path) -> Iterator[Asked]:
    """All that was asked for in a folder, in the order in which it was noted.

    Raises:
        DataError: the note is damaged.
    """
    path = root / STAGING / FILE
    try:
        text = regular_text(path, _BYTES)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.\n  {_ANEW}") from error
    for what, tables in _read(text, str(path)).items():
        for table, noted in tables.items():
            yield Asked(what, table, *_parsed(noted))


def _parsed(noted: Iterable[str]) -> tuple[tuple[range, ...], tuple[str, ...]]:
    """Runs of batches and moments, each once and in order."""
    runs: list[range] = []
    moments: set[str] = set()
    for text in noted:
        first, _, last = text.partition("..")
        if first.isdecimal():
            runs.append(range(int(first), int(last or first) + 1))
        else:
            moments.add(text)
    joined: list[range] = []
    for run in sorted(runs, key=lambda one: one.start):
        if joined and run.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, run.stop))
        elif run:
            joined.append(run)
    return tuple(joined), tuple(sorted(moments))


def _read(text: str, where: str) -> dict[str, dict[str, list[str]]]:
    try:
        found = strict_json.loads(text)
        for what, tables in cast("Mapping[str, Any]", found).items():
            for noted in tables.values():
                _check(what, noted)
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{where} is damaged: {error}.\n  {_ANEW}") from error
    return found


def _check(what: str, noted: Any) -> None:
    if not _WHAT.fullmatch(what):
        raise ValueError(f"it tells of {strict_json.shown(what)}")
    if not isinstance(noted, list) or not all(isinstance(one, str) for one in cast("list[Any]", noted)):
        raise ValueError("it has something else than batches and moments")
    for text in cast("list[str]", noted):
        found = _NOTED.fullmatch(text)
        if not found or (found[2] and int(found[2]) < int(found[1])):
            raise ValueError(f"it has the batches {strict_json.shown(text)}")
