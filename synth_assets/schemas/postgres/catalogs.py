"""What the catalogs of PostgreSQL say of tables, as rows of plain values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import LiteralString

    import psycopg

Row = dict[str, Any]

_TABLES = """
    SELECT c.oid::bigint AS id, n.nspname AS schema, c.relname AS name, obj_description(c.oid, 'pg_class') AS doc,
           CASE c.relkind WHEN 'p' THEN
               (SELECT sum(greatest(leaf.reltuples, 0)) FROM pg_partition_tree(c.oid) AS tree
                JOIN pg_class AS leaf ON leaf.oid = tree.relid WHERE tree.isleaf)
           ELSE c.reltuples END::bigint AS rows
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.oid
"""
_COLUMNS = """
    SELECT a.attrelid::bigint AS id, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS told,
           a.atttypid::bigint AS type, a.attnotnull AS is_there, a.attidentity <> '' AS is_identity,
           a.attgenerated <> '' AS is_computed, pg_get_expr(d.adbin, d.adrelid) AS expression,
           col_description(a.attrelid, a.attnum) AS doc
    FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = ANY(%(tables)s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum
"""
_CONSTRAINTS = """
    SELECT c.conrelid::bigint AS id, c.conname AS name, c.contype::text AS kind, c.condeferrable AS is_deferrable,
           (SELECT array_agg(a.attname::text ORDER BY k.at) FROM unnest(c.conkey) WITH ORDINALITY AS k (number, at)
            JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS columns,
           (SELECT array_agg(a.attname::text ORDER BY k.at) FROM unnest(c.confkey) WITH ORDINALITY AS k (number, at)
            JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.number) AS target,
           c.confrelid::bigint AS other, c.confrelid::regclass::text AS other_name,
           pg_get_expr(c.conbin, c.conrelid) AS condition
    FROM pg_constraint AS c
    WHERE c.conrelid = ANY(%(tables)s) AND c.conparentid = 0
    ORDER BY c.conrelid, c.contype = 'p' DESC, c.oid
"""
_INDEXES = """
    SELECT i.indrelid::bigint AS id, i.indexrelid::regclass::text AS name, i.indpred IS NOT NULL AS is_partial,
           (SELECT array_agg(a.attname::text ORDER BY k.at) FROM unnest(i.indkey) WITH ORDINALITY AS k (number, at)
            LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0
            WHERE k.at <= i.indnkeyatts) AS columns,
           (SELECT array_agg(pg_get_indexdef(i.indexrelid, at, true) ORDER BY at)
            FROM generate_series(1, i.indnkeyatts) AS at) AS parts
    FROM pg_index AS i
    WHERE i.indrelid = ANY(%(tables)s) AND i.indisunique
      AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    ORDER BY i.indexrelid
"""
_TYPES = """
    SELECT t.oid::bigint AS id, t.typtype::text AS kind, t.typnotnull AS is_there,
           CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS told,
           t.typbasetype::bigint AS base,
           (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid)
           AS labels,
           (SELECT array_agg(pg_get_expr(c.conbin, 0) ORDER BY c.oid) FROM pg_constraint AS c
            WHERE c.contypid = t.oid AND c.contype = 'c') AS conditions
    FROM pg_type AS t WHERE t.typtype IN ('d', 'e')
"""
_STATISTICS = """
    SELECT c.oid::bigint AS id, s.attname AS name, s.null_frac AS nulls, s.n_distinct AS distinct_values,
           s.most_common_freqs AS shares
    FROM pg_stats AS s JOIN pg_namespace AS n ON n.nspname = s.schemaname
    JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
    WHERE c.oid = ANY(%(tables)s)
    ORDER BY s.inherited
"""
_VALUES = """
    SELECT c.oid::bigint AS id, s.attname AS name, s.most_common_vals::text::text[] AS common,
           s.histogram_bounds::text::text[] AS bounds
    FROM pg_stats AS s JOIN pg_namespace AS n ON n.nspname = s.schemaname
    JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
    WHERE c.oid = ANY(%(tables)s)
    ORDER BY s.inherited
"""
_SCHEMAS = """
    SELECT n.nspname AS name, count(c.oid) AS tables
    FROM pg_namespace AS n
    LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    GROUP BY n.nspname ORDER BY n.nspname
"""


class Catalogs:
    """The catalogs of a database, and its statistics.

    Args:
        connection: to it, within a transaction.
    """

    def __init__(self, connection: "psycopg.Connection") -> None:
        self._connection = connection

    def schemas(self) -> dict[str, int]:
        """People's schemas, each with how many tables it has."""
        return {row["name"]: row["tables"] for row in self._rows(_SCHEMAS)}

    def tables(self, schemas: Sequence[str]) -> list[Row]:
        """Tables of some schemas; not partitions, nor what extensions brought."""
        return self._rows(_TABLES, schemas=list(schemas))

    def types(self) -> dict[int, Row]:
        """Enumerations and domains by their numbers."""
        return {row["id"]: row for row in self._rows(_TYPES)}

    def columns(self, tables: Sequence[int]) -> list[Row]:
        """Columns of tables."""
        return self._rows(_COLUMNS, tables=list(tables))

    def constraints(self, tables: Sequence[int]) -> list[Row]:
        """Constraints of tables, primary keys first."""
        return self._rows(_CONSTRAINTS, tables=list(tables))

    def indexes(self, tables: Sequence[int]) -> list[Row]:
        """Unique indexes that belong to no constraint."""
        return self._rows(_INDEXES, tables=list(tables))

    def statistics(self, tables: Sequence[int]) -> list[Row]:
        """Shares and counts of columns; no value is among them."""
        return self._rows(_STATISTICS, tables=list(tables))

    def values(self, tables: Sequence[int]) -> list[Row]:
        """Most common values and bounds of histograms."""
        return self._rows(_VALUES, tables=list(tables))

    def _rows(self, query: "LiteralString", **words: Any) -> list[Row]:
        from psycopg.rows import dict_row

        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, words).fetchall()
