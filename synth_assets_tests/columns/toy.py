"""A garage with a column of every generator: customers, their bikes, repairs, stalls, staff."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.after import after
from synth_assets.columns.basis.parts import Part
from synth_assets.columns.binary import binary
from synth_assets.columns.booleans import booleans
from synth_assets.columns.choices import choices
from synth_assets.columns.clock import clock
from synth_assets.columns.composed import composed
from synth_assets.columns.constant import constant
from synth_assets.columns.copied import copied
from synth_assets.columns.count_of import count_of
from synth_assets.columns.daily import daily
from synth_assets.columns.dates import dates
from synth_assets.columns.decimals import decimals
from synth_assets.columns.every import every
from synth_assets.columns.exponential import exponential
from synth_assets.columns.expression import expression
from synth_assets.columns.faker import faker
from synth_assets.columns.formatted import formatted
from synth_assets.columns.in_turn import in_turn
from synth_assets.columns.integers import integers
from synth_assets.columns.json_object import json_object
from synth_assets.columns.key import key
from synth_assets.columns.key_elsewhere import key_elsewhere
from synth_assets.columns.key_of import key_of
from synth_assets.columns.kind_of import kind_of
from synth_assets.columns.list import list as listing
from synth_assets.columns.lognormal import lognormal
from synth_assets.columns.moment import moment
from synth_assets.columns.named import named
from synth_assets.columns.normal import normal
from synth_assets.columns.null_rate import null_rate
from synth_assets.columns.of_parent import of_parent
from synth_assets.columns.one_of_tables import one_of_tables
from synth_assets.columns.ordinal import ordinal
from synth_assets.columns.pairs import pairs
from synth_assets.columns.pattern import pattern
from synth_assets.columns.permuted import permuted
from synth_assets.columns.person import person
from synth_assets.columns.phrases import phrases
from synth_assets.columns.pinned import pinned
from synth_assets.columns.poisson import poisson
from synth_assets.columns.property_of import property_of
from synth_assets.columns.prose import prose
from synth_assets.columns.reference import reference
from synth_assets.columns.sequence import sequence
from synth_assets.columns.size_of import size_of
from synth_assets.columns.split import split
from synth_assets.columns.struct import struct as fields
from synth_assets.columns.times import times
from synth_assets.columns.timestamps import timestamps
from synth_assets.columns.total_of import total_of
from synth_assets.columns.transfer import transfer
from synth_assets.columns.transferred import transferred
from synth_assets.columns.unusual_rate import unusual_rate
from synth_assets.columns.uuid import uuid
from synth_assets.columns.walk import walk
from synth_assets.columns.weighted import weighted
from synth_assets.columns.zero_filled import zero_filled
from synth_assets.columns.zipf import zipf
from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
from synth_assets.model.domain import Domain
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.key import composite_key, text_key, uuid_key
from synth_assets.model.lines import Lines
from synth_assets.model.params import Params
from synth_assets.model.table import Reference
from synth_assets.model.types import (
    BINARY,
    BOOLEAN,
    DATE,
    FLOAT64,
    INT8,
    INT16,
    INT64,
    JSON,
    MONEY,
    STRING,
    TIMESTAMP_UTC,
    list_of,
    struct,
)
from synth_assets.model.types.clocks import TIME

DEVICE = split(("device", "os"), [("mobile", "iOS", 30), ("mobile", "Android", 50), ("desktop", None, 20)])
STATES = ("open", "in work", "done")
EACH = 3  # bikes of a customer


class GarageParams(Params):
    customers: int = Field(ge=0, description="customers")


class Customers(Entity):
    """Customers, numbered as they come."""

    about = About("garage", "customers", "one customer", uuid_key("customer_id"))

    @classmethod
    def positions(cls, dataset, at=None):
        base = dataset.params.customers
        if at is None:
            return base
        joined = cls.joined_at.generator
        return int(joined.count_before(cls, "joined_at", dataset, np.array([at]))[0])

    customer_id = column(STRING, "key", key())
    joined_at = column(TIMESTAMP_UTC, "when", clock(-700, founders=3))
    name = column(STRING, "name", person("full_name"))
    first_name = column(STRING, "given name", person("first_name"))
    last_name = column(STRING, "family name", person("last_name"))
    gender = column(STRING, "gender", person("gender"))
    email = column(STRING, "address", person("email"), unique=True)
    phone = column(STRING, "phone", person("phone"), nullable=True)
    street = column(STRING, "street", person("street"))
    city = column(STRING, "city", person("city"))
    region = column(STRING, "region", person("region"), nullable=True)
    postal_code = column(STRING, "postal code", person("postal_code"))
    country = column(STRING, "country", person("country"))
    partner = column(STRING, "somebody else's name", person("full_name", who="partner"))
    device = column(STRING, "device", DEVICE)
    os = column(STRING, "its system", DEVICE, nullable=True)
    born_on = column(DATE, "birthday", dates("1940-01-01", -18 * 365, "square"))
    bikes = column(INT64, "how many bikes", count_of("bikes"))
    places = column(INT64, "their numbers, added up", total_of("bikes.place_in_family"))


class Bikes(Lines):
    """Bikes, so many a customer."""

    about = About("garage", "bikes", "one bike", text_key("bike_id", "B", 6))

    @classmethod
    def positions(cls, dataset, at=None):
        return EACH * Customers.positions(dataset, at)

    @classmethod
    def parent(cls):
        return Customers

    @classmethod
    def fan_out(cls, parents):
        return np.full(len(parents), EACH), parents.numbers * EACH

    @classmethod
    def parent_of(cls, dataset, numbers):  # noqa: ARG003 - as many everywhere
        return numbers // EACH

    bike_id = column(STRING, "key", key())
    owner_id = column(STRING, "owner", of_parent(), references="customers")
    owner_joined_at = column(TIMESTAMP_UTC, "when the owner came", of_parent("joined_at"))
    owner_os = column(STRING, "what the owner has", of_parent("os"), nullable=True)
    owner_city = column(STRING, "where the owner lives", copied("customers.city"))
    pressure = column(MONEY, "of its tyres, from one to the next", walk("0.5", 2, 8, drift="0.01"))
    place_in_family = column(INT16, "number among the owner's", ordinal())
    frame_number = column(STRING, "frame", pattern("WS-{8 digits}", unique=True), unique=True)
    bought_at = column(TIMESTAMP_UTC, "when bought", after("customers.joined_at", 0, 400, "days"))
    checked_on = column(DATE, "first check", after("bought_at", 2, 4, "weeks"))
    rides_at = column(TIMESTAMP_UTC, "rides", every(5, "minutes", -30))
    weight = column(FLOAT64, "kilograms", normal(12, 2, low=7, high=20, digits=1))
    colour = column(STRING, "colour", choices(("red", "green", "blue")))


class Stalls(Entity):
    """Stalls of halls."""

    about = About("garage", "stalls", "one stall", composite_key("hall", place=4))

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - always as many
        return 12

    hall = column(INT64, "hall", key())
    place = column(INT64, "place in the hall", key())
    code = column(INT64, "code", sequence(1_000, 10), unique=True)
    opened_at = column(TIMESTAMP_UTC, "when", every(2, "days", "2024-02-28"))


class Staff(Entity):
    """Staff, whose managers came earlier."""

    about = About("garage", "staff", "one person", "staff_id")

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - always as many
        return 40

    staff_id = column(INT64, "key", key())
    manager_id = column(INT64, "manager", reference(earlier=True, skew="zipf"), references="staff", nullable=True)
    token = column(STRING, "token", uuid(), unique=True)
    pay = column(MONEY, "pay", decimals("1800.00", 9_000, skew="square"))
    stalls = column(INT64, "how many stalls there are", size_of("stalls"))


class Repairs(Entity):
    """Repairs, of all that a row can have."""

    about = About(
        "garage",
        "repairs",
        "one repair",
        "repair_id",
        references=(Reference(("hall", "place"), "stalls"),),
    )

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - none come later
        return 4 * dataset.params.customers

    repair_id = column(INT64, "key", key())
    opened_at = column(TIMESTAMP_UTC, "when", clock(-600, season="even"))
    customer_id = column(STRING, "who", reference(skew="zipf", born_before="opened_at"), references="customers")
    payer_id = column(
        STRING, "who pays", reference(null_rate=0.25, stream="customer_id"), references="customers", nullable=True
    )
    hall = column(INT64, "hall", reference(skew="square"))
    place = column(INT64, "place", reference(skew="square"))
    stall_code = column(INT64, "the stall's code, another unique column", key_of("stall"), references="stalls.code")
    first_stall = column(INT64, "one there by then", reference(born_before="opened_at"), references="stalls.code")
    helper_id = column(INT64, "who helps", key_of("helper", optional=True), references="staff", nullable=True)
    city = column(STRING, "where the customer lived", copied("customers.city", at="opened_at", by="customer_id"))
    payer_city = column(STRING, "where the payer lives", copied("customers.city", by="payer_id"), nullable=True)
    payer_joined = column(
        TIMESTAMP_UTC, "after the payer came", after("customers.joined_at", 1, 9, "hours", by="payer_id"), nullable=True
    )
    done_at = column(
        TIMESTAMP_UTC, "when done", after("opened_at", 1, 90, "days", "cube", may_come=True), nullable=True
    )
    queue = column(INT64, "who wait", walk(2, 0, 30, start=3, digits=0))
    light = column(MONEY, "in the yard by then", daily({6: 0, 12: 100, 21: 0}, by="opened_at"))
    closed_at = column(TIMESTAMP_UTC, "what the class says", moment("closed", may_come=True), nullable=True)
    state = column(STRING, "state", named("stage", STATES))
    stage_number = column(INT8, "the same", property_of("stage"))
    currency = column(STRING, "currency", constant("EUR"))
    nothing = column(STRING, "nothing", constant(None), nullable=True)
    channel = column(STRING, "channel", weighted({"web": 7, "phone": 3}))
    stars = column(INT8, "stars", weighted([(5, 48), (4, 27), (3, 12), (2, 7), (1, 6)]))
    note = column(STRING, "note", phrases("review_titles.title", by="stars", owner="rating"))
    category = column(STRING, "category", choices(("Toys", "Electronics", "of no such name")))
    brand = column(STRING, "brand", phrases("brands.brand", by="category"), nullable=True)
    search = column(STRING, "search", phrases("search_terms.term"))
    nation = column(STRING, "nation", phrases("countries.name", weight="weight"))
    parts = column(INT16, "parts", integers(-3, 12))
    serial = column(INT64, "a wide one", integers(0, 1 << 40))
    price = column(MONEY, "price", null_rate(0.2, decimals(1, "99.99")), nullable=True)
    paid = column(BOOLEAN, "paid", booleans(0.3))
    called_at = column(TIMESTAMP_UTC, "called", timestamps(-10, 0, 900))
    hours = column(MONEY, "hours", lognormal(1.5, high=12, digits=1))
    waited = column(FLOAT64, "waited", exponential(4, digits=3))
    visits = column(INT16, "visits", poisson(3))
    rank = column(INT64, "rank", zipf(20, 1.5))
    subject_id = column(
        STRING, "what it is about", one_of_tables({"customers": 7, "bikes": 3}, "subject", {"bikes": "bike"})
    )
    subject = column(STRING, "of which table that is", kind_of("subject_id"))
    witness = column(STRING, "one of two", pairs(("witness", "other_witness")), references="customers")
    other_witness = column(STRING, "the other one", pairs(("witness", "other_witness")), references="customers")
    debtor = column(INT64, "who pays", transfer(("debtor", "creditor"), "pay", low=100), references="staff")
    creditor = column(INT64, "who is paid", transfer(("debtor", "creditor"), "pay", low=100), references="staff")
    owed = column(MONEY, "how much", transferred("amount", by="debtor"))
    bay = column(STRING, "one after the other", in_turn(("north", "south", None)), nullable=True)
    remark = column(STRING, "what was said", prose(0, 40))
    voucher = column(STRING, "voucher", pattern("{2 LETTERS}-{{{3 hex}}}é{1 letters}"))
    secret = column(STRING, "longer than a word", pattern("{40 HEX}"))
    body = column(
        JSON,
        "what was said",
        json_object({"note": "note", "of": ["customers.city"]}, by="customer_id"),
    )
    title = column(STRING, "some by hand", pinned({2: "a given one", 5: "another"}, pattern("{4 letters}")))
    calls_at = column(TIME, "when to call", times("08:00", "18:00", step=900))
    digest = column(BINARY, "a digest", binary((0, 20)))
    labels = column(list_of(STRING), "labels", listing(weighted({"urgent": 1, "warranty": 3}), length=(0, 3)))
    contact = column(
        struct({"payer": STRING, "floor": INT8, "helpers": list_of(INT64)}),
        "whom to ask",
        fields(
            {
                "payer": Part(of=reference(), references="customers"),
                "floor": integers(0, 9),
                "helpers": listing(Part(of=reference(distinct=True), references="staff"), per_row={0: 1, 3: 1}),
            }
        ),
    )
    job = column(STRING, "what somebody does", faker("job", ["Tischler", "Optikerin"], "de_DE"))
    invoice = column(STRING, "number", composed(["R-", choices((2024, 2025)), "/", pattern("{4 digits}")]))
    mailed = column(STRING, "day as text", formatted("%d.%m.%Y", dates(-900, -1)))
    answered = column(STRING, "time as text", formatted("%H:%M:%S.%f on %Y-%m-%d é", timestamps(-900)))
    ticket = column(STRING, "ticket", zero_filled(7, permuted(9_999_999, 1)), unique=True)
    drawer = column(INT64, "drawer", permuted(5_000, -10), unique=True)
    insurer = column(STRING, "insurer", key_elsewhere(40, uuid(), skew=1.2))
    depot = column(INT64, "depot", key_elsewhere(90, permuted(1_000), column="depot_id", there=2, more="0.125"))
    grade = column(INT8, "grade", unusual_rate(0.1, (-1, 99), integers(1, 6)))
    verdict = column(STRING, "verdict", unusual_rate("0.2", ("???", None), choices(("fine", "late"))), nullable=True)
    gross = column(MONEY, "with tax", expression("round(coalesce(price, 0) * 1.19, 2)"))

    @cached_property
    def stage(self):
        return self.row_numbers % len(STATES)

    @cached_property
    def stall(self):
        return self.row_numbers * 5 % 12

    @cached_property
    def helper(self):
        return self.row_numbers % 41 - 1

    @cached_property
    def closed(self):
        return self.dataset.as_of_second + 60 * (self.row_numbers % 3 - 1)


class _Source:
    def load(self) -> Domain:
        return GARAGE


GARAGE = Domain.of(
    "garage",
    "A garage.",
    GarageParams,
    {"tiny": GarageParams(customers=20), "small": GarageParams(customers=300)},
    "tiny",
    [Repairs, Bikes, Customers, Stalls, Staff],
    _Source(),
)
SMALL = GARAGE.dataset("small")
TINY = GARAGE.dataset("tiny", seed=7)


def rows(entity: type[Entity], dataset=SMALL, at=None) -> Any:
    """All rows of a table."""
    return entity(dataset, Span(0, entity.positions(dataset, at)), at)


class Fixed(Entity):
    """Base of tables that have ``count`` rows."""

    count: ClassVar[int]

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - always as many
        return cls.count


def single(cell: column, count: int = 1_000) -> type[Entity]:
    """A table of one column, called ``cell``, besides its key."""
    members = {
        "__doc__": "One column.",
        "about": About("garage", "single", "one row", "id"),
        "count": count,
        "id": column(INT64, "key", key()),
        "cell": cell,
    }
    entity = type("Single", (Fixed,), members)
    Domain.of("garage", "", GarageParams, GARAGE.presets, "tiny", [entity], _Source())
    return entity


def cells(cell: column, count: int = 1_000) -> list[Any]:
    """What that column has in each row."""
    return chunk_of(rows(single(cell, count)), ["cell"]).frame["cell"].to_list()
