"""Each act of the marketplace's story passes in its form, and is found out where anything of it is not as it should."""

import copy
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from synth_assets_tests.oracles import marketplace_timeline
from synth_assets_tests.oracles.marketplace_timeline import KEYS, Story
from synth_assets_tests.oracles.plot import SECOND, Event, Row, State
from synth_assets_tests.oracles.test_marketplace_rules_bite import (
    ANN,
    BOB,
    EVA,
    C,
    O,
    P,
    T,
    customer_row,
    line_row,
    marketplace,
    order_row,
    period_row,
    product_row,
    row,
    stock_row,
    uuid,
)

MOMENT = "2026-01-05T12:00:00"
COMMIT = round(datetime.fromisoformat(MOMENT).replace(tzinfo=UTC).timestamp())
LATER = "2026-01-05T12:00:00.500"
Step = tuple[str, str, Row]


def plain(given: Row) -> Row:
    """Moments as whole numbers of microseconds."""
    return {
        name: round(cell.replace(tzinfo=UTC).timestamp() * SECOND) if isinstance(cell, datetime) else cell
        for name, cell in given.items()
    }


def state() -> State:
    """The two tenants of the rules' tests, and a third one that came on trial with a draft."""
    rows = marketplace()
    rows["tenants"].append(row("tenants", uuid("aa", 3), "Trial Inc", "ef" * 32, datetime.fromisoformat(MOMENT)))
    draft = product_row(23, "TOY000004", "5.00", 21, "2025-01-01T00:00:00")
    rows["products"].append({**draft, "product_id": uuid("dd", 99), "active": False})
    period = period_row(8, 23, "5.00", "2025-01-01T00:00:00", None)
    rows["price_history"].append({**period, "product_id": uuid("dd", 99)})
    return {table: {one[KEYS[table]]: plain(one) for one in some} for table, some in rows.items()}


def begun() -> Story:
    """The story after the third tenant, who was not there in the base, has come."""
    base = state()
    story = Story({**base, "tenants": {key: base["tenants"][key] for key in (T[1], T[2])}})
    story.rows["tenants"] = base["tenants"]
    return story


def told(*steps: Step) -> list[Event]:
    """A transaction of (table, op, values): of updates and deletes the key and what changes."""
    rows = state()
    events = []
    for place, (table, op, given) in enumerate(steps, start=1):
        values = plain(given)
        key = values[KEYS[table]]
        nothing = dict.fromkeys(next(iter(rows[table].values())))
        before = nothing if op == "insert" else copy.deepcopy(rows[table][key])
        after = values if op == "insert" else nothing if op == "delete" else {**copy.deepcopy(before), **values}
        changed = [name for name in before if before[name] != after[name]] if op == "update" else []
        events.append(Event(5, place, 1, place, len(steps), op, COMMIT, table, key, before, after, changed))
    return events


def insert(table: str, given: Row, **values: Any) -> Step:
    return table, "insert", {**given, **values}


def update(table: str, key: str, **values: Any) -> Step:
    return table, "update", {KEYS[table]: key, **values}


def delete(table: str, *keys: str) -> list[Step]:
    return [(table, "delete", {KEYS[table]: key}) for key in keys]


def forgotten(number: int) -> Step:
    key = uuid("ac", number)
    return update("stock_events", key, meta={**state()["stock_events"][key]["meta"], "order_id": None})


def placed(**values: Any) -> list[Step]:
    """Bob orders two of product 13, and one of 12."""
    order = {**order_row(13, 12, BOB, "69.98", "pending", MOMENT), "order_id": uuid("ee", 99), **values}
    lines = [
        {**line_row(80 + product, 13, product, count, price), "order_id": order["order_id"]}
        for product, count, price in ((13, 2, "9.99"), (12, 1, "50.00"))
    ]
    return [insert("orders", order), *(insert("order_items", line) for line in lines)]


def priced(price: str = "130.00") -> list[Step]:
    return [
        insert("price_history", period_row(50, 11, price, MOMENT, None)),
        update("products", P[11], price=Decimal(price)),
        update("price_history", uuid("ab", 2), effective_to=datetime.fromisoformat(MOMENT)),
    ]


def appeared() -> list[Step]:
    return [
        insert("products", product_row(13, "BOO000004", "4.00", 12, MOMENT), product_id=uuid("dd", 14)),
        insert("price_history", period_row(51, 13, "4.00", MOMENT, None), product_id=uuid("dd", 14)),
        insert("stock_events", stock_row(51, 13, 5, 5, LATER, "receipt"), product_id=uuid("dd", 14)),
    ]


def joined() -> list[Step]:
    tenant = uuid("aa", 4)
    company = row("tenants", tenant, "Newcomer Ltd", "01" * 32, datetime.fromisoformat(MOMENT))
    person = insert("customers", customer_row(12, *EVA, None, MOMENT), customer_id=uuid("cc", 41), tenant_id=tenant)
    return [insert("tenants", company), person, *((t, op, {**some, "tenant_id": tenant}) for t, op, some in appeared())]


ERASED = [
    *(forgotten(number) for number in (4, 5, 6, 7)),
    *delete("order_items", uuid("bb", 1), uuid("bb", 2), uuid("bb", 3)),
    *delete("orders", O[11], O[12]),
    *delete("customers", C[11]),
]
SHIPPED = [
    insert("stock_events", stock_row(60, 21, -1, 6, LATER, "sale", 23)),
    update("orders", O[23], order_status="shipped"),
]

ACTS: dict[str, list[Step]] = {
    "customer signed up": [insert("customers", customer_row(12, *BOB, None, MOMENT), customer_id=uuid("cc", 13))],
    "name changed": [update("customers", C[12], name="Bob Jones")],
    "e-mail changed": [update("customers", C[12], email="bob.jones@example.org")],
    "name and e-mail changed": [update("customers", C[12], name="Bob Jones", email="bob.jones@example.org")],
    "customer erased": ERASED,
    "product appeared": appeared(),
    "product discontinued": [update("products", P[13], active=False)],
    "draft dropped": [*delete("price_history", uuid("ab", 8)), *delete("products", uuid("dd", 99))],
    "price changed": priced(),
    "order placed": placed(),
    "order paid": [update("orders", O[23], order_status="paid")],
    "order shipped": SHIPPED,
    "order delivered": [update("orders", O[21], order_status="delivered")],
    "order cancelled": [update("orders", O[13], order_status="cancelled")],
    "order returned": [
        insert("stock_events", stock_row(60, 11, 2, 5, LATER, "return", 11)),
        insert("stock_events", stock_row(61, 12, 1, 4, LATER, "return", 11)),
        update("orders", O[11], order_status="returned"),
    ],
    "stock moved": [insert("stock_events", stock_row(60, 12, 5, 8, LATER, "receipt"))],
    "tenant joined": joined(),
    "tenant left": delete("tenants", uuid("aa", 3)),
}


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_in_its_form_passes(kind: str) -> None:
    story = begun()
    assert story.judge(told(*ACTS[kind])) == []
    assert story.kinds == {kind: 1}


def without(kind: str, *places: int) -> list[Step]:
    """An act that lacks some of its events."""
    return [step for place, step in enumerate(ACTS[kind]) if place not in places]


def other(kind: str, place: int, **values: Any) -> list[Step]:
    """An act of which an event has other values."""
    steps = list(ACTS[kind])
    table, op, given = steps[place]
    steps[place] = (table, op, {**given, **values})
    return steps


def meta_of(order: str | None) -> Row:
    return {"reason": "x", "operator": "y", "order_id": order}


def early(moment: str = "2026-01-05T11:59:59") -> datetime:
    return datetime.fromisoformat(moment)


CASES: tuple[tuple[list[Step], str], ...] = (
    # Tenants within a transaction.
    ([update("orders", O[13], order_status="cancelled"), update("customers", C[21], name="Eva Dahl")], "touches 2 ten"),
    (placed(customer_id=C[22]), "orders .* names a row of customers of another tenant"),
    (other("stock moved", 0, product_id=P[22]), "stock_events .* names a row of products of another tenant"),
    (
        other("order shipped", 0, meta={"reason": "x", "operator": "y", "order_id": O[11]}),
        "names a row of orders of ano",
    ),
    # Levels.
    (other("stock moved", 0, resulting_level=9), "a level that is not the last one, 3, plus its delta"),
    (other("stock moved", 0, delta=-4, resulting_level=-1, source="adjustment"), "has a negative level"),
    (other("stock moved", 0, event_time=early()), "does not commit at its event_time"),
    (other("stock moved", 0, event_time=early("2025-08-01T09:00:00")), "not after the product's last one"),
    # Customers.
    (other("customer signed up", 0, created_at=early()), "created_at of customers .* is not the time of the commit"),
    ([update("customers", C[12], metadata={"phone": None})], "no act is an update of"),
    ([update("customers", C[12], tenant_id=T[2])], "touches 2 tenants"),
    (without("customer erased", 0), "1 of its movements stay"),
    (without("customer erased", 4), "1 of its lines stay"),
    (without("customer erased", 7), "1 of its orders stay"),
    ([*ERASED, *delete("order_items", uuid("bb", 4))], "1 of others go"),
    ([*ERASED, *delete("customers", C[12])], "more than one customer"),
    ([*ERASED, *delete("stock_events", uuid("ac", 8))], "it also has an delete of stock_events"),
    (other("customer erased", 0, meta=meta_of(None)), "in more than forgetting its order"),
    # Products and prices.
    (without("product appeared", 1), "begins with 0 prices"),
    (other("product appeared", 1, price=Decimal("3.00")), "is not open at its price"),
    (other("product appeared", 1, effective_from=early()), "effective_from .* is not the time"),
    (other("product appeared", 0, created_at=early()), "created_at .* is not the time"),
    (
        [*appeared(), insert("stock_events", stock_row(52, 12, 5, 8, LATER, "receipt"))],
        "a product that was there before",
    ),
    ([update("products", uuid("dd", 99), active=True)], "comes back on sale"),
    ([update("products", P[13], name="Other")], "no act is an update of"),
    ([update("products", P[13], price=Decimal("1.00"))], "no act is an update of"),
    ([*delete("price_history", uuid("ab", 4)), *delete("products", P[13])], "so is no draft"),
    ([*delete("price_history", uuid("ab", 4)), *delete("products", uuid("dd", 99))], "a price of another product goes"),
    (without("price changed", 1), "not of a period that ends, one that begins and the product"),
    (without("price changed", 2), "not of a period that ends, one that begins and the product"),
    (other("price changed", 0, product_id=P[12]), "more than one product"),
    (other("price changed", 0, effective_to=early("2027-01-01T00:00:00")), "the period that begins is not open"),
    (other("price changed", 0, effective_from=early()), "effective_from .* is not the time"),
    (other("price changed", 2, effective_to=early()), "effective_to .* is not the time"),
    (other("price changed", 2, price=Decimal("1.00")), "the period that ends changes in"),
    (other("price changed", 1, active=False), "the product changes in"),
    (other("price changed", 1, price=Decimal("131.00")), "not that of the open period"),
    (priced("120.00"), "the price is the same as before"),
    # Orders.
    (placed(customer_name_snapshot=ANN[0]), "customer_name_snapshot is 'Ann Miller'"),
    (placed(customer_email_snapshot=ANN[1]), "customer_email_snapshot is 'ann"),
    (placed(order_status="paid"), "begins its life as paid"),
    (placed(currency="SEK"), "another currency than the tenant's"),
    (placed(total_amount=Decimal("69.99")), "do not sum up"),
    (placed(order_date=early()), "order_date .* is not the time"),
    (placed(created_at=early()), "created_at .* is not the time"),
    (without("order placed", 1, 2), "its lines are not those of its order"),
    (other("order placed", 1, order_id=O[13]), "its lines are not those of its order"),
    (other("order placed", 1, unit_price=Decimal("1.00")), "is not the price of product"),
    (other("order placed", 1, product_id=uuid("dd", 99)), "is not on sale"),
    ([*placed(), *placed(order_id=uuid("ee", 98))], "more than one order"),
    ([*placed(), *ACTS["stock moved"]], "it also has an insert of stock_events"),
    ([update("orders", O[13], order_status="delivered")], "from paid to delivered"),
    ([update("orders", O[22], order_status="paid")], "from cancelled to paid"),
    ([update("orders", O[13], order_status="cancelled", total_amount=Decimal("1.00"))], "it changes"),
    (without("order shipped", 0), "its movements are"),
    (other("order shipped", 0, delta=-2, resulting_level=5), "its movements are"),
    ([*ACTS["order paid"], insert("stock_events", stock_row(60, 21, -1, 6, LATER, "sale", 23))], "its movements are"),
    (without("order returned", 1), "its movements are"),
    (other("stock moved", 0, source="sale", delta=-1, resulting_level=2), "belongs to an order"),
    # Tenants.
    (other("tenant joined", 0, created_at=early()), "created_at of tenants .* is not the time"),
    (other("tenant joined", 1, created_at=early()), "created_at of customers .* is not the time"),
    ([*joined(), *placed()], "touches 2 tenants"),
    (without("tenant joined", 3), "begins with 0 prices"),
    (delete("tenants", T[1]), "a tenant of the base leaves"),
    (delete("tenants", T[1]), "of customers, 2 of its rows stay"),
    # No act at all.
    ([*ACTS["name changed"], *ACTS["product discontinued"]], "no business act consists of"),
    (delete("order_items", uuid("bb", 1)), "no act is an delete of"),
    (delete("stock_events", uuid("ac", 1)), "no act is an delete of"),
    ([update("stock_events", uuid("ac", 1), delta=6)], "no act is an update of"),
    ([update("tenants", T[1], name="Other")], "no act is an update of"),
)


@pytest.mark.parametrize(("steps", "sentence"), CASES, ids=[sentence for _, sentence in CASES])
def test_what_is_not_as_it_should_is_said(steps: list[Step], sentence: str) -> None:
    sentences = begun().judge(told(*steps))
    assert [one for one in sentences if re.search(sentence, one)], sentences


def test_a_tenant_on_trial_has_so_many_orders_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marketplace_timeline, "TRIAL_ORDERS", 1)
    base = state()
    story = Story({**base, "tenants": {T[2]: base["tenants"][T[2]]}})

    def judged(number: int) -> list[str]:
        return story.judge(told(*placed(order_id=uuid("ee", number), external_order_id=f"EXT{number:08}")))

    assert not [one for one in judged(90) if "on trial" in one]
    assert [one for one in judged(91) if "on trial has 2 orders" in one]
