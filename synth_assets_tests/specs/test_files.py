"""Files that declare datasets: the same values as the same words in Python, all mistakes at once, by their places."""

import json
import random

import jsonschema
import pytest
import yaml

from synth_assets.errors import UsageError
from synth_assets.model.change_log import history_table
from synth_assets.produce.expected import expected_digest
from synth_assets.specs.declared import Declared
from synth_assets.specs.schema import schema
from synth_assets.specs.showing import shown_declaration
from synth_assets.specs.slips import DeclarationError
from synth_assets.usecases.spec import as_yaml
from synth_assets_tests.domains.every_domain import EXAMPLES
from synth_assets_tests.workshop.declaration import WORKSHOP

ORDERS = (random.Random(1), random.Random(2))  # noqa: S311 - which order, not a secret

SHOP = """\
dataset: shop
doc: A shop.
parameters: {customers: 40, days: 30}
presets: {tiny: {customers: 10}, small: {}}
entities:
  customers:
    rows: customers
    over: days
    columns:
      customer_id: key
      name: person.full_name
      joined_at: {method: moment, second: born}
  orders:
    lines_of: customers
    per_parent: {1: 3, 2: 1}
    columns:
      order_id: key
      customer_id: {method: of_parent, references: customers}
      amount: {method: decimals, low: 1, high: "99.99", type: "decimal(10,2)"}
"""


def hashes(source):
    domain = source.load()
    dataset = domain.dataset("tiny", seed=7)
    return {name: expected_digest(domain, dataset, name).content_hash for name in domain.entities}


def written(path, text):
    path.write_text(text)
    return Declared.read(path)


def problems(text, path):
    with pytest.raises(DeclarationError) as error:
        written(path, text).load()
    return error.value.texts


def shuffled(value, order):
    """The same with the names of every mapping in another order, but for columns and tables, whose order is said."""
    if not isinstance(value, dict):
        return [shuffled(one, order) for one in value] if isinstance(value, list) else value
    names = list(value)
    order.shuffle(names)
    return {
        name: {at: shuffled(one, order) for at, one in value[name].items()}
        if name in {"columns", "entities", "weights", "per_parent"} and isinstance(value[name], dict)
        else shuffled(value[name], order)
        for name in names
    }


def test_a_file_has_the_values_of_the_same_words_in_python_whatever_their_order(tmp_path):
    expected = hashes(Declared.of(WORKSHOP))
    plain = json.loads(json.dumps(WORKSHOP))
    assert hashes(written(tmp_path / "a.yaml", yaml.safe_dump(plain, sort_keys=False))) == expected
    assert hashes(written(tmp_path / "b.json", json.dumps(shuffled(plain, ORDERS[0])))) == expected
    text = yaml.safe_dump(shuffled(plain, ORDERS[1]), sort_keys=False)
    assert hashes(written(tmp_path / "c.yml", f"# a comment\n{text}\n# another\n")) == expected


def test_what_is_left_out_is_filled_in_and_changes_no_value(tmp_path):
    for source in (Declared.of(WORKSHOP), written(tmp_path / "shop.yaml", SHOP)):
        values = shown_declaration(source)
        again = written(tmp_path / "shown.yaml", as_yaml(values))
        assert hashes(again) == hashes(source)
        assert shown_declaration(again) == values


def test_a_column_more_changes_no_other_value(tmp_path):
    more = SHOP.replace("      amount:", "      note: {method: pattern, pattern: '{3 digits}'}\n      amount:")
    one, two = (written(tmp_path / f"{n}.yaml", text).load() for n, text in enumerate((SHOP, more)))
    digests = [expected_digest(of, of.dataset("tiny"), "orders").column_hashes for of in (one, two)]
    assert digests[0].items() < digests[1].items()


def test_a_type_is_that_of_what_a_column_refers_to(tmp_path):
    text = SHOP.replace("    rows: customers\n", "    rows: customers\n    key: {columns: customer_id, codec: uuid}\n")
    tables = written(tmp_path / "shop.yaml", text).load().tables
    assert {tables[name].column("customer_id").type.name for name in tables} == {"string"}


WRONG = [
    ("doc: A shop.", "dok: A shop.", 2, "word 'dok' is unknown; did you mean 'doc'"),
    ("parameters: {customers: 40", "parameters: {customers: many", 3, "customers"),
    ("presets: {tiny: {customers: 10}", "presets: {tiny: {custumers: 10}", 4, "custumers"),
    ("    rows: customers\n", "    rows: costumers\n", 7, "parameter 'costumers' is unknown; did you mean 'customers'"),
    ("    over: days\n", "    over: dais\n", 8, "parameter 'dais' is unknown; did you mean 'days'"),
    (
        "customer_id: key\n      name",
        "customer_id: keys\n      name",
        10,
        "method 'keys' is unknown; did you mean 'key'",
    ),
    ("person.full_name", "person.fullname", 11, "part='fullname' is not allowed; it is one of full_name"),
    ("second: born", "secnd: born", 12, "argument 'secnd' is unknown; did you mean 'second'"),
    ("lines_of: customers", "lines_of: customer", 14, "table 'customer' is unknown; did you mean 'customers'"),
    ("{1: 3, 2: 1}", "{1: 3, 2: x}", 15, "per_parent"),
    ("order_id: key", "order_id: {methd: key}", 17, "order_id.method is missing"),
    ("references: customers}", "references: clients}", 18, "table 'clients' is unknown"),
    ("low: 1,", "low: one,", 19, "low='one' is not allowed; it is the least, a number"),
    ("decimal(10,2)", "decimal(2,10)", 19, "decimal(2,10) is no type"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), WRONG, ids=[wrong for _, wrong, *_ in WRONG])
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(right, wrong, line, said, tmp_path):
    text = SHOP.replace(right, wrong, 1)
    assert text != SHOP
    told = problems(text, tmp_path / "shop.yaml")
    assert all(one.startswith(f"{tmp_path}/shop.yaml, line ") for one in told)
    assert any(f"line {line}" in one and said in one for one in told), told
    assert len(told) <= 2, told  # nothing about what only leans on it


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path):
    text = SHOP
    for right, wrong, *_ in WRONG:
        text = text.replace(right, wrong, 1)
    told = problems(text, tmp_path / "shop.yaml")
    lines = [int(one.partition("line ")[2].partition(":")[0].partition(",")[0]) for one in told]
    assert lines == sorted(lines)
    # What hangs on a table that isn't there, or is of a type that isn't known, can be told when those are right.
    assert {line for *_, line, _ in WRONG} <= set(lines) | {18}


def test_of_a_newer_language_nothing_else_is_told(tmp_path):
    newer = SHOP.replace("doc: A shop.", "version: 2\ndok: A shop.")
    assert newer != SHOP
    (told,) = problems(newer, tmp_path / "shop.yaml")
    assert "line 2: it is written in version 2 of the dataset language, and this program reads 1." in told
    assert "newer" in told
    assert hashes(written(tmp_path / "a.yaml", f"version: 1\n{SHOP}")) == hashes(written(tmp_path / "b.yaml", SHOP))


def test_what_no_preset_has_room_for_is_said_with_the_numbers(tmp_path):
    text = SHOP.replace("name: person.full_name", "code: {method: pattern, pattern: '{1 digits}', unique: true}")
    (told,) = problems(text, tmp_path / "shop.yaml")
    assert "line 4" in told
    assert "code has 10 values" in told
    assert "40 rows were asked for" in told


@pytest.mark.parametrize("name", ["changes", "current", "postgres", "main", "nul", "pg_x", "x" * 64])
def test_a_name_that_means_something_else_is_refused(name, tmp_path):
    assert any(name in one for one in problems(SHOP.replace("dataset: shop", f"dataset: {name}"), tmp_path / "a.yaml"))
    assert any(name in one for one in problems(SHOP.replace("  orders:", f"  {name}:"), tmp_path / "b.yaml"))


def test_the_schema_takes_what_is_right_and_refuses_what_is_not():
    checker = jsonschema.Draft202012Validator(schema())
    checker.check_schema(schema())
    examples = [yaml.safe_load(path.read_text()) for path in EXAMPLES]
    for right in (json.loads(json.dumps(one, default=str)) for one in (WORKSHOP, yaml.safe_load(SHOP), *examples)):
        assert [error.message for error in checker.iter_errors(right)] == []
    wrong = yaml.safe_load(SHOP.replace("person.full_name", "nobody").replace("doc:", "dok:"))
    assert len(list(checker.iter_errors(json.loads(json.dumps(wrong))))) == 2


def test_a_key_of_several_columns_is_of_keys_and_whole_numbers(tmp_path):
    text = SHOP.replace("    rows: customers\n", "    rows: customers\n    key: {columns: customer_id, codec: uuid}\n")
    text = (
        text.replace("lines_of", "slots_of")
        .replace("      order_id: key\n", "      line: ordinal\n")
        .replace(
            "per_parent: {1: 3, 2: 1}",
            "per_parent: {1: 3, 2: 1}\n    key: {columns: [customer_id, line], codec: composite, sizes: [2]}",
        )
    )
    (tmp_path / "shop.yaml").write_text(text)
    Declared.read(tmp_path / "shop.yaml").load()
    (told,) = problems(text.replace("line: ordinal", 'line: {pattern: "{2 digits}"}'), tmp_path / "shop.yaml")
    assert "line is a part of a key of several columns, and is of type string, which isn't the key of what" in told


def test_columns_made_of_each_other_are_told_with_the_way_round(tmp_path):
    wrong = "amount: {expression: vat * 5}\n      vat: {expression: amount / 5}"
    text = SHOP[: SHOP.index("      amount:")] + f"      {wrong}\n"
    (told,) = problems(text, tmp_path / "shop.yaml")
    assert "these columns are made of each other: " in told


def test_a_key_that_events_would_hide_is_refused_and_a_history_of_such_columns_too(tmp_path):
    (told,) = problems(SHOP.replace("order_id: key", "lsn: key"), tmp_path / "shop.yaml")
    assert "a key's column can't be called lsn: events of change data have one of that name" in told
    domain = written(tmp_path / "b.yaml", SHOP.replace("amount:", "valid_to:")).load()
    with pytest.raises(UsageError, match="shop/orders has a column valid_to, as its versions have one of their own"):
        history_table(domain.tables["orders"])


MOVING = """\
dataset: q
presets: {tiny: {}}
entities:
  customers:
    rows: 30
    fates: [{changes: moves, days: [2, 5]}]
    columns:
      id: key
      city: {changing: moves, of: {method: person, part: city}}
      shown: {expression: "'in ' || city"}
      total: {total_of: visits.stars}
  orders:
    rows: 40
    over: 20
    columns: {id: key, customer: {references: customers}, ordered_at: moment.born, c: COLUMN}
  visits:
    lines_of: customers
    per_parent: {2: 1}
    columns: {id: key, stars: {integers: 1, high: 9}, c: LINE}
"""


@pytest.mark.parametrize(
    ("column", "line", "said"),
    [
        ("{copied: customers.city}", "ordinal", "customers.city changes in time"),
        ("{copied: customers.shown}", "ordinal", "customers.shown changes in time"),
        ("{expression: length(customers.city)}", "ordinal", "Say as of when, with at."),
        ("{json_object: {x: customers.city}}", "ordinal", "customers.city changes in time"),
        ("{integers: 1, high: 2}", "{of_parent: city}", "customers.city changes in time"),
        ("{copied: customers.city, at: ordered_at}", "{copied: customers.id}", ""),
        ("{expression: length(customers.shown), at: ordered_at}", "ordinal", ""),
    ],
)
def test_a_row_that_would_change_without_an_event_is_refused(column, line, said, tmp_path):
    text = MOVING.replace("COLUMN", column).replace("LINE", line)
    if not said:
        written(tmp_path / "q.yaml", text).load()
        return
    (told,) = problems(text, tmp_path / "q.yaml")
    assert said in told
    assert "this row has no event when it does: a log would miss it" in told
