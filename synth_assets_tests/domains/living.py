"""A consumer of change data: a base and a log, row by row in a dictionary, sharing no code with the engine."""

import polars as pl

from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import AFTER, CADENCES


def _readable(kind):
    """A type that Python's values hold: days, times and durations by their count, all others as they are.

    Python's own have no microsecond beyond the year 9999, and a duration of int64 is longer than its longest.
    """
    if isinstance(kind, pl.List):
        return pl.List(_readable(kind.inner))
    if isinstance(kind, pl.Struct):
        return pl.Struct({field.name: _readable(field.dtype) for field in kind.fields})
    if kind == pl.Date:
        return pl.Int32
    return pl.Int64 if kind in (pl.Datetime, pl.Duration, pl.Time) else kind


def _dicts(frame):
    """Rows of a frame, every cell exact."""
    readable = {name: _readable(kind) for name, kind in frame.schema.items()}
    return frame.with_columns(pl.col(name).cast(kind) for name, kind in readable.items()).to_dicts()


def _rows(frames, key):
    rows = [row for frame in frames for row in _dicts(frame)]
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


def lived(domain, seed, batches=range(1, 21), dataset=None):
    """Events applied, cells compared and rows that differ, of one seed and the first preset; or of a dataset."""
    dataset = dataset or domain.dataset(next(iter(domain.presets)), seed=seed)
    timeline = Timeline(domain, dataset, CADENCES["day"])
    keyed = {one: kind.key().columns for one, kind in domain.entities.items() if kind.key()}
    held = {one: _rows(timeline.state(one, dataset.as_of_second), key) for one, key in keyed.items()}
    events, cells, differing = 0, 0, 0
    for number in batches:
        batch = timeline.batch(number)
        for one, key in keyed.items():
            for event in (event for frame in batch.log(one) for event in _dicts(frame)):
                _apply(held[one], event, key)
                events += 1
    for one, key in keyed.items():
        state = _rows(timeline.state(one, dataset.as_of_second + 86_400 * batches[-1]), key)
        cells += sum(map(len, state.values()))
        both = state.keys() & held[one].keys()
        differing += len(state.keys() ^ held[one].keys())
        differing += sum(_cells(state[place]) != _cells(held[one][place]) for place in both)
    return events, cells, differing
