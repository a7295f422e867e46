"""Shorter forms and other words of declarations → the words that they stand for, at the places of what is written."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, cast

from synth_assets.columns.basis import catalog as methods
from synth_assets.columns.basis.moments import SECONDS
from synth_assets.columns.basis.spelling import spelt_out
from synth_assets.documents.document import Document
from synth_assets.documents.places import Path, WrittenValue
from synth_assets.errors import unknown
from synth_assets.specs import synonyms
from synth_assets.specs.slips import Slips

_LIFECYCLE, _STATE, _STEP = "lifecycle", "state", "step"
_FIRST = (1, None, {}, True)
"""What may stand beside the state of new rows."""


def in_full(document: Document, slips: Slips) -> Document:
    """A document in the words that declarations are made of; what contradicts itself is noted, and left out."""
    if not isinstance(document.values, dict):
        return document
    return _Forms(document, slips).whole()


class _Forms:
    """Rewrites one document.

    Args:
        document: what is written.
        slips: what was found.
    """

    def __init__(self, document: Document, slips: Slips) -> None:
        self._document, self._slips = document, slips
        self._values: dict[str, Any] = deepcopy(document.values)
        self._written: dict[Path, WrittenValue] = dict(document.written)

    def whole(self) -> Document:
        """All of it."""
        self._other_words((), synonyms.DATASET)
        for name in _mapping(self._values.get("parameters")):
            self._other_words(("parameters", name), synonyms.PARAMETER)
        for name in _mapping(self._values.get("changes")):
            self._other_words(("changes", name), synonyms.CHANGES)
        for name, entity in _mapping(self._values.get("entities")).items():
            if isinstance(entity, dict):
                self._table(("entities", name), cast("dict[str, Any]", entity))
        return replace(self._document, values=self._values, written=self._written)

    def _table(self, path: Path, said: dict[str, Any]) -> None:
        self._other_words(path, synonyms.TABLE)
        columns = _mapping(said.get("columns"))
        for name, column in columns.items():
            self._split_types((*path, "columns", name), column)
            if isinstance(column, dict):
                self._column((*path, "columns", name), said, column)
        for name, column in columns.items():
            self._step((*path, "columns", name), said, columns, column)

    def _column(self, path: Path, table: dict[str, Any], said: dict[str, Any]) -> None:
        self._other_words(path, synonyms.COLUMN)
        if _LIFECYCLE in said and said.get(methods.METHOD, _STATE) == _STATE:
            self._lifecycle(path, table, said)
            return
        method = str(_mapping(spelt_out(said)).get(methods.METHOD))
        if method not in methods.names():
            return
        if method == "clock" and "spread" in said:
            self._spread(path, table, said)
        if "unit" in methods.load(method).model_fields:
            self._while(path, said)
        self._other_words(path, synonyms.of_method(method))

    def _split_types(self, path: Path, said: Any) -> None:
        """Note types with a comma that nobody quoted, which ends a value within braces; and read what was meant."""
        if isinstance(said, list):
            for place, one in enumerate(cast("list[Any]", said)):
                self._split_types((*path, place), one)
        if not isinstance(said, dict):
            return
        group = cast("dict[str, Any]", said)
        for name, one in list(group.items()):
            self._split_types((*path, name), one)
        begun = group.get("type")
        if not isinstance(begun, str) or begun.count("(") <= begun.count(")"):
            return
        names = list(group)
        rest = next(iter(names[names.index("type") + 1 :]), "")
        if not rest.endswith(")") or group[rest] is not None:
            return
        del group[rest]
        group["type"] = f"{begun},{rest}"
        self._slips.add(
            (*path, "type"),
            f"type: {begun},{rest} has a comma, which ends a value within braces.\n"
            f'  Put it into quotes. For example: type: "{begun},{rest}"',
        )

    def _other_words(self, path: Path, words: Mapping[str, str]) -> None:
        """Replace words by those that they stand for."""
        group = self._at(path)
        for word in [word for word in group if word in words]:
            meant = words[word]
            if meant in group:
                self._slips.add(
                    (*path, word), f"{word} and {meant} are the same, and both are there.\n  Leave one out."
                )
                del group[word]
                continue
            group[meant] = group.pop(word)
            self._same_place((*path, meant), (*path, word), group[meant])

    def _lifecycle(self, path: Path, table: dict[str, Any], said: dict[str, Any]) -> None:
        """States with the days until each, in a column, as a lifecycle of the table that the column shows."""
        name, states = str(path[-1]), said.pop(_LIFECYCLE)
        within = (*path, _LIFECYCLE)
        said |= {methods.METHOD: _STATE, "by": name}
        if not isinstance(states, dict) or len(cast("dict[str, Any]", states)) < 2:
            self._slips.add(within, f"{path[1]}: {name}: a lifecycle has two states at least.\n  {_EXAMPLE}")
            states = {"open": 1, "done": {"days": [1, 10]}}
        first, *others = cast("dict[str, Any]", states).items()
        if first[1] not in _FIRST:
            problem = f"{path[1]}: {name}: {first[0]} is the state of new rows, which come into it by no step."
            self._slips.add((*within, first[0]), f"{problem}\n  {_EXAMPLE}")
        fates = table.setdefault("fates", [])
        if not isinstance(fates, list):
            return
        at: Path = (*path[:2], "fates", len(cast("list[Any]", fates)))
        steps = [
            self._lifecycle_step((*at, "steps", place), (*within, state), state, one)
            for place, (state, one) in enumerate(others)
        ]
        fates.append({_LIFECYCLE: name, "first": first[0], "steps": steps})
        for new in (at, (*at, "steps")):
            self._same_place(new, within, None)
        self._same_place((*at, "first"), (*within, first[0]), None)

    def _lifecycle_step(self, new: Path, old: Path, state: str, said: Any) -> dict[str, Any]:
        self._same_place(new, old, said)
        self._same_place((*new, "days"), old, None)
        full: dict[str, Any] = dict(said) if isinstance(said, dict) else {"days": said}
        for word, meant in synonyms.STEP.items():
            if word in full and meant not in full:
                full[meant] = full.pop(word)
                self._same_place((*new, meant), (*old, word), full[meant])
        if isinstance(said, dict) and "days" in said:
            self._same_place((*new, "days"), (*old, "days"), said["days"])
        for unit in ("days", "hours", "minutes"):
            if isinstance(full.get(unit), int) and not isinstance(full[unit], bool):
                full[unit] = [full[unit]] * 2
        return {_STATE: state, **full}

    def _spread(self, path: Path, table: dict[str, Any], said: dict[str, Any]) -> None:
        """Times by which rows appear over some days: what the table says with ``over``, and when each was born."""
        where = f"{path[1]}: {path[-1]}"
        if "rows" not in table:
            self._slips.add(
                (*path, "spread"),
                f"{where}: only rows of a table that says rows appear by a clock of their own.\n"
                "  Let it be the parents' time. For example: moment.born",
            )
        else:
            for word, meant in (("spread", "over"), ("season", "season")):
                if word in said and table.setdefault(meant, said[word]) != said[word]:
                    problem = f"{where}: {word} contradicts the table's {meant}: {said[word]} and {table[meant]}."
                    self._slips.add((*path, word), f"{problem}\n  Say it in one place.")
                elif word in said and (*path[:2], meant) not in self._written:
                    self._same_place((*path[:2], meant), (*path, word), None)
        rest = {word: one for word, one in said.items() if word not in {"spread", "season", methods.METHOD, "clock"}}
        said.clear()
        said |= {methods.METHOD: "moment", "second": "born", **rest}

    def _while(self, path: Path, said: dict[str, Any]) -> None:
        """``days: [0, 3]`` in place of low, high and unit."""
        units = [word for word in said if word in SECONDS and not {"low", "high", "unit"} & set(said)]
        if len(units) != 1:
            return
        span, old = said[units[0]], (*path, units[0])
        pair = cast("list[Any]", span) if isinstance(span, list) else [span, span]
        if len(pair) != 2 or not all(type(one) is int for one in pair):
            problem = f"{path[1]}: {path[-1]}: {units[0]} is the shortest and the longest while, whole numbers."
            self._slips.add(old, f"{problem}\n  For example: {units[0]}: [0, 30]")
            pair = [0, 0]
        low, high = pair
        del said[units[0]]
        said |= {"low": low, "high": high, "unit": units[0]}
        for word in ("low", "high", "unit"):
            self._same_place((*path, word), old, None)

    def _step(self, path: Path, table: dict[str, Any], columns: dict[str, Any], said: Any) -> None:
        """``{step: done}``: the only lifecycle that has the state is meant."""
        full = _mapping(spelt_out(said))
        if full.get(methods.METHOD) != _STEP or _STATE in full:
            return
        lives = {name: states for name, states in _lifecycles(table) if full.get("by") in states}
        every = dict(_lifecycles(table))
        state = full.get("by")
        if not lives and len(every) == 1 and state not in every:
            (steps,) = every.values()
            error = unknown(f"{path[1]}: {path[-1]}: step", state, map(str, steps))
            self._slips.add((*path, _STEP), error)
            lives, state = every, steps[0]
        if len(lives) == 1:
            columns[str(path[-1])] = {**full, "by": next(iter(lives)), _STATE: state}
            self._same_place((*path, _STATE), (*path, _STEP), None)

    def _same_place(self, new: Path, old: Path, value: Any) -> None:
        """Note that something, and all within it, stands where something else is written."""
        if new != old and (found := self._written.get(old)):
            self._written[new] = found
        inner: Iterator[tuple[Any, Any]] = iter(())
        if isinstance(value, dict):
            inner = iter(cast("dict[Any, Any]", value).items())
        elif isinstance(value, list):
            inner = iter(enumerate(cast("list[Any]", value)))
        for step, one in inner:
            self._same_place((*new, step), (*old, step), one)

    def _at(self, path: Path) -> dict[str, Any]:
        value: Any = self._values
        for step in path:
            value = value[step]
        return _mapping(value)


_EXAMPLE = "For example: lifecycle: {open: 1, in_work: {days: [0, 3]}, done: {days: [1, 10], per_hundred: 80}}"


def _lifecycles(table: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The table's lifecycles, each with the states that steps lead to; those named by themselves have none."""
    fates = table.get("fates")
    for fate in cast("list[Any]", fates) if isinstance(fates, list) else ():
        said = _mapping(fate)
        steps = said.get("steps")
        if _LIFECYCLE in said and isinstance(steps, list):
            yield str(said[_LIFECYCLE]), [_mapping(one).get(_STATE) for one in cast("list[Any]", steps)]


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
