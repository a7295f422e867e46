"""Stored change data judged from its files alone: log shape, replay, references, rules, story and history.

Written from the specification, sharing no code with the generator. :func:`violations` reads a change folder

    changes/DOMAIN/TABLE/batch=00001/part-*.parquet      snapshots/DOMAIN/TABLE/at=00000/part-*.parquet
    history/DOMAIN/TABLE/at=00030/part-*.parquet

and applies every event of every batch, one after the other, to the stored base. What a domain is, and what a
transaction of it may be, says its :class:`~synth_assets_tests.oracles.plot.Plot`. Rows are dicts; moments are
whole numbers of microseconds since 1970.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from synth_assets_tests.oracles.plot import SECOND, Event, Plot, Row, State, cell_of

LSN_SPAN: Final = 2**40
DAY: Final = 86_400
PER_UNIT: Final = {"s": SECOND, "ms": 1_000, "us": 1}
MOMENT: Final = pa.timestamp("us", "UTC")
META: Final = (
    ("batch", pa.int32()),
    ("lsn", pa.int64()),
    ("tx_id", pa.int64()),
    ("tx_seq", pa.int32()),
    ("tx_total", pa.int32()),
    ("op", pa.large_string()),
    ("commit_ts", MOMENT),
)
CHANGED: Final = ("changed_columns", pa.large_list(pa.large_string()))
PERIOD: Final = (("valid_from", MOMENT), ("valid_to", MOMENT), ("is_current", pa.bool_()))
STEP: Final = {"insert": 0, "update": 1, "delete": 2}


@dataclass
class Findings:
    """What is wrong, in sentences, and how many transactions there are of each kind.

    Attributes:
        violations: what is wrong.
        kinds: transactions by kind.
        cells: cells of stored snapshots that were compared with the replay.
        differing: those of them that differ.
        events: events that were applied.
    """

    violations: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    cells: int = 0
    differing: int = 0
    events: int = 0

    def add(self, where: str, what: str) -> None:
        """One more violation."""
        self.violations.append(f"{where}: {what}")


def violations(
    root: Path,
    plot: Plot,
    as_of: datetime,
    seconds: int,
    volumes: Mapping[str, int],
    *,
    sampled: int = 2,
    rules_at: Collection[int] | None = None,
) -> list[str]:
    """Everything that is wrong with the stored change data in ``root``; see :func:`replay`."""
    return replay(root, plot, as_of, seconds, volumes, sampled=sampled, rules_at=rules_at).violations


def replay(
    root: Path,
    plot: Plot,
    as_of: datetime,
    seconds: int,
    volumes: Mapping[str, int],
    *,
    sampled: int = 2,
    rules_at: Collection[int] | None = None,
) -> Findings:
    """Replay every stored batch on the stored base and judge all of it.

    Args:
        root: the change folder.
        plot: the domain.
        as_of: time of the base.
        seconds: length of a batch.
        volumes: the domain's parameters of the base.
        sampled: after how many transactions, inside batches, to run the rules of the domain.
        rules_at: after which batches to run them, on the stored snapshot where there is one; without it in all
            stored snapshots.
    """
    found = Findings()
    start = round(as_of.timestamp())
    snapshots = _numbered(root / "snapshots" / plot.name, "at")
    batches = _batches(root, plot, found)
    schema, state = _base(root, plot, found)
    if found.violations:
        return found
    rules = _Rules(plot, found, as_of, volumes, schema)
    shop = _Shop(plot, state, found)
    versions = _Versions(state)
    for batch in [0, *batches]:
        if batch:
            window = (start + (batch - 1) * seconds, start + batch * seconds)
            transactions = list(_transactions(_log(root, plot, batch, schema, found), batch, window, found))
            share = sampled * batch // len(batches) - sampled * (batch - 1) // len(batches)
            chosen = _sample(len(transactions), share)
            for place, transaction in enumerate(transactions):
                shop.apply(transaction)
                versions.apply(transaction)
                if place in chosen:
                    rules.judge(f"after {_of(transaction[0])}", shop.state, transaction[0].commit + 1)
        if batch in snapshots:
            stored = _snapshot(root, plot, batch, schema, shop.state, found)
            if rules_at is None or batch in rules_at:
                rules.judge(f"snapshot {batch}", stored, start + batch * seconds, everything=batch == 0)
        elif rules_at is not None and batch in rules_at:
            rules.judge(f"after batch {batch}", shop.state, start + batch * seconds)
        _history(root, plot, batch, schema, versions, start, found)
    found.events, found.kinds = shop.events, shop.story.kinds
    for at in sorted(snapshots - {0, *batches}):
        found.add(f"snapshot {at}", "there are no batches to reach it with")
    return found


# -- Files ----------------------------------------------------------------------------


def _numbered(folder: Path, name: str) -> set[int]:
    """The numbers of ``NAME=00001`` folders under any table of a domain's folder."""
    return {int(one.name.partition("=")[2]) for one in folder.glob(f"*/{name}=[0-9]*")}


def _batches(root: Path, plot: Plot, found: Findings) -> list[int]:
    batches = sorted(_numbered(root / "changes" / plot.name, "batch"))
    if batches != list(range(1, len(batches) + 1)):
        missing = sorted(set(range(1, max(batches, default=0))) - set(batches))
        found.add("log", f"the batches are not 1 … {len(batches)}; missing: {missing}, stored: {batches}")
    return batches


def _read(folder: Path, found: Findings) -> pa.Table | None:
    parts = sorted(folder.glob("part-*.parquet"))
    if not parts:
        found.add(str(folder), "no part-*.parquet")
        return None
    return pa.concat_tables([pq.ParquetFile(part).read(use_threads=False) for part in parts])


def _base(root: Path, plot: Plot, found: Findings) -> tuple[dict[str, pa.Schema], State]:
    schema, state = {}, {}
    for table in plot.keys:
        stored = _read(_place(root, plot, "snapshots", table, 0), found)
        if stored is not None:
            schema[table] = stored.schema.remove_metadata()
            state[table] = _by_key(f"snapshot 0, {table}", plot.keys[table], _rows(stored), found)
    return schema, state


def _place(root: Path, plot: Plot, kind: str, table: str, number: int) -> Path:
    return root / kind / plot.name / table / f"{'batch' if kind == 'changes' else 'at'}={number:05}"


def _cells(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        unit = PER_UNIT[column.type.unit]
        return [None if one is None else one * unit for one in column.cast(pa.int64()).to_pylist()]
    return column.to_pylist()


def _rows(table: pa.Table) -> list[Row]:
    names = table.column_names
    columns = [_cells(column) for column in table.columns]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _by_key(where: str, key: str, rows: list[Row], found: Findings) -> dict[Any, Row]:
    by_key = {row[key]: row for row in rows}
    if len(by_key) < len(rows):
        twice = [one for one, times in Counter(row[key] for row in rows).items() if times > 1]
        found.add(where, f"{key} {twice[:3]} occur more than once")
    return by_key


def _plain(kind: pa.DataType) -> pa.DataType:
    """Text and lists are the same in both of their widths."""
    if pa.types.is_string(kind):
        return pa.large_string()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.large_list(_plain(kind.value_type))
    return kind


def _judge_columns(where: str, schema: pa.Schema, wanted: Iterable[tuple[str, pa.DataType]], found: Findings) -> bool:
    stored = [(one.name, _plain(one.type)) for one in schema]
    expected = [(name, _plain(kind)) for name, kind in wanted]
    if stored == expected:
        return True
    odd = [f"{name} {kind}" for name, kind in stored if (name, kind) not in expected]
    lacking = [f"{name} {kind}" for name, kind in expected if (name, kind) not in stored]
    found.add(where, f"columns are not those of the specification: found {odd}, missing {lacking}, or in another order")
    return False


def _sample(transactions: int, share: int) -> set[int]:
    """Places of some transactions inside a batch: never the last one, whose state is a snapshot."""
    share = min(share, transactions - 1)
    return {(2 * place + 1) * (transactions - 1) // (2 * share) for place in range(share)}


# -- The log --------------------------------------------------------------------------


def _of(event: Event) -> str:
    return f"batch {event.batch}, transaction {event.tx_id % LSN_SPAN}"


def _at(event: Event) -> str:
    return f"{_of(event)}, event {event.lsn % LSN_SPAN} ({event.op} of {event.table} {event.key})"


def _log(root: Path, plot: Plot, batch: int, schema: Mapping[str, pa.Schema], found: Findings) -> list[Event]:
    """The batch's events of all tables by lsn; each file is judged by itself."""
    events = []
    for table, key_name in plot.keys.items():
        where = f"batch {batch}, {table}"
        stored = _read(_place(root, plot, "changes", table, batch), found)
        if stored is None:
            continue
        images = [(prefix + one.name, one.type) for prefix in ("before_", "after_") for one in schema[table]]
        key = (key_name, schema[table].field(key_name).type)
        if not _judge_columns(where, stored.schema, (*META, key, *images, CHANGED), found):
            continue
        here = list(_events(table, key_name, stored, schema[table].names, found))
        if any(one.batch != batch for one in here):
            found.add(where, f"the column batch is not {batch} everywhere")
        lsns = [one.lsn for one in here]
        if any(one >= after for one, after in itertools.pairwise(lsns)):
            found.add(where, "lsn does not strictly increase in the file")
        if any(not batch * LSN_SPAN < one < (batch + 1) * LSN_SPAN for one in lsns):
            found.add(where, f"an lsn is not between {batch} · 2^40 and {batch + 1} · 2^40")
        events += here
    events.sort(key=lambda one: one.lsn)
    places = [one.lsn - batch * LSN_SPAN for one in events]
    if places != list(range(1, len(places) + 1)):
        odd = [place for place, wanted in zip(places, itertools.count(1), strict=False) if place != wanted]
        found.add(f"batch {batch}", f"positions of lsn over all tables are not 1 … {len(places)}, first at {odd[:1]}")
    return events


def _events(table: str, key_name: str, stored: pa.Table, names: list[str], found: Findings) -> Iterator[Event]:
    meta = [_cells(stored[name]) for name, _ in META]
    changed, key = _cells(stored[CHANGED[0]]), _cells(stored[key_name])
    before = _rows(stored.select([f"before_{name}" for name in names]).rename_columns(names))
    after = _rows(stored.select([f"after_{name}" for name in names]).rename_columns(names))
    for *about, moment, one_key, old, new, names_changed in zip(*meta, key, before, after, changed, strict=True):
        event = Event(*about, moment // SECOND, table, one_key, old, new, names_changed)
        if moment % SECOND:
            found.add(_at(event), "commit_ts is not a whole second")
        _judge_event(event, key_name, found)
        yield event


def _judge_event(event: Event, key: str, found: Findings) -> None:
    if event.op not in STEP:
        found.add(_at(event), f"op {event.op!r} is not one of {', '.join(STEP)}")
    for name, image, absent in (("before", event.before, "insert"), ("after", event.after, "delete")):
        if event.op == absent:
            if any(cell is not None for cell in image.values()):
                found.add(_at(event), f"it has {'a' if name == 'before' else 'an'} {name} image")
        elif image[key] != event.key:
            found.add(_at(event), f"{key} of the {name} image is {image[key]}")
    _judge_changed(event, found)


def _judge_changed(event: Event, found: Findings) -> None:
    names = event.changed
    if names is None:
        found.add(_at(event), "changed_columns is null")
    elif event.op != "update":
        if names:
            found.add(_at(event), f"changed_columns of an {event.op} is {names}, not empty")
    else:
        differ = [name for name, cell in event.before.items() if not _same(cell, event.after[name])]
        if sorted(names) != sorted(differ):
            found.add(_at(event), f"changed_columns is {names}, but {differ} differ")
        if not differ:
            found.add(_at(event), "an update that changes nothing")


def _same(one: Any, other: Any) -> bool:
    return one == other and type(one) is type(other)


def _transactions(events: list[Event], batch: int, window: tuple[int, int], found: Findings) -> Iterator[list[Event]]:
    """Events by transaction, each judged as such."""
    latest = window[0]
    for place, (tx_id, group) in enumerate(itertools.groupby(events, key=lambda one: one.tx_id), start=1):
        transaction = list(group)
        where = _of(transaction[0])
        if tx_id != batch * LSN_SPAN + place:
            found.add(where, f"tx_id is {tx_id}, not batch · 2^40 + {place}: a gap, or transactions interleave")
        size = len(transaction)
        if [one.tx_seq for one in transaction] != list(range(1, size + 1)):
            found.add(where, f"tx_seq is {[one.tx_seq for one in transaction]}, not 1 … {size}")
        if {one.tx_total for one in transaction} != {size}:
            found.add(where, f"tx_total is {transaction[0].tx_total}, …, but there are {size} events")
        commits = {one.commit for one in transaction}
        if len(commits) > 1:
            found.add(where, "commit_ts differs inside the transaction")
        if not all(window[0] <= one < window[1] for one in commits):
            found.add(where, f"commit_ts {_time(min(commits))} is not in the batch's time")
        if min(commits) < latest:
            found.add(where, f"commit_ts {_time(min(commits))} is before that of the transaction before it")
        latest = max(latest, *commits)
        steps = [STEP.get(one.op, 0) for one in transaction]
        if steps != sorted(steps):
            found.add(where, "inserts, updates and deletes are not in this order")
        yield transaction


def _time(second: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}"


# -- Replay ---------------------------------------------------------------------------


class _Shop:
    """The tables while events are applied to them, and the references between them."""

    def __init__(self, plot: Plot, base: State, found: Findings) -> None:
        self.plot = plot
        self.state: State = {table: dict(rows) for table, rows in base.items()}
        self.found = found
        self.gone: dict[str, set[Any]] = {table: set() for table in plot.keys}
        self.changed_at: dict[tuple[str, Any], int] = {}
        self.events = 0
        # Rows by what they refer to: (table, column, parent's key) to their number.
        self.references: Counter[tuple[str, str, Any]] = Counter(
            (table, column, cell_of(row, column))
            for table in plot.keys
            for row in base[table].values()
            for column, _ in plot.references[table]
        )
        self.story = plot.story(base)

    def apply(self, transaction: list[Event]) -> None:
        """Apply one transaction, event by event, then judge it as an act of the story."""
        for event in transaction:
            self._apply(event)
        for sentence in self.story.judge(transaction):
            self.found.add(_of(transaction[0]), sentence)

    def _apply(self, event: Event) -> None:
        self.events += 1
        rows = self.state[event.table]
        current = rows.get(event.key)
        self._judge(event, current)
        self._refer(event.table, current, -1)
        if event.op == "delete":
            rows.pop(event.key, None)
            self.gone[event.table].add(event.key)
            left = [one for one in self.plot.referred_by[event.table] if self.references[*one, event.key] > 0]
            for child, column in left:
                self.found.add(_at(event), f"{child}.{column} still refers to it")
            return
        rows[event.key] = event.after
        self._refer(event.table, event.after, +1)
        for column, parent in self.plot.references[event.table]:
            named = cell_of(event.after, column)
            if named is not None and named not in self.state[parent]:
                self.found.add(_at(event), f"{column} {named} is not in {parent}")

    def _judge(self, event: Event, current: Row | None) -> None:
        add = self.found.add
        if event.op == "insert":
            if current is not None:
                add(_at(event), "the key is there already")
            if event.key in self.gone[event.table]:
                add(_at(event), "a deleted key comes back")
        elif current is None:
            add(_at(event), "there is no such row")
        elif current != event.before:
            differ = [name for name, cell in current.items() if cell != event.before[name]]
            add(_at(event), f"the before image is not the current row: {differ} differ")
        last = self.changed_at.get((event.table, event.key))
        if last is not None and event.commit <= last:
            add(_at(event), "the row had an event in this second already")
        self.changed_at[event.table, event.key] = event.commit

    def _refer(self, table: str, row: Row | None, by: int) -> None:
        for column, _ in self.plot.references[table] if row else ():
            self.references[table, column, cell_of(row, column)] += by


def _snapshot(
    root: Path, plot: Plot, batch: int, schema: Mapping[str, pa.Schema], state: State, found: Findings
) -> State:
    """The stored snapshot, after comparing it with the replayed tables cell by cell."""
    stored: State = {}
    for table, key_name in plot.keys.items():
        where = f"snapshot {batch}, {table}"
        stored[table] = {}
        frame = _read(_place(root, plot, "snapshots", table, batch), found)
        if frame is None or not _judge_columns(where, frame.schema, zip(*_columns(schema[table]), strict=True), found):
            continue
        stored[table] = _by_key(where, key_name, _rows(frame), found)
        wanted = state[table]
        width = len(schema[table].names)
        found.cells += width * max(len(stored[table]), len(wanted))
        for what, keys in (
            ("are in the snapshot but not in base + batches", stored[table].keys() - wanted.keys()),
            ("are in base + batches but not in the snapshot", wanted.keys() - stored[table].keys()),
        ):
            if keys:
                found.differing += width * len(keys)
                found.add(where, f"{len(keys)} rows {what}: {key_name} {sorted(keys)[:3]}")
        for key in stored[table].keys() & wanted.keys():
            if stored[table][key] != wanted[key]:
                differ = [name for name, cell in wanted[key].items() if cell != stored[table][key][name]]
                found.differing += len(differ)
                found.add(where, f"{differ} of row {key} are not those of base + batches")
    return stored


def _columns(schema: pa.Schema) -> tuple[list[str], list[pa.DataType]]:
    return schema.names, schema.types


class _Rules:
    """The rules of the domain, run on a state of all tables."""

    def __init__(
        self, plot: Plot, found: Findings, as_of: datetime, volumes: Mapping[str, int], schema: Mapping[str, pa.Schema]
    ) -> None:
        self.plot, self.found, self.as_of, self.volumes, self.schema = plot, found, as_of, volumes, schema
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("SET TimeZone = 'UTC'")

    def judge(self, where: str, state: State, second: int, *, everything: bool = False) -> None:
        """Run every rule at a moment; outside the base, all but those about the base alone."""
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
        days = -(-round((moment - self.as_of).total_seconds()) // DAY)
        for table, rows in state.items():
            self.connection.register("rows_of_it", _frame(rows.values(), self.schema[table]))
            self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS FROM rows_of_it")
            self.connection.unregister("rows_of_it")
        broken = self.plot.broken(self.connection, self.volumes, days, moment.isoformat())
        for name, rows in broken.items():
            if everything or name not in self.plot.of_the_base_alone:
                self.found.add(where, f"rule {name} is broken, for example by {rows[0]}")


def _frame(rows: Collection[Row], schema: pa.Schema) -> pa.Table:
    columns = []
    for one in schema:
        cells = [row[one.name] for row in rows]
        if pa.types.is_timestamp(one.type):
            columns.append(pa.array(cells, pa.int64()).cast(pa.timestamp("us", one.type.tz)))
        else:
            columns.append(pa.array(cells, one.type))
    return pa.table(columns, schema.names)


# -- History --------------------------------------------------------------------------


class _Versions:
    """Every version of every row, as base and log tell them."""

    def __init__(self, base: State) -> None:
        # By table and key: rows with their first second (None: it was there at as_of) and the second after their last.
        self.of: dict[str, dict[Any, list[list[Any]]]] = {
            table: {key: [[None, None, row]] for key, row in rows.items()} for table, rows in base.items()
        }

    def apply(self, transaction: list[Event]) -> None:
        """Close and open versions."""
        for event in transaction:
            versions = self.of[event.table].setdefault(event.key, [])
            if versions and event.op != "insert":
                versions[-1][1] = event.commit
            if event.op != "delete":
                versions.append([event.commit, None, event.after])


def _history(
    root: Path,
    plot: Plot,
    batch: int,
    schema: Mapping[str, pa.Schema],
    versions: _Versions,
    start: int,
    found: Findings,
) -> None:
    for table, key_name in plot.keys.items():
        folder = _place(root, plot, "history", table, batch)
        if not folder.is_dir():
            continue
        where = f"history {batch}, {table}"
        frame = _read(folder, found)
        wanted = (*zip(*_columns(schema[table]), strict=True), *PERIOD)
        if frame is None or not _judge_columns(where, frame.schema, wanted, found):
            continue
        by_key: dict[Any, list[Row]] = {}
        for row in _rows(frame):
            by_key.setdefault(row[key_name], []).append(row)
        expected = versions.of[table]
        for key in by_key.keys() ^ expected.keys():
            found.add(where, f"key {key} is {'only' if key in by_key else 'not'} in the history")
        for key in by_key.keys() & expected.keys():
            stored = sorted(by_key[key], key=lambda row: row["valid_from"])
            for sentence in _differences(stored, expected[key], start):
                found.add(f"{where}, key {key}", sentence)


def _differences(stored: list[Row], expected: list[list[Any]], start: int) -> Iterator[str]:
    yield from _broken_periods(stored)
    # Before as_of a row may have had versions of which no log tells.
    later = [row for row in stored if row["valid_to"] is None or row["valid_to"] >= start * SECOND]
    if len(later) != len(expected):
        yield f"has {len(later)} versions since as_of, the log {len(expected)}"
        return
    for row, (since, until, image) in zip(later, expected, strict=True):
        if since is None and row["valid_from"] > start * SECOND:
            yield "a row of the base is valid only since later"
        if since is not None and row["valid_from"] != since * SECOND:
            yield f"valid_from is not {_time(since)}, when the log says that the version began"
        if row["valid_to"] != (None if until is None else until * SECOND):
            yield "valid_to is not the time that the log says"
        differ = [name for name, cell in image.items() if cell != row[name]]
        if differ:
            yield f"{differ} are not those of the log's image"


def _broken_periods(stored: list[Row]) -> Iterator[str]:
    for old, new in itertools.pairwise(stored):
        if old["valid_to"] != new["valid_from"]:
            yield "there is a gap or an overlap between two versions"
    for row in stored:
        if row["is_current"] is not (row["valid_to"] is None):
            yield "is_current does not say whether valid_to is null"
        if row["valid_to"] is not None and row["valid_to"] <= row["valid_from"]:
            yield "a version ends before it starts"
