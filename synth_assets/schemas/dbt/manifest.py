"""The manifest that dbt writes, and the catalog beside it: what it knows of tables."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from synth_assets.errors import UsageError
from synth_assets.schemas.dbt.described import DbtColumn, DbtTable, DbtTest, constraint
from synth_assets.schemas.described.files import program_json

MANIFEST = "manifest.json"
CATALOG = "catalog.json"
_KINDS = frozenset({"model", "seed", "snapshot", "source"})
_ROWS = ("row_count", "num_rows")


class DbtManifest:
    """A manifest, with the catalog beside it if there is one.

    Args:
        path: of the manifest.

    Raises:
        UsageError: it isn't there, or is none.
        UnjudgedError: it can't be read.
    """

    def __init__(self, path: Path) -> None:
        self._values: Any = program_json(path)
        is_one = isinstance(self._values, dict) and isinstance(self._values.get("nodes"), dict)
        if not is_one:
            raise UsageError(
                f"{path} is no manifest of dbt: it has no nodes.\n  Let dbt write it: dbt parse, then target/{MANIFEST}"
            )
        beside = path.with_name(CATALOG)
        catalog: Any = program_json(beside) if beside.exists() else {}
        self._catalog: dict[str, Any] = {**catalog.get("sources", {}), **catalog.get("nodes", {})}

    @property
    def adapter(self) -> str:
        """What the project's database is called; empty if that isn't known."""
        return str(self._values.get("metadata", {}).get("adapter_type") or "")

    @property
    def project(self) -> str:
        """What the project is called."""
        return str(self._values.get("metadata", {}).get("project_name") or "dbt")

    def tables(self) -> list[DbtTable]:
        """Models, seeds, snapshots and sources of which columns are known."""
        nodes = {**self._values["nodes"], **self._values.get("sources", {})}
        found = {uid: self._table(uid, one) for uid, one in nodes.items() if one.get("resource_type") in _KINDS}
        for one in nodes.values():
            if one.get("resource_type") == "test":
                _add_test(one, found)
        return [one for one in found.values() if one.columns]

    def _table(self, uid: str, node: Mapping[str, Any]) -> DbtTable:
        is_source = node["resource_type"] == "source"
        name = f"{node['source_name']}.{node['name']}" if is_source else str(node["name"])
        place = str(node.get("original_file_path") or "")
        table = DbtTable(name, node.get("description") or "", place, rows=self._rows(uid))
        known = {str(one["name"]): one for one in (node.get("columns") or {}).values()}
        for column, told in self._column_types(uid, known):
            said = known.get(column, {})
            table.columns[column] = DbtColumn(column, told, said.get("description") or "", place)
            table.tests += filter(None, (constraint(one, column, place) for one in said.get("constraints") or ()))
        table.tests += filter(None, (constraint(one, "", place) for one in node.get("constraints") or ()))
        return table

    def _column_types(self, uid: str, known: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Names and types: the catalog's, which has them all, else those that people wrote."""
        real: dict[str, Any] = self._catalog.get(uid, {}).get("columns", {})
        alike = {name.lower(): name for name in known}
        for one in sorted(real.values(), key=lambda column: column.get("index", 0)):
            yield alike.get(str(one["name"]).lower(), str(one["name"])), str(one.get("type") or "")
        there = {str(one["name"]).lower() for one in real.values()}
        for name, said in known.items():
            if name.lower() not in there:
                yield name, said.get("data_type") or ""

    def _rows(self, uid: str) -> int | None:
        stats: dict[str, Any] = self._catalog.get(uid, {}).get("stats", {})
        counts = (stats[name].get("value") for name in _ROWS if name in stats)
        return next((int(one) for one in counts if isinstance(one, int | float)), None)


def _add_test(node: Mapping[str, Any], tables: Mapping[str, DbtTable]) -> None:
    """Give a test to the table that it is about."""
    metadata: dict[str, Any] = node.get("test_metadata") or {}
    if not metadata or node.get("config", {}).get("enabled", True) is False:
        return
    arguments: dict[str, Any] = dict(metadata.get("kwargs") or {})
    arguments |= arguments.pop("arguments", None) or {}
    where = node.get("config", {}).get("where")
    if where:
        arguments["config"] = {"where": where}
    named = node.get("attached_node") or next(iter(node.get("depends_on", {}).get("nodes") or ()), "")
    table = tables.get(named)
    if table is not None:
        package = metadata.get("namespace")
        name = f"{package}.{metadata['name']}" if package else str(metadata["name"])
        column = str(node.get("column_name") or arguments.get("column_name") or "")
        table.tests.append(DbtTest(name, column, arguments, str(node.get("original_file_path") or "")))
