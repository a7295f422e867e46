"""Generators within generators."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, WithJsonSchema

from synth_assets.columns.basis import catalog
from synth_assets.columns.basis.arguments import InnerError
from synth_assets.columns.basis.generator import Generator
from synth_assets.errors import UsageError


def _made(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    try:
        return catalog.made(value)
    except UsageError as error:
        raise InnerError(str(error)) from None


AnyGenerator = Annotated[
    InstanceOf[Generator],
    BeforeValidator(_made),
    PlainSerializer(lambda one: one.as_json(), when_used="always"),
    WithJsonSchema({"type": "object", "required": ["method"], "properties": {"method": {"type": "string"}}}),
]
"""A generator, or a dictionary that names one."""
