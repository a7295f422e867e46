"""Evaluate checks on one stored partition: SQL in a scratch DuckDB, content by the engine's hash."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from synth_assets.engine.content_hash import TableDigest
from synth_assets.engine.stored import digest_stored
from synth_assets.errors import DataError
from synth_assets.model.table import Rule, Table
from synth_assets.orchestration.metadata import preview
from synth_assets.orchestration.places import Place
from synth_assets.orchestration.stored_tables import Found, formats_of, not_stored
from synth_assets.produce.expected import expected_digest
from synth_assets.sinks.formats import parquet

_EXAMPLES = 5
_SETTINGS = "SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false; SET autoload_known_extensions = false"


@dataclass(frozen=True)
class Finding:
    """The outcome of a check.

    Attributes:
        passed: whether it holds.
        text: what was found, in a sentence or two.
        undecided: whether it couldn't be checked, since something it needs isn't stored.
        numbers: for Dagster's metadata; the UI draws them over time.
        examples: the first offending rows, as Markdown.
    """

    passed: bool
    text: str
    undecided: bool = False
    numbers: dict[str, int] = field(default_factory=dict)
    examples: str = ""


class StoredChecks:
    """The checks of one stored table; whatever two checks need is read once.

    Args:
        place: the table.
        root: the data root.
        connection: a DuckDB connection that nobody else uses; views of the stored tables are made in it.
    """

    def __init__(self, place: Place, root: Path, connection: duckdb.DuckDBPyConnection) -> None:
        assert place.entity is not None  # noqa: S101 - only tables of a domain have checks
        self._place = place
        self._entity = place.entity
        self._table = place.entity.table()
        self._root = root
        self._connection = connection
        self._viewed: set[str] = set()
        self._digests: dict[str, TableDigest] = {}
        connection.execute(_SETTINGS)

    def evaluate(self, check: str | Rule) -> Finding:
        """Evaluate a check by its name, or a rule of the domain."""
        try:
            if isinstance(check, Rule):
                return self._rule(check)
            evaluate: Callable[[], Finding] = getattr(self, f"_{check}")
            return evaluate()
        except (DataError, duckdb.Error, pl.exceptions.PolarsError) as error:
            return Finding(passed=False, text=str(error))

    # The checks

    def _row_count(self) -> Finding:
        expected, rows = self._expected.rows, self._count(f"FROM {self._view(self._table.name)}")
        text = f"{rows:,} rows are stored" + ("." if rows == expected else f"; the definition gives {expected:,}.")
        return Finding(rows == expected, text, numbers={"rows": rows, "expected_rows": expected})

    def _keys_are_unique(self) -> Finding:
        source = self._view(self._table.name)
        key = self._table.key.columns
        groups = [", ".join(group) for group in (key, *self._table.unique) if group]
        problems: dict[str, str] = {}
        for group in filter(None, (key, *self._table.unique)):
            listed = ", ".join(f'"{name}"' for name in group)
            there = " AND ".join(f'"{name}" IS NOT NULL' for name in group)
            problems[f"{', '.join(group)} is not unique"] = (
                f"SELECT {listed}, count(*) AS times FROM {source} WHERE {there} "  # noqa: S608 - names
                "GROUP BY ALL HAVING times > 1"
            )
        for name in key:
            problems[f"{name} is missing"] = f'FROM {source} WHERE "{name}" IS NULL'
        return self._none_of(problems, f"{'; '.join(groups)}: unique.")

    def _references_hold(self) -> Finding:
        source = self._view(self._table.name)
        problems: dict[str, str] = {}
        missing: list[str] = []
        for one in self._table.references:
            if not self._is_stored(one.table):
                missing.append(one.table)
                continue
            target = one.target(self._place.tables[one.table])
            same = " AND ".join(f'c."{own}" = p."{other}"' for own, other in zip(one.columns, target, strict=True))
            there = " AND ".join(f'c."{own}" IS NOT NULL' for own in one.columns)
            problems[f"{one} is not in {one.table}"] = (
                f"SELECT c.* FROM {source} c ANTI JOIN {self._view(one.table)} p ON {same} WHERE {there}"  # noqa: S608 - names
            )
        finding = self._none_of(problems, f"{', '.join(map(str, self._table.references))}: every one finds its row.")
        return self._undecided(missing) if finding.passed and missing else finding

    def _cells_are_allowed(self) -> Finding:
        source = self._view(self._table.name)
        wrong: dict[str, str] = {}
        for column in self._table.columns:
            if not column.nullable:
                wrong[f"{column.name} is missing"] = f'"{column.name}" IS NULL'
            if column.values:
                allowed = ", ".join(_literal(value) for value in column.values)
                wrong[f"{column.name} is none of its values"] = f'"{column.name}" NOT IN ({allowed})'
        # One scan for all conditions; the rows themselves are asked for only where there are any.
        totals = ", ".join(f"count_if({condition})" for condition in wrong.values())
        (counts,) = self._connection.execute(f"SELECT {totals} FROM {source}").fetchall()  # noqa: S608 - names
        problems = [what for what, count in zip(wrong, counts, strict=True) if count]
        queries = {what: f"FROM {source} WHERE {wrong[what]}" for what in problems}
        return self._none_of(queries, "Every cell is one that the schema allows.")

    def _content_matches_definition(self) -> Finding:
        found = self._formats[0]
        expected, digest = self._expected, self._digest(found)
        if digest.content_hash == expected.content_hash:
            return Finding(passed=True, text=f"{found.format.name}: {digest.content_hash}")
        hashes = expected.column_hashes
        wrong = [name for name, value in digest.column_hashes.items() if value != hashes[name]]
        return Finding(
            passed=False,
            text=f"{found.format.name} differs from the definition in {', '.join(wrong)}.\n  Generate it again.",
        )

    def _formats_agree(self) -> Finding:
        first, *others = self._formats
        expected = self._digest(first)
        problems = [text for other in others if (text := self._disagreement(first, expected, other))]
        names = ", ".join(found.format.name for found in self._formats)
        numbers = {"formats": len(self._formats)}
        return Finding(not problems, "\n".join(problems) or f"{names}: the same content.", numbers=numbers)

    def _rule(self, rule: Rule) -> Finding:
        missing = [name for name in rule.tables if not self._is_stored(name)]
        if missing:
            return self._undecided(missing)
        for name in rule.tables:
            self._view(name)
        return self._none_of({"the rule is broken": rule.sql.strip().rstrip(";")}, rule.doc)

    # What they are made of

    def _none_of(self, problems: dict[str, str], fine: str) -> Finding:
        """Passed if none of the queries gives a row; their keys say what a row would mean."""
        found = {what: count for what, query in problems.items() if (count := self._count(f"FROM ({query})"))}
        if not found:
            return Finding(passed=True, text=fine, numbers={"offending_rows": 0})
        text = "; ".join(f"{what}: {count:,} row{'s' * (count > 1)}" for what, count in found.items()) + "."
        head = self._connection.sql(f"FROM ({problems[next(iter(found))]}) LIMIT {_EXAMPLES}").to_arrow_table()
        examples = preview(pl.DataFrame(pl.from_arrow(head)))
        return Finding(passed=False, text=text, numbers={"offending_rows": sum(found.values())}, examples=examples)

    def _undecided(self, missing: list[str]) -> Finding:
        partition = f"{self._place.dataset.label}|{self._place.dataset.seed}"
        text = f"not checked: {', '.join(missing)} {partition} is not stored.\n  Materialise it, then check again."
        return Finding(passed=False, text=text, undecided=True)

    def _disagreement(self, first: Found, expected: TableDigest, other: Found) -> str:
        try:
            digest = self._digest(other)
        except DataError as error:
            return str(error)
        if digest.content_hash == expected.content_hash:
            return ""
        hashes = expected.column_hashes
        wrong = [name for name, value in digest.column_hashes.items() if value != hashes[name]]
        rows = "" if digest.rows == expected.rows else f" ({digest.rows:,} rows, not {expected.rows:,})"
        return f"{other.format.name} differs from {first.format.name} in {', '.join(wrong)}{rows}."

    @cached_property
    def _formats(self) -> list[Found]:
        found = list(formats_of(self._place, self._root))
        if not found:
            raise not_stored(self._place, self._root)
        return found

    @cached_property
    def _expected(self) -> TableDigest:
        """The digest of the definition's own values, generated again: nothing stored is believed."""
        assert self._place.domain is not None  # noqa: S101 - as its entity
        return expected_digest(self._place.domain, self._place.dataset, self._table.name)

    def _digest(self, found: Found) -> TableDigest:
        name = found.format.name
        if name not in self._digests:
            self._digests[name] = digest_stored(found.format.read(found.path, self._table), self._table)
        return self._digests[name]

    def _is_stored(self, name: str) -> bool:
        return name in self._viewed or next(self._found(name), None) is not None

    def _found(self, name: str) -> Iterator[Found]:
        if name == self._table.name:
            return iter(self._formats)
        return formats_of(replace(self._place, name=name), self._root)

    def _view(self, name: str) -> str:
        """Make a stored table known to the connection by its bare name."""
        if name not in self._viewed:
            found = next(self._found(name), None)
            if found is None:
                raise DataError(f"{self._place.dataset.domain}/{name} is not stored.")
            self._attach(name, found)
            self._viewed.add(name)
        return f'"{name}"'

    def _attach(self, name: str, found: Found) -> None:
        table = self._place.tables[name]
        if found.format is parquet.FORMAT:
            files = ", ".join(_literal(path) for path in found.files)
            self._connection.execute(f'CREATE VIEW "{name}" AS FROM read_parquet([{files}])')
        elif found.format.name == "duckdb":
            self._connection.execute(f"ATTACH IF NOT EXISTS {_literal(found.path)} AS stored (READ_ONLY)")
            self._connection.execute(f'CREATE VIEW "{name}" AS FROM stored."{table.domain}"."{name}"')
        else:
            frames = list(found.format.read(found.path, table))
            self._connection.register(name, pl.concat(frames).to_arrow() if frames else _empty(table))

    def _count(self, source: str) -> int:
        # All rows: DuckDB refuses the next query while a result is unfinished.
        ((count,),) = self._connection.execute(f"SELECT count(*) {source}").fetchall()
        return count


def _empty(table: Table) -> object:
    return pl.DataFrame(schema=table.schema).to_arrow()


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
