"""What may happen in the shop after ``as_of``: every transaction is one business act, and each act has its form.

Written from the specification, sharing no code with the generator. :meth:`Story.judge` names the act that a
transaction is and says in sentences what is not as the act's form demands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import duckdb

from synth_assets_tests.oracles import bronze_rules
from synth_assets_tests.oracles.plot import SECOND, Act, Event, Plot, Row, State, times

KEYS: Final = bronze_rules.KEYS

#: What a change of one row may touch, by table and act; ``updated_at`` besides where there is one.
CHANGE: Final[dict[str, dict[str, frozenset[str]]]] = {
    "raw_customers": {
        "address changed": frozenset({"street", "city", "region", "postal_code", "phone"}),
        "e-mail changed": frozenset({"email"}),
        "segment changed": frozenset({"segment"}),
        "consent changed": frozenset({"marketing_opt_in"}),
    },
    "raw_products": {
        "price changed": frozenset({"price"}),
        "product discontinued": frozenset({"is_active"}),
    },
    "raw_orders": {
        "order paid": frozenset({"status", "payment_status"}),
        "order shipped": frozenset({"status", "shipped_at"}),
        "order delivered": frozenset({"status", "delivered_at"}),
        "order cancelled": frozenset({"status", "payment_status", "cancelled_at"}),
        "order returned": frozenset({"status", "payment_status"}),
    },
    "raw_inventory": {"order forgotten": frozenset({"order_id"})},
}
#: By the status that an order gets: the act, from which statuses, and the column that holds its time.
LIFE: Final = {
    "processing": ("order paid", {"pending"}, None),
    "shipped": ("order shipped", {"pending", "processing"}, "shipped_at"),
    "delivered": ("order delivered", {"shipped"}, "delivered_at"),
    "cancelled": ("order cancelled", {"pending", "processing"}, "cancelled_at"),
    "returned": ("order returned", {"delivered"}, None),
}
#: Numbered in the order in which they come.
APPENDED: Final = (
    "raw_customers",
    "raw_products",
    "raw_sessions",
    "raw_orders",
    "raw_order_items",
    "raw_clickstream",
)
#: What hangs on a customer, by how it does: table, column, and the table of the erased row that it names.
HANGING: Final = (
    ("raw_orders", "customer_id", "raw_customers"),
    ("raw_sessions", "customer_id", "raw_customers"),
    ("raw_reviews", "customer_id", "raw_customers"),
    ("raw_order_items", "order_id", "raw_orders"),
    ("raw_clickstream", "session_id", "raw_sessions"),
)
#: What an erasure consists of.
ERASED: Final = {
    ("raw_customers", "delete"),
    ("raw_inventory", "update"),
    *((table, "delete") for table, _, _ in HANGING),
}
#: What a visit consists of.
VISIT: Final = {(table, "insert") for table in ("raw_sessions", "raw_clickstream", "raw_orders", "raw_order_items")}
#: Acts of one event: the columns that hold its time.
ALONE: Final = {
    ("raw_customers", "insert"): ("customer registered", ("registered_at", "updated_at")),
    ("raw_reviews", "insert"): ("review written", ("reviewed_at",)),
    ("raw_reviews", "delete"): ("review taken down", ()),
}
STOCK_REASONS: Final = frozenset({"opening", "purchase", "correction", "damage"})


class Story:
    """The acts so far and what later ones depend on.

    Attributes:
        kinds: how many acts there were of each kind.
    """

    def __init__(self, base: State) -> None:
        self.kinds: Counter[str] = Counter()
        self.highest = {table: max(base[table], default=0) for table in APPENDED}
        self.lines: defaultdict[int, dict[int, Row]] = defaultdict(dict)
        for key, row in base["raw_order_items"].items():
            self.lines[row["order_id"]][key] = row
        self.stock: dict[int, tuple[int, int, int]] = {}
        for row in sorted(base["raw_inventory"].values(), key=lambda row: (row["moved_at"], row["movement_id"])):
            self.stock[row["product_id"]] = (row["moved_at"], row["movement_id"], row["balance_after"])
        # Products that were seen anywhere, or could be bought: no drafts.
        self.no_drafts = {
            row["product_id"]
            for table in ("raw_inventory", "raw_order_items", "raw_clickstream", "raw_reviews")
            for row in base[table].values()
        } | {key for key, row in base["raw_products"].items() if row["is_active"]}

    def judge(self, transaction: list[Event]) -> list[str]:
        """What is wrong with a transaction as an act."""
        act = Act(transaction)
        sentences = [*self._keys(act), *self._balances(act)]
        self._remember(act)
        kind, more = self._classify(act)
        self.kinds[kind] += 1
        sentences += [f"{kind}: {sentence}" for sentence in more]
        return sentences

    def _keys(self, act: Act) -> Iterator[str]:
        for event in act.events:
            if event.op == "insert" and event.table in self.highest:
                if event.key != self.highest[event.table] + 1:
                    yield f"{event.table} gets {event.key} after {self.highest[event.table]}, not the next number"
                self.highest[event.table] = max(event.key, self.highest[event.table])

    def _balances(self, act: Act) -> Iterator[str]:
        for event in act.of("raw_inventory", "insert"):
            row = event.after
            last = self.stock.get(row["product_id"])
            place = (row["moved_at"], row["movement_id"])
            if last and place <= last[:2]:
                yield f"movement {event.key} is not after the product's last one, {last[1]}"
            if row["balance_after"] != (last[2] if last else 0) + row["quantity"]:
                yield f"movement {event.key} has a balance that is not the last one plus its quantity"
            if row["balance_after"] < 0:
                yield f"movement {event.key} has a negative balance"
            if (row["reason"] == "opening") is not (last is None):
                yield f"movement {event.key} is {row['reason']}; the first of a product is its opening, no other"
            if row["moved_at"] != event.commit * SECOND:
                yield f"movement {event.key} does not commit at its moved_at"
            self.stock[row["product_id"]] = (*place, row["balance_after"])

    def _remember(self, act: Act) -> None:
        for event in act.events:
            if event.table == "raw_order_items" and event.op == "insert":
                self.lines[event.after["order_id"]][event.key] = event.after
            if event.table == "raw_products":
                if event.op != "delete" and event.after["is_active"]:
                    self.no_drafts.add(event.key)
            elif event.op == "insert" and event.after.get("product_id") is not None:
                self.no_drafts.add(event.after["product_id"])

    def _classify(self, act: Act) -> tuple[str, list[str]]:
        if ("raw_orders", "update") in act.forms:
            return self._life(act)
        for form, kind, judge in (
            (("raw_customers", "delete"), "customer erased", self._erasure),
            (("raw_sessions", "insert"), "session ended", self._session),
            (("raw_products", "insert"), "product appeared", self._appearance),
        ):
            if form in act.forms:
                return kind, list(judge(act))
        if act.forms.keys() == {("raw_inventory", "insert")}:
            return "stock moved", list(self._stock(act))
        if act.forms == {("raw_products", "delete"): 1}:
            return "draft dropped", list(self._draft(act.events[0]))
        return self._alone(act)

    def _alone(self, act: Act) -> tuple[str, list[str]]:
        [form, *others] = act.forms.elements()
        if not others and form in {("raw_customers", "update"), ("raw_products", "update")}:
            return self._change(act.events[0])
        if others or form not in ALONE:
            return "unknown", [f"no business act consists of {dict(act.forms)}"]
        kind, columns = ALONE[form]
        return kind, list(times(act.events[0], *columns))

    def _change(self, event: Event) -> tuple[str, list[str]]:
        sentences = list(times(event, "updated_at"))
        changed = set(event.changed or ()) - {"updated_at"}
        for kind, columns in CHANGE[event.table].items():
            if changed and changed <= columns:
                if kind == "product discontinued" and event.after["is_active"]:
                    sentences.append("the product becomes active")
                return kind, sentences
        return "unknown", [*sentences, f"no act changes {sorted(changed)} of {event.table}"]

    def _draft(self, event: Event) -> Iterator[str]:
        if event.key in self.no_drafts:
            yield f"product {event.key} was active, stocked, viewed, sold or reviewed, so is no draft"

    def _appearance(self, act: Act) -> Iterator[str]:
        event = act.of("raw_products", "insert")[0]
        yield from times(event, "created_at", "updated_at")
        for one in act.events:
            if one is event:
                continue
            if (one.table, one.op) != ("raw_inventory", "insert"):
                yield f"it also has an {one.op} of {one.table}"
            elif one.after["product_id"] != event.key or one.after["reason"] != "opening":
                yield f"movement {one.key} is not its opening"

    def _erasure(self, act: Act) -> Iterator[str]:
        erased = {table: {one.key for one in act.of(table, "delete")} for table in KEYS}
        if len(erased["raw_customers"]) != 1:
            yield "more than one customer"
        for table, op in act.forms.keys() - ERASED:
            yield f"it also has an {op} of {table}"
        for event in act.of("raw_inventory", "update"):
            if event.changed != ["order_id"] or event.after["order_id"] is not None:
                yield f"movement {event.key} changes in more than forgetting its order"
            if event.before["order_id"] not in erased["raw_orders"]:
                yield f"movement {event.key} forgets an order that stays"
        for table, column, owner in HANGING:
            for event in act.of(table, "delete"):
                if event.before[column] not in erased[owner]:
                    yield f"{table} {event.key} does not hang on the customer, but is deleted"

    def _session(self, act: Act) -> Iterator[str]:
        event, *others = act.of("raw_sessions", "insert")
        session = event.after
        if others:
            yield "more than one session"
        yield from times(event, "ended_at")
        orders = act.of("raw_orders", "insert")
        if len(orders) != session["is_converted"]:
            yield f"{len(orders)} orders where is_converted is {session['is_converted']}"
        for table, op in act.forms.keys() - VISIT:
            yield f"it also has an {op} of {table}"
        for one in (*act.of("raw_clickstream", "insert"), *orders):
            if one.after["session_id"] != event.key:
                yield f"{one.table} {one.key} is of another session"
        clicks = sorted(one.after["sequence_number"] for one in act.of("raw_clickstream", "insert"))
        if clicks != list(range(1, len(clicks) + 1)):
            yield f"sequence_number of its clicks is {clicks}"
        if any(one.after["event_timestamp"] > session["ended_at"] for one in act.of("raw_clickstream", "insert")):
            yield "a click comes after its end"
        lines = act.of("raw_order_items", "insert")
        if {one.after["order_id"] for one in lines} != {one.key for one in orders}:
            yield "its lines are not those of its order"
        for one in orders:
            yield from self._placed(one.after, session, [line.after for line in lines])

    def _placed(self, order: Row, session: Row, lines: list[Row]) -> Iterator[str]:
        if order["customer_id"] != session["customer_id"]:
            yield "its order is somebody else's"
        if not session["started_at"] <= order["order_date"] <= session["ended_at"]:
            yield "its order is not placed in it"
        if order["updated_at"] != session["ended_at"]:
            yield "updated_at of its order is not the time of the commit"
        if order["status"] not in {"pending", "processing"}:
            yield f"its order begins its life as {order['status']}"
        if order["item_count"] != len(lines) or order["subtotal"] != sum(line["line_total"] for line in lines):
            yield "its lines do not sum up to its order"

    def _life(self, act: Act) -> tuple[str, list[str]]:
        event, *others = act.of("raw_orders", "update")
        kind, since, column = LIFE.get(event.after["status"], ("unknown", set(), None))
        sentences = list(times(event, "updated_at", *([column] if column else [])))
        if others:
            sentences.append("more than one order")
        if event.before["status"] not in since:
            sentences.append(f"from {event.before['status']} to {event.after['status']}")
        if not set(event.changed or ()) <= CHANGE[event.table].get(kind, set()) | {"updated_at"}:
            sentences.append(f"it changes {event.changed}")
        if act.forms.keys() - {("raw_orders", "update"), ("raw_inventory", "insert")}:
            sentences.append(f"it consists of {dict(act.forms)}")
        moved = Counter(
            (one.after["order_id"], one.after["product_id"], one.after["movement_type"], one.after["reason"],
             one.after["quantity"])
            for one in act.of("raw_inventory", "insert")
        )  # fmt: skip
        lines = self.lines[event.key].values()
        if kind == "order shipped":
            due = Counter((event.key, line["product_id"], "OUT", "sale", -line["quantity"]) for line in lines)
        elif kind == "order returned":
            due = Counter((event.key, line["product_id"], "IN", "return", line["quantity"]) for line in lines)
        else:
            due = Counter()
        if moved != due:
            sentences.append(f"its movements are {sorted(moved.elements())}, not {sorted(due.elements())}")
        return kind, sentences

    def _stock(self, act: Act) -> Iterator[str]:
        for event in act.events:
            if event.after["reason"] not in STOCK_REASONS or event.after["order_id"] is not None:
                yield f"movement {event.key}, {event.after['reason']}, belongs to an order"
        if len({event.after["product_id"] for event in act.events}) > 1:
            yield "more than one product"


def _broken(
    connection: duckdb.DuckDBPyConnection, volumes: Mapping[str, int], days: int, moment: str
) -> dict[str, list]:
    return bronze_rules.violations(connection, {**volumes, "days": volumes["days"] + days}, moment)


BRONZE: Final = Plot(
    bronze_rules.SCHEMA,
    KEYS,
    bronze_rules.REFERENCES,
    Story,
    _broken,
    # Rules about the volumes of the base, and the one that erasures relax.
    frozenset(
        {
            *(rule.name for rule in bronze_rules.RULES if rule.name.endswith((".row_count", ".dense", ".from_one"))),
            "raw_inventory.order_id.on_sales_and_returns",
        }
    ),
)
