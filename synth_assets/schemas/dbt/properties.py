"""dbt's files of properties: ``schema.yml``, ``sources.yml`` and others of their kind."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from synth_assets.documents.document import Document
from synth_assets.schemas.dbt.described import DbtColumn, DbtTable, DbtTest, constraint

RESOURCES = ("models", "seeds", "snapshots")
_TESTS = ("data_tests", "tests")


class PropertiesFile:
    """What stands in a file.

    Args:
        document: of it.

    Attributes:
        wrong: what is not as dbt has it, each a message with its place.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.wrong: list[str] = []

    def tables(self) -> list[DbtTable]:
        """All tables of it, in order."""
        found = [self._table(one, "") for kind in RESOURCES for one in self._items(self._document, kind)]
        for source in self._items(self._document, "sources"):
            name = self._name(source)
            found += [self._table(one, f"{name}.") for one in self._items(source, "tables")]
        return found

    def _table(self, part: Document, prefix: str) -> DbtTable:
        table = DbtTable(prefix + self._name(part), _text(part, "description"), self._place(part))
        table.tests += self._tests(part, "")
        for one in self._items(part, "columns"):
            name = self._name(one)
            told, place = _text(one, "data_type"), self._place(one)
            table.columns[name] = DbtColumn(name, told, _text(one, "description"), place)
            table.tests += self._tests(one, name)
        return table

    def _tests(self, part: Document, column: str) -> Iterator[DbtTest]:
        for words in _TESTS:
            for one in self._items(part, words, plain=True):
                said: Any = one.values
                if isinstance(said, str):
                    yield DbtTest(said, column, {}, self._place(one))
                elif isinstance(said, Mapping):
                    yield from self._test(one, cast("Mapping[str, Any]", said), column)
        for one in self._items(part, "constraints"):
            if (found := constraint(one.values, column, self._place(one))) is not None:
                yield found

    def _test(self, part: Document, said: Mapping[str, Any], column: str) -> Iterator[DbtTest]:
        """A test with arguments: below its name, or beside ``test_name``."""
        name = next((one for one, value in said.items() if isinstance(value, Mapping) and one not in _BESIDE), "")
        if "test_name" in said:
            name, arguments = str(said["test_name"]), dict(said)
        elif name:
            arguments = dict(said[name])
        else:
            name, arguments = next(iter(said), ""), {}
        arguments |= arguments.pop("arguments", None) or {}
        config = arguments.get("config") or said.get("config") or {}
        if config.get("enabled", True) is not False:
            yield DbtTest(name, column or str(arguments.get("column_name", "")), arguments, self._place(part))

    def _items(self, part: Document, name: str, *, plain: bool = False) -> list[Document]:
        """The items of a list; one that isn't a list, or of what is no mapping, is told."""
        values: Any = part.values.get(name) if isinstance(part.values, dict) else None
        if values is None:
            return []
        if not isinstance(values, list):
            self.wrong.append(f"{self._place(part.at(name))}: {name} is no list")
            return []
        found: list[Document] = []
        for place in range(len(cast("list[Any]", values))):
            one = part.at(name, place)
            if plain or isinstance(one.values, dict):
                found.append(one)
            else:
                self.wrong.append(f"{self._place(one)}: an item of {name} is no mapping")
        return found

    def _name(self, part: Document) -> str:
        name: Any = part.values.get("name")
        if name is None or name == "":
            self.wrong.append(f"{self._place(part)}: it has no name")
        return str(name)

    @staticmethod
    def _place(part: Document) -> str:
        return str(part.find(()).place)


_BESIDE = frozenset({"config", "arguments", "meta"})


def _text(part: Document, name: str) -> str:
    value = part.values.get(name)
    return str(value).strip() if value is not None else ""
