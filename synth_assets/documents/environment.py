"""Environment variables as a source of values: ``PREFIX_SECTION__FIELD``, which follow from a model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from synth_assets.documents.annotations import is_model, peeled, value_type
from synth_assets.documents.document import Document, refuse_half_characters
from synth_assets.documents.places import Path, WrittenValue, contradiction
from synth_assets.documents.syntax import VARIABLE
from synth_assets.documents.variable_text import from_text


@dataclass(frozen=True)
class Variable:
    """What a variable sets.

    Attributes:
        path: of the value.
        annotation: the type of its field, by which its text is read.
    """

    path: Path
    annotation: Any


def variables(model: type[BaseModel], prefix: str, group: Path = ()) -> dict[str, Variable]:
    """The variables of a model's fields; what has names of its own choosing (a mapping) has none.

    Example:
        >>> variables(Changes, "SYNTH_CHANGES__", ("changes",))["SYNTH_CHANGES__DATASETS"].path
        ('changes', 'datasets')
    """
    found: dict[str, Variable] = {}
    for name, field in model.model_fields.items():
        kind, _ = peeled(field.annotation)
        if is_model(kind):
            found |= variables(kind, f"{prefix}{name.upper()}__", (*group, name))
        elif not value_type(kind):
            found[f"{prefix}{name.upper()}"] = Variable((*group, name), field.annotation)
    return found


def read(environ: Mapping[str, str], known: Mapping[str, Variable]) -> Document:
    """What the environment says; a variable that is empty counts as not set, others than ``known`` aren't looked at.

    Raises:
        UsageError: two variables set one thing to different values.
    """
    values: dict[Any, Any] = {}
    written: dict[Path, WrittenValue] = {(): WrittenValue(VARIABLE, None, ())}
    for name in sorted(known):
        text, variable = environ.get(name, "").strip("\r\n"), known[name]  # of a file with other ends of lines
        if not text:
            continue
        *groups, last = path = variable.path
        inner = values
        for step in groups:
            inner = inner.setdefault(step, {})
        new, value = WrittenValue(VARIABLE, text, path, variable=name), from_text(text, variable.annotation)
        if path in written and inner[last] != value:
            raise contradiction(new, written[path], path)
        written.setdefault(path, new)
        inner[last] = value
    refuse_half_characters(written)
    return Document(values, written)
