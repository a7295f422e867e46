"""dbt's `sources.yml`: tables with tests of keys, references and enumerations, read by DuckDB where they lie.

Where a table lies is said to dbt-duckdb (``external_location``); other adapters have the tables by the source's schema.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from synth_assets.descriptions.described import Described, StoredCopy
from synth_assets.descriptions.kind import Kind
from synth_assets.descriptions.yaml_written import without_nothing, written_yaml
from synth_assets.errors import DataError
from synth_assets.model.table import Column, Reference, Table
from synth_assets.sinks.sql import listed, literal, quoted


def text(of: Described, _argument: str = "") -> str:
    """The file as YAML.

    Raises:
        DataError: a table lies in no format that DuckDB reads with its types.
    """
    readable = {name: _readable(copies) for name, copies in of.copies.items()}
    if missing := [name for name, copy in readable.items() if copy is None]:
        raise DataError(
            f"{of.domain.name}/{missing[0]} is stored in {', '.join(of.formats)} only: DuckDB can't tell its types.\n"
            f"  Make it: synth generate {' '.join([of.called, *of.arguments])} --format parquet"
        )
    source = {
        "name": of.domain.name,
        "description": of.doc,
        "config": {"meta": {"synth": {"preset": of.dataset.label, **of.dataset.manifest_parameters}}},
        "tables": [_table(of, of.tables[name], copy) for name, copy in readable.items() if copy],
    }
    return written_yaml({"version": 2, "sources": [without_nothing(source)]})


KIND = Kind("dbt", text, needs_files=True, from_here=True)


def _readable(copies: Sequence[StoredCopy]) -> StoredCopy | None:
    """The copy that DuckDB reads as it is, each cell with its type."""
    return next((copy for copy in copies if copy.in_duckdb and not copy.is_database), None)


def _location(copy: StoredCopy, table: Table) -> str:
    """SQL that reads the files; for dbt, which fills in what stands in braces."""
    pattern = literal(copy.pattern)
    if copy.kept_apart:
        # Types in braces would be taken for a template, so what the path says comes as text.
        read = f"read_parquet({pattern}, hive_partitioning = true, hive_types_autocast = false)"
        cells = ", ".join(_cell(table, name, copy.kept_apart) for name in table.column_names)
        read = f"(SELECT {cells} FROM {read})"  # noqa: S608
    else:
        read = copy.in_duckdb.replace("[{place}]", pattern).replace("{place}", pattern)
    return read.replace("{", "{{").replace("}", "}}")


def _cell(table: Table, name: str, kept_apart: Collection[str]) -> str:
    column = listed([name])
    return f"CAST({column} AS {table.column(name).type.sql('duckdb')}) AS {column}" if name in kept_apart else column


def _table(of: Described, table: Table, copy: StoredCopy) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.doc,
        "config": {
            "meta": {
                "external_location": _location(copy, table),
                "rows": copy.manifest.rows,
                "content_hash": copy.manifest.content_hash,
            }
        },
        "data_tests": list(_table_tests(of, table)),
        "columns": [_column(of, table, column) for column in table.columns],
    }


def _column(of: Described, table: Table, column: Column) -> dict[str, Any]:
    tests: list[Any] = [] if column.nullable else ["not_null"]
    tests += ["unique"] if table.is_unique(column.name) else []
    if column.values:
        tests.append({"accepted_values": {"arguments": {"values": list(column.values)}}})
    tests += [_relationship(of, one) for one in _references(of, table) if one.columns == (column.name,)]
    return {
        "name": column.name,
        "description": column.doc,
        "data_type": column.type.sql("duckdb"),
        "quote": True,  # a column may be called as a word of SQL
        "data_tests": tests,
    }


def _references(of: Described, table: Table) -> list[Reference]:
    """All that lead to tables which are told of, those too that are of some rows only."""
    return [one for one in table.references if one.table in of.tables]


def _table_tests(of: Described, table: Table) -> Iterator[dict[str, Any]]:
    """What several columns have in common."""
    for group in [table.key.columns, *of.unique_groups(table)]:
        if len(group) > 1:
            yield {
                "unique": {"name": _named(table, group, "unique"), "arguments": {"column_name": _cells(table, group)}}
            }
    for one in _references(of, table):
        if len(one.columns) > 1:
            told = _relationship(of, one)
            told["relationships"]["arguments"]["column_name"] = _cells(table, one.columns)
            told["relationships"]["name"] = _named(table, one.columns, f"of_{one.table}")
            yield told


def _named(table: Table, columns: Sequence[str], what: str) -> str:
    """Dbt's own name would have the whole expression."""
    return f"{table.domain}_{table.name}_{'_'.join(columns)}_{what}"


def _relationship(of: Described, reference: Reference) -> dict[str, Any]:
    to = of.target_of(reference)
    field = quoted(to[0]) if len(to) == 1 else f"({listed(to)})"
    told: dict[str, Any] = {
        "arguments": {"to": f"source('{of.domain.name}', '{reference.table}')", "field": field},
    }
    if reference.when is not None:
        column, says = reference.when
        told["config"] = {"where": f"{quoted(column)} = {literal(says)}"}
    return {"relationships": told}


def _cells(table: Table, columns: Sequence[str]) -> str:
    """Several columns as one value, which is missing where one of them is."""
    optional = [name for name in columns if table.column(name).nullable]
    there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in optional)
    cells = f"({listed(columns)})"
    return f"(CASE WHEN {there} THEN {cells} END)" if optional else cells
