"""Queries that a declaration brings: they read the tables that they name, and do nothing else."""

import functools
import json
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from synth_assets.errors import first_line, unknown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LONGEST = 10_000
"""Characters of a query."""

_FROM = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST"})
_LISTED = """
    + - * / // % ** = <> < <= > >= ~~ !~~ ~~* !~~* || ! ~ & | << >> in not and or case
    abs ceil ceiling floor round sign mod greatest least coalesce nullif ifnull if trunc sqrt ln log exp pow power
    concat concat_ws length strlen lower upper trim ltrim rtrim left right substr substring replace lpad rpad
    starts_with ends_with contains prefix suffix instr position strpos reverse repeat split_part string_split
    regexp_matches regexp_full_match regexp_extract regexp_replace like_escape not_like_escape ascii chr translate
    year month day hour minute second week quarter isodow dayofweek weekday dayofyear epoch epoch_ms epoch_us
    date_part date_trunc date_diff datediff date_add date_sub strftime make_date make_timestamp to_days to_hours
    to_minutes to_seconds to_months to_years to_weeks to_milliseconds to_microseconds age last_day
    count count_star count_if sum avg mean min max any_value first last bool_and bool_or arg_min arg_max argmin argmax
    min_by max_by mode median quantile quantile_cont stddev variance string_agg list array_agg
    row_number rank dense_rank ntile lag lead first_value last_value nth_value cume_dist percent_rank
    unnest list_value struct_pack struct_extract array_extract list_extract list_contains len cardinality row
    json_extract json_extract_string ->> -> json_type json_valid json_array_length typeof isnan isinf isfinite
    hash md5 sha256 list_sort list_distinct list_sum list_aggregate array_length
"""
_FUNCTIONS = frozenset(_LISTED.split())
"""Functions of queries: pure ones, over cells and rows."""


def query_problem(sql: str, tables: Collection[str]) -> str:
    """What is wrong with a query, in a sentence and the next step; empty if it only reads some tables.

    Args:
        sql: the query, in DuckDB's SQL.
        tables: that it may read.
    """
    if len(sql) > LONGEST:
        return f"it has {len(sql):,} characters, and at most {LONGEST:,} are read.\n  Split it into several rules."
    tree = _parsed(sql)
    if isinstance(tree, str):
        return tree
    nodes = list(_nodes(tree))
    named = {name for node in nodes for name in _defined(node)}
    for node in nodes:
        if problem := _problem(node, {*tables, *named}, tables):
            return problem
    return ""


@functools.cache
def _parser() -> "DuckDBPyConnection":
    """An empty database that parses, opened once: that takes 10 ms. It has no threads, so a process may fork."""
    import duckdb

    return duckdb.connect(":memory:", config={"enable_external_access": "false", "threads": 1})


def _parsed(sql: str) -> dict[str, Any] | str:
    import duckdb

    with _parser().cursor() as cursor:
        try:
            ((text,),) = cursor.execute("SELECT json_serialize_sql(?)", [sql.strip().rstrip(";")]).fetchall()
        except duckdb.Error as error:
            return f"it is no query: {first_line(error)}.\n  Correct it there."
    found = json.loads(text)
    if found.get("error"):
        return f"it is no query: {first_line(found.get('error_message', ''))}.\n  Write one SELECT, or FROM … WHERE …"
    if len(found["statements"]) != 1:
        return "it is more than one statement.\n  Write one SELECT, or FROM … WHERE …"
    return found["statements"][0]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _defined(node: dict[str, Any]) -> Iterator[str]:
    """The names that a WITH gives."""
    ctes = node.get("cte_map")
    for entry in ctes.get("map", []) if isinstance(ctes, dict) else []:
        yield str(entry.get("key", ""))


def _problem(node: dict[str, Any], known: Collection[str], tables: Collection[str]) -> str:
    kind, name = node.get("type"), node.get("function_name")
    if kind == "TABLE_FUNCTION":
        inner = node.get("function", {}).get("function_name", "")
        return f"it reads from {inner}(…), which is no table.\n  Read the tables {', '.join(tables)}."
    if kind == "BASE_TABLE":
        if node.get("catalog_name") or node.get("schema_name") or node.get("table_name") not in known:
            parts = (node.get("catalog_name"), node.get("schema_name"), node.get("table_name"))
            text = unknown("it reads a table that it may not; table", ".".join(one for one in parts if one), tables)
            return f"{text}\n  Name other tables in tables of the rule."
    elif isinstance(kind, str) and "sample" in node and "alias" in node and kind not in _FROM and kind.isupper():
        return f"it has a {kind.lower().replace('_', ' ')}, which no rule needs.\n  Read tables, joins and queries."
    if isinstance(name, str) and name.lower() not in _FUNCTIONS:
        return f"it calls {name}(…), which isn't one of the functions of rules.\n  Say it otherwise, or as holds: …"
    return ""
