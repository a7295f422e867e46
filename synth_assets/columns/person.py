"""What belongs to a person: names, address, e-mail, phone; they agree with each other."""

from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import STRING, Generator
from synth_assets.kernel.choice import below, pick
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.entity import Entity
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Text, TextPool, Values
from synth_assets.world.people import GENDERS, first_names, gender_table, names
from synth_assets.world.places import places
from synth_assets.world.streets import streets

PARTS = (
    "full_name", "first_name", "last_name", "gender", "email", "phone", "street", "city", "region", "postal_code",
    "country",
)  # fmt: skip
Part = Literal[
    "full_name", "first_name", "last_name", "gender", "email", "phone", "street", "city", "region", "postal_code",
    "country",
]  # fmt: skip

_ADDRESS = frozenset({"street", "city", "region", "postal_code", "country", "phone"})
_NAME = frozenset({"full_name", "first_name", "last_name", "gender"})

_GENDER_POOL = TextPool(GENDERS, lasting=True)
_MAIL_DOMAINS = TextPool(("@example.com", "@example.org", "@example.net"))
_NONBINARY = 2


class PersonColumn(Generator):
    """A part of a person; all parts of a row agree with each other.

    Names are usual in the country, the city lies there, the postal code and the phone number are the city's, the e-mail
    address is built from the name and the row's number, so no two people share one. Numbers and addresses are of ranges
    that are reserved for fiction: nobody can be reached.

    Parts change in time together: those of the address with the phone number, and those of the name. Who moves keeps
    the name; who is called otherwise keeps the address and the e-mail address.
    """

    fills: ClassVar = (STRING,)
    examples: ClassVar = tuple({"part": part} for part in PARTS)

    part: Part = Field(description=f"one of {', '.join(PARTS)}", examples=["full_name"])
    who: str = Field(
        default="person",
        description="a word for the person, if a row tells of several",
        examples=["sender"],
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        place = ("person", self.who)
        if place not in rows.shared:
            rows.shared[place] = _People(rows, self.who)
        return rows.shared[place].cells(self.part, rows)

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    @property
    def gives_missing(self) -> bool:
        """Some countries have no regions, and some have reserved no numbers."""
        return self.part in {"region", "phone"}

    @property
    def is_unique(self) -> bool:
        """E-mail addresses are."""
        return self.part == "email"

    def leaves_behind(self, other: Generator) -> bool:
        """The rest of an address, or of a name; an e-mail address may outlive the name that it was built from."""
        if not isinstance(other, PersonColumn) or other.who != self.who:
            return False
        if self.part in _ADDRESS:
            return other.part in _ADDRESS
        return other.part in _NAME


class _People:
    """The people of some rows; what several parts are made of is made once.

    The rows keep this, and are not kept by it: what holds itself waits for the garbage collector, with all its arrays.
    """

    def __init__(self, rows: Entity, who: str) -> None:
        self._who = who
        self._place: I64Array = places().anywhere(self._words(rows, "place"))
        self._country: I64Array = places().country[self._place]
        self._gender: I64Array = pick(self._words(rows, "gender"), gender_table()).astype(np.int64)
        self._last: I64Array = names("last").codes(self._words(rows, "last_name"), self._country)
        self._first: I64Array = self._first_codes(self._words(rows, "first_name"))

    def cells(self, part: str, rows: Entity) -> Values:
        """A part of each of them."""
        return getattr(self, part)(rows)

    def full_name(self, rows: Entity) -> pl.Series:
        frame = pl.DataFrame({"first": self.first_name(rows).series(), "last": self.last_name(rows).series()})
        return frame.select(pl.concat_str("first", "last", separator=" ")).to_series()

    def first_name(self, _rows: Entity) -> Text:
        return Text(first_names(slug=False), self._first)

    def last_name(self, _rows: Entity) -> Text:
        return Text(names("last").names, self._last)

    def gender(self, _rows: Entity) -> Text:
        return Text(_GENDER_POOL, self._gender)

    def email(self, rows: Entity) -> pl.Series:
        number = pl.Series(rows.row_numbers + 1).cast(pl.String)
        domain = _MAIL_DOMAINS.series(below(self._words(rows, "email"), len(_MAIL_DOMAINS)))
        first = first_names(slug=True).series(self._first)
        last = names("last").slugs.series(self._last)
        frame = pl.DataFrame({"first": first, "last": last, "number": number, "domain": domain})
        return frame.select(pl.concat_str("first", pl.lit("."), "last", "number", "domain")).to_series()

    def phone(self, rows: Entity) -> Text:
        return places().phone_text(self._place, self._words(rows, "phone"))

    def street(self, rows: Entity) -> pl.Series:
        return streets().lines(self._words(rows, "street"), self._country)

    def city(self, _rows: Entity) -> Text:
        return Text(places().cities, self._place)

    def region(self, _rows: Entity) -> Text:
        return places().region_text(self._place)

    def postal_code(self, rows: Entity) -> Text:
        return places().postal_text(self._place, self._words(rows, "postal_code"))

    def country(self, _rows: Entity) -> Text:
        return places().country_text(self._place)

    def _words(self, rows: Entity, purpose: str) -> U64Array:
        return rows.words(self._who, purpose)

    def _first_codes(self, words: U64Array) -> I64Array:
        """Given names of the gender; nonbinary people have either."""
        female, male = names("female"), names("male")
        either = (words & np.uint64(1)).view(np.int64) == 0
        is_female = np.where(self._gender == _NONBINARY, either, self._gender == 0)
        hers, his = female.codes(words, self._country), male.codes(words, self._country) + len(female.names)
        return np.where(is_female, hers, his)


GENERATOR = PersonColumn


def person(part: Part, who: str = "person") -> PersonColumn:
    """A part of a person: ``person("full_name")``, ``person("city")``."""
    return of(PersonColumn, part=part, who=who)
