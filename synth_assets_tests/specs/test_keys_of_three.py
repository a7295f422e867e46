"""Keys of several columns that lead through several tables, whatever the key of the first of them."""

import json

import polars as pl
import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets_tests.domains.living import lived
from synth_assets_tests.specs.made import frames

FIRST = {
    "whole": {},
    "gaps": {"key": {"columns": "school_id", "start": 1, "run": 8, "of": 32}},
    "text": {"key": {"columns": "school_id", "codec": "text", "prefix": "S", "digits": 3}},
    "uuid": {"key": {"columns": "school_id", "codec": "uuid"}},
}
IS_TEXT = ("text", "uuid")
NUMBER = {"method": "ordinal", "type": "int64"}


def school(first, sizes=(4, 12)):
    up = {"of_parent": ""}
    return {
        "dataset": "school",
        "entities": {
            "schools": {
                "rows": 12,
                "over": 40,
                "fates": [{"ends": 3, "stay": 0, "days": 90}],
                "columns": {"school_id": {"method": "key", **({"type": "string"} if first in IS_TEXT else {})}},
                **FIRST[first],
            },
            "classes": {
                "slots_of": "schools",
                "per_parent": {2: 1, 4: 1},
                "key": {"columns": ["school_id", "class_no"], "codec": "composite", "sizes": [4]},
                "columns": {
                    "school_id": {**up, "references": "schools"},
                    "class_no": NUMBER,
                    "room": {"integers": 1, "high": 99},
                },
            },
            "pupils": {
                "slots_of": "classes",
                "per_parent": {3: 1, 12: 1},
                "key": {"columns": ["school_id", "class_no", "pupil_no"], "codec": "composite", "sizes": [*sizes]},
                "references": [{"columns": ["school_id", "class_no"], "to": "classes"}],
                "columns": {"school_id": up, "class_no": up, "pupil_no": NUMBER, "room": {"copied": "classes.room"}},
            },
        },
    }  # fmt: skip


@pytest.mark.parametrize("first", FIRST)
def test_three_tables_agree(tmp_path, first):
    found = frames(json.dumps(school(first)), tmp_path)
    pupils, classes = found["pupils"], found["classes"]
    above = ["school_id", "class_no"]
    assert pupils.join(classes, on=[*above, "room"], how="anti").is_empty()
    assert classes.join(found["schools"], on="school_id", how="anti").is_empty()
    assert set(pupils.group_by(above).len()["len"]) == {3, 12}
    assert pupils.select(*above, "pupil_no").is_unique().all()
    assert (pupils["school_id"].dtype == pl.String) == (first in IS_TEXT)
    key = Declared.of(school(first)).load().entities["pupils"].key()
    numbers = key.numbers(pupils)
    assert sorted(numbers) == list(numbers)  # read off the cells, in the order of the rows
    assert min(numbers) >= 0


@pytest.mark.parametrize("first", ["gaps", "uuid"])
def test_three_tables_come_and_go_together(first):
    events, _, differing = lived(Declared.of(school(first)).load(), 1, range(1, 9))
    assert events > 0
    assert differing == 0


def test_other_sizes_are_refused_with_the_key_to_say():
    with pytest.raises(UsageError, match=r"columns: \[school_id, class_no, number\], sizes: \[4, 12\]"):
        Declared.of(school("whole", (3, 12))).load()
