"""Columns about other rows and other columns: keys, references, copies, times that follow times."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest

from synth_assets.columns.clock import clock
from synth_assets.columns.copied import copied
from synth_assets.columns.key import key
from synth_assets.columns.reference import reference
from synth_assets.engine.chunks import chunk_of
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.model.domain import Domain
from synth_assets.model.entity import About, column
from synth_assets.model.types import DATE, INT64, TIMESTAMP_UTC
from synth_assets.specs.declared import Declared
from synth_assets.world import vocabulary
from synth_assets_tests.columns.toy import (
    EACH,
    GARAGE,
    SMALL,
    STATES,
    Bikes,
    Customers,
    Fixed,
    GarageParams,
    Repairs,
    Staff,
    Stalls,
    cells,
    rows,
    single,
)
from synth_assets_tests.oracles import kernel as oracle

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def frame(entity, *columns):
    return chunk_of(rows(entity), columns or None).frame


def words(table, stream, purpose="", count=1_200):
    key_of_bits = oracle.derive(1, SMALL.seed, "garage", table, stream, purpose)
    return [oracle.word(key_of_bits, row) for row in range(count)]


def below(word, limit):
    return int(Fraction(word >> 32, 2**32) * limit)


CUSTOMER_IDS = frame(Customers, "customer_id")["customer_id"].to_list()
JOINED = frame(Customers, "joined_at")["joined_at"].to_list()
CITIES = frame(Customers, "city")["city"].to_list()


def test_the_key_of_a_table_is_what_its_codec_says():
    assert frame(Repairs, "repair_id")["repair_id"].to_list() == list(range(1, 1_201))
    assert frame(Bikes, "bike_id")["bike_id"].to_list()[:2] == ["B000001", "B000002"]
    assert frame(Stalls, "hall", "place").rows()[:6] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2)]
    assert Customers.key().numbers(frame(Customers)).tolist() == list(range(300))


def test_a_reference_is_drawn_among_those_born_before_and_leans_to_the_early_ones():
    opened = frame(Repairs, "opened_at")["opened_at"].to_list()
    born = [sum(joined < moment for joined in JOINED) for moment in opened]
    expected = [
        CUSTOMER_IDS[oracle.zipf_below(word, limit)]
        for word, limit in zip(words("repairs", "customer_id"), born, strict=True)
    ]
    assert frame(Repairs, "customer_id")["customer_id"].to_list() == expected


def test_a_reference_without_skew_may_be_to_any_row_or_in_its_share_to_none():
    missing = [below(word, 1_000_000) < 250_000 for word in words("repairs", "customer_id", "null")]
    draws = words("repairs", "customer_id")
    expected = [None if gone else CUSTOMER_IDS[below(word, 300)] for word, gone in zip(draws, missing, strict=True)]
    assert frame(Repairs, "payer_id")["payer_id"].to_list() == expected


def test_a_reference_of_several_columns_is_drawn_once():
    numbers = [oracle.squared_below(word, 12) for word in words("repairs", "hall")]
    assert frame(Repairs, "hall", "place").rows() == [(n // 4 + 1, n % 4 + 1) for n in numbers]


def test_a_manager_came_earlier_and_the_first_has_none():
    managers = frame(Staff, "manager_id")["manager_id"].to_list()
    assert managers[0] is None
    expected = [
        oracle.zipf_below(word, number) + 1
        for number, word in enumerate(words("staff", "manager_id", count=40))
        if number
    ]
    assert managers[1:] == expected


def test_a_known_number_becomes_the_key_or_another_unique_column():
    assert frame(Repairs, "stall_code")["stall_code"].to_list() == [1_000 + 10 * (row * 5 % 12) for row in range(1_200)]
    helpers = [row % 41 - 1 for row in range(1_200)]
    assert frame(Repairs, "helper_id")["helper_id"].to_list() == [n + 1 if n >= 0 else None for n in helpers]


def test_lines_have_their_parents_key_columns_and_their_number():
    found = frame(Bikes, "owner_id", "owner_joined_at", "owner_city", "place_in_family").rows()
    assert found == [
        (CUSTOMER_IDS[row // EACH], JOINED[row // EACH], CITIES[row // EACH], row % EACH + 1) for row in range(900)
    ]


def test_a_copied_column_is_that_of_the_row_referred_to():
    city = dict(zip(CUSTOMER_IDS, CITIES, strict=True)) | {None: None}
    found = frame(Repairs, "customer_id", "payer_id", "city", "payer_city").rows()
    assert all((one, other) == (city[customer], city[payer]) for customer, payer, one, other in found)


def test_a_copied_column_is_looked_at_as_of_the_time_that_is_asked_for():
    class Things(Fixed):
        """Things."""

        about = About("lab", "things", "one thing", "thing_id")
        count = 5
        thing_id = column(INT64, "key", key())

        @column(INT64, "the moment at which it is looked at")
        def seen_at(self):
            return np.broadcast_to(self.at, (len(self),)).astype(np.int64)

    class Looks(Fixed):
        """Looks at things."""

        about = About("lab", "looks", "one look", "look_id")
        count = 9
        look_id = column(INT64, "key", key())
        thing_id = column(INT64, "the thing", reference(), references="things")
        looked_at = column(TIMESTAMP_UTC, "when", clock(-9, season="even"))
        then = column(INT64, "as of then", copied("things.seen_at", at="looked_at"))
        now = column(INT64, "as of now", copied("things.seen_at"))

    lab = Domain.of("lab", "", GarageParams, GARAGE.presets, "tiny", [Things, Looks], GARAGE.source)
    dataset = lab.dataset()
    found = chunk_of(Looks(dataset, Span(0, 9))).frame
    assert found["then"].to_list() == [int(moment.timestamp()) for moment in found["looked_at"]]
    assert found["now"].to_list() == [dataset.as_of_second] * 9


def test_a_time_after_another_is_a_bounded_while_later():
    bought = frame(Bikes, "bought_at")["bought_at"].to_list()
    draws = words("bikes", "bought_at", count=900)
    assert bought == [
        JOINED[row // EACH] + timedelta(seconds=below(word, 400 * 86_400 + 1)) for row, word in enumerate(draws)
    ]
    checks = words("bikes", "checked_on", count=900)
    expected = [one.date() + timedelta(14 + below(word, 15)) for one, word in zip(bought, checks, strict=True)]
    assert frame(Bikes, "checked_on")["checked_on"].to_list() == expected


def test_a_time_that_may_come_is_missing_until_it_has():
    found = frame(Repairs, "opened_at", "done_at", "closed_at").rows()
    for (opened, done, closed), word, row in zip(found, words("repairs", "done_at"), range(1_200), strict=True):
        u = word >> 33
        drawn = ((u * u >> 31) * u >> 31) * (89 * 86_400 + 1) >> 31
        moment = opened + timedelta(seconds=86_400 + drawn)
        assert done == (moment if moment < AS_OF else None)
        assert closed == (AS_OF - timedelta(minutes=1) if row % 3 == 0 else None)


def test_a_time_after_one_that_is_missing_is_missing():
    joined = dict(zip(CUSTOMER_IDS, JOINED, strict=True))
    for payer, after in frame(Repairs, "payer_id", "payer_joined").rows():
        assert (after is None) == (payer is None)
        assert payer is None or timedelta(hours=1) <= after - joined[payer] <= timedelta(hours=9)


def test_attributes_of_the_class_are_shown_as_they_are_or_by_name():
    found = frame(Repairs, "state", "stage_number").rows()
    assert found == [(STATES[row % 3], row % 3) for row in range(1_200)]


def test_a_clock_of_a_shop_is_the_kernels_and_has_its_founders():
    start, end = SMALL.as_of_second - 700 * 86_400, SMALL.as_of_second
    clock_key = oracle.derive(1, SMALL.seed, "garage", "customers", "joined_at", "")
    for row in (0, 2, 3, 77, 299):
        second = oracle.second(clock_key, 300, start, end, row, founders=3)
        assert JOINED[row] == datetime.fromtimestamp(second, UTC)


def test_an_even_clock_gives_each_row_its_share_of_the_span():
    start, span = SMALL.as_of_second - 600 * 86_400, 600 * 86_400
    draws = words("repairs", "opened_at")
    expected = [start + (row * span + (word >> 11) % span) // 1_200 for row, word in enumerate(draws)]
    assert frame(Repairs, "opened_at")["opened_at"].to_list() == [datetime.fromtimestamp(s, UTC) for s in expected]


@pytest.mark.parametrize(("entity", "name"), [(Customers, "joined_at"), (Repairs, "opened_at"), (Stalls, "opened_at")])
def test_how_many_were_born_before_a_moment_is_the_count_of_earlier_times(entity, name):
    seconds = [int(moment.timestamp()) for moment in frame(entity, name)[name]]
    asked = np.array(sorted({*seconds, *(s + 1 for s in seconds), *(s - 1 for s in seconds), 0}), dtype=np.int64)
    asked = asked[asked <= seconds[-1] + 1]
    found = getattr(entity, name).generator.count_before(entity, name, SMALL, asked)
    assert found.tolist() == [sum(second < moment for second in seconds) for moment in asked.tolist()]


def test_a_table_that_no_rows_come_to_offers_those_that_it_has_whatever_its_times_go_on_to():
    codes = frame(Stalls, "code")["code"].to_list()
    there = frame(Stalls, "opened_at")["opened_at"].to_list()
    opened = frame(Repairs, "opened_at")["opened_at"].to_list()
    born = [sum(moment < one for moment in there) for one in opened]
    assert max(born) == 12
    draws = words("repairs", "first_stall")
    expected = [codes[below(word, count)] for word, count in zip(draws, born, strict=True)]
    assert frame(Repairs, "first_stall")["first_stall"].to_list() == expected


def test_nobody_comes_after_a_clock_that_ends_by_itself():
    entity = single(column(TIMESTAMP_UTC, "", clock(-30, -10)), 30)
    seconds = SMALL.as_of_second + 86_400 * np.array([-31, -10, 0, 100])
    assert entity.cell.generator.count_before(entity, "cell", SMALL, seconds).tolist() == [0, 30, 30, 30]
    assert max(cells(column(TIMESTAMP_UTC, "", clock(-30, -10)), 30)) < AS_OF - timedelta(10)


def test_a_clock_of_days_shows_the_days_of_its_times():
    days = cells(column(DATE, "", clock(-30, season="even")), 30)
    assert days[0] >= date(2025, 12, 2)
    assert days[-1] == date(2025, 12, 31)
    assert days == sorted(days)


def test_a_steady_pace_begins_anew_with_each_parent():
    first = AS_OF - timedelta(30)
    assert frame(Bikes, "rides_at")["rides_at"].to_list()[:4] == [first + timedelta(minutes=m) for m in (0, 5, 10, 0)]
    found = frame(Stalls, "opened_at")["opened_at"].to_list()
    assert found == [datetime(2024, 2, 28, tzinfo=UTC) + timedelta(2 * row) for row in range(12)]


def test_a_reference_that_nobody_was_born_for_is_refused_with_the_row():
    class Guests(Fixed):
        """Guests."""

        about = About("inn", "guests", "one guest", "guest_id")
        count = 5
        guest_id = column(INT64, "key", key())
        came_at = column(TIMESTAMP_UTC, "when", clock(-10))

    class Stays(Fixed):
        """Stays."""

        about = About("inn", "stays", "one stay", "stay_id")
        count = 9
        stay_id = column(INT64, "key", key())
        began_at = column(TIMESTAMP_UTC, "when", clock(-20, -5))
        guest_id = column(INT64, "who", reference(born_before="began_at"), references="guests")

    inn = Domain.of("inn", "", GarageParams, GARAGE.presets, "tiny", [Guests, Stays], GARAGE.source)
    with pytest.raises(
        UsageError, match="inn/stays: guest_id of row 0 finds no row of guests born before its began_at"
    ):
        inn.dataset()


def test_people_agree_with_themselves():
    people = frame(Customers).to_dicts()
    places = {(row["city"], row["region"] or None, row["country"]) for row in vocabulary.rows("places")}
    given = {(row["country"], row["part"], row["value"]) for row in vocabulary.rows("people")}
    for number, one in enumerate(people):
        assert (one["city"], one["region"], one["country"]) in places
        assert one["name"] == f"{one['first_name']} {one['last_name']}"
        assert (one["country"], "last", one["last_name"]) in given
        genders = ["female", "male"] if one["gender"] == "nonbinary" else [one["gender"]]
        assert any((one["country"], gender, one["first_name"]) in given for gender in genders)
        local, _, domain = one["email"].partition("@")
        assert local.endswith(str(number + 1))
        assert domain in {"example.com", "example.org", "example.net"}
    assert sum(one["partner"] == one["name"] for one in people) < 5


@pytest.mark.parametrize("people", [8, 9, 12, 30, 97, 65_537 * 2, 10**9])
def test_lines_of_one_parent_refer_to_different_rows(people):
    source = Declared.of({
        "dataset": "club",
        "entities": {
            "people": {"rows": people, "columns": {"id": "key"}},
            "teams": {"rows": 200, "columns": {"id": "key"}},
            "members": {
                "lines_of": "teams",
                "per_parent": {1: 1, 5: 1, 8: 2},
                "columns": {"id": "key", "team": {"of_parent": "", "references": "teams"},
                            "person": {"references": "people", "distinct": True}},
            },
        },
    })  # fmt: skip
    domain = source.load()
    members = domain.entity("members")
    dataset = domain.dataset()
    count = members.positions(dataset)
    frame = chunk_of(members(dataset, Span(0, count))).frame
    assert frame.select("team", "person").is_duplicated().sum() == 0
    assert frame["person"].is_between(1, people).all()
    part = chunk_of(members(dataset, Span(37, 5))).frame
    assert part.equals(frame[37:42])
    if people <= 97:  # everybody is somebody's, and first ones are spread
        assert frame["person"].n_unique() == people


def test_more_lines_than_rows_to_choose_from_are_refused_with_the_numbers():
    tables = {
        "people": {"rows": 3, "columns": {"id": "key"}},
        "teams": {"rows": 2, "columns": {"id": "key"}},
        "members": {"lines_of": "teams", "per_parent": {5: 1},
                    "columns": {"id": "key", "person": {"references": "people", "distinct": True}}},
    }  # fmt: skip
    domain = Declared.of({"dataset": "club", "entities": tables}).load()
    with pytest.raises(UsageError, match="some rows have 5 lines, and people has 3 rows"):
        chunk_of(domain.entity("members")(domain.dataset(), Span(0, 10)))
    tables["members"]["rows"] = 5
    del tables["members"]["lines_of"], tables["members"]["per_parent"]
    with pytest.raises(UsageError, match="distinct is among the lines of one parent, and members has none"):
        Declared.of({"dataset": "club", "entities": tables}).load()
