"""What may happen on the marketplace after ``as_of``: each transaction is one business act of one tenant, in its form.

Written from the specification, sharing no code with the generator. :meth:`Story.judge` names the act that a
transaction is and says in sentences what is not as the act's form demands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import duckdb

from synth_assets_tests.oracles import marketplace_rules
from synth_assets_tests.oracles.plot import SECOND, Act, Event, Plot, Row, State, cell_of, times

KEYS: Final = marketplace_rules.KEYS
#: Orders that a tenant on trial may have.
TRIAL_ORDERS: Final = 1_000
#: By the status that an order gets: the act, and from which statuses.
LIFE: Final = {
    "paid": ("order paid", {"pending"}),
    "shipped": ("order shipped", {"pending", "paid"}),
    "delivered": ("order delivered", {"shipped"}),
    "cancelled": ("order cancelled", {"pending", "paid"}),
    "returned": ("order returned", {"delivered"}),
}
#: What a change of a customer may touch, by act.
CUSTOMER_CHANGES: Final = {
    frozenset({"name"}): "name changed",
    frozenset({"email"}): "e-mail changed",
    frozenset({"name", "email"}): "name and e-mail changed",
}
#: What an act consists of, besides the event that tells it: table and op.
ERASED: Final = {("customers", "delete"), ("orders", "delete"), ("order_items", "delete"), ("stock_events", "update")}
PLACED: Final = {("orders", "insert"), ("order_items", "insert")}
PRICED: Final = {("price_history", "insert"), ("price_history", "update"), ("products", "update")}
APPEARED: Final = {("products", "insert"), ("price_history", "insert"), ("stock_events", "insert")}
JOINED: Final = {("tenants", "insert"), ("customers", "insert"), *APPEARED}
DROPPED: Final = {("products", "delete"), ("price_history", "delete")}
MOVED: Final = {("stock_events", "insert")}
LIVED: Final = {("orders", "update"), *MOVED}


class Story:
    """The acts so far and what later ones depend on.

    Attributes:
        kinds: how many acts there were of each kind.
    """

    def __init__(self, base: State) -> None:
        self.kinds: Counter[str] = Counter()
        self.rows: State = {table: dict(rows) for table, rows in base.items()}
        self.of_the_base = frozenset(base["tenants"])
        self.orders_of: Counter[str] = Counter()
        self.lines: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        self.moves: defaultdict[str, set[str]] = defaultdict(set)
        self.currency: dict[str, str] = {}
        self.handled: set[str] = set()
        self.stock: dict[str, tuple[int, int]] = {}
        for row in sorted(base["stock_events"].values(), key=lambda row: row["event_time"]):
            self._moved(row)
        for row in base["order_items"].values():
            self._line(row)
        for row in base["orders"].values():
            self.currency[row["tenant_id"]] = row["currency"]

    def judge(self, transaction: list[Event]) -> list[str]:
        """What is wrong with a transaction as an act."""
        act = Act(transaction)
        sentences = [*self._isolation(act), *self._levels(act)]
        kind, more = self._classify(act)
        self.kinds[kind] += 1
        sentences += [f"{kind}: {sentence}" for sentence in more]
        self._remember(act)
        return sentences

    # -- What the story knows -------------------------------------------------------

    def _moved(self, row: Row) -> None:
        self.stock[row["product_id"]] = (row["event_time"], row["resulting_level"])
        self.handled.add(row["product_id"])
        if row["meta"]["order_id"] is not None:
            self.moves[row["meta"]["order_id"]].add(row["stock_event_id"])

    def _line(self, row: Row) -> None:
        self.lines[row["order_id"]][row["order_item_id"]] = row
        self.handled.add(row["product_id"])

    def _remember(self, act: Act) -> None:
        for event in act.events:
            if event.op == "delete":
                self.rows[event.table].pop(event.key, None)
            else:
                self.rows[event.table][event.key] = event.after
            if event.op != "insert":
                continue
            if event.table == "stock_events":
                self._moved(event.after)
            elif event.table == "order_items":
                self._line(event.after)
            elif event.table == "orders":
                self.currency.setdefault(event.after["tenant_id"], event.after["currency"])

    # -- What holds for every act ---------------------------------------------------

    def _isolation(self, act: Act) -> Iterator[str]:
        """A transaction is one tenant's, and so is whatever its rows name."""
        images = [(one, image) for one in act.events for image in _images(one)]
        tenants = {image["tenant_id"] for _, image in images}
        if len(tenants) > 1:
            yield f"it touches {len(tenants)} tenants: {sorted(map(str, tenants))}"
        inserted = {(one.table, one.key): one.after for one in act.events if one.op == "insert"}
        for event, image in images:
            for column, parent in MARKETPLACE.references[event.table]:
                named = cell_of(image, column)
                other = self.rows[parent].get(named) or inserted.get((parent, named))
                if other and other["tenant_id"] != image["tenant_id"]:
                    yield f"{event.table} {event.key} names a row of {parent} of another tenant"

    def _levels(self, act: Act) -> Iterator[str]:
        """Each movement is after the product's last one, adds up, and happens at the commit."""
        stock = dict(self.stock)
        for event in sorted(act.of("stock_events", "insert"), key=lambda one: one.after["event_time"]):
            row = event.after
            moment, level = stock.get(row["product_id"], (-1, 0))
            if row["event_time"] <= moment:
                yield f"movement {event.key} is not after the product's last one"
            if row["resulting_level"] != level + row["delta"]:
                yield f"movement {event.key} has a level that is not the last one, {level}, plus its delta"
            if row["resulting_level"] < 0:
                yield f"movement {event.key} has a negative level"
            if row["event_time"] // SECOND != event.commit:
                yield f"movement {event.key} does not commit at its event_time"
            stock[row["product_id"]] = (row["event_time"], row["resulting_level"])

    # -- Which act it is ------------------------------------------------------------

    def _classify(self, act: Act) -> tuple[str, list[str]]:
        if ("orders", "update") in act.forms:
            return self._life(act)
        for form, kind, parts, judge in (
            (("tenants", "insert"), "tenant joined", JOINED, self._joined),
            (("tenants", "delete"), "tenant left", {(table, "delete") for table in KEYS}, self._left),
            (("customers", "delete"), "customer erased", ERASED, self._erased),
            (("orders", "insert"), "order placed", PLACED, self._placed),
            (("products", "insert"), "product appeared", APPEARED, self._appeared),
            (("products", "delete"), "draft dropped", DROPPED, self._dropped),
            (("price_history", "insert"), "price changed", PRICED, self._priced),
            (("stock_events", "insert"), "stock moved", MOVED, self._stock),
        ):
            if form in act.forms:
                foreign = [f"it also has an {op} of {table}" for table, op in act.forms.keys() - parts]
                return kind, [*foreign, *judge(act)]
        return self._alone(act)

    def _alone(self, act: Act) -> tuple[str, list[str]]:
        event, *others = act.events
        form = (event.table, event.op)
        changed = frozenset(event.changed or ())
        if others:
            return "unknown", [f"no business act consists of {dict(act.forms)}"]
        if form == ("customers", "insert"):
            return "customer signed up", list(times(event, "created_at"))
        if form == ("customers", "update") and changed in CUSTOMER_CHANGES:
            return CUSTOMER_CHANGES[changed], []
        if form == ("products", "update") and changed == {"active"}:
            return "product discontinued", ["the product comes back on sale"] if event.after["active"] else []
        return "unknown", [f"no act is an {event.op} of {sorted(changed)} of {event.table}"]

    # -- Orders ---------------------------------------------------------------------

    def _placed(self, act: Act) -> Iterator[str]:
        event, *others = act.of("orders", "insert")
        order = event.after
        if others:
            yield "more than one order"
        yield from times(event, "order_date", "created_at")
        if order["order_status"] != "pending":
            yield f"it begins its life as {order['order_status']}"
        customer = self.rows["customers"].get(order["customer_id"])
        if customer:
            for column, current in (("customer_name_snapshot", "name"), ("customer_email_snapshot", "email")):
                if order[column] != customer[current]:
                    yield f"{column} is {order[column]!r}, but the customer's {current} {customer[current]!r}"
        if order["currency"] != self.currency.get(order["tenant_id"], order["currency"]):
            yield f"it is in {order['currency']}, another currency than the tenant's"
        yield from self._sold(order, [one.after for one in act.of("order_items", "insert")])
        yield from self._trial(order["tenant_id"], act)

    def _sold(self, order: Row, lines: list[Row]) -> Iterator[str]:
        if not lines or {line["order_id"] for line in lines} != {order["order_id"]}:
            yield "its lines are not those of its order"
        if order["total_amount"] != sum(line["line_total"] for line in lines):
            yield "its lines do not sum up to its order"
        for line in lines:
            product = self.rows["products"].get(line["product_id"])
            if product and line["unit_price"] != product["price"]:
                yield f"{line['unit_price']} is not the price of product {line['product_id']} at that time"
            if product and not product["active"]:
                yield f"product {line['product_id']} is not on sale"

    def _trial(self, tenant: str, act: Act) -> Iterator[str]:
        self.orders_of[tenant] += len(act.of("orders", "insert"))
        if tenant not in self.of_the_base and self.orders_of[tenant] > TRIAL_ORDERS:
            yield f"a tenant on trial has {self.orders_of[tenant]} orders"

    def _life(self, act: Act) -> tuple[str, list[str]]:
        event, *others = act.of("orders", "update")
        old, new = event.before["order_status"], event.after["order_status"]
        kind, since = LIFE.get(new, ("unknown", set()))
        sentences = ["more than one order"] if others else []
        if event.changed != ["order_status"]:
            sentences.append(f"it changes {event.changed}")
        elif old not in since:
            sentences.append(f"from {old} to {new}")
        sentences += [f"it also has an {op} of {table}" for table, op in act.forms.keys() - LIVED]
        moved = Counter(
            (one.after["meta"]["order_id"], one.after["product_id"], one.after["source"], one.after["delta"])
            for one in act.of("stock_events", "insert")
        )
        lines = self.lines[event.key].values()
        source, sign = {"shipped": ("sale", -1), "returned": ("return", 1)}.get(new, (None, 0))
        due = Counter((event.key, line["product_id"], source, sign * line["quantity"]) for line in lines if source)
        if moved != due:
            sentences.append(f"its movements are {sorted(moved.elements())}, not {sorted(due.elements())}")
        return kind, sentences

    # -- Customers ------------------------------------------------------------------

    def _erased(self, act: Act) -> Iterator[str]:
        erased = {table: {one.key for one in act.of(table, "delete")} for table in KEYS}
        if len(erased["customers"]) != 1:
            yield "more than one customer"
        orders = {one for one, row in self.rows["orders"].items() if row["customer_id"] in erased["customers"]}
        lines = {line for order in orders for line in self.lines[order]}
        moves = {move for order in orders for move in self.moves[order]}
        forgotten = {one.key for one in act.of("stock_events", "update")}
        for what, found, due in (
            ("orders", erased["orders"], orders),
            ("lines", erased["order_items"], lines),
            ("movements", forgotten, moves),
        ):
            if found != due:
                yield f"{len(due - found)} of its {what} stay, {len(found - due)} of others go"
        for event in act.of("stock_events", "update"):
            if event.after != {**event.before, "meta": {**event.before["meta"], "order_id": None}}:
                yield f"movement {event.key} changes in more than forgetting its order"

    # -- Products -------------------------------------------------------------------

    def _priced(self, act: Act) -> Iterator[str]:
        opened, closed, product = (act.of(*form) for form in sorted(PRICED))
        if not len(opened) == len(closed) == len(product) == 1:
            yield f"it consists of {dict(act.forms)}, not of a period that ends, one that begins and the product"
            return
        [opened], [closed], [product] = opened, closed, product
        if {opened.after["product_id"], closed.after["product_id"]} != {product.key}:
            yield "more than one product"
        if closed.changed != ["effective_to"] or closed.before["effective_to"] is not None:
            yield f"the period that ends changes in {closed.changed}"
        yield from (*times(closed, "effective_to"), *times(opened, "effective_from"))
        if opened.after["effective_to"] is not None:
            yield "the period that begins is not open"
        if product.changed != ["price"]:
            yield f"the product changes in {product.changed}"
        if product.after["price"] != opened.after["price"]:
            yield "the product's price is not that of the open period"
        if opened.after["price"] == closed.after["price"]:
            yield "the price is the same as before"

    def _appeared(self, act: Act) -> Iterator[str]:
        periods = defaultdict(list)
        for one in act.of("price_history", "insert"):
            periods[one.after["product_id"]].append(one)
        products = {one.key: one for one in act.of("products", "insert")}
        for event in products.values():
            yield from times(event, "created_at")
            if len(periods[event.key]) != 1:
                yield f"product {event.key} begins with {len(periods[event.key])} prices"
            for one in periods[event.key]:
                yield from times(one, "effective_from")
                if one.after["price"] != event.after["price"] or one.after["effective_to"] is not None:
                    yield f"the period of product {event.key} is not open at its price"
        for one in act.of("price_history", "insert") + act.of("stock_events", "insert"):
            if one.after["product_id"] not in products:
                yield f"{one.table} {one.key} is of a product that was there before"
        yield from self._stock(act)

    def _dropped(self, act: Act) -> Iterator[str]:
        dropped = {one.key for one in act.of("products", "delete")}
        for event in act.of("products", "delete"):
            if event.before["active"] or event.key in self.handled:
                yield f"product {event.key} was on sale, stocked or sold, so is no draft"
        if {one.before["product_id"] for one in act.of("price_history", "delete")} - dropped:
            yield "a price of another product goes"

    def _stock(self, act: Act) -> Iterator[str]:
        for event in act.of("stock_events", "insert"):
            if event.after["source"] not in {"receipt", "adjustment"} or event.after["meta"]["order_id"] is not None:
                yield f"movement {event.key}, {event.after['source']}, belongs to an order"

    # -- Tenants --------------------------------------------------------------------

    def _joined(self, act: Act) -> Iterator[str]:
        if act.forms["tenants", "insert"] != 1:
            yield "more than one tenant"
        for table in ("tenants", "customers"):
            for event in act.of(table, "insert"):
                yield from times(event, "created_at")
        yield from self._appeared(act)

    def _left(self, act: Act) -> Iterator[str]:
        tenants = {one.key for one in act.of("tenants", "delete")}
        if tenants & self.of_the_base:
            yield "a tenant of the base leaves"
        for table, rows in self.rows.items():
            found = {one.key for one in act.of(table, "delete")}
            due = {key for key, row in rows.items() if row["tenant_id"] in tenants}
            if found != due:
                yield f"of {table}, {len(due - found)} of its rows stay and {len(found - due)} of others go"


def _images(event: Event) -> list[Row]:
    """The images that there are."""
    return [image for image, absent in ((event.before, "insert"), (event.after, "delete")) if event.op != absent]


def _broken(
    connection: duckdb.DuckDBPyConnection, volumes: Mapping[str, Any], _days: int, moment: str
) -> dict[str, list]:
    return marketplace_rules.violations(connection, volumes, moment)


MARKETPLACE: Final = Plot(
    "marketplace", KEYS, marketplace_rules.REFERENCES, Story, _broken, marketplace_rules.OF_THE_BASE_ALONE
)
