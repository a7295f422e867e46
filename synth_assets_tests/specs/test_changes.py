"""What becomes of tables in words: read into the same fates, kept by the batches, and refused with the arithmetic."""

import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import polars as pl
import pytest

from synth_assets.documents import reading
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.kernel.rota import periods_at
from synth_assets.model.change_log import CADENCES
from synth_assets.model.rates import Rate
from synth_assets.produce.expected import expected_digest
from synth_assets.specs.declared import Declared
from synth_assets.specs.schema import schema
from synth_assets.specs.showing import shown_declaration
from synth_assets.specs.slips import DeclarationError
from synth_assets.usecases.spec import as_yaml

WORKSHOP = Path(__file__).parents[2] / "examples" / "datasets" / "workshop.yaml"
TEXT = WORKSHOP.read_text(encoding="utf-8")
SEEDS = (0, 1, 2, 42, -7)
DAYS = 30

LONG = """\
dataset: workshop
doc: A bicycle workshop, its customers, bikes and repairs.
parameters: {customers: 500, days: 365}
presets: {tiny: {customers: 20, days: 30}, small: {}, large: {customers: 200000, days: 1095}}
default_preset: small
entities:
  customers:
    rows: customers
    over: days * 2
    season: weekly
    born: 3 a day
    fates:
      - {changes: city_changes, rate: 2 % a month}
      - {erased: 1 a month}
    columns:
      customer_id: {method: key}
      name: {method: person, part: full_name}
      email: {method: person, part: email, unique: true}
      city: {method: changing, by: city_changes, of: {method: person, part: city}}
      joined_at: {method: moment, second: born}
  bikes:
    lines_of: customers
    per_parent: {1: 70, 2: 22, 3: 8}
    columns:
      bike_id: {method: key}
      frame_number: {method: pattern, pattern: "WS-{8 digits}", unique: true}
      bought_at: {method: after, column: customers.joined_at, low: 0, high: 400, unit: days}
  repairs:
    rows: customers * 4
    over: days
    born: 12 a day
    fates:
      - lifecycle: state
        first: open
        steps: [{state: in_work, days: [0, 3]}, {state: done, days: [1, 10], per_hundred: 80}]
      - {follows: bike_id}
    columns:
      repair_id: {method: key}
      bike_id: {method: reference, references: bikes, skew: zipf, born_before: opened_at}
      opened_at: {method: moment, second: born}
      hours: {method: lognormal, median: 1.5, high: 12, digits: 1}
      price: {method: expression, expression: "hours * 48.00", type: "decimal(10,2)"}
      state: {method: state, by: state}
      done_at: {method: step, by: state, state: done}
    rules:
      - {doc: done repairs have hours, holds: "state <> 'done' OR hours > 0"}
"""


def declared(text, name="workshop.yaml", suffix=".yaml"):
    return Declared(text, name, suffix)


def changed(right, wrong):
    assert right in TEXT
    return declared(TEXT.replace(right, wrong, 1))


def problems(source):
    with pytest.raises(DeclarationError) as error:
        source.load()
    return error.value.texts


def timeline(source, preset, seed=42, **volumes):
    domain = source.load()
    return Timeline(domain, domain.dataset(preset, seed=seed, volumes=volumes), CADENCES["day"])


def counts(source, days, preset="small", **options):
    """How many events of each table and kind there are in so many days."""
    line = timeline(source, preset, **options)
    found = {}
    for number in range(1, days + 1):
        for name in line.domain.entities:
            for frame in line.batch(number).log(name):
                for op, count in frame.group_by("op").len().iter_rows():
                    found[name, op] = found.get((name, op), 0) + count
    return found


def rows_at(line, name, batch):
    key = line.domain.tables[name].key.columns
    frame = pl.concat(list(line.state(name, line.second(batch))))
    return {tuple(row[column] for column in key): row for row in frame.iter_rows(named=True)}


def applied(line, name, state, batch):
    """A table's rows by key after a batch, by nothing but its log."""
    key, columns = line.domain.tables[name].key.columns, line.domain.tables[name].column_names
    for frame in line.batch(batch).log(name):
        for event in frame.iter_rows(named=True):
            row = tuple(event[column] for column in key)
            assert (row in state) is (event["op"] != "insert")
            if event["op"] == "delete":
                del state[row]
            else:
                state[row] = {column: event[f"after_{column}"] for column in columns}


def test_short_forms_and_changes_are_read_into_the_words_that_tables_have():
    short, long = (shown_declaration(one) for one in (declared(TEXT), declared(LONG)))
    assert short == long
    again = declared(as_yaml(short))
    domains = [one.load() for one in (declared(TEXT), declared(LONG), again)]
    for name in domains[0].entities:
        digests = [expected_digest(of, of.dataset("tiny", seed=3), name).content_hash for of in domains]
        assert len(set(digests)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_base_and_batches_are_the_snapshot_and_every_reference_finds_its_row(seed):
    line = timeline(declared(TEXT), "tiny", seed)
    states = {name: rows_at(line, name, 0) for name in line.domain.entities}
    for batch in range(1, DAYS + 1):
        for name, state in states.items():
            applied(line, name, state, batch)
        assert {row["bike_id"] for row in states["repairs"].values()} <= {key for (key,) in states["bikes"]}
    for name, state in states.items():
        assert state == rows_at(line, name, DAYS)


def test_batches_keep_the_rates():
    found = counts(declared(TEXT), days=56, preset="small", customers=4_000)
    assert found["customers", "insert"] / 56 == pytest.approx(3, rel=0.02)
    # Repairs of bikes that went before them don't come.
    assert found["repairs", "insert"] / 56 == pytest.approx(12, rel=0.03)
    assert found["customers", "update"] == pytest.approx(0.02 / 30 * 56 * 4_084, rel=0.15)
    assert found["customers", "delete"] in {1, 2, 3}
    assert found["bikes", "delete"] >= found["customers", "delete"]


@pytest.mark.parametrize(
    ("said", "a_day"),
    [
        ("3 a day", 3),
        ("1_000 per week", Fraction(1_000, 7)),
        ("2.5 / month", Fraction(1, 12)),
        ("1 each year", Fraction(1, 365)),
        ("10 % a month", Fraction(5, 3)),
        ("10 percent per month", Fraction(5, 3)),
        ("4 daily", 4),
        (7, 7),
        ({"rows": 6, "per": "week"}, Fraction(6, 7)),
        ({"percent": 1, "per": "day"}, 5),
    ],
)
def test_a_rate_is_read_and_written(said, a_day):
    rate = Rate.read(said)
    assert rate.of(500) == a_day
    assert Rate.read(str(rate)) == rate


@pytest.mark.parametrize(
    "said", ["", "3", "3 a fortnight", "a day", "-1 a day", "1e3 a day", True, -3, 0.5, None, [3], {"rows": 3}, {}]
)
def test_what_says_no_rate_is_refused(said):
    with pytest.raises(ValueError, match="as 3 a day"):
        Rate.read(said)


@pytest.mark.parametrize("share", [Fraction(1, 1_500), Fraction(1, 10), Fraction(3, 10), Fraction(6, 10), Fraction(1)])
def test_turns_of_all_strata_have_the_share_together(share):
    periods = periods_at(share)
    assert len(periods) == 10
    assert min(periods) >= 1
    assert sum(Fraction(1, days) for days in periods) / 10 / share == pytest.approx(1, rel=0.01)


def test_columns_change_together_under_a_name():
    source = changed("change: {city: 2 % a month}", "change: {moves: {columns: [city, name], rate: 10 % a week}}")
    line = timeline(source, "tiny", customers=200)
    updates = [one for k in range(1, 15) for frame in line.batch(k).log("customers") for one in frame.rows(named=True)]
    both = [one for one in updates if one["op"] == "update"]
    assert {one["changed_columns"] is not None for one in both} == {True}
    assert any(set(one["changed_columns"]) == {"city", "name"} for one in both)
    acts = pl.concat([line.batch(k).transactions for k in range(1, 15)])["act"]
    assert "customers_moves" in set(acts)


def test_nothing_comes_where_none_is_born_and_rows_without_days_come_at_their_rate():
    still = changed("born: 3 a day, change: {city: 2 % a month}, erased: 1 a month", "born: 0 a day")
    assert ("customers", "insert") not in counts(still, days=10, preset="tiny")
    text = {
        "dataset": "d",
        "entities": {"t": {"rows": 10, "columns": {"id": "key"}}},
        "changes": {"t": {"born": "5 a day"}},
    }
    found = counts(Declared.of(text), days=28, preset=None)
    assert found["t", "insert"] == pytest.approx(140, abs=3)


def test_rows_are_erased_at_their_rate_and_stay_so():
    text = {
        "dataset": "d",
        "entities": {"t": {"rows": 2_000, "over": 100, "columns": {"id": "key"}}},
        "changes": {"t": {"erased": "30 % a year"}},
    }
    found = counts(Declared.of(text), days=70, preset=None)
    assert found["t", "delete"] == pytest.approx(2_000 * 0.3 / 365 * 70, rel=0.05)


WRONG = [
    ("born: 3 a day", "born: 3 a fortnight", 38, "customers.born='3 a fortnight' is not allowed"),
    ("born: 3 a day", "borne: 3 a day", 38, "'borne' is unknown; did you mean 'born'"),
    ("born: 3 a day", "born: 30000000 a day", 38, "is 30,000,000 rows a day, and at most 1,000,000 can be"),
    ("{city: 2 %", "{ctiy: 2 %", 38, "column 'ctiy' is unknown; did you mean 'city'"),
    ("{city: 2 %", "{email: 2 %", 38, "email is unique"),
    ("{city: 2 %", "{customer_id: 2 %", 38, "customer_id is the key"),
    ("{city: 2 %", "{joined_at: 2 %", 38, "joined_at is made by moment, which draws nothing"),
    (
        "city: 2 % a month",
        "city: 30 a day",
        38,
        "is 30 changes a day, and each of 20 rows changes once",
    ),
    ("city: 2 % a month", "go: {columns: [city], rate: x}", 38, "go.rate='x' is not allowed"),
    ("erased: 1 a month", "erased: 9 a day", 38, "is 3,285 rows a year. There are 20 and 1,095 more come in it"),
    ("erased: 1 a month", "erased: 1 a day, ends: 2", 38, "ends and erased are the same"),
    ("follows: bikes", "follows: bike", 39, "table 'bike' is unknown; did you mean 'bikes'"),
    ("follows: bikes", "follows: customers", 39, "no column of repairs refers to customers"),
    ("  repairs: {born", "  reapirs: {born", 39, "table 'reapirs' is unknown; did you mean 'repairs'"),
    ("  repairs: {born: 12", "  bikes: {born: 12", 39, "its rows come with those of customers"),
    (", follows: bikes", "", 28, "rows of bikes are deleted in time"),
    ("open: 1,", "open: {days: [1, 2]},", 32, "open is the state of new rows"),
    ("in_work: {days: [0, 3]}", "in_work: {days: [3, 0]}", 32, "in_work.days=[3, 0] is not allowed"),
    ("in_work: {days: [0, 3]}", "in_work: {dyas: [0, 3]}", 32, "'dyas' is unknown; did you mean 'days'"),
    ("per_hundred: 80", "per_hundred: 800", 32, "done.per_hundred=800 is not allowed"),
    ("{step: done}", "{step: dne}", 33, "step 'dne' is unknown; did you mean 'done'"),
    ("days: [0, 400]", "days: x", 23, "days is the shortest and the longest while"),
    ("max: 12", "high: 12, max: 12", 30, "max and high are the same"),
    ("season: weekly", "season: monthly", 16, "season='monthly' is not allowed"),
    ("rows: customers * 4", "rows: custmers * 4", 25, "parameter 'custmers' is unknown; did you mean 'customers'"),
    ("rows: customers * 4", "rows: today() * 4", 25, "today isn't for numbers of rows"),
    ("rows: customers * 4", "rows: customers - 40", 5, "customers - 40 is -20 with customers=20"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), WRONG, ids=[f"{wrong}" for _, wrong, *_ in WRONG])
def test_a_mistake_is_told_at_its_line_with_what_is_allowed(right, wrong, line, said):
    told = problems(changed(right, wrong))
    assert any(one.startswith(f"workshop.yaml, line {line}") and said in one for one in told), told
    assert len(told) <= 3


def test_all_mistakes_of_changes_are_told_at_once():
    text = TEXT
    for right, wrong, *_ in (WRONG[1], WRONG[8], WRONG[11]):
        text = text.replace(right, wrong, 1)
    told = "\n".join(problems(declared(text)))
    assert all(said in told for *_, said in (WRONG[1], WRONG[8], WRONG[11]))


def test_tables_that_follow_each_other_are_refused():
    text = {
        "dataset": "d",
        "entities": {
            one: {"rows": 5, "columns": {"id": "key", "to": {"references": other, "null_rate": 0.5}}}
            for one, other in (("a", "b"), ("b", "a"))
        },
        "changes": {"a": {"follows": "b"}, "b": {"follows": "a"}},
    }
    assert "follows leads back to a" in problems(Declared.of(text))[0]


def test_rows_go_one_way_only():
    source = changed("repairs: {born: 12 a day, follows: bikes}", "bikes: {erased: 1 a month}")
    assert any("its rows go with those of customers, and by another fate, too" in one for one in problems(source))


def test_movements_and_their_accounts_stay():
    entities = {
        "accounts": {"rows": 50, "columns": {"account_id": "key"}},
        "moves": {
            "ledger": {"of": "accounts", "over": 30},
            "columns": {"move_id": "key", "account_id": {"key_of": "movements.accounts", "references": "accounts"}},
        },
    }
    for table, said in (("accounts", "rows of accounts are deleted in time"), ("moves", "movements never change")):
        text = {"dataset": "d", "entities": entities, "changes": {table: {"erased": "1 a month"}}}
        assert any(said in one for one in problems(Declared.of(text)))


EVERYTHING = """\
dataset: v
parameters: {n: 40}
presets: {tiny: {}}
entities:
  people:
    rows: n
    over: 200
    columns:
      person_id: key
      city: person.city
      zip: person.postal_code
      level: {weighted: {a: 1, b: 2}, null_rate: 0.3}
      touched: changed
  pets:
    slots_of: people
    per_parent: {0: 1, 2: 2, 3: 1}
    key: {columns: [person_id, place], codec: composite, sizes: [3]}
    columns: {person_id: {of_parent: "", references: people}, place: ordinal, name: person.first_name}
  visits:
    rows: n * 3
    over: 100
    columns:
      visit_id: key
      who: {references: people, born_before: at, null_rate: 0.2}
      at: moment.born
      note: {pattern: "{4 digits}"}
  lines:
    lines_of: visits
    per_parent: {1: 1, 2: 1}
    columns: {line_id: key, visit_id: {of_parent: "", references: visits}, x: {integers: 1, max: 1000}}
  letters:
    rows: n
    columns: {letter_id: key, line: {references: lines}}
changes:
  people:
    born: 40 a week
    change: {moves: {columns: [city, zip], rate: 10 % a week}, level: 3 a day}
    erased: 2 a day
  visits: {born: 300 % a month, follows: people, change: {note: 5 % a day}}
  lines: {change: {x: 20 % a week}}
  letters: {follows: lines, born: 2 a day}
"""


REFERENCES = (("pets", "person_id", "people"), ("visits", "who", "people"), ("letters", "line", "lines"))


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_all_of_it_together_is_replayed_and_every_reference_finds_its_row(seed):
    line = timeline(declared(EVERYTHING), "tiny", seed)
    states = {name: rows_at(line, name, 0) for name in line.domain.entities}
    for batch in range(1, 21):
        for name, state in states.items():
            applied(line, name, state, batch)
        for name, column, to in REFERENCES:
            assert {row[column] for row in states[name].values()} <= {None, *(key for (key,) in states[to])}
    for name, state in states.items():
        assert state == rows_at(line, name, 20)


def test_calculated_numbers_of_rows_are_exact_and_rounded_at_the_end():
    def rows(said, **parameters):
        text = {"dataset": "d", "parameters": parameters, "entities": {"t": {"rows": said, "columns": {"id": "key"}}}}
        domain = Declared.of(text).load()
        return domain.entity("t").positions(domain.dataset())

    assert rows("a * 4", a=20) == 80
    assert rows("a / 3 * 3", a=20) == 20
    assert rows("a / 8", a=20) == 3  # 2.5: halves up
    assert rows("floor(a / 8) + ceil(a / 8)", a=20) == 5
    assert rows("max(a - 40, 7) + min(a, b) * 1.5", a=20, b=4) == 13


def test_other_words_for_arguments_are_the_same_arguments():
    def column(said):
        text = {"dataset": "d", "entities": {"t": {"rows": 5, "columns": {"id": "key", "x": said}}}}
        return shown_declaration(Declared.of(text))["entities"]["t"]["columns"]["x"]

    assert column({"integers": 1, "max": 6}) == column({"method": "integers", "min": 1, "max": 6})
    assert column({"method": "integers", "low": 1, "high": 6}) == column({"integers": 1, "maximum": 6})
    assert column({"normal": 5, "std": 2, "round": 0}) == column({"normal": 5, "deviation": 2, "digits": 0})
    assert column({"dates": -9, "to": -1, "description": "x"}) == column(
        {"method": "dates", "from": -9, "last": -1, "doc": "x"}
    )


@pytest.mark.parametrize("path", sorted(WORKSHOP.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_editors_take_every_example(path):
    checker = jsonschema.Draft202012Validator(schema())
    said = reading.parse(path.read_text(encoding="utf-8"), path.name).values
    assert [error.message for error in checker.iter_errors(said)] == []


def test_editors_mark_what_is_wrong():
    checker = jsonschema.Draft202012Validator(schema())
    for right, wrong in (
        ("born: 3 a day", "born: 3 a fortnight"),
        ("max: 12", "mox: 12"),
        ("days: [0, 3]", "dys: [0, 3]"),
    ):
        said = json.loads(json.dumps(reading.parse(TEXT.replace(right, wrong, 1), "w.yaml").values))
        assert list(checker.iter_errors(said))


def test_the_page_shows_the_file():
    page = (WORKSHOP.parents[2] / "docs" / "own-dataset.md").read_text(encoding="utf-8")
    assert f"```yaml\n{TEXT}```" in page


def test_a_clock_by_days_needs_rows_of_its_own():
    told = problems(
        changed("bought_at: {after: customers.joined_at, days: [0, 400]}", "bought_at: {clock: 1, spread: 9}")
    )
    assert "only rows of a table that says rows appear by a clock of their own" in told[0]


def test_a_time_of_birth_needs_days_to_be_born_in():
    text = {"dataset": "d", "entities": {"t": {"rows": 5, "columns": {"id": "key", "x": "moment.born"}}}}
    with pytest.raises(UsageError, match="rows of t have been there from ever"):
        Declared.of(text).load()


@pytest.mark.parametrize(
    "column",
    [
        {"formatted": "%d.%m.%Y", "of": {"changing": "moves", "of": {"dates": -90, "last": -1}}},
        {"zero_filled": 5, "of": {"changing": "moves", "of": {"integers": 1, "high": 9}}},
        {"composed": ["no ", {"method": "changing", "by": "moves", "of": {"integers": 1, "high": 9}}]},
    ],
    ids=lambda column: next(iter(column)),
)
def test_what_is_made_of_a_cell_that_changes_changes_too(column):
    """So a row of another table that shows it would change without an event, which is refused."""
    owners = {"id": "key", "shown": column}
    said = {
        "dataset": "d",
        "entities": {
            "owners": {"rows": 9, "over": 30, "fates": [{"changes": "moves", "days": [3, 9]}], "columns": owners},
            "bikes": {
                "rows": 9,
                "columns": {
                    "id": "key",
                    "owner_id": {"references": "owners"},
                    "seen": {"copied": "owners.shown", "type": "string"},
                },
            },
        },
    }
    with pytest.raises(UsageError, match=r"owners\.shown changes in time"):
        Declared.of(said).load()
