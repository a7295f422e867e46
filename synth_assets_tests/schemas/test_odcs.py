"""Open Data Contracts: all that one says of cells is kept by the rows, the rest stands in comments."""

import pytest
import yaml

from synth_assets.errors import UsageError
from synth_assets.schemas.sources import read_source
from synth_assets.usecases.spec_from import spec_from
from synth_assets_tests.schemas.loading import Made, broken

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
name: shop orders
version: 1.1.0
status: active
description: {purpose: What was ordered in the shop., usage: Tests.}
servers: [{server: prod, type: postgres, host: localhost, database: shop, schema: public}]
tags: [orders]
schema:
  - id: cust
    name: customers
    physicalName: crm_customers
    description: Who buys.
    properties:
      - {id: key, name: id, logicalType: string, physicalType: uuid, primaryKey: true, required: true}
      - name: email
        logicalType: string
        required: true
        unique: true
        logicalTypeOptions: {maxLength: 60, format: email}
      - name: code
        logicalType: string
        required: true
        logicalTypeOptions: {pattern: "^[A-Z]{2}-[0-9]{4}$"}
      - name: country
        logicalType: string
        physicalType: char(2)
        quality: [{metric: invalidValues, arguments: {validValues: [DE, SE, JP]}, mustBe: 0}]
      - name: level
        logicalType: integer
        customProperties: [{property: enum, value: [1, 2, 4]}]
      - name: score
        logicalType: number
        logicalTypeOptions: {minimum: -1, exclusiveMaximum: 1}
      - name: nick
        logicalType: string
        logicalTypeOptions: {minLength: 3, maxLength: 8}
        quality:
          - {rule: nullCheck, mustBeLessThan: 40, unit: percent}
          - {type: sql, query: "SELECT count(*) FROM customers WHERE nick = 'x'", mustBe: 0}
      - {name: born, logicalType: date, logicalTypeOptions: {minimum: "1950-01-01", maximum: "2005-12-31"}}
      - {name: seen, logicalType: timestamp, required: true, logicalTypeOptions: {timezone: true}}
      - {name: tags, logicalType: array, items: {logicalType: string}}
      - {name: address, logicalType: object, properties: [{name: street, logicalType: string}]}
      - {name: size, logicalType: integer, logicalTypeOptions: {multipleOf: 5, format: i32}}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 299}
      - {type: text, description: Names are real.}
  - name: regions
    properties:
      - {name: b, logicalType: string, physicalType: varchar(5), primaryKey: true, primaryKeyPosition: 2}
      - {name: a, logicalType: integer, physicalType: int, primaryKey: true, primaryKeyPosition: 1}
  - name: orders
    properties:
      - {name: order_id, logicalType: integer, primaryKey: true}
      - name: customer
        logicalType: string
        physicalType: uuid
        required: true
        relationships: [{to: schema/cust/properties/key}]
      - {name: number, logicalType: integer, physicalType: smallint, required: true}
      - {name: region_a, logicalType: integer, physicalType: int}
      - {name: region_b, logicalType: string, physicalType: varchar(5)}
      - {name: total, logicalType: number, physicalType: "numeric(10,2)", required: true}
      - {name: lost, logicalType: integer, relationships: [{to: nowhere.id}]}
      - {name: strange, physicalType: quaternion}
    relationships:
      - {type: foreignKey, from: [orders.region_a, orders.region_b], to: [regions.a, regions.b]}
    quality:
      - {rule: duplicateValues, arguments: {properties: [customer, number]}, mustBe: 0}
"""


@pytest.fixture
def contract(written):
    return written(CONTRACT, "shop.odcs.yaml")


def test_rows_keep_what_a_contract_asks_for(contract, tmp_path):
    made = Made(contract, tmp_path, preset="as_source")
    assert broken(made) == []
    assert len(made.rows["customers"]) == 300
    assert made.rows["customers"]["nick"].null_count() < 0.4 * 300


def test_a_contract_tells_types_keys_references_sets_and_conditions(contract):
    customers, regions, orders = read_source(str(contract)).tables
    kinds = {one.name: one.type.name for one in customers.columns}
    assert kinds == {
        "id": "uuid", "email": "string", "code": "string", "country": "string", "level": "int64",
        "score": "decimal(18,4)", "nick": "string", "born": "date", "seen": "timestamp(s, UTC)",
        "tags": "list(string)", "address": "json", "size": "int32",
    }  # fmt: skip
    assert customers.column("email").type.length == 60
    assert customers.column("country").enumeration == ("DE", "SE", "JP")
    assert [one.columns for one in customers.unique] == [("email",)]
    assert {one.holds for one in customers.conditions if one.holds} == {
        '"level" in (1, 2, 4)',
        '"score" >= (-1)',
        '"score" < 1',
        'length("nick") >= 3',
        "\"born\" >= date '1950-01-01'",
        "\"born\" <= date '2005-12-31'",
    }
    assert [one.patterns for one in customers.conditions if one.patterns] == [(("code", "[A-Z]{2}-[0-9]{4}"),)]
    assert regions.key.columns == ("a", "b")
    assert {(one.columns, one.to, one.target) for one in orders.links} == {
        (("customer",), "customers", ("id",)),
        (("region_a", "region_b"), "regions", ("a", "b")),
    }
    assert [one.columns for one in orders.unique] == [("customer", "number")]


def test_the_rest_stands_in_comments_with_its_line(contract):
    text = spec_from(str(contract)).text
    for said in (
        "a quality rule wasn't read (sql: SELECT count(*)",
        "a quality rule wasn't read (text: Names are real.)",
        "orders: lost refers to nowhere.id, which isn't there",
        "multiples of 5 aren't said",
        "what its fields hold isn't said",
        "can't be said: quaternion",
    ):
        assert said in " ".join(text.replace("# ", "").split())
    assert "shop.odcs.yaml, line" in text
    assert yaml.safe_load(text)["doc"] == "What was ordered in the shop."
    assert yaml.safe_load(text)["dataset"] == "shop_orders"


def test_a_kind_that_a_file_begins_with_is_known(written):
    assert read_source(str(written(CONTRACT, "anything.yaml"))).kind == "odcs"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 2\nmodels: []", "it looks like dbt's[\\s\\S]*--as dbt"),
        ("dataContractSpecification: 0.9.3", "--format odcs"),
        ("apiVersion: v2.2.2\nkind: DataContract", "its apiVersion is v2.2.2, and v3 is read"),
        ("apiVersion: v3.0.0\nkind: Other", "no `kind: DataContract`"),
        ("apiVersion: v3.0.0\nkind: DataContract", "no tables with columns"),
        ("apiVersion: v3.0.0\nkind: DataContract\nschema: {a: b}", "line 3.*: schema is no list"),
        (
            "apiVersion: v3.0.0\nkind: DataContract\nschema:\n- properties:\n  - {name: a, required: 'yes'}\n  - b",
            r"line 4: it has no name[\s\S]*no mapping[\s\S]*line 5.*required is neither",
        ),
        (
            "apiVersion: v3.0.0\nkind: DataContract\nschema:\n- name: t\n  properties:\n"
            + "".join(f"  - {{name: {at}, primaryKey: true, primaryKeyPosition: {at}}}\n" for at in ("1", "two")),
            "line 7.*: primaryKeyPosition is no whole number from 0",
        ),
        ("- a", "no `kind: DataContract`"),
    ],
)
def test_what_is_no_contract_is_told_with_the_way_out(written, text, said):
    with pytest.raises(UsageError, match=said):
        read_source(str(written(text, "x.odcs.yaml")), "odcs")
