"""Every file in examples/datasets lives on: its base and all changes make the later state, over many seeds.

The log is applied as a consumer would, row by row into a dictionary, sharing no code with the engine that made it.
"""

import sys

import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import AFTER, CADENCES
from synth_assets_tests.domains.every_domain import DOMAINS

SEEDS, BATCHES = range(1, 21), range(1, 21)
FROM_FILES = [name for name in DOMAINS if name.startswith("example ") or name == "library"]


def _rows(frames, key):
    rows = [row for frame in frames for row in frame.to_dicts()]
    held = {tuple(row[one] for one in key): row for row in rows}
    assert len(held) == len(rows)
    return held


def _cells(row):
    """Cells as they compare: NaN is itself, and -0.0 isn't 0.0."""
    return {name: repr(cell) for name, cell in row.items()}


def _apply(held, event, key):
    place = tuple(event[one] for one in key)
    after = {name.removeprefix(AFTER): cell for name, cell in event.items() if name.startswith(AFTER)}
    assert (event["op"] == "insert") == (place not in held), (event["op"], place)
    if event["op"] == "delete":
        del held[place]
        return
    if event["op"] == "update":
        was = held[place]
        assert event["changed_columns"] == [one for one in was if repr(was[one]) != repr(after[one])]
    held[place] = after


def _lived(domain, seed):
    """Events applied, cells compared and rows that differ, of one seed."""
    dataset = domain.dataset(next(iter(domain.presets)), seed=seed)
    timeline = Timeline(domain, dataset, CADENCES["day"])
    keyed = {one: kind.key().columns for one, kind in domain.entities.items() if kind.key()}
    held = {one: _rows(timeline.state(one, dataset.as_of_second), key) for one, key in keyed.items()}
    events, cells, differing = 0, 0, 0
    for number in BATCHES:
        batch = timeline.batch(number)
        for one, key in keyed.items():
            for event in (event for frame in batch.log(one) for event in frame.to_dicts()):
                _apply(held[one], event, key)
                events += 1
    for one, key in keyed.items():
        state = _rows(timeline.state(one, dataset.as_of_second + 86_400 * BATCHES[-1]), key)
        cells += sum(map(len, state.values()))
        both = state.keys() & held[one].keys()
        differing += len(state.keys() ^ held[one].keys())
        differing += sum(_cells(state[place]) != _cells(held[one][place]) for place in both)
    return events, cells, differing


@pytest.mark.torture
@pytest.mark.parametrize("name", FROM_FILES)
def test_base_and_changes_make_the_later_state(name, capsys):
    found = [_lived(DOMAINS[name], seed) for seed in SEEDS]
    events, cells, differing = map(sum, zip(*found, strict=True))
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {events:,} events, {cells:,} cells, {differing} rows differ\n")
    assert events
    assert differing == 0
