"""`synth plan`: what it says of bytes, files, time and memory."""

import json


def test_json_tells_estimates_apart_from_what_is_known(synth):
    told = json.loads(synth("plan", "bronze", "raw_orders", "raw_reviews", "--preset", "small", "--json").out)
    orders, reviews = told["tables"]
    assert (orders["rows"], orders["estimated"]["rows"]) == (5_000, 5_000)
    assert reviews["rows"] is None
    assert reviews["estimated"]["rows"] > 0
    assert told["bytes"] == sum(sum(table["estimated"]["bytes"].values()) for table in told["tables"])
    assert not told["measured"]


def test_text_says_what_is_estimated_and_whose_time_it_is(synth):
    text = synth("plan", "bronze", "raw_orders", "raw_reviews", "--preset", "small", "--workers", "2").out
    assert "~" in text
    assert "time as of the reference machine" in text
    assert "memory with 2 workers" in text
    measured = synth("plan", "bronze", "raw_orders", "--preset", "small", "--measure").out
    assert "reference machine" not in measured
