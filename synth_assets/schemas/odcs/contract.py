"""A contract's document: its parts, each with its place; what is not as the standard has it is told."""

from typing import Any, cast

from synth_assets.documents.document import Document

_KIND = "DataContract"


class ContractPart:
    """A part of a contract: a mapping.

    Args:
        document: the part.
        wrong: messages of what is wrong in the contract; more are added.
    """

    def __init__(self, document: Document, wrong: list[str]) -> None:
        self._document, self._wrong = document, wrong
        self.values: dict[str, Any] = document.values if isinstance(document.values, dict) else {}

    @property
    def place(self) -> str:
        """Where it stands."""
        return str(self._document.find(()).place)

    def parts(self, name: str) -> "list[ContractPart]":
        """The mappings of a list; anything else is told."""
        values: Any = self.values.get(name)
        if values is None:
            return []
        where = self._document.at(name)
        if not isinstance(values, list):
            self._wrong.append(f"{where.find(()).place}: {name} is no list")
            return []
        found: list[ContractPart] = []
        for at, one in enumerate(cast("list[Any]", values)):
            part = self._document.at(name, at)
            if isinstance(one, dict):
                found.append(ContractPart(part, self._wrong))
            else:
                self._wrong.append(f"{part.find(()).place}: an item of {name} is no mapping")
        return found

    def part(self, name: str) -> "ContractPart":
        """A mapping; an empty one if there is none."""
        return ContractPart(self._document.at(name), self._wrong)

    def text(self, name: str) -> str:
        """A text; empty if there is none."""
        value = self.values.get(name)
        return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""

    def name(self) -> str:
        """The part's name; that it has none is told."""
        name = self.text("name")
        if not name:
            self._wrong.append(f"{self.place}: it has no name")
        return name

    def number(self, name: str) -> int | None:
        """A whole number from 0; ``None`` if there is none, and anything else is told."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._wrong.append(f"{self._document.find((name,)).place}: {name} is no whole number from 0")
            return None
        return value

    def flag(self, name: str) -> bool:
        """Whether something is said to be so; anything but true and false is told."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            self._wrong.append(f"{self._document.find((name,)).place}: {name} is neither true nor false")
        return value is True


def what_else(values: Any) -> str:
    """Why a document is no contract that is read, and what to do; empty for one that is."""
    said: dict[str, Any] = cast("dict[str, Any]", values) if isinstance(values, dict) else {}
    if "dataContractSpecification" in said:
        return "it is a Data Contract Specification.\n  Convert it: datacontract export --format odcs"
    if {"models", "sources", "seeds", "snapshots"} & set(said) and "apiVersion" not in said:
        return "it looks like dbt's.\n  Say so: --as dbt"
    version = str(said.get("apiVersion") or "")
    if said.get("kind") != _KIND or not version:
        return f"it has no `kind: {_KIND}` with an `apiVersion`.\n  For example: apiVersion: v3.0.2"
    if not version.removeprefix("v").startswith("3."):
        return f"its apiVersion is {version}, and v3 is read.\n  Convert it to v3."
    return ""
