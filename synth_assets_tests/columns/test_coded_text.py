"""Text with few different cells comes by code, with the cells it has otherwise; pieces of a text are pieces of it."""

import numpy as np
import pytest

from synth_assets.columns.basis.texts import pieces_of
from synth_assets.kernel.counter import Span
from synth_assets.model.values import Text, series_of
from synth_assets.specs.declared import Declared

COLUMNS = {
    "id": "key",
    "maker": {"integers": -2, "high": 5},
    "wide": {"integers": 0, "high": 100_000},
    "rare": {"integers": 0, "high": 99},
    "color": {"choices": ["red", "green"]},
    "size": {"choices": ["S", "M", None]},
    "price": {"decimals": "0.00", "high": "9.99"},
}


def cells(expression, rows=500, nullable=False):
    column = {"expression": expression, "type": "string", "nullable": nullable}
    entities = {"t": {"rows": rows, "columns": {**COLUMNS, "x": column}}}
    domain = Declared.of({"dataset": "d", "entities": entities}).load()
    made = domain.entity("t")(domain.dataset(), Span(0, rows))
    given = [series_of(domain.tables["t"].column(name), made.cells(name)).to_list() for name in COLUMNS]
    found = made.cells("x")
    shown = series_of(domain.tables["t"].column("x"), found).to_list()
    return found, shown, [dict(zip(COLUMNS, row, strict=True)) for row in zip(*given, strict=True)]


@pytest.mark.parametrize(
    ("expression", "texts", "of"),
    [
        ("if(price > 5, 'dear', 'cheap')", 2, lambda row: "dear" if row["price"] > 5 else "cheap"),
        (
            "case when maker < 0 then 'none' when size = 'S' then color else 'other' end",
            4,
            lambda row: "none" if row["maker"] < 0 else row["color"] if row["size"] == "S" else "other",
        ),
        ("'B#' || lpad(text(maker), 3, '0')", 8, lambda row: f"B#{str(row['maker']).rjust(3, '0')}"),
        ("upper(color) || text(maker * maker)", 16, lambda row: row["color"].upper() + str(row["maker"] ** 2)),
    ],
)
def test_text_with_few_different_cells_comes_by_code(expression, texts, of):
    found, shown, rows = cells(expression)
    assert isinstance(found, Text)
    assert len(found.pool) == texts
    assert shown == [of(row) for row in rows]


@pytest.mark.parametrize(
    ("expression", "nullable", "of"),
    [
        ("color || text(wide)", False, lambda row: f"{row['color']}{row['wide']}"),
        ("text(price)", False, lambda row: str(row["price"])),
        ("color || size", True, lambda row: row["size"] and row["color"] + row["size"]),
        ("if(maker > 0, size, 'none')", True, lambda row: row["size"] if row["maker"] > 0 else "none"),
        ("nullif(color, 'red')", True, lambda row: None if row["color"] == "red" else row["color"]),
        ("text(id)", False, lambda row: str(row["id"])),
    ],
)
def test_other_text_comes_as_it_is(expression, nullable, of):
    found, shown, rows = cells(expression, nullable=nullable)
    assert not isinstance(found, Text)
    assert shown == [of(row) for row in rows]


def test_few_rows_are_computed_as_they_are():
    found, shown, rows = cells("color || text(maker)", rows=5)
    assert not isinstance(found, Text)
    assert shown == [f"{row['color']}{row['maker']}" for row in rows]


def test_a_combination_that_never_comes_refuses_nothing():
    too_much = (1 << 63) // 99 + 1
    found, shown, rows = cells(f"text(rare * {too_much})", rows=100)
    assert max(row["rare"] for row in rows) < 99  # whose product takes more than 18 digits
    assert not isinstance(found, Text)
    assert shown == [str(row["rare"] * too_much) for row in rows]


def test_pieces_of_a_text_are_pieces_of_it():
    text = "".join(chr(33 + at % 90) for at in range(500))
    lengths = np.arange(60).repeat(3)
    starts = (np.arange(180) * 7) % (500 - 60)
    found = pieces_of(np.frombuffer(text.encode(), dtype=np.uint8), starts.astype(np.int64), lengths.astype(np.int64))
    pairs = list(zip(starts.tolist(), lengths.tolist(), strict=True))
    assert found.to_list() == [text[start : start + length] for start, length in pairs]
    assert found.unique().len() == len({text[start : start + length] for start, length in pairs})
    assert found.str.len_bytes().to_list() == lengths.tolist()
    assert pieces_of(np.frombuffer(b"abc", dtype=np.uint8), np.array([2, 0]), np.array([1, 0])).to_list() == ["c", ""]
