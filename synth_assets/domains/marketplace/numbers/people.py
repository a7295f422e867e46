"""What customers are called, and their addresses, in each version of both."""

from functools import cached_property

import numpy as np
import polars as pl

from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.domains.marketplace.numbers.purchases import NumberedRows
from synth_assets.kernel.choice import chance
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.distinct import distinct
from synth_assets.kernel.selection import selected
from synth_assets.model.dataset import Dataset
from synth_assets.model.values import Text, TextPool
from synth_assets.world.people import first_names, names
from synth_assets.world.places import places

_MAIL_DOMAINS = TextPool(("@example.com", "@example.org", "@example.net"))
_MAIL_JOINTS = TextPool((".", ".", "_", ""))
"""Between given and family name, by style; in the first style an initial stands for the given name."""

_MAIL_NUMBERS, _MAIL_STEP = 10_000, 7_321  # without a common divisor

_AT_HOME = 85  # of a hundred customers live where their tenant is at home

_TURNS = 4  # of a customer: with one of so many the family name changes, with the others the e-mail address

_VERSIONS = 64  # of a customer: one a year or fewer, each of name and address


class People(NumberedRows):
    """Customers by number, as persons.

    Attributes:
        turns: how often each has changed, shape (n,).
    """

    table = "customers"

    def __init__(self, dataset: Dataset, numbers: I64Array, turns: I64Array) -> None:
        super().__init__(dataset, numbers)
        self.turns = turns

    @cached_property
    def tenant(self) -> I64Array:
        """The number of the tenant."""
        return self.market.customers.coming.lanes.places(self.numbers)[0]

    @cached_property
    def place(self) -> I64Array:
        """The number of the city: mostly of the country in which the tenant is at home."""
        words = self.bits("metadata", "place")
        home = places().within(words, self.market.tenants.country(self.tenant))
        return selected(chance(words << np.uint64(24), _AT_HOME, 100), home, places().anywhere(words << np.uint64(8)))

    @cached_property
    def country(self) -> I64Array:
        """The number of the country."""
        return places().country[self.place]

    @cached_property
    def renamed(self) -> I64Array:
        """How often each has had another name: one turn in four is for that, shape (n,)."""
        turn = self.numbers % _TURNS
        return (self.turns + turn) // _TURNS

    @cached_property
    def _last_at_first(self) -> I64Array:
        return names("last").codes(self.bits("name", "last"), self.country)

    @cached_property
    def _last(self) -> I64Array:
        # Every second version is the first name again, those between are others: a change always shows.
        version = self.renamed
        words = bits(self.dataset.key(self.table, "name", "version"), self.numbers * _VERSIONS + version)
        other = names("last").other_codes(self._last_at_first, words, self.country)
        return selected(version % 2 == 1, other, self._last_at_first)

    def _first(self, *, slug: bool) -> Text:
        words = self.bits("name", "first")
        female, male = names("female"), names("male")
        codes = np.where(
            (words & np.uint64(1)).view(np.int64) == 0,
            female.codes(words, self.country),
            male.codes(words, self.country) + len(female.names),
        )
        return Text(first_names(slug=slug), codes)

    def name(self) -> pl.Series:
        """Given and family name; String series of n."""
        frame = pl.DataFrame({"f": self._first(slug=False).series(), "l": names("last").names.series(self._last)})
        return frame.select(pl.concat_str("f", "l", separator=" ")).to_series()

    def email(self) -> pl.Series:
        """An address in a reserved domain, built from the first name of all and a number; String series of n."""
        version = self.turns - self.renamed
        words = self.bits("email")
        domain = (words >> np.uint64(1)).view(np.int64) + version
        style = (words >> np.uint64(40)).view(np.int64) + version
        # Of ten thousand customers in a row each has a number of its own.
        block, place = np.divmod(self.numbers, _MAIL_NUMBERS)
        number = (
            block * _MAIL_NUMBERS
            + (place * _MAIL_STEP + self.dataset.key("customers", "email").k0 % _MAIL_NUMBERS) % _MAIL_NUMBERS
        )
        first = self._first(slug=True).series()
        frame = pl.DataFrame(
            {
                "f": pl.select(
                    pl.when(pl.Series(style % len(_MAIL_JOINTS) == 0)).then(first.str.head(1)).otherwise(first)
                ).to_series(),
                "j": _MAIL_JOINTS.series(style % len(_MAIL_JOINTS)),
                "l": names("last").slugs.series(self._last_at_first),
                "n": number,
                "again": pl.Series(version // len(_MAIL_JOINTS)).cast(pl.String),
                "d": _MAIL_DOMAINS.series(domain % len(_MAIL_DOMAINS)),
            }
        )
        # A new address is a new one for good, even where style and domain come round again.
        again = pl.when(pl.col("again") == "0").then(pl.lit("")).otherwise(pl.concat_str(pl.lit("."), "again"))
        return frame.select(pl.concat_str("f", "j", "l", "n", again, "d")).to_series()


def snapshots(dataset: Dataset, customers: I64Array, seconds: I64Array) -> tuple[Text, Text]:
    """Names and addresses of customers at a second of each, shapes (n,): what is the same is made once."""
    these, which = distinct(customers)
    turns = market_of(dataset).customers.turns(customers, seconds, signed_up=(these, which))
    pairs, codes = distinct(which * _VERSIONS + turns)
    people = People(dataset, these[pairs // _VERSIONS], pairs % _VERSIONS)
    return Text(TextPool(people.name()), codes), Text(TextPool(people.email()), codes)
