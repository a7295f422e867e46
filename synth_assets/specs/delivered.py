"""The section ``delivery`` of a declaration: how its tables' files are laid out unless somebody says otherwise."""

from collections.abc import Iterator, Mapping

from synth_assets.documents.places import Path
from synth_assets.errors import UsageError, unknown
from synth_assets.model.delivery import Delivery
from synth_assets.model.table import Table
from synth_assets.sinks import catalog, layout
from synth_assets.sinks.arranged import Arrangement
from synth_assets.sinks.layout import HIVE
from synth_assets.sinks.layouts import by_column
from synth_assets.specs.declaration import Columns, Declaration
from synth_assets.specs.slips import Slips

_DELIVERY, _APART, _SORTED = "delivery", "partition_by", "sort_by"


def delivery_of(said: Declaration, tables: Mapping[str, Table], slips: Slips) -> Delivery:
    """How a declaration's tables are delivered; what can't be is noted, and left out.

    Args:
        said: the declaration.
        tables: its tables, as far as they can be made.
        slips: what was found.
    """
    own = said.delivery
    name = own.layout or (by_column.LAYOUT.name if own.partition_by else HIVE)
    with slips.at(_DELIVERY, "layout"):
        if not layout.load(name).by_columns and own.partition_by:
            raise UsageError(
                f"{said.dataset}: delivery: layout {name} keeps no files apart by columns, as partition_by asks.\n"
                f"  Leave one of both out, or say layout: {by_column.LAYOUT.name}"
            )
    for place, form in enumerate(own.formats):
        with slips.at(_DELIVERY, "formats", place):
            if form not in catalog.names():
                raise unknown(f"{said.dataset}: delivery: format", form, catalog.names())
    apart = dict(_known(said.dataset, _APART, own.partition_by, tables, slips))
    in_order = dict(_known(said.dataset, _SORTED, own.sort_by, tables, slips))
    for table in own.sort_by:
        if table not in own.partition_by:
            problem = f"{said.dataset}: delivery: rows of {table} lie in key order: its files aren't kept apart."
            slips.add((_DELIVERY, _SORTED, table), f"{problem}\n  Name it in partition_by, too, or leave it out here.")
    for table, columns in apart.items():
        with slips.at(_DELIVERY, _APART, table):
            Arrangement(tables[table], columns, in_order.get(table, ())).check()
    usual = Delivery()
    return Delivery(name, own.formats or usual.formats, own.chunk_size, partition_by=apart, sort_by=in_order)


def _known(
    dataset: str, word: str, said: Mapping[str, Columns], tables: Mapping[str, Table], slips: Slips
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tables with their columns, all of which are there; others are noted."""
    for name, columns in said.items():
        path: Path = (_DELIVERY, word, name)
        before = len(slips)
        if name not in tables:
            slips.add(path, unknown(f"{dataset}: delivery: table", name, tables))
        elif not columns:
            slips.add(path, f"{dataset}: delivery: {word} of {name} names no column.\n  Name one, or leave it out.")
        else:
            there = tables[name].column_names
            for place, one in enumerate(columns):
                if one not in there:
                    slips.add((*path, place), unknown(f"{dataset}/{name}: {word}: column", one, there))
        if len(slips) == before:
            yield name, columns
