"""Replay stored changes: base + log = snapshot, and every reference holds after every transaction.

Nothing is taken on trust: files are checked against their manifests, every event's before image against the
row as it is by then, and the result, cell by cell, against stored snapshots and against the generator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from synth_assets.changes.enveloped import batches_in
from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.isolation import before_group, leaks
from synth_assets.checking.transactions import PLACE, Trace, dangling, examples, numbering, row_key, traced
from synth_assets.errors import DataError, UnjudgedError
from synth_assets.model.change_log import AFTER, BEFORE, gaps, span
from synth_assets.model.table import Table
from synth_assets.sinks.envelopes import catalog as envelopes

_SHOWN = 3
_AFTER_BATCH = "after batch"


@dataclass(frozen=True)
class Replayed:
    """What replaying a table gave.

    Attributes:
        entity: the table.
        base: ``stored``, or ``generated`` where the folder has no base.
        batches: how many were applied, from 1 on.
        events: how many events they hold.
        rows: of the table at the end.
        compared: after which batches the table was compared with a stored snapshot.
        cells: compared in all.
        differing: cells that differ; those of missing and surplus rows count whole.
        problems: what is wrong, in words.
        leaks: of these what is in changes of one group and of another, too.
    """

    entity: str
    base: str
    batches: int
    events: int
    rows: int
    compared: tuple[int, ...]
    cells: int
    differing: int
    problems: tuple[str, ...]
    leaks: tuple[str, ...] = ()

    @property
    def of_states(self) -> list[str]:
        """The problems of the table as it is after a batch."""
        return [problem for problem in self.problems if problem.startswith(_AFTER_BATCH)]

    @property
    def of_events(self) -> list[str]:
        """The problems of the events, whichever group their rows are of."""
        others = {*self.of_states, *self.leaks}
        return [problem for problem in self.problems if problem not in others]


def replay(folder: ChangeFolder, entities: Sequence[str] | None = None, *, last: int | None = None) -> list[Replayed]:
    """Replay stored batches from the base on.

    Args:
        folder: of change data.
        entities: names of the tables; those that have batches stored without.
        last: the last batch; without, the last one that any of the tables or their snapshots have.

    Returns:
        a result a table; references are checked among the tables given, and stand with the table that refers.

    Raises:
        DataError: a batch is missing, damaged, or another dataset's; names which, and what to do.
    """
    names = list(entities or (name for name in folder.tables if folder.batches(name)))
    if not names:
        wanted = f"1..{max([0, *_enveloped(folder)]) or 30}"
        raise DataError(f"{_no_log(folder)}\n  Generate the plain log: {folder.command(wanted)}")
    end = last if last is not None else _last(folder, names)
    numbers = {name: _batches(folder, name, 1, end) for name in names}
    return _together(folder, {name: _replay_one(folder, name, numbers[name]) for name in names})


def replay_batch(
    folder: ChangeFolder, entities: Sequence[str], batch: int
) -> "dict[str, Replayed | DataError | UnjudgedError]":
    """Replay one stored batch on the snapshot before it; what can't be read is its own table's matter.

    Args:
        folder: of change data.
        entities: names of the tables.
        batch: the batch's number.

    Returns:
        table → its result, or why there is none; references are checked among the tables that have one.
    """
    done: dict[str, tuple[Replayed, Trace]] = {}
    failed: dict[str, DataError | UnjudgedError] = {}
    for name in entities:
        try:
            done[name] = _replay_one(folder, name, _batches(folder, name, batch, batch))
        except (DataError, UnjudgedError) as error:
            failed[name] = error
    return {**{one.entity: one for one in _together(folder, done)}, **failed}


def _together(folder: ChangeFolder, replayed: "Mapping[str, tuple[Replayed, Trace]]") -> list[Replayed]:
    """The results of some tables, with what shows only beside each other."""
    traces = {name: trace for name, (_, trace) in replayed.items()}
    more = _across(traces, complete=set(replayed) == set(folder.tables))
    leaking = leaks(folder.domain.grouped_by, folder.tables, traces)
    return [_with_problems(one, more[name], leaking[name]) for name, (one, _) in replayed.items()]


def _no_log(folder: ChangeFolder) -> str:
    tools = [name for name in envelopes.names() if (folder.root / name).is_dir()]
    if not tools:
        return f"{folder.root} holds no changes."
    return (
        f"{folder.root} holds changes as {', '.join(tools)} has them, and replaying takes the plain log.\n"
        f"  Check what is there: synth verify {folder.root}"
    )


def _enveloped(folder: ChangeFolder) -> list[int]:
    """The batches that are there as tools have them."""
    return [batch for name in envelopes.names() for batch in batches_in(folder.root / name)]


def _last(folder: ChangeFolder, names: Sequence[str]) -> int:
    """How far replaying has to go to use all that is stored."""
    return max(max([0, *folder.batches(name), *folder.snapshots(name)]) for name in names)


def _batches(folder: ChangeFolder, name: str, first: int, end: int) -> list[int]:
    """All batches from the first on, without a gap."""
    stored = folder.batches(name)
    missing = gaps(stored, first, end) or ([range(first, first + 1)] if end < first else [])
    if missing:
        gap = missing[0]
        if gap[0] < max(stored, default=0):
            why = "so what comes later can't be applied"
        else:
            others = any(end in folder.batches(other) for other in folder.tables)
            another = "another table" if others else "what was asked for"
            why = f"but {'its snapshot' if end in folder.snapshots(name) else another} goes on to there"
        raise DataError(
            f"{folder.log_path(name, 0).parent}: {_listed(missing)} missing, {why}.\n"
            f"  Generate what is missing: {folder.command(span(gap), [name])}\n"
            f"  Or replay less of it: synth changes replay {folder.root} --to {max(gap[0] - 1, 1)}"
        )
    return list(range(first, end + 1))


def _replay_one(folder: ChangeFolder, name: str, numbers: list[int]) -> tuple[Replayed, Trace]:
    table = folder.tables[name]
    stored, base = folder.snapshots(name), numbers[0] - 1
    if base in stored:
        current = folder.read_snapshot(name, f"{base:05d}")
    else:
        current = pl.concat(list(folder.timeline.state(name, folder.timeline.second(base))))
    names = traced(table, folder.tables)
    place = [] if table.key else [pl.int_range(pl.len(), dtype=pl.Int64).alias(PLACE)]
    trace = Trace(table, current.select(*names, *place))
    comparison = _Comparison(table)
    if base in stored:
        comparison.compare(base, current, folder.timeline.state(name, folder.timeline.second(base)), "the generator")
    problems: list[str] = []
    events = 0
    for number in numbers:
        log = folder.read_log(name, number)
        problems += _misfits(table, log, current, number)
        current = _applied(table, log, current)
        after = [AFTER + name for name in names]
        nowhere = [] if table.key else [pl.lit(None, pl.Int64).alias(PLACE)]
        group = before_group(folder.domain.grouped_by, folder.tables, name)
        trace.events.append(log.select("lsn", "tx_id", "op", *table.key.columns, *after, *nowhere, group))
        events += log.height
        if number in stored:
            comparison.compare(number, current, [folder.read_snapshot(name, f"{number:05d}")], "the stored snapshot")
    # The generator knows what should be there now, whatever is stored.
    truth = folder.timeline.state(name, folder.timeline.second(numbers[-1]))
    comparison.compare(numbers[-1], current, truth, "the generator")
    return (
        Replayed(
            entity=name,
            base="stored" if base in stored else "generated",
            batches=len(numbers),
            events=events,
            rows=current.height,
            compared=tuple(number for number in numbers if number in stored),
            cells=comparison.cells,
            differing=comparison.differing,
            problems=(*problems, *comparison.problems),
        ),
        trace,
    )


@dataclass
class _Comparison:
    """Counts cells that differ between what was replayed and what should be there."""

    table: Table
    cells: int = 0
    differing: int = 0
    problems: list[str] = field(default_factory=list)

    def compare(self, number: int, replayed: pl.DataFrame, truth: Iterable[pl.DataFrame], whose: str) -> None:
        key = row_key(self.table)
        expected = _in_order(self.table, pl.concat([self.table.schema.to_frame(), *truth]))
        found = _in_order(self.table, replayed)
        width = len(self.table.columns)
        self.cells += expected.height * width
        if found.equals(expected):
            return
        # A row may be there twice: what is beside the first of a key is too much, whatever it says.
        twice = found.filter(~pl.struct(key).is_first_distinct())
        found = found.filter(pl.struct(key).is_first_distinct())
        missing = expected.join(found, on=key, how="anti")
        surplus = found.join(expected, on=key, how="anti")
        both = expected.join(surplus, on=key, how="anti").join(found, on=key, how="semi").sort(key)
        theirs = found.join(both, on=key, how="semi").sort(key)
        wrong = {name: both.filter(both[name].ne_missing(theirs[name])) for name in self.table.column_names}
        surplus = pl.concat([surplus, twice])
        self.differing += (missing.height + surplus.height) * width + sum(frame.height for frame in wrong.values())
        what = [
            *(f"{_count(frame.height, 'row')} {word} ({examples(frame, key)})" for word, frame in
              (("missing", missing), ("too many", surplus)) if frame.height),
            *(f"{_count(frame.height, 'cell')} of {name} other than there ({examples(frame, key)})"
              for name, frame in wrong.items() if frame.height),
        ]  # fmt: skip
        self.problems.append(f"{_AFTER_BATCH} {number}, beside {whose}: {'; '.join(what)}")


def _in_order(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of their key; without one they stay as they are, and their places tell them apart."""
    return rows.sort(table.key.columns) if table.key else rows.with_row_index(PLACE)


def _misfits(table: Table, log: pl.DataFrame, current: pl.DataFrame, number: int) -> list[str]:
    """Events that don't fit the row as it is by then."""
    key, names = list(table.key.columns), table.column_names
    if not key:
        count = _count(log.height, "event")
        return [f"batch {number}: {count} of rows that have no key, so nobody can tell which"] if log.height else []
    events = log.sort(*key, "lsn")
    again = events.select(
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in key).fill_null(value=False)
    ).to_series()
    there = events.select(key).join(current.with_columns(pl.lit(True).alias("$there")), on=key, how="left")  # noqa: FBT003
    existed = pl.select(
        pl.when(again).then(events["op"].shift(1) != "delete").otherwise(there["$there"].fill_null(value=False))
    ).to_series()
    problems: list[str] = []
    inserts = events["op"] == "insert"
    for wrong, what in (
        (inserts & existed, "inserts of rows that are there"),
        (~inserts & ~existed, "updates or deletes of rows that aren't there"),
    ):
        if wrong.any():
            problems.append(f"batch {number}: {int(wrong.sum()):,} {what} ({examples(events.filter(wrong), key)})")
    for op, prefix in (("insert", BEFORE), ("delete", AFTER)):
        has_image = pl.any_horizontal(pl.col(prefix + name).is_not_null() for name in names)
        wrong_ones = events.filter((pl.col("op") == op) & has_image)
        if wrong_ones.height:
            what = f"{_count(wrong_ones.height, op)} with {prefix[:-1]} images"
            problems.append(f"batch {number}: {what} ({examples(wrong_ones, key)})")
    for name in names:
        before = pl.select(pl.when(again).then(events[AFTER + name].shift(1)).otherwise(there[name])).to_series()
        wrong = before.ne_missing(events[BEFORE + name]) & ~inserts & existed
        if wrong.any():
            keys = examples(events.filter(wrong), key)
            problems.append(
                f"batch {number}: {int(wrong.sum()):,} before images of {name} aren't what was there ({keys})"
            )
    return problems


def _applied(table: Table, log: pl.DataFrame, current: pl.DataFrame) -> pl.DataFrame:
    """The table after a batch: of each row that has events, what its last one left."""
    key = list(table.key.columns)
    if not key:
        return current
    last = log.sort("lsn").unique(key, keep="last", maintain_order=True)
    left = last.filter(pl.col("op") != "delete").select(pl.col(AFTER + name).alias(name) for name in table.column_names)
    return pl.concat([current.join(last, on=key, how="anti"), left])


# Over all tables


def _across(traces: dict[str, Trace], *, complete: bool) -> dict[str, list[str]]:
    events = {name: pl.concat(trace.events) for name, trace in traces.items()}
    problems: dict[str, list[str]] = {name: [] for name in traces}
    if complete:
        first = next(iter(traces))
        problems[first] += numbering(pl.concat([frame.select("lsn", "tx_id") for frame in events.values()]))
    for name, trace in traces.items():
        for reference in trace.table.all_references:
            if reference.table in traces:
                parent = traces[reference.table]
                problems[name] += dangling(trace, reference, parent, events[reference.table], events[name])
    return problems


def _with_problems(one: Replayed, more: list[str], leaking: list[str]) -> Replayed:
    return replace(one, problems=(*one.problems, *more, *leaking), leaks=tuple(leaking))


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _listed(missing: list[range]) -> str:
    text = ", ".join(map(span, missing[:_SHOWN])) + (", …" if len(missing) > _SHOWN else "")
    return f"batch {text} is" if sum(map(len, missing)) == 1 else f"batches {text} are"
