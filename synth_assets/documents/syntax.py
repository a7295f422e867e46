"""How each syntax writes a value, a pair and a group: what messages quote, and what their examples look like."""

import json
from collections.abc import Sequence
from typing import Any

from synth_assets.errors import shortened


class Syntax:
    """How values are written, in the manner of JSON unless a syntax says otherwise."""

    name = "JSON"

    def shown(self, value: Any) -> str:
        """A value as a message quotes it, cut off where it is long."""
        return shortened(self.literal(value))

    def literal(self, value: Any) -> str:
        """A value as it is written."""
        return json.dumps(value, ensure_ascii=False, default=str)

    def pair(self, name: str, value: Any) -> str:
        """A name with its value, for an example."""
        return f'"{name}": {self.literal(value)}'

    def group(self, name: str) -> str:
        """What messages call a group of names."""
        return name

    def no_group(self, name: str, fields: Sequence[str]) -> tuple[str, str]:
        """What is wrong where a group should stand and something else does, and the next step."""
        first = next(iter(fields), "…")
        return f"{name or 'this'} is an object with {_listed(fields)}, not a value", f'For example: {{"{first}": …}}'


class Toml(Syntax):
    """``orders = 5``; groups are sections."""

    name = "TOML"

    def pair(self, name: str, value: Any) -> str:
        """A name with its value, for an example."""
        return f"{name} = {self.literal(value)}"

    def group(self, name: str) -> str:
        """What messages call a group of names."""
        return f"[{name}]"

    def no_group(self, name: str, fields: Sequence[str]) -> tuple[str, str]:  # noqa: ARG002
        """What is wrong where a section should stand."""
        return f"{name} is a section, not a value", f"Write [{name}] and its settings below it."


class Yaml(Syntax):
    """``orders: 5``; groups are mappings."""

    name = "YAML"

    def literal(self, value: Any) -> str:
        """A value as it is written."""
        return value if isinstance(value, str) and _plain(value) else super().literal(value)

    def shown(self, value: Any) -> str:
        """A value with its quotes, so that text and numbers differ."""
        return shortened(repr(value) if isinstance(value, str | int | float | list) else super().literal(value))

    def pair(self, name: str, value: Any) -> str:
        """A name with its value, for an example."""
        return f"{name}: {self.literal(value)}"

    def no_group(self, name: str, fields: Sequence[str]) -> tuple[str, str]:
        """What is wrong where a mapping should stand."""
        first = next(iter(fields), "…")
        return f"{name or 'this'} is a mapping with {_listed(fields)}, not a value", f"For example: {first}: …"


class VariableSyntax(Syntax):
    """``SYNTH_SEEDS=42,7``: all of it is text, a list has commas."""

    name = "variable"

    def literal(self, value: Any) -> str:
        """A value as a variable's text."""
        if isinstance(value, list | tuple):
            return ",".join(map(self.literal, value))
        return value if isinstance(value, str) else super().literal(value)

    def pair(self, name: str, value: Any) -> str:
        """A variable with its text, for an example."""
        return f"{name}={self.literal(value)}"


JSON, TOML, YAML, VARIABLE = Syntax(), Toml(), Yaml(), VariableSyntax()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else next(iter(names), "names")


def _plain(text: str) -> bool:
    """Whether YAML needs no quotes for a text; what is in doubt gets some."""
    return text.replace("_", "a").replace("-", "a").isalnum() and text[0].isalpha() and text != "null"
