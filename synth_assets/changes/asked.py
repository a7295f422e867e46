"""What was asked for in a folder of change data, noted before any of it appears: so what isn't there is missed."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.errors import DataError
from synth_assets.model.change_log import spans
from synth_assets.model.layout import STAGING
from synth_assets.sinks.register import Notes

FILE = "asked.json"
"""In the staging folder of a folder of change data."""

_BYTES = 16_000_000
_ANEW = "Remove it; the next command begins anew."
_WHAT = re.compile(r"[a-z]+", re.ASCII)
_NOTED = re.compile(r"(\d{1,12})(?:\.\.(\d{1,12}))?|\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", re.ASCII)
_MOST = 10_000_000
"""Batches in a note that was damaged."""


class Asked(NamedTuple):
    """Something that was asked for.

    Attributes:
        what: ``changes``, ``snapshots``, ``history``, or the name of an envelope.
        table: the table; empty for an envelope, whose files have several.
        label: the batch's number in five digits, or the moment's label.
    """

    what: str
    table: str
    label: str


def note_asked(notes: Notes, what: str, tables: Iterable[str], labels: Sequence[str]) -> None:
    """Add to what was asked for.

    Args:
        notes: of the folder.
        what: as in :class:`Asked`.
        tables: the tables' names.
        labels: of batches or moments.

    Raises:
        OutputError: it can't be noted.
    """
    text = notes.read_note(FILE)
    try:
        known = {} if text is None else _read(text, FILE)
    except DataError:
        known = {}  # what nobody can read knows nothing
    before = json.dumps(known, sort_keys=True)
    for table in tables:
        here = known.setdefault(what, {}).setdefault(table, [])
        numbers = {int(label) for label in (*_labels(here), *labels) if label.isdecimal()}
        moments = {label for label in (*_labels(here), *labels) if not label.isdecimal()}
        known[what][table] = [*spans(sorted(numbers)), *sorted(moments)]
    if json.dumps(known, sort_keys=True) != before:
        notes.write_note(FILE, json.dumps(known, indent=2, ensure_ascii=False) + "\n")


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
            yield from (Asked(what, table, label) for label in _labels(noted))


def _labels(noted: Iterable[str]) -> Iterator[str]:
    """The labels that a note has: batches as ranges, moments as they are."""
    for text in noted:
        first, _, last = text.partition("..")
        if first.isdecimal():
            yield from (f"{number:05d}" for number in range(int(first), int(last or first) + 1))
        else:
            yield text


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
        if not found or (found[1] and int(found[2] or found[1]) - int(found[1]) > _MOST):
            raise ValueError(f"it has the batches {strict_json.shown(text)}")
