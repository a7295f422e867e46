"""The tables of the workshop."""

from synth_assets.columns.changed import changed
from synth_assets.columns.changing import changing
from synth_assets.columns.integers import integers
from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.of_parent import of_parent
from synth_assets.columns.ordinal import ordinal
from synth_assets.columns.pattern import pattern
from synth_assets.columns.property_of import property_of
from synth_assets.columns.reference import reference
from synth_assets.columns.state import state
from synth_assets.columns.step import step
from synth_assets.columns.weighted import weighted
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.fates import Changes, Ends, Lifecycle, Step
from synth_assets.model.key import Key, RowOrder, composite_key, text_key, uuid_key
from synth_assets.model.ledgers import LedgerEntity, LedgerOf
from synth_assets.model.shapes import LinesOf, Rows, Slots, SparseOf
from synth_assets.model.table import Reference, Rule
from synth_assets.model.types import INT16, INT64, STRING, TIMESTAMP_UTC

DOMAIN = "workshop"
CITIES = {"Oslo": 50, "Bergen": 30, "Tromsø": 20}
PARTS = {"chain": 40, "tyre": 30, "brake": 20, "saddle": 10}


class Branches(Entity):
    """Branches of the workshop."""

    about = About(
        domain=DOMAIN,
        name="branches",
        grain="one branch",
        key=text_key("branch_code", prefix="B", digits=4),
        shape=Rows("branches"),
    )

    branch_code = column(STRING, "code of the branch", key())
    city = column(STRING, "where it is", weighted(CITIES))
    head_id = column(INT64, "who leads it", reference(null_rate=0.25), references="staff", nullable=True)


class Staff(Entity):
    """People who work there; a manager came before those that they manage."""

    about = About(domain=DOMAIN, name="staff", grain="one person", key="staff_id", shape=Rows("staff"))

    staff_id = column(INT64, "number of the person", key())
    branch_code = column(STRING, "where they work", reference(skew="square"), references="branches")
    manager_id = column(INT64, "their manager", reference(earlier=True), references="staff", nullable=True)
    badge = column(STRING, "number on the badge", pattern("S-{6 digits}", unique=True), unique=True)


class Customers(Entity):
    """Customers: they come, move, and some go."""

    about = About(
        domain=DOMAIN,
        name="customers",
        grain="one customer",
        key=uuid_key("customer_id"),
        shape=Rows("customers", over="days"),
        fates=(Changes("moves", days=(5, 20)), Ends(one_in=4, days=200, stay=5)),
        unique=(("branch_code", "card"),),
    )

    customer_id = column(STRING, "id of the customer", key())
    branch_code = column(STRING, "the customer's branch", reference(), references="branches")
    card = column(INT64, "number of the card, unique within the branch", property_of("row_numbers"))
    city = column(STRING, "where the customer lives", changing("moves", weighted(CITIES)))
    joined_at = column(TIMESTAMP_UTC, "time of joining", moment("born"))
    updated_at = column(TIMESTAMP_UTC, "time of the last change", changed())


class Bikes(Entity):
    """Bikes, which belong to customers."""

    about = About(
        domain=DOMAIN, name="bikes", grain="one bike", key="bike_id", shape=LinesOf("customers", {1: 70, 2: 22, 3: 8})
    )

    bike_id = column(INT64, "number of the bike", key())
    customer_id = column(STRING, "whose it is", of_parent(), references="customers")
    place = column(INT16, "number among the customer's bikes", ordinal())
    gears = column(INT16, "gears", weighted([(1, 10), (8, 50), (21, 40)]))


class Repairs(Entity):
    """Repairs, which take their steps."""

    about = About(
        domain=DOMAIN,
        name="repairs",
        grain="one repair",
        key="repair_id",
        shape=Rows("repairs", over="days"),
        fates=(Lifecycle("repair", "open", (Step("in_work", (0, 3)), Step("done", (1, 10), per_hundred=90))),),
        rules=(
            Rule(
                "done_has_a_time",
                "A repair is done just if it has a time of that.",
                ("repairs",),
                "FROM repairs WHERE (state = 'done') <> (done_at IS NOT NULL)",
            ),
        ),
    )

    repair_id = column(INT64, "number of the repair", key())
    staff_id = column(INT64, "who does it", reference(skew="zipf"), references="staff")
    opened_at = column(TIMESTAMP_UTC, "time of opening", moment("born"))
    state = column(STRING, "how far it is", state("repair"), values=("open", "in_work", "done"))
    done_at = column(TIMESTAMP_UTC, "time of completion", step("repair", "done"), nullable=True)
    updated_at = column(TIMESTAMP_UTC, "time of the last change", changed())


class RepairParts(Entity):
    """Parts that repairs need."""

    about = About(
        domain=DOMAIN,
        name="repair_parts",
        grain="one part of one repair",
        key=composite_key("repair_id", line=3),
        shape=Slots("repairs", {0: 10, 1: 50, 2: 30, 3: 10}),
    )

    repair_id = column(INT64, "the repair", key(), references="repairs")
    line = column(INT64, "number within the repair, from 1", key())
    part = column(STRING, "what it is", weighted(PARTS))
    price = column(INT64, "price in cents", integers(500, 20_000))


class Warranties(Entity):
    """Warranties of some of the parts."""

    about = About(
        domain=DOMAIN,
        name="warranties",
        grain="one warranty",
        key="warranty_id",
        shape=SparseOf("repair_parts", 300),
        references=(Reference(("repair_id", "line"), "repair_parts"),),
    )

    warranty_id = column(INT64, "number of the warranty; there are gaps", key())
    repair_id = column(INT64, "the repair", of_parent("repair_id"))
    line = column(INT64, "the part's line", of_parent("line"))
    years = column(INT16, "for how long", integers(1, 5))


class PriceTags(Entity):
    """Price tags on the shelves: nobody numbers them."""

    about = About(domain=DOMAIN, name="price_tags", grain="one tag", key=Key((), RowOrder()), shape=Rows(12))

    label = column(STRING, "what it says", weighted(PARTS))
    price = column(INT64, "price in cents", integers(500, 20_000))


class Till(LedgerEntity):
    """Cash in the tills of the branches."""

    about = About(
        domain=DOMAIN,
        name="till",
        grain="one movement of cash",
        key="movement_id",
        shape=LedgerOf("branches", over="days", days=7, entries=4, low=10, high=900),
        rules=(
            Rule("enough_in_the_till", "A till never runs out.", ("till",), "FROM till WHERE balance < 10"),
            Rule(
                "balance_is_the_running_sum",
                "A balance is the sum of all amounts so far.",
                ("till",),
                "FROM till QUALIFY balance <> sum(amount) "
                "OVER (PARTITION BY branch_code ORDER BY moved_at, movement_id)",
            ),
        ),
    )

    movement_id = column(INT64, "number of the movement; there are gaps", key())
    branch_code = column(STRING, "whose till", key_of("movements.accounts"), references="branches")
    moved_at = column(TIMESTAMP_UTC, "when", moment("movements.moved"))
    amount = column(INT64, "how much, negative for what leaves", property_of("movements.amounts"))
    balance = column(INT64, "what is in the till afterwards", property_of("movements.balances"))
