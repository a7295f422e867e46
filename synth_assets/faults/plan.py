"""Fault plans: what shall be wrong with a log, as a YAML file.

::

    seed: 42
    faults:
      - kind: duplicated_records
        entities: [raw_orders]
        batches: 2..5
        count: 20
      - kind: missing_range
        rows: 50

Each kind's settings are the fields of its class in :mod:`synth_assets.faults.kinds`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from synth_assets.errors import UsageError, unknown
from synth_assets.faults import catalog
from synth_assets.faults.interface import OPEN_END, BatchRange, Fault

FILE = "fault_plan.yaml"
"""The plan's name in the folder of a broken log."""

_FIELDS = ("seed", "faults")
_DEFAULT_SEED = 42
_SEE = "See docs/faults.md and examples/fault_plans."


@dataclass(frozen=True)
class FaultPlan:
    """A plan.

    Attributes:
        seed: any whole number; what the faults choose depends on it.
        faults: in the order of the file; their numbers differ.
    """

    seed: int
    faults: tuple[Fault, ...]

    def to_yaml(self) -> str:
        """As text that :func:`parse` reads; settings that are as by default are left out."""
        faults = [_plain(fault) for fault in self.faults]
        return yaml.safe_dump({"seed": self.seed, "faults": faults}, sort_keys=False, allow_unicode=True)


def read(path: Path) -> FaultPlan:
    """Read a plan.

    Raises:
        UsageError: it can't be read, or something in it is wrong; says in which line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UsageError(f"{path} can't be read: {reason}.\n  Name a fault plan. {_SEE}") from None
    return parse(text, str(path))


def parse(text: str, where: str) -> FaultPlan:
    """Read a plan's text; ``where`` is what messages call it.

    Raises:
        UsageError: something in it is wrong; says in which line.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it can't be parsed"
        raise UsageError(f"{where}{line}: no valid YAML: {problem}.\n  Correct it there.") from None
    if twice := _twice(root):
        raise UsageError(f"{where}, line {twice.start_mark.line + 1}: {twice.value} is there twice.\n  Remove one.")
    return _Reader(where, root).plan(values)


def _twice(node: yaml.Node | None) -> yaml.ScalarNode | None:
    """A name that a mapping has twice, of which YAML would silently take the last."""
    if isinstance(node, yaml.SequenceNode):
        return next(filter(None, map(_twice, node.value)), None)
    if not isinstance(node, yaml.MappingNode):
        return None
    names = [key.value for key, _ in node.value]
    again = (key for at, (key, _) in enumerate(node.value) if key.value in names[:at])
    return next(again, None) or next(filter(None, (_twice(value) for _, value in node.value)), None)


class _Reader:
    """Turns plain values into a plan; knows in which line each stands."""

    def __init__(self, where: str, root: yaml.Node | None) -> None:
        self._where = where
        self._root = root

    def plan(self, values: Any) -> FaultPlan:
        if not isinstance(values, dict):
            raise self._wrong((), f"a plan is a mapping with {' and '.join(_FIELDS)}")
        for name in values:
            if name not in _FIELDS:
                raise self._unknown((name,), "field", name, _FIELDS)
        seed = values.get("seed", _DEFAULT_SEED)
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise self._wrong(("seed",), f"seed={seed!r} is not allowed; it is a whole number")
        items = values.get("faults")
        if not isinstance(items, list) or not items:
            raise self._wrong(("faults",), "faults is a list with at least one fault, each with its kind")
        numbers = _numbers(items)
        faults = tuple(self._fault(at, item, numbers[at]) for at, item in enumerate(items))
        for at, fault in enumerate(faults):
            if fault.number in {other.number for other in faults[:at]}:
                raise self._wrong(("faults", at, "number"), f"number {fault.number} is another fault's already")
        return FaultPlan(seed, faults)

    def _fault(self, at: int, item: Any, number: int) -> Fault:
        here = ("faults", at)
        if not isinstance(item, dict) or "kind" not in item:
            raise self._wrong(here, f"a fault is a mapping with its kind, one of {', '.join(catalog.names())}")
        if item["kind"] not in catalog.names():
            raise self._unknown((*here, "kind"), "fault kind", item["kind"], catalog.names())
        kind = catalog.load(item["kind"])
        for name in item:
            if name not in kind.model_fields:
                raise self._unknown((*here, name), f"field of {item['kind']}", name, kind.model_fields)
        if item.get("count") is not None and item.get("share") is not None:
            raise self._wrong((*here, "share"), f"{item['kind']}: count and share contradict each other; set one")
        try:
            return kind.model_validate({"number": number, **item})
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            description = kind.model_fields[name].description
            if first["type"] == "missing":
                message = f"{item['kind']}: {name} is missing; it is {description}"
            else:
                message = f"{item['kind']}: {name}={item[name]!r} is not allowed; it is {description}"
            raise self._wrong((*here, name), message) from None

    def _wrong(self, at: Sequence[str | int], message: str) -> UsageError:
        return UsageError(f"{self._where}{self._line(at)}: {message}.\n  {_SEE}")

    def _unknown(self, at: Sequence[str | int], what: str, value: object, allowed: Any) -> UsageError:
        return unknown(f"{self._where}{self._line(at)}: {what}", value, allowed, _SEE)

    def _line(self, at: Sequence[str | int]) -> str:
        """The line of a value, or of the nearest thing around it that is written down."""
        node = self._root
        if node is None:
            return ""
        line = node.start_mark.line
        for step in at:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
            elif isinstance(node, yaml.MappingNode):
                pairs = {key.value: (key, value) for key, value in node.value}
                if step not in pairs:
                    break
                key, node = pairs[str(step)]
                line = key.start_mark.line
                continue
            else:
                break
            line = node.start_mark.line
        return f", line {line + 1}"


def _numbers(items: Sequence[Any]) -> list[int]:
    """Each fault's number: its own, else its place from 1."""
    return [item["number"] if isinstance(item, dict) and "number" in item else at + 1 for at, item in enumerate(items)]


def _plain(fault: Fault) -> Mapping[str, Any]:
    values = fault.model_dump(mode="json", exclude_defaults=True)
    if fault.batches is not None:
        batches = [_batch_text(one) for one in fault.batches]
        values["batches"] = batches[0] if len(batches) == 1 else batches
    return values


def _batch_text(one: BatchRange) -> int | str:
    if one.first == one.last:
        return one.first
    return f"{one.first}.." if one.last == OPEN_END else f"{one.first}..{one.last}"
