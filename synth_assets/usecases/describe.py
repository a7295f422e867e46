"""What there is, as plain data: domains, tables, columns, rules, presets and how many rows they have.

The command line, the documentation and Dagster's metadata all show this; none of them asks the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column, Rule, Table


@dataclass(frozen=True)
class ParameterInfo:
    """A volume of a domain.

    Attributes:
        name: as in ``synth.toml`` and in manifests.
        doc: what it counts.
        minimum: the smallest value allowed, ``None`` if there is no bound.
        maximum: the largest one, likewise.
        allowed: both bounds in words.
        flag: of ``synth generate``.
        variable: in the environment.
    """

    name: str
    doc: str
    minimum: int | float | None
    maximum: int | float | None
    allowed: str
    flag: str
    variable: str


@dataclass(frozen=True)
class ColumnInfo:
    """A column; ``references`` is ``domain/table`` or ``None``, ``values`` a closed set or empty.

    What parts of its cells refer to says ``inner_references``, each like ``items[].product_id -> shop/products``.
    """

    name: str
    type: str
    doc: str
    key: bool
    nullable: bool
    unique: bool
    references: str | None
    values: tuple[str, ...]
    inner_references: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleInfo:
    """An invariant: ``sql`` (DuckDB, over bare table names) finds the rows that break it."""

    name: str
    doc: str
    tables: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class EntityInfo:
    """A table.

    Attributes:
        path: ``domain/name``.
        name: the table's name.
        doc: what it holds.
        grain: what one row is.
        key: the key column.
        shape: how positions become rows; see :mod:`synth_assets.model.entity`.
        columns: in table order.
        rules: the invariants about this table, besides keys and references.
        rows: preset → rows, ``None`` where they are counted only by generating them.
    """

    path: str
    name: str
    doc: str
    grain: str
    key: str
    shape: str
    columns: tuple[ColumnInfo, ...]
    rules: tuple[RuleInfo, ...]
    rows: dict[str, int | None]


@dataclass(frozen=True)
class DomainInfo:
    """A domain; ``presets`` is name → parameter → value, the project's own presets included."""

    name: str
    doc: str
    contract: int
    default_preset: str
    parameters: tuple[ParameterInfo, ...]
    presets: dict[str, dict[str, Any]]
    entities: tuple[EntityInfo, ...]


def describe(domain: Domain) -> DomainInfo:
    """Describe a domain and all its tables.

    Example:
        >>> [entity.name for entity in describe(catalog.load("bronze")).entities][:2]
        ['raw_customers', 'raw_products']
    """
    datasets = {preset: domain.dataset(preset) for preset in domain.presets}
    return DomainInfo(
        name=domain.name,
        doc=domain.doc,
        contract=domain.contract,
        default_preset=domain.default_preset,
        parameters=parameters(domain),
        presets={name: params.as_json() for name, params in domain.presets.items()},
        entities=tuple(_entity(entity, datasets) for entity in domain.entities.values()),
    )


def describe_entity(domain: Domain, entity: type[Entity]) -> EntityInfo:
    """Describe one table of a domain."""
    return _entity(entity, {preset: domain.dataset(preset) for preset in domain.presets})


def _entity(entity: type[Entity], datasets: Mapping[str, Dataset]) -> EntityInfo:
    """Describe a table; ``datasets`` are those of its domain by preset."""
    table = entity.table()
    return EntityInfo(
        path=table.path,
        name=table.name,
        doc=table.doc,
        grain=table.grain,
        key=str(table.key),
        shape=entity.about.shape.name,
        columns=tuple(_column(table, column) for column in table.columns),
        rules=tuple(_rule(rule) for rule in table.rules),
        rows={preset: rows_of(entity, dataset) for preset, dataset in datasets.items()},
    )


def rows_of(entity: type[Entity], dataset: Dataset) -> int | None:
    """How many rows a table has, without generating any; ``None`` if only generating them can tell."""
    return entity.positions(dataset) if entity.about.shape.rows_known else None


def parameters(domain: Domain) -> tuple[ParameterInfo, ...]:
    """A domain's volumes, from the fields of its parameters' class."""
    properties = domain.params.model_json_schema()["properties"]
    return tuple(
        ParameterInfo(
            name=name,
            doc=field["description"],
            minimum=field.get("minimum"),
            maximum=field.get("maximum"),
            allowed=domain.allowed(name),
            flag="--" + name.replace("_", "-"),
            variable=f"SYNTH_{domain.name.upper()}__{name.upper()}",
        )
        for name, field in properties.items()
    )


def _column(table: Table, column: Column) -> ColumnInfo:
    parents = table.referred_by(column.name)
    return ColumnInfo(
        name=column.name,
        type=column.type.name,
        doc=column.doc,
        key=column.name in table.key.columns,
        nullable=column.nullable,
        unique=table.is_unique(column.name),
        references=" or ".join(f"{table.domain}/{name}" for name in parents) or None,
        values=column.values,
        inner_references=tuple(
            f"{one} -> {table.domain}/{one.table}" for one in table.inner_references if one.columns == (column.name,)
        ),
    )


def _rule(rule: Rule) -> RuleInfo:
    return RuleInfo(rule.name, rule.doc, rule.tables, rule.sql)
