"""A schema as a file in the dataset language."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from synth_assets.columns.basis.formulas.functions import BOOLEAN
from synth_assets.columns.basis.formulas.kinds import KnownValue, known
from synth_assets.columns.basis.formulas.syntax import ExpressionError, Tree, names_in, parsed
from synth_assets.columns.basis.others import known_of
from synth_assets.errors import UsageError
from synth_assets.model.types.catalog import named
from synth_assets.schemas.schema import Condition, Link, Schema, SourceTable
from synth_assets.schemas.writing.bounds import SaidBounds, as_tree, columns_in, said_bounds
from synth_assets.schemas.writing.conditions import settle_missing
from synth_assets.schemas.writing.counts import EACH, FEWEST, LARGEST_SCALE, SCALE, SCALES, Count, Demand, settle
from synth_assets.schemas.writing.expressions import expression_text
from synth_assets.schemas.writing.facts import LOOKUP_COLUMNS, is_fact
from synth_assets.schemas.writing.filling import fill
from synth_assets.schemas.writing.guesses import GUESSED
from synth_assets.schemas.writing.links import can_be_missing, links_in_full, opened_links, parents_before
from synth_assets.schemas.writing.moments import WITHOUT_MOMENTS, guess_moments
from synth_assets.schemas.writing.naming import column_names, dataset_name, table_names
from synth_assets.schemas.writing.statistics import parts_at_most
from synth_assets.schemas.writing.structure import build
from synth_assets.schemas.writing.tables import SpecColumn, SpecTable
from synth_assets.schemas.writing.text import comment_lines, flow, scalar, table_lines

_FAN_OUT = 3
"""How many times as many rows a table has as those that it refers to."""

_DECLARED = "Keys, references, uniqueness, checks, enumerations and NOT NULL are the source's."
_SUGGESTED = (
    "Keys, references, uniqueness and NOT NULL are guessed: names suggest them and no row of the source speaks against"
    " them, but nobody declared them there."
)

_DEEPEST = 3
_LOOKUP = 8


@dataclass(frozen=True)
class MadeFile:
    """A file's text.

    Attributes:
        text: of the file, in YAML.
        dataset: what the dataset is called.
        open_points: what it can't say, and what wasn't looked at, each a line.
    """

    text: str
    dataset: str
    open_points: tuple[str, ...]


def spec_file(schema: Schema, *, guesses: bool, opened: Collection[str] = ()) -> MadeFile:
    """The file of a schema.

    Args:
        schema: as its source told it.
        guesses: whether names of columns tell what they hold.
        opened: columns, as ``table.column``, whose references are left out, so that no circle is closed.

    Raises:
        UsageError: the schema has what no dataset can have: no tables, or keys in a circle that nothing opens.
    """
    if not schema.tables:
        raise UsageError(f"{schema.source} has no tables.\n  Name a source that has some.")
    links = links_in_full(schema)
    left_out = opened_links(schema, links, opened)
    links = {name: tuple(one for one in some if one not in left_out[name]) for name, some in links.items()}
    ordered = parents_before(schema, links)
    tables = _begun(schema, links, moments=guesses and schema.kind in WITHOUT_MOMENTS)
    for name, table in tables.items():
        table.opened = left_out[name]
    _count(tables, ordered)
    open_points = [one.told for one in schema.passed_over]
    demands: list[Demand] = []
    done: list[str] = []
    for source in ordered:
        demands += build(tables[source.name], tables, done, guesses=guesses)
        done.append(source.name)
    settle(demands)
    for table in tables.values():
        _count_opened(table, tables)
        _count_keys(table, tables)
    for source in ordered:
        open_points += _filled(tables[source.name], guesses=guesses)
    dataset = dataset_name(schema.name)
    lines = _head(schema, dataset, list(tables.values()), open_points)
    for source in ordered:
        lines += ["", *table_lines(tables[source.name])]
    return MadeFile("\n".join(lines) + "\n", dataset, tuple(open_points))


def _count_opened(table: SpecTable, tables: Mapping[str, SpecTable]) -> None:
    """Let columns whose references are left out have keys of rows that any preset has."""
    for link in table.opened:
        said = table.columns[link.columns[0]].said or {}
        if "key_elsewhere" in said:
            said["key_elsewhere"] = max(min(tables[link.to].count.least(scale) for scale in SCALES.values()), 1)


def _count_keys(table: SpecTable, tables: Mapping[str, SpecTable]) -> None:
    """How many keys references can have for certain, where those are 1, 2, 3 and so on."""
    for name, link in table.drawn.items():
        column, other = table.columns[name], tables[link.to]
        is_plain = set(column.said or {}) == {"references", "null_rate"}
        key = other.columns[link.target[0]].said or {}
        if is_plain and key.get("method") == "key" and not other.key:
            column.keys = max(min(other.count.least(scale) for scale in SCALES.values()), 1)


def _can_be_said(table: SpecTable, tree: Tree) -> bool:
    """Whether the language takes a condition over columns of these types."""

    def of(name: str) -> KnownValue:
        column = table.columns[name]
        return known_of(named(column.computed_kind), nullable=True)

    try:
        return known(tree, of).kind == BOOLEAN
    except (ExpressionError, UsageError):
        return False


def _say_what_can_be(table: SpecTable) -> None:
    """Leave out conditions of several columns that can't be said; of others, let columns have types that they need."""
    conditions = table.conditions
    wrong = [
        tree for tree in (*conditions.others, *map(as_tree, conditions.relations)) if not _can_be_said(table, tree)
    ]
    names = {one: column.name for one, column in table.columns.items()}
    open_still = [tree for tree in wrong if not settle_missing(table, tree)]
    table.notes += [f"can't be said: CHECK ({expression_text(tree, names)})" for tree in open_still]
    conditions.others = [tree for tree in conditions.others if tree not in wrong]
    conditions.relations = [one for one in conditions.relations if as_tree(one) not in wrong]
    touched = columns_in([*conditions.others, *map(as_tree, conditions.relations)])
    for name in touched:
        column = table.columns[name]
        if column.kind.startswith("uint"):
            kind = replace(column.source.type, name=column.computed_kind, unsigned=True)
            column.source = replace(column.source, type=kind)


def _begun(schema: Schema, links: Mapping[str, tuple[Link, ...]], *, moments: bool) -> dict[str, SpecTable]:
    names = table_names([table.name for table in schema.tables])
    found: dict[str, SpecTable] = {}
    for table in schema.tables:
        called = column_names([one.name for one in table.columns], table.key.columns if table.key else ())
        said = _conditions(table)
        columns = {one.name: SpecColumn(one, called[one.name], said.of(one.name)) for one in table.columns}
        for column in columns.values():
            if column.source.enumeration:
                column.bounds.allow(column.source.enumeration)
            if column.source.type.unsigned:
                column.bounds.raise_low(0, above=False)
        found[table.name] = SpecTable(table, names[table.name], columns, links[table.name], said)
        if moments:
            guess_moments(found[table.name])
        _say_what_can_be(found[table.name])
    return found


def _trees(condition: Condition) -> list[Tree]:
    try:
        return [parsed(condition.holds)] if condition.holds else []
    except ExpressionError:
        return []


def _conditions(table: SourceTable) -> SaidBounds:
    known = {one.name for one in table.columns}
    trees = [tree for one in table.conditions for tree in _trees(one)]
    patterns = [pair for one in table.conditions for pair in one.patterns]
    return said_bounds((tree for tree in trees if columns_in([tree]) <= known), patterns)


def _count(tables: Mapping[str, SpecTable], ordered: list[SourceTable]) -> None:
    """How many rows each table has, by its role: few of what others look up, more the more it refers to."""
    parts = parts_at_most(ordered)
    referred = {link.to for table in tables.values() for link in table.links if link.to != table.source.name}
    depth: dict[str, int] = {}
    for source in ordered:
        table = tables[source.name]
        before = [depth[one.to] for one in table.links if one.to in depth and not can_be_missing(source, one)]
        depth[source.name] = max((one + 1 for one in before), default=0)
        is_small = len(source.columns) <= LOOKUP_COLUMNS and not is_fact(table)
        is_lookup = not table.links and source.name in referred and is_small
        if is_lookup:
            depth[source.name] = -1
            table.count = Count(fixed=_LOOKUP)
        else:
            table.count = Count(each=EACH * _FAN_OUT ** min(max(depth[source.name], 0), _DEEPEST))
        if parts is not None:
            table.count = _measured_count(source.rows, parts, is_lookup=is_lookup)


def _measured_count(rows: int | None, parts: int, *, is_lookup: bool) -> Count:
    """As many rows as the source has, or parts of them; a table of which that isn't known has few."""
    if rows is None or rows <= FEWEST:
        return Count(fixed=rows or (_LOOKUP if is_lookup else FEWEST))
    return Count(whole=rows, parts=parts)


def _filled(table: SpecTable, *, guesses: bool) -> list[str]:
    """Fill a table's columns, and say its rules.

    Returns:
        what can't be said.
    """
    unseen = fill(table, guesses=guesses)
    _say_rules(table)
    points = [f"{table.name}: can't be seen to, so rows may break it: {one}" for one in unseen]
    unsaid = [one.text for one in table.source.conditions if not one.patterns and not _trees(one)]
    points += [f"{table.name}: can't be said: CHECK ({text})" for text in unsaid]
    table.notes += [point.partition(": ")[2] for point in points]
    points += [
        f"{table.name}: {note}" for note in table.notes if note not in {one.partition(": ")[2] for one in points}
    ]
    for column in table.columns.values():
        points += [f"{table.name}.{column.name}: {note}" for note in column.notes if note != GUESSED]
    return points


def _say_rules(table: SpecTable) -> None:
    """Conditions that ranges of single columns don't say."""
    names, taken = {one: column.name for one, column in table.columns.items()}, Counter[str]()
    for condition in table.source.conditions:
        for tree in _trees(condition):
            alone = said_bounds([tree], ())
            columns = [table.columns[one].name for one in dict.fromkeys(names_in(tree)) if one in table.columns]
            if not (alone.relations or alone.others) or not columns or not _can_be_said(table, tree):
                continue
            fit = f"{' and '.join(columns)} fit together" if len(columns) > 1 else f"{columns[0]} is as it has to be"
            doc = condition.name.replace("_", " ") or fit
            taken[doc] += 1
            doc += f", {taken[doc]}" if taken[doc] > 1 else ""
            table.rules.append((doc, expression_text(tree, names)))


def _head(schema: Schema, dataset: str, tables: list[SpecTable], open_points: list[str]) -> list[str]:
    guesses = sum(GUESSED in column.notes for table in tables for column in table.columns.values())
    lines = comment_lines(
        f"Made of {schema.source} ({schema.kind}) by `synth spec from`: a first file, to be changed by whoever knows"
        f" better. {_DECLARED if schema.is_declared else _SUGGESTED}"
    )
    if guesses:
        lines += comment_lines(
            f"{guesses} columns are guessed from their names, as their comments say; --no-guesses leaves that out."
        )
    if open_points:
        lines += ["#", "# What the file can't say, or what was passed over:"]
        for one in open_points:
            lines += comment_lines(one, mark="- ")
    presets, parameter = _sizes(parts_at_most(schema.tables))
    return [
        *lines,
        f"dataset: {dataset}",
        f"doc: {scalar(schema.doc or f'Test data for the tables of {schema.name}.')}",
        f"parameters: {flow({SCALE: parameter})}",
        f"presets: {flow(presets)}",
        "default_preset: small",
        "",
        "entities:",
    ]


def _sizes(parts: int | None) -> tuple[dict[str, dict[str, int]], dict[str, int | str]]:
    """The presets, and the parameter in which they differ; the largest is the source's size if that is known."""
    scales = SCALES if parts is None else {"tiny": 1, "small": SCALES["small"], "as_source": parts}
    presets = {name: {SCALE: scale} if name != "small" else {} for name, scale in scales.items()}
    doc = "how large it is" if parts is None else f"how large it is: {parts} is as the source was"
    return presets, {"default": scales["small"], "minimum": 1, "maximum": parts or LARGEST_SCALE, "doc": doc}
