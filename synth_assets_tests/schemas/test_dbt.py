"""dbt's files: tests and constraints are kept by the rows, whether people's YAML tells them or the manifest does."""

import json

import pytest
import yaml

from synth_assets.errors import UsageError
from synth_assets.schemas.sources import read_source
from synth_assets.usecases.spec_from import spec_from
from synth_assets_tests.schemas.loading import Made, broken

SCHEMA = """
version: 2

sources:
  - name: raw
    tables:
      - name: payments
        description: What was paid.
        columns:
          - name: payment_id
            data_type: bigint
            constraints: [{type: primary_key}]
          - name: order_id
            data_type: bigint
            tests:
              - not_null
              - relationships: {to: ref('orders'), field: order_id}
          - name: method
            tests: [{accepted_values: {values: [card, cash]}}]

models:
  - name: customers
    columns:
      - name: customer_id
        description: The key.
        data_tests: [unique, not_null]
      - name: email
        data_type: varchar(120)
        data_tests:
          - unique
          - not_null: {config: {severity: warn}}
      - name: tier
        data_tests:
          - not_null
          - accepted_values: {arguments: {values: [1, 2, 3], quote: false}}
  - name: orders
    constraints:
      - {type: check, expression: "shipped_on >= ordered_on"}
    tests:
      - dbt_utils.unique_combination_of_columns: {combination_of_columns: [customer_id, number]}
      - dbt_utils.recency: {datepart: day, field: ordered_on, interval: 1}
    columns:
      - name: order_id
        tests: [unique, not_null]
      - name: customer_id
        tests:
          - not_null
          - relationships: {to: "ref('customers')", field: customer_id}
      - name: number
        data_type: int
        tests: [not_null]
      - name: ordered_on
        tests: [not_null]
      - name: shipped_on
      - name: amount
        data_type: numeric(10,2)
        tests:
          - dbt_utils.accepted_range: {min_value: 0, max_value: 500, inclusive: false}
          - dbt_utils.expression_is_true: {expression: "<> 7"}
      - name: status
        tests:
          - accepted_values: {values: ["new", "it's", "NO"]}
          - not_null: {where: "amount > 0"}
          - unique: {config: {enabled: false}}
      - name: note
        tests: [house_style]
"""


@pytest.fixture
def schema(written):
    return written(SCHEMA, "schema.yml")


def test_rows_keep_what_tests_ask_for(schema, tmp_path):
    made = Made(schema, tmp_path, preset="small")
    assert broken(made) == []
    assert set(made.rows) == {"customers", "orders", "raw.payments"}
    assert len(made.rows["raw.payments"]) == 600


def test_tests_and_constraints_are_keys_references_sets_and_conditions(schema):
    customers, orders, payments = read_source(str(schema)).tables
    assert customers.key.columns == ("customer_id",)
    assert [one.columns for one in customers.unique] == [("email",)]
    assert customers.column("tier").type.name == "int64"
    assert customers.column("customer_id").doc == "The key."
    assert orders.key.columns == ("order_id",)
    assert [one.columns for one in orders.unique] == [("customer_id", "number")]
    assert orders.column("customer_id").type == customers.column("customer_id").type
    assert [(one.to, one.target) for one in orders.links] == [("customers", ("customer_id",))]
    assert orders.column("status").enumeration == ("new", "it's", "NO")
    assert {one.holds for one in orders.conditions} == {
        '"shipped_on" >= "ordered_on"',
        '"amount" > 0',
        '"amount" < 500',
        '"amount" <> 7',
    }
    assert payments.key.columns == ("payment_id",)
    assert [one.to for one in payments.links] == ["orders"]


def test_what_is_passed_over_is_told_with_its_line(schema):
    told = [one.told for one in read_source(str(schema)).passed_over]
    assert any("the test house_style was passed over" in one and "line 66" in one for one in told)
    assert any("dbt_utils.recency was passed over" in one for one in told)
    assert any("not_null is about some rows; it was taken to be about all" in one for one in told)
    assert any("columns have no data_type" in one for one in told)


def test_file_names_and_beginnings_tell_dbt(written):
    assert read_source(str(written(SCHEMA, "schema.yml"))).kind == "dbt"
    assert read_source(str(written(SCHEMA, "_shop__models.yml"))).kind == "dbt"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("models: {name: a}", r"line 1[\s\S]*models is no list"),
        (
            "models:\n  - columns: [{name: a}]\n  - name: b\n    columns: [c]",
            r"line 2: it has no name[\s\S]*no mapping",
        ),
        ("models: [{name: a}]", "no tables with columns"),
        ("version: 2\nexposures: []", "neither models nor sources"),
        ("apiVersion: v3.0.0\nkind: DataContract", "--as odcs"),
        ("models: [", "no valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(written, text, said):
    with pytest.raises(UsageError, match=said):
        read_source(str(written(text, "schema.yml")), "dbt")


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(UsageError, match=r"models/schema\.yml can't be read"):
        read_source("models/schema.yml")


# What dbt writes


def node(name, columns, kind="model", **more):
    said = {one: {"name": one, "data_type": told} for one, told in columns.items()}
    return {"resource_type": kind, "name": name, "columns": said, "original_file_path": f"models/{name}.yml", **more}


def check(name, table, column, **kwargs):
    namespace = kwargs.pop("namespace", None)
    metadata = {"name": name, "namespace": namespace, "kwargs": {"column_name": column, **kwargs}}
    return {"resource_type": "test", "test_metadata": metadata, "attached_node": table, "column_name": column}


MANIFEST = {
    "metadata": {"adapter_type": "postgres", "project_name": "jaffles"},
    "nodes": {
        "model.j.customers": node("customers", {"id": None}),
        "model.j.orders": node("orders", {"id": "int", "customer": None}, constraints=[{"type": "odd"}]),
        "model.j.empty": node("empty", {}),
        "test.j.1": check("unique", "model.j.customers", "id"),
        "test.j.2": check("not_null", "model.j.customers", "id"),
        "test.j.3": check(
            "relationships", "model.j.orders", "customer", to="{{ get_where_subquery(ref('customers')) }}", field="id"
        ),
        "test.j.4": check("accepted_range", "model.j.orders", "id", namespace="dbt_utils", min_value=5),
        "test.j.5": {"resource_type": "test", "attached_node": "model.j.orders"},
    },
    "sources": {"source.j.raw.pay": node("pay", {"id": "int"}, "source", source_name="raw")},
}
CATALOG = {
    "nodes": {
        "model.j.customers": {
            "columns": {
                "NAME": {"name": "NAME", "type": "varchar(30)", "index": 2},
                "ID": {"name": "ID", "type": "uuid", "index": 1},
            },
            "stats": {"row_count": {"value": 700}},
        }
    }
}  # fmt: skip


@pytest.fixture
def target(tmp_path):
    (tmp_path / "target").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: jaffles\n")
    (tmp_path / "target" / "manifest.json").write_text(json.dumps(MANIFEST))
    (tmp_path / "target" / "catalog.json").write_text(json.dumps(CATALOG))
    return tmp_path / "target"


def test_a_manifest_has_tables_with_the_types_of_the_catalog(target, tmp_path):
    made = Made(target / "manifest.json", tmp_path, preset="as_source")
    customers, orders, paid = made.schema.tables
    assert [(one.name, one.type.name) for one in customers.columns] == [("id", "uuid"), ("NAME", "string")]
    assert (customers.rows, len(made.rows["customers"])) == (700, 700)
    assert orders.column("customer").type.name == "uuid"
    assert paid.name == "raw.pay"
    assert [one.holds for one in orders.conditions] == ['"id" >= 5']
    assert broken(made) == []


def test_a_project_is_read_by_its_manifest_or_else_by_its_files(target):
    project = target.parent
    assert yaml.safe_load(spec_from(str(project)).text)["dataset"] == "jaffles"
    (target / "manifest.json").unlink()
    (project / "models").mkdir()
    (project / "models" / "shop.yml").write_text(SCHEMA)
    assert [one.name for one in read_source(str(project)).tables] == ["customers", "orders", "raw.payments"]


@pytest.mark.parametrize(("text", "said"), [("{", "is no JSON"), ("[]", "is no manifest of dbt")])
def test_what_is_no_manifest_is_told(written, text, said):
    with pytest.raises(UsageError, match=said):
        read_source(str(written(text, "manifest.json")))
