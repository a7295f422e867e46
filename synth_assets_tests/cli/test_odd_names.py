"""Names that SQL takes without quotes, in whatever case, go everywhere."""

import json

import polars as pl

ODD = {
    "dataset": "odd",
    "entities": {
        "t": {
            "rows": 4,
            "over": 9,
            "columns": {
                "CustomerID": "key",
                "_end": {"integers": 1, "high": 9},
                "end": {"integers": 1, "high": 9},
                "Order": {"expression": '"end" * 10 + _end + CustomerID', "type": "int64"},
                "a" * 63: {"constant": "é"},
            },
            "rules": [{"it is that": '"Order" = "end" * 10 + _end + "CustomerID"'}],
        }
    },
}


def test_names_with_capitals_and_those_of_expressions_are_names_of_columns(synth, project):
    (project / "datasets").mkdir()
    (project / "datasets" / "odd.json").write_text(json.dumps(ODD))
    stored = synth("generate", "odd", "--format", "parquet,csv,ndjson,duckdb,sqlite", "--quiet")
    assert stored.status == 0, stored.err
    verified = synth("verify", "data", "--regenerate", "--quiet")
    assert verified.status == 0, verified.out
    (file,) = (project / "data").glob("parquet/**/*.parquet")
    rows = pl.read_parquet(file)
    assert rows["Order"].to_list() == (rows["end"] * 10 + rows["_end"] + rows["CustomerID"]).to_list()
