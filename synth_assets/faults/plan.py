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
from pydantic import BaseModel, ConfigDict, Field

from synth_assets.documents import reading
from synth_assets.documents.document import Document
from synth_assets.documents.problems import Wording
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError, unknown
from synth_assets.faults import catalog
from synth_assets.faults.interface import OPEN_END, BatchRange, Fault

FILE = "fault_plan.yaml"
"""The plan's name in the folder of a broken log."""

MOST_FAULTS = 1_000
"""How many faults a plan may have: each looks through the log."""

_SYNTAX = ".yaml"  # whatever the file is called
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


class _Plan(BaseModel):
    """The outer form of a plan; each fault is read by its kind."""

    model_config = ConfigDict(extra="forbid", strict=True)

    seed: int = Field(_DEFAULT_SEED, description="a whole number")
    faults: Any = None


def read(path: Path) -> FaultPlan:
    """Read a plan.

    Raises:
        UsageError: it can't be read, or something in it is wrong; says in which line.
    """
    return _plan(reading.read(path, next_step=f"Name a fault plan. {_SEE}", syntax=_SYNTAX))


def parse(text: str, where: str) -> FaultPlan:
    """Read a plan's text; ``where`` is what messages call it.

    Raises:
        UsageError: something in it is wrong; says in which line.
    """
    return _plan(reading.parse(text, where, _SYNTAX))


def _plan(document: Document) -> FaultPlan:
    if not isinstance(document.values, dict):
        raise _wrong(document, (), f"a plan is a mapping with {' and '.join(_Plan.model_fields)}")
    plan = validated(document, _Plan, Wording(see=_SEE))
    if not isinstance(plan.faults, list) or not plan.faults:
        raise _wrong(document, ("faults",), "faults is a list with at least one fault, each with its kind")
    if len(plan.faults) > MOST_FAULTS:
        raise _wrong(document, ("faults", MOST_FAULTS), f"a plan has at most {MOST_FAULTS:,} faults")
    numbers = _numbers(plan.faults)
    kinds = _kinds(document)
    faults = tuple(_fault(document.at("faults", at), number, kinds) for at, number in enumerate(numbers))
    taken: set[int] = set()
    for at, fault in enumerate(faults):
        if fault.number in taken:
            raise _wrong(document, ("faults", at, "number"), f"number {fault.number} is another fault's already")
        taken.add(fault.number)
    return FaultPlan(plan.seed, faults)


def _kinds(document: Document) -> dict[str, type[Fault]]:
    """The kinds that a plan names, each looked for once.

    Raises:
        UsageError: a fault has none, or one that there isn't.
    """
    names, kinds = catalog.names(), dict[str, type[Fault]]()
    for at, item in enumerate(document.value(("faults",))):
        if not isinstance(item, dict) or "kind" not in item:
            raise _wrong(document, ("faults", at), f"a fault is a mapping with its kind, one of {', '.join(names)}")
        kind = item["kind"]
        if not isinstance(kind, str) or kind not in names:
            where = document.find(("faults", at, "kind")).where
            raise unknown(f"{where}fault kind", kind, names, _SEE)
        kinds[kind] = kinds.get(kind) or catalog.load(kind)
    return kinds


def _fault(document: Document, number: int, kinds: Mapping[str, type[Fault]]) -> Fault:
    item = document.values
    wording = Wording(of=item["kind"], see=_SEE)
    fault = validated(document.adding(number=number), kinds[item["kind"]], wording)
    if item.get("count") is not None and item.get("share") is not None:
        raise _wrong(document, ("share",), f"{item['kind']}: count and share contradict each other; set one")
    return fault


def _wrong(document: Document, path: Sequence[str | int], message: str) -> UsageError:
    return UsageError(f"{document.find(tuple(path)).where}{message}.\n  {_SEE}")


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
