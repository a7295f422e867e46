"""A value that its column's type can't hold is refused by column, whatever made it; it never becomes another one."""

import pytest

from synth_assets.engine.chunks import generate
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.specs.declared import Declared

WIDE = [
    ({"id": {"method": "key", "type": "int8"}}, "id: a value of it is 128, which int8 can't hold"),
    ({"v": {"expression": "n * 1000", "type": "int8"}}, "v: a value of it is"),
    ({"v": {"expression": "n * 5000000", "type": "int32"}}, "which int32 can't hold"),
    ({"v": {"expression": "n * 410.50", "type": "decimal(3,2)"}}, "which decimal(3,2) can't hold"),
    ({"v": {"expression": "add_days(day, n * 100000000)"}}, "which date can't hold"),
    ({"v": {"expression": "add_seconds(at, n * 1000000000)"}}, "can't hold"),
]


@pytest.mark.parametrize(("columns", "said"), WIDE, ids=[said for _, said in WIDE])
def test_what_does_not_fit_is_refused(columns, said):
    base = {
        "id": "key",
        "n": {"integers": 500, "high": 900},
        "day": {"dates": -900, "last": -1},
        "at": {"timestamps": -900},
    }
    domain = Declared.of({"dataset": "d", "entities": {"t": {"rows": 300, "columns": {**base, **columns}}}}).load()
    with pytest.raises(UsageError) as refused:
        generate(domain.entity("t"), domain.dataset(), Span(0, 300))
    assert said in str(refused.value)
    assert "wider type" in str(refused.value)


def test_lines_that_are_counted_added_up_and_numbered_have_to_fit_too():
    lines = {"line_id": "key", "a_id": {"of_parent": "", "references": "a"}, "n": {"constant": 90, "type": "int64"}}
    for name, column in {"count": {"count_of": "b"}, "total": {"total_of": "b.n"}}.items():
        said = {
            "a": {"rows": 3, "columns": {"id": "key", name: {**column, "type": "int8"}}},
            "b": {"lines_of": "a", "per_parent": {200: 1}, "columns": lines},
        }
        domain = Declared.of({"dataset": "d", "entities": said}).load()
        with pytest.raises(UsageError, match=f"d/a: {name}: a value of it is"):
            generate(domain.entity("a"), domain.dataset(), Span(0, 3))


def test_a_missing_cell_has_nothing_that_could_not_fit():
    columns = {
        "id": "key",
        "n": {"integers": 500, "high": 900},
        "v": {"expression": "if(n < 0, n, null)", "type": "int8", "nullable": True},
    }
    domain = Declared.of({"dataset": "d", "entities": {"t": {"rows": 30, "columns": columns}}}).load()
    assert generate(domain.entity("t"), domain.dataset(), Span(0, 30)).frame["v"].null_count() == 30
