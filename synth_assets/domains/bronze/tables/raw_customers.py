"""Customers, numbered in the order in which they register."""

from functools import cached_property
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.moment import moment
from synth_assets.columns.weighted import weighted
from synth_assets.domains.bronze.acts import CustomerChanges, CustomerErased, CustomerRegisters
from synth_assets.domains.bronze.numbers.lookups import Lookups, lookups_of
from synth_assets.domains.bronze.numbers.session_customers import Visitors
from synth_assets.domains.bronze.tables.rules.raw_customers import RULES
from synth_assets.kernel.choice import chance, pick
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.timeline import Effect, deleted, inserted, updated
from synth_assets.model.types import BOOLEAN, DATE, INT64, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Text, TextPool
from synth_assets.world.demographics import SEGMENTS, age_in_days, clientele_table, other_clientele
from synth_assets.world.people import GENDER_SHARES, GENDERS, first_names, names
from synth_assets.world.places import places
from synth_assets.world.streets import streets
from synth_assets.world.zones import zones

_SEGMENT_POOL = TextPool(SEGMENTS, lasting=True)
_MAIL_DOMAINS = TextPool(("@example.com", "@example.org", "@example.net"))

# Something about a customer changes with each turn: address, e-mail, segment, consent, one after the other.
ADDRESS, EMAIL, SEGMENT, CONSENT = range(4)
_VERSIONS = 1_024  # of one attribute of a customer: enough for over a century


class RawCustomers(Entity):
    """People who registered with the shop."""

    about = About(
        domain="bronze", name="raw_customers", grain="one registered customer", key="customer_id", rules=RULES
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return lookups_of(dataset).customers(at)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (inserted(CustomerRegisters), updated(CustomerChanges), deleted(CustomerErased))

    customer_id = column(INT64, "number of the customer, by registration", key())

    @column(STRING, "given name, usual in the country", since=2)
    def first_name(self) -> Text:
        return self._first_name(slug=False)

    @column(STRING, "family name, usual in the country", since=2)
    def last_name(self) -> Text:
        return Text(names("last").names, self._last_name)

    @column(STRING, "address in a reserved domain, built from the name", unique=True, since=2)
    def email(self) -> pl.Series:
        version = self.version(EMAIL)
        domain = (self._words("email") >> np.uint64(1)).view(np.int64) + version
        frame = pl.DataFrame(
            {
                "first": self._first_name(slug=True).series(),
                "last": names("last").slugs.series(self._last_name),
                "number": self.numbers + 1,
                "domain": _MAIL_DOMAINS.series(domain % len(_MAIL_DOMAINS)),
                # A new address is a new one for good, even where the domain comes round again.
                "again": pl.Series(version + 1).cast(pl.String),
            }
        )
        suffix = pl.when(pl.col("again") == "1").then(pl.lit("")).otherwise(pl.concat_str(pl.lit("."), "again"))
        return frame.select(pl.concat_str("first", pl.lit("."), "last", "number", suffix, "domain")).to_series()

    @column(STRING, "number in a fictional range of the city or country", nullable=True, since=2)
    def phone(self) -> Text:
        return places().phone_text(self.place, self._words("phone", ADDRESS))

    @column(STRING, "street and house number", since=2)
    def street(self) -> pl.Series:
        return streets().lines(self._words("street", ADDRESS), self.country_number)

    @column(STRING, "city", since=2)
    def city(self) -> Text:
        return Text(places().cities, self.place)

    @column(STRING, "state, county or region of the city", nullable=True, since=2)
    def region(self) -> Text:
        return places().region_text(self.place)

    @column(STRING, "postal code of the city", since=2)
    def postal_code(self) -> Text:
        return places().postal_text(self.place, self._words("postal_code", ADDRESS))

    @column(STRING, "ISO 3166-1 alpha-2 code", values=("US", "CA", "GB", "IE", "AU", "DE", "FR", "SE", "SG"), since=2)
    def country(self) -> Text:
        return places().country_text(self.place)

    @column(DATE, "day of birth; 18 or older at registration, of an age that fits the first segment", since=2)
    def date_of_birth(self) -> NDArray[np.int32]:
        return (self.registered // DAY - self._age).astype(np.int32)

    gender = column(STRING, "gender", weighted(GENDER_SHARES), values=GENDERS)

    @column(STRING, "marketing segment", values=SEGMENTS, since=2)
    def segment(self) -> Text:
        segment = self._first_segment.copy()
        # Every second version is the first segment again, those between are others: a change always shows.
        changed = np.flatnonzero(self.version(SEGMENT) % 2 == 1)
        if len(changed):
            words = self._words("segment", SEGMENT)[changed]
            segment[changed] = other_clientele(words, segment[changed], self._age[changed])
        return Text(_SEGMENT_POOL, segment)

    @column(BOOLEAN, "whether the customer agreed to marketing mail")
    def marketing_opt_in(self) -> NDArray[np.bool_]:
        first = chance(bits(self.dataset.key(self.about.name, "marketing_opt_in"), self.numbers), 62, 100)
        return first ^ (self.version(CONSENT) % 2 == 1)

    registered_at = column(TIMESTAMP_UTC, "time of registration", moment("registered"), since=2)

    @column(TIMESTAMP_UTC, "time of the last change of the row", since=2)
    def updated_at(self) -> I64Array:
        version, since = self._changes
        return np.where(version > 0, np.maximum(since, self.registered), self.registered) * MICROSECONDS

    # What columns, and other tables, are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        return (self.registered < self.at) & (self.erased >= self.at)

    @cached_property
    def registered(self) -> I64Array:
        """Second of registration."""
        return self._lookups.customer_strata.clock.seconds(self.rows)

    @cached_property
    def erased(self) -> I64Array:
        """Second of erasure, or ``NEVER``."""
        return self._lookups.customer_strata.erased(self.numbers)

    @cached_property
    def place(self) -> I64Array:
        """Number of the city of the current address; a move stays within the country and its time zone."""
        moved = self.version(ADDRESS) > 0
        place = self._home.copy()
        if moved.any():
            place[moved] = zones().near(self._words("place", ADDRESS)[moved], place[moved])
        return place

    @cached_property
    def zone(self) -> I64Array:
        """Number of the time zone."""
        return self._lookups.customer_strata.clock.part_of(self.rows).part

    @classmethod
    def of_visitors(cls, dataset: Dataset, visitors: Visitors, at: I64Array) -> Self:
        """Customers whose zones are known already."""
        rows = cls(dataset, visitors.customer, at)
        vars(rows)["zone"] = visitors.zone
        return rows

    @cached_property
    def country_number(self) -> I64Array:
        """Number of the country."""
        return places().country[self._home]

    @property
    def tax_millipercent(self) -> I64Array:
        """Sales tax where the customer lives, in thousandths of a per cent."""
        return places().tax_millipercent[self.place]

    def version(self, attribute: int) -> I64Array:
        """How often an attribute has changed since ``as_of``, shape (n,)."""
        nominal, _ = self._changes
        turn = self.numbers - attribute
        return (nominal + turn) // 4 - turn // 4

    @cached_property
    def _changes(self) -> tuple[I64Array, I64Array]:
        """The number of the last change of each customer, 0 before the first, and its second."""
        if not self.lived:
            return np.zeros(len(self), dtype=np.int64), np.zeros(len(self), dtype=np.int64)
        # The state before `at` has what changed up to the second before.
        version, since, _ = self._lookups.customer_strata.changes.in_force(self.numbers, self.at - 1)
        return version, since

    def _words(self, column_name: str, attribute: int | None = None) -> U64Array:
        """Bits that are drawn anew with each version of an attribute."""
        version = np.zeros(len(self), dtype=np.int64) if attribute is None else self.version(attribute)
        return bits(self.dataset.key(self.about.name, column_name, "version"), self.numbers * _VERSIONS + version)

    @cached_property
    def _home(self) -> I64Array:
        return zones().home(self.bits("country"), self.zone)

    @cached_property
    def _first_segment(self) -> I64Array:
        """What each customer registered as, as its place in :data:`SEGMENTS`."""
        words = bits(self.dataset.key(self.about.name, "segment"), self.numbers)
        return pick(words, clientele_table()).astype(np.int64)

    @cached_property
    def _age(self) -> I64Array:
        """Days of life at registration."""
        return age_in_days(self.bits("date_of_birth"), self._first_segment)

    @cached_property
    def _gender(self) -> NDArray[np.int64]:
        return self.gender.codes.astype(np.int64)

    @cached_property
    def _last_name(self) -> I64Array:
        return names("last").codes(self.bits("last_name"), self.country_number)

    def _first_name(self, *, slug: bool) -> Text:
        """Given names of the gender; nonbinary people have either."""
        words = self.bits("first_name")
        female, male = names("female"), names("male")
        is_female = np.where(self._gender == 2, (words & np.uint64(1)).view(np.int64) == 0, self._gender == 0)
        codes = np.where(
            is_female,
            female.codes(words, self.country_number),
            male.codes(words, self.country_number) + len(female.names),
        )
        return Text(first_names(slug=slug), codes)

    @property
    def _lookups(self) -> Lookups:
        return lookups_of(self.dataset)
