"""Columns may be called like anything that classes of rows have themselves."""

import re

import numpy as np
import polars as pl
import pytest

from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
from synth_assets.model.change_log import CHANGED, META
from synth_assets.model.ledgers import LedgerEntity
from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError

ANNOTATED = ("about", "tables", "dataset", "rows", "at", "doc", "self", "row", "columns")
OWN = sorted({one for one in (*dir(LedgerEntity), *ANNOTATED, "shared") if re.fullmatch("[a-z][a-z0-9_]*", one)})
HIDDEN = {column.name for column in (*META, CHANGED)}
NAMES = [name for name in OWN if name not in HIDDEN]


def domain(called):
    """The same tables, whose columns are called otherwise."""
    drawn = {called(name): {"integers": 1, "high": 10**9, "stream": name} for name in NAMES if name != "born"}
    return Declared.of(
        {
            "dataset": "names",
            "entities": {
                "things": {
                    "rows": 50,
                    "over": 30,
                    "columns": {"the_id": "key", **drawn, called("born"): {"moment": "born"}},
                },
                "lines": {
                    "lines_of": "things",
                    "per_parent": {0: 1, 2: 1},
                    "columns": {
                        "id": "key",
                        called("parents"): {"of_parent": "", "references": "things"},
                        called("index"): {"copied": f"things.{called('at')}"},
                        called("rows"): {"of_parent": called("rows")},
                        called("family"): {"expression": f"{called('index')} + 1", "type": "int64"},
                        called("cells"): {"after": f"things.{called('born')}", "low": 1, "high": 9, "unit": "days"},
                    },
                },
            },
        }
    ).load()


def frame(made, table):
    kind, dataset = made.entity(table), made.dataset("small", seed=3)
    rows = kind(dataset, Span(0, kind.positions(dataset)))
    return chunk_of(rows).frame


@pytest.mark.parametrize("table", ["things", "lines"])
def test_a_column_called_like_something_of_its_class_has_the_cells_that_it_has_under_another_name(table):
    plain, odd = frame(domain(lambda name: name), table), frame(domain(lambda name: f"{name}_"), table)
    assert len(NAMES) > 30
    odd.columns = [name.removesuffix("_") for name in odd.columns]
    # A time of the row's own is drawn by the column's name.
    assert plain.drop("cells", strict=False).equals(odd.drop("cells", strict=False))
    assert plain.columns == odd.columns


def test_rows_of_such_a_table_are_the_same_alone():
    made = domain(lambda name: name)
    kind, dataset = made.entity("things"), made.dataset("small", seed=3)
    some = np.array([3, 17, 40])
    assert chunk_of(kind(dataset, some)).frame.equals(frame(made, "things")[some.tolist()])
    assert frame(made, "things")["born"].dtype == pl.Datetime("us", "UTC")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a" * 64, "t/a: column aaa.* has a name of 64 letters; databases take 63"),
        ("with space", '"with space" can\'t be a name; it is columns by name'),
        ("größe", "größe.* can't be a name"),
        ("1st", "can't be a name"),
        ("OP", None),
    ],
)
def test_other_names_are_refused_with_what_is_allowed(name, said):
    method = "key" if said is None else {"constant": 1}
    source = Declared.of({"dataset": "t", "entities": {"a": {"rows": 3, "columns": {"id": "uuid", name: method}}}})
    with pytest.raises(DeclarationError, match=said or "a key's column can't be called OP"):
        source.load()


def _keyed(key, other):
    columns = {key: "key", other: {"integers": 1, "high": 9}}
    return Declared.of({"dataset": "q", "entities": {"things": {"rows": 5, "over": 30, "columns": columns}}})


@pytest.mark.parametrize("key", ["before_age", "after_age"])
def test_a_key_is_not_called_as_an_image_of_another_column_is(key):
    with pytest.raises(DeclarationError, match=f"a key's column can't be called {key}: events of change data have one"):
        _keyed(key, "age").load()
    assert _keyed(key, "years").load().entities["things"].key().columns == (key,)


@pytest.mark.parametrize("name", ["model_x", "model_dump_x", "model_validate_it", "select", "order", "true_", "polars"])
def test_parameters_tables_and_datasets_may_be_called_so(name):
    said = {
        "dataset": name,
        "parameters": {name: 7},
        "entities": {name: {"rows": name, "over": 30, "columns": {name: "key", "age": {"integers": 1, "high": 9}}}},
    }
    domain = Declared.of(said).load()
    assert domain.entities[name].positions(domain.dataset(seed=1)) == 7


@pytest.mark.parametrize("name", ["schema", "json", "copy", "dict", "model_fields", "model_config", "validate", "seed"])
def test_a_parameter_that_its_class_or_a_command_has_already_is_refused_by_name(name):
    said = {"dataset": "q", "parameters": {name: 7}, "entities": {name: {"rows": 3, "columns": {name: "key"}}}}
    with pytest.raises(DeclarationError) as refused:
        Declared.of(said).load()
    assert [one for one in str(refused.value).splitlines() if "parameter can't be called" in one] != []
    del said["parameters"]  # as a table and as a column it is welcome
    assert Declared.of(said).load().entities[name].key().columns == (name,)
