"""A workshop whose tables have whatever examples of column generators need: what an example gives is looked at here."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from synth_assets.specs.declared import Declared
from synth_assets.usecases.pages.cells import cell_text, plain_cells
from synth_assets.usecases.pages.distributions import Distribution, distribution
from synth_assets.usecases.scan import scan_dataset

ROWS = 5_000
FIRST = 6
"""Values that are shown."""

SECONDS: dict[str, Any] = {"integers": 1_735_689_600, "high": 1_767_225_599}
"""Those of the year before `as_of`."""

WORKSHOP: dict[str, Any] = {
    "dataset": "workshop",
    "entities": {
        "customers": {
            "rows": 2_000,
            "over": 2_000,
            "columns": {
                "customer_id": "key",
                "name": "person.full_name",
                "city": "person.city",
                "country": "person.country",
                "joined_at": "moment.born",
            },
        },
        "addresses": {
            "lines_of": "customers",
            "per_parent": {1: 2, 3: 1},
            "columns": {"address_id": "key", "customer_id": {"of_parent": "", "references": "customers"}},
        },
        "suppliers": {
            "rows": 500,
            "columns": {
                "supplier_id": "key",
                "credit": {"decimals": 100, "high": 2_000, "type": "decimal(10,2)"},
            },
        },
        "repairs": {
            "rows": ROWS,
            "over": 365,
            "fates": [
                {"changes": "moves", "days": [30, 90]},
                {
                    "lifecycle": "repair",
                    "first": "open",
                    "steps": [{"state": "in work", "days": [0, 9]}, {"state": "done", "days": [1, 60]}],
                },
            ],
            "columns": {
                "repair_id": "key",
                "customer_id": {"references": "customers"},
                "opened_at": "moment.born",
                "hours": {"lognormal": 1.5, "high": 12, "digits": 1, "type": "decimal(4,1)"},
                "milliseconds": {"integers": 100, "high": 90_000},
                "path": {"choices": ["/", "/bikes", "/cart"]},
                "kind": {"weighted": {"view": 60, "click": 40}},
                "product_id": {"integers": 1, "high": 9},
                "rating": {"weighted": [[5, 48], [4, 27], [3, 12], [2, 7], [1, 6]]},
                "buyer": {"integers": 0, "high": 1_999},
                "visitor": {"integers": -1, "high": 1_999},
                "stage": {"integers": 0, "high": 2},
                "total": {"decimals": 5, "high": 250, "type": "decimal(10,2)"},
                "opened": SECONDS,
                "closed": {**SECONDS, "high": SECONDS["high"] + 30_000_000},
            },
        },
        "items": {
            "lines_of": "repairs",
            "per_parent": {1: 55, 2: 30, 4: 15},
            "columns": {
                "item_id": "key",
                "repair_id": {"of_parent": "", "references": "repairs"},
                "amount": {"decimals": 1, "high": 80, "type": "decimal(10,2)"},
            },
        },
    },
}
LINES = {"of_parent", "ordinal"}
"""Methods for lines of a parent; one of the arguments says so, too."""

REFERS = {"reference": "customers", "key_of": "customers", "pairs": "customers", "transfer": "suppliers"}
PAID: dict[str, Any] = {
    "method": "transfer", "columns": ["payer_id", "payee_id"], "opening": "credit", "references": "suppliers",
}  # fmt: skip
OWNER: dict[str, Any] = {"method": "one_of_tables", "tables": {"customers": 70, "suppliers": 30}, "kind": "owner_type"}
TYPES = {"moment": "timestamp(s, UTC)", "property_of": "decimal(10,2)", "json_object": "json"}


class Given(NamedTuple):
    """What an example gives.

    Attributes:
        first: the first values, as text; a missing one is empty.
        spread: how all are distributed, if there is anything to tell.
    """

    first: list[str]
    spread: Distribution | None


def given(name: str, example: Mapping[str, Any]) -> Given:
    """What an example of a generator gives in the workshop, seed 42."""
    table = "items" if name in LINES or "distinct" in example else "repairs"
    column, said = _declared(name, example)
    entities = WORKSHOP["entities"]
    columns = {**entities[table]["columns"], **said}
    values = {**WORKSHOP, "entities": {**entities, table: {**entities[table], "columns": columns}}}
    domain = Declared.of(values, f"the example {dict(example)} of {name}").load()
    entity = domain.entity(table)
    rows = scan_dataset(entity, domain.dataset(), rows=ROWS).select(column).collect()
    first = ["" if cell is None else cell_text(cell) for cell in plain_cells(rows[column].head(FIRST))]
    names_rows = entity.table().reads_as_name(column)
    return Given(first, None if names_rows else distribution(entity.table(), rows, column))


def _declared(name: str, example: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What the column is called, and how it is declared."""
    if name == "key":
        return "repair_id", {}
    written = {**example, "number": "stage"} if name == "named" else dict(example)
    said: dict[str, Any] = {"method": name, **written, "nullable": True}
    said |= {"references": REFERS[name]} if name in REFERS else {}
    said |= (
        {"references": "repairs"}
        if {"earlier", "cycles"} & {*example} or (name, len(example)) == ("of_parent", 0)
        else {}
    )
    said |= {"references": "addresses"} if "among" in example else {}
    said |= {"type": TYPES[name]} if name in TYPES else {}
    if name == "split":
        return example["parts"][0], dict.fromkeys(example["parts"], said)
    if name == "transferred":
        return "moved", {"payer_id": PAID, "payee_id": PAID, "moved": {"method": name, **example}}
    if name in {"pairs", "transfer"}:
        return example["columns"][0], dict.fromkeys(example["columns"], said)
    if name in {"one_of_tables", "kind_of"}:
        kind = {"method": "kind_of", "column": "owner_id", "nullable": True}
        is_kind = name == "kind_of"
        return "owner_type" if is_kind else "owner_id", {"owner_id": OWNER if is_kind else said, "owner_type": kind}
    return f"{name}_shown", {f"{name}_shown": said}
