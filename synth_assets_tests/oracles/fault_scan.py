"""An independent scan of a broken log: is every difference in the answer key, and every entry visible in the files?

It shares no code with what injects faults. It reads both folders with pyarrow, json and csv, compares record by
record, and replays what was delivered to see whether "recoverable" is true.
"""

import csv
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

META = ("batch", "lsn", "tx_id", "tx_seq", "tx_total", "op", "commit_ts")
MADE_UP = {"key_reuse", "key_change", "hot_keys"}
COPIES = {"duplicated_records", "duplicated_batches"}
ELSEWHERE = {"late_arrival", "orphaned_references"}
GONE = {"missing_range", "truncated_file", "orphaned_references"}
OPS = ("insert", "update", "delete")


@dataclass
class File:
    """One part file with its records; none of them if it can't be read."""

    path: Path
    batch: int
    records: list
    columns: dict  # name → type, '' in text
    whole: bool


@dataclass
class Log:
    """All files of one table, by batch; ``keys`` are the names of the key's columns."""

    files: dict = field(default_factory=dict)
    keys: list = field(default_factory=list)

    def key_of(self, record, prefix=""):
        """A record's key, or its image's, as text; none if a cell is missing."""
        cells = [record.get(prefix + name) for name in self.keys]
        return None if None in cells else ", ".join(str(cell) for cell in cells)


class Scan:
    """A clean and a broken folder, read once."""

    def __init__(self, clean: Path, broken: Path, references: dict | None = None, position_of=None) -> None:
        self.before, self.after = _read_once(clean), read_logs(broken)
        self.bases = {entity: base_of(broken, entity, log) for entity, log in self.before.items()}
        self.references = REFERENCES if references is None else references
        self.position_of = position_of or (lambda _, key: int(key) - 1)
        self._called: dict = {}
        self.entries = pq.read_table(broken / "answer_key.parquet").to_pylist()

    def problems(self, entries: list[dict] | None = None, only: str | None = None) -> list[str]:
        """What is wrong with the answer key, or with another one of the same log; nothing if it is right.

        With ``only``, the name of a table: what is wrong with its entries.
        """
        entries = self.entries if entries is None else entries
        found = [] if self.before.keys() == self.after.keys() else ["other tables are delivered"]
        used = {at for at, one in enumerate(entries) if only is not None and one["entity"] != only}
        for entity in self.before if only is None else (only,):
            table = _Table(entity, self.before[entity], self.after[entity], entries, used)
            found += [f"{entity}: {problem}" for problem in table.problems()]
            found += [f"{entity}: {problem}" for problem in table.untrue_recoveries(self.bases[entity])]
            found += [f"{entity}: {problem}" for problem in table.untrue_on_the_way(self.bases[entity])]
        found += _orphans(self, entries, used)
        found += _unlisted_orphans(self, entries)
        found += _untrue_positions(self, entries)
        return found + [f"not visible: {one}" for at, one in enumerate(entries) if at not in used]

    def all_references(self):
        """Referring table, its columns, the other table, its columns."""
        for entity, references in self.references.items():
            for columns, (parent, target) in references.items():
                if entity in self.after:
                    yield entity, columns, parent, target

    def called(self, entity: str, columns: tuple, key: str) -> set:
        """What a row's columns held after any event of the clean log."""
        if (entity, columns) not in self._called:
            log, names = self.before[entity], defaultdict(set)
            for record in (r for f in log.files.values() for r in f.records):
                names[log.key_of(record)].add(_cells(record, [f"after_{name}" for name in columns]))
            self._called[entity, columns] = names
        return self._called[entity, columns][key] - {None}

    def insert_of(self, entity: str, key: str) -> int:
        """The lsn of a row's insert."""
        log = self.before[entity]
        inserts = (r for f in log.files.values() for r in f.records if r["op"] == "insert")
        return next(record["lsn"] for record in inserts if log.key_of(record) == key)


def scan(clean: Path, broken: Path, references: dict | None = None, position_of=None) -> list[str]:
    """The problems of a broken log's answer key; none if it is right."""
    return Scan(clean, broken, references, position_of).problems()


# Reading


def read_logs(root: Path) -> dict[str, Log]:
    logs: dict[str, Log] = defaultdict(Log)
    for manifest_path in sorted((root / "changes").glob("*/*/batch=*/_manifest.json")):
        manifest = json.loads(manifest_path.read_text())
        log = logs[manifest["entity"]]
        names = [column["name"] for column in manifest["columns"]]
        log.keys = names[len(META) : next(at for at, name in enumerate(names) if name.startswith("before_"))]
        batch = int(manifest_path.parent.name[6:])
        for part in manifest["files"]:
            path = manifest_path.parent / part["path"]
            whole = hashlib.sha256(path.read_bytes()).hexdigest() == part["sha256"]
            log.files[batch] = _read(path, batch, whole)
            if whole and len(log.files[batch].records) != part["rows"]:
                raise AssertionError(f"{path}: {part['rows']} rows in the manifest")
    return dict(logs)


_read_once = lru_cache(maxsize=4)(read_logs)
"""For clean logs, which many broken ones are compared with."""


def base_of(root: Path, entity: str, log: Log) -> dict:
    """The base's rows by key."""
    for folder in (root / "snapshots").glob(f"*/{entity}/at=00000"):
        for path in folder.glob("part-*"):
            rows = _read(path, 0, whole=True).records
            return {log.key_of(row): row for row in rows}
    return {}


def _read(path: Path, batch: int, whole: bool) -> File:
    if path.suffix == ".parquet":
        try:
            table = pq.ParquetFile(path).read()
        except pa.ArrowInvalid:
            return File(path, batch, [], {}, whole)
        return File(path, batch, table.to_pylist(), {f.name: str(f.type) for f in table.schema}, whole)
    text = path.read_bytes().decode(errors="replace")
    if path.suffix == ".json":
        try:
            records = json.loads(text, parse_float=str)  # digits are what differs in a wider type
        except ValueError:
            return File(path, batch, [], {}, whole)
    elif path.suffix == ".ndjson":
        records = [json.loads(line, parse_float=str) for line in text.split("\n")[:-1]]  # likewise
    else:
        rows = list(csv.reader(text.splitlines(keepends=True)))
        if not text.endswith("\n"):
            rows = rows[:-1]
        records = [dict(zip(rows[0], (cell or None for cell in row), strict=True)) for row in rows[1:]]
    names = dict.fromkeys(records[0], "") if records else {}
    for record in records if batch else ():
        record["lsn"] = int(record["lsn"])
        if isinstance(record.get("changed_columns"), str):
            record["changed_columns"] = json.loads(record["changed_columns"])
    return File(path, batch, records, names, whole)


# One table's log


class _Table:
    def __init__(self, entity, clean, broken, entries, used):
        self.entity, self.clean, self.broken, self.used = entity, clean, broken, used
        self.origin = {r["lsn"]: (file.batch, r) for file in clean.files.values() for r in file.records}
        self.here = defaultdict(list)  # (batch, row) → entries of records there
        self.absent = defaultdict(list)  # lsn → entries of records that are nowhere
        self.whole = defaultdict(list)  # batch → entries of files
        self.mine = [(at, one) for at, one in enumerate(entries) if one["entity"] == entity]
        for at, one in self.mine:
            if one["lsn"] is None:
                self.whole[one["batch"]].append((at, one))
            elif one["row"] is None:
                self.absent[one["lsn"]].append((at, one))
            else:
                self.here[one["batch"], one["row"]].append((at, one))
        self.claims = defaultdict(list)  # key → entries
        for _, one in self.mine:
            if one["key"] is not None:
                self.claims[one["key"]].append(one)
        self.delivered = defaultdict(list)  # lsn → where
        for file in broken.files.values():
            for row, record in enumerate(file.records):
                self.delivered[record["lsn"]].append((file.batch, row))

    def explained(self, entries, kinds, **wanted):
        """Whether an entry of one of the kinds is among these; it counts as seen."""
        hits = [at for at, e in entries if e["kind"] in kinds and all(e[name] == v for name, v in wanted.items())]
        self.used.update(hits)
        return bool(hits)

    def problems(self):
        for batch in sorted({*self.clean.files, *self.broken.files}):
            yield from self.file_problems(batch)
        yield from self.missing()
        for lsn, places in self.delivered.items():
            yield from self.repeated(lsn, places)

    def file_problems(self, batch):
        file = self.broken.files.get(batch)
        if file is None:
            yield f"batch {batch} isn't delivered"
            return
        for _, one in (*self.whole[batch], *(e for at in range(len(file.records)) for e in self.here[batch, at])):
            if one["file"] != file.path.as_posix()[-len(one["file"]) :]:
                yield f"batch {batch}: the entry names {one['file']}"
        if not file.whole and not self.explained(self.whole[batch], {"truncated_file"}):
            yield f"{file.path} isn't what its manifest says"
        drifts = yield from self.drifts(batch, file)
        last = 0
        for row, record in enumerate(file.records):
            yield from self.record_problems(batch, row, record, drifts)
            entries = self.here[batch, row]
            structural = COPIES | ELSEWHERE | {"reordering"}
            moved = [e for _, e in entries if e["kind"] in structural and '"role":"child"' not in e["detail"]]
            if moved:
                inverted = any(other["lsn"] > record["lsn"] for other in file.records[:row])
                if inverted:
                    self.explained(entries, {"reordering"})
                continue
            if record["lsn"] <= last:
                yield f"batch {batch}, row {row}: lsn {record['lsn']} is out of order"
            last = record["lsn"]

    def drifts(self, batch, file):
        """How a file's columns differ: name here → name there, and the names that are lost or new."""
        clean = next((f for f in self.clean.files.values() if f.columns), None)
        if clean is None or not file.columns:
            return {}
        entries = self.whole[batch]
        gone = [name[6:] for name in clean.columns if name not in file.columns and name.startswith("after_")]
        came = [name[6:] for name in file.columns if name not in clean.columns and name.startswith("after_")]
        renamed = {e["column"]: json.loads(e["detail"])["to"] for _, e in entries if '"renamed"' in e["detail"]}
        mapping = {renamed[name]: name for name in gone if renamed.get(name) in came}
        lost = {*gone, *came} - {*mapping, *mapping.values()}
        for name in (*gone, *(name for name in came if name not in mapping)):
            if not self.explained(entries, {"schema_drift"}, column=name):
                yield f"batch {batch}: column {name} is {'gone' if name in gone else 'new'}"
        for name, type_ in file.columns.items():
            same = clean.columns.get(name, type_) == type_
            if not same and not self.explained(entries, {"schema_drift"}, column=name.split("_", 1)[1]):
                yield f"batch {batch}: {name} is {type_}"
        if not any(file.columns.values()):  # text: a wider decimal shows in its cells only
            for at, one in entries:
                if '"widened"' in one["detail"] and _wider_text(self.clean.files[batch], file, one["column"]):
                    self.used.add(at)
        return {"mapping": mapping, "lost": lost}

    def record_problems(self, batch, row, record, drifts):
        entries = self.here[batch, row]
        where = f"batch {batch}, row {row}, lsn {record['lsn']}"
        drifting = {e["column"] for _, e in self.whole[batch] if e["kind"] == "schema_drift"}
        listed = {e["column"]: at for at, e in entries if e["kind"] == "schema_drift"}
        self.used.update(at for column, at in listed.items() if column in drifting)
        if drifting - {*listed}:
            yield f"{where}: no entry for the drift of {drifting - {*listed}}"
        if any(one["lsn"] != record["lsn"] for _, one in entries):
            yield f"{where}: the entry says another lsn"
        if record["lsn"] not in self.origin:
            if not self.explained(entries, MADE_UP):
                yield f"{where} was made up"
            return
        source, original = self.origin[record["lsn"]]
        key = self.clean.key_of(original)
        if any((one["source_batch"], one["key"]) != (source, key) for _, one in entries):
            yield f"{where}: an entry doesn't say batch {source} and key {key}"
        if record["op"] not in OPS and self.explained(entries, {"corrupt_record"}):
            return
        differing = self.unexplained(_differing(original, record, drifts), original, entries)
        if differing:
            yield f"{where}: {', '.join(sorted(differing))} differ"

    def unexplained(self, differing, original, entries):
        """The columns of a record that differ without a fault that does that."""
        own = set(self.clean.keys)
        keys = own | {prefix + name for prefix in ("before_", "after_") for name in own}
        if differing & keys:
            everywhere = any('"where":"everywhere"' in e["detail"] for _, e in entries)
            expected = {name for name in keys if original[name] is not None} if everywhere else own
            if expected <= differing and self.explained(entries, {"null_keys"}):
                differing -= expected
        if "commit_ts" in differing and self.explained(entries, {"clock_skew"}):
            differing -= {"commit_ts"}
        return differing

    def missing(self):
        for lsn in self.origin:
            plain = [place for place in self.delivered[lsn] if not self.is_copy(place)]
            if not plain and not self.explained(self.absent[lsn], GONE):
                yield f"lsn {lsn} isn't delivered"

    def repeated(self, lsn, places):
        """All places of a record but one in its own batch's file are in the key; moved ones have no other."""
        if lsn not in self.origin:
            return
        source, _ = self.origin[lsn]
        plain = [place for place in places if not self.is_copy(place)]
        if len(plain) > 1:
            yield f"lsn {lsn} is delivered {len(plain)} times"
        for place in plain:
            if place[0] != source and not self.explained(self.here[place], ELSEWHERE):
                yield f"lsn {lsn} of batch {source} comes with batch {place[0]}"
        for place in places:
            if len(places) > 1 or place[0] != source or not plain:
                self.explained(self.here[place], COPIES)
        if lsn in self.absent and plain:
            yield f"lsn {lsn} is said to be missing but is there"

    def is_copy(self, place):
        return any(e["kind"] in COPIES for _, e in self.here[place])

    # Recovery

    def untrue_recoveries(self, base):
        """Rows that are said to be recoverable and aren't, or to be beyond repair and are right."""
        truth = self.replayed(self.clean, base)
        found = self.replayed(self.broken, base)
        for key, entries in self.claims.items():
            if any(one["recoverable"] == (one["right_from"] is None) for one in entries):
                yield f"key {key}: recoverable and right_from contradict each other"
            lost = [one for one in entries if not one["recoverable"]]
            if not all(map(_is_of_a_cell, lost)):
                if found.get(key) == truth.get(key):
                    yield f"key {key} is said to be beyond repair but is right"
            else:
                yield from self.wrong(key, truth.get(key), found.get(key), lost)

    def untrue_on_the_way(self, base):
        """Rows that should be right at the end of a batch half way, and aren't."""
        batches = sorted(self.clean.files)
        last = batches[len(batches) // 2]
        truth = self.replayed(self.clean, base, last)
        found = self.replayed(self.broken, base, last)
        for key, entries in self.claims.items():
            touching = [one for one in entries if one["source_batch"] <= last]
            lost = [one for one in touching if one["right_from"] is None or one["right_from"] > last]
            if all(map(_is_of_a_cell, lost)):
                for problem in self.wrong(key, truth.get(key), found.get(key), lost):
                    yield f"after batch {last}, {problem}"

    @staticmethod
    def wrong(key, right, got, lost):
        if (right is None) != (got is None):
            yield f"key {key} is said to be recoverable but is {'there' if right is None else 'not there'}"
        elif right is not None:
            wrong = {name for name in right if got.get(name) != right[name]} - {one["column"] for one in lost}
            if wrong:
                yield f"key {key} is said to be recoverable but {wrong} differ"

    def replayed(self, log, base, last=1 << 31):
        """The rows that entries are about after all records that can be understood, up to a batch, by lsn."""
        keys = self.claims
        events = {}
        for file in (one for batch, one in log.files.items() if batch <= last):
            own = self.whole[file.batch] if log is self.broken else []
            renames = {json.loads(e["detail"])["to"]: e["column"] for _, e in own if '"renamed"' in e["detail"]}
            for record in file.records:
                if record["op"] in OPS and self.keys_of(record) != (None, None):
                    events.setdefault(record["lsn"], (record, renames))
        state = {key: _texts(base[key], {}) for key in keys if key in base}
        columns = next(f.columns for f in self.clean.files.values() if f.columns)
        names = [name[6:] for name in columns if name.startswith("after_")]
        for lsn in sorted(events):
            record, renames = events[lsn]
            old, new = self.keys_of(record)
            previous = state.get(old, {})
            if old != new:
                state.pop(old, None)
            if new is not None and {old, new} & keys.keys():
                row = {name[6:]: value for name, value in record.items() if name.startswith("after_")}
                fresh = _texts(row, renames)
                state[new] = {name: fresh.get(name, previous.get(name)) for name in names}
        return {key: row for key, row in state.items() if key in keys}

    def keys_of(self, record):
        """The key before and after a record, from its images, else from its own key; none of a row that isn't."""
        old, new = (self.clean.key_of(record, prefix) for prefix in ("before_", "after_"))
        if old is None and new is None:
            old = new = self.clean.key_of(record)
        return (None if record["op"] == "insert" else old), (None if record["op"] == "delete" else new)


def _is_of_a_cell(entry):
    return entry["kind"] == "schema_drift"


def _texts(row, renames):
    return {renames.get(name, name): _value(value) for name, value in row.items()}


def _value(value):
    """One form for the same value of two types: wider decimals and integers, dates and their midnights."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value).normalize()
    text = str(value)
    for tail in (" 00:00:00", "T00:00:00"):
        text = text.removesuffix(tail) if len(text) == 10 + len(tail) else text
    try:
        return Decimal(text).normalize() if text[:1] != "+" and "_" not in text and text[-1:].isdigit() else text
    except ArithmeticError:
        return text


def _differing(original, record, drifts):
    mapping, lost = drifts.get("mapping", {}), drifts.get("lost", set())
    names = set()
    for name, value in record.items():
        prefix = next((p for p in ("before_", "after_") if name.startswith(p)), "")
        column = name[len(prefix) :]
        if prefix and column in lost:
            continue
        there = original.get(prefix + mapping.get(column, column))
        if name == "changed_columns":
            here = {mapping.get(one, one) for one in value or ()}
            if here != {one for one in there or () if one not in lost}:
                names.add(name)
        elif value != there and _value(value) != _value(there):
            names.add(name)
    return names


def _wider_text(clean, broken, column):
    name = f"after_{column}"
    was = {r["lsn"]: r[name] for r in clean.records}
    cells = [(was[r["lsn"]], r[name]) for r in broken.records if r["lsn"] in was and r[name] is not None]
    return all(new is None or new != old for old, new in cells if old is not None)


# References between tables


def _orphans(scan, entries, used):
    """Entries of orphaned_references whose parent isn't late or missing, or whose child isn't an orphan."""
    renames = _renames(entries)
    for at, one in enumerate(entries):
        if one["kind"] != "orphaned_references" or one["lsn"] is None:
            continue
        detail = json.loads(one["detail"])
        if detail["role"] == "parent":
            log = scan.after[one["entity"]]
            here = [f.batch for f in log.files.values() for r in f.records if r["lsn"] == one["lsn"]]
            if (detail["mode"] == "missing") != (not here) or any(batch <= one["source_batch"] for batch in here):
                yield f"the parent of {one} isn't {detail['mode']}"
            used.add(at)
            continue
        child = scan.after[one["entity"]].files[one["batch"]].records[one["row"]]
        reference = tuple(one["column"].split(", "))
        parent, target = scan.references[one["entity"]][reference]
        names = [renames.get((one["entity"], one["batch"], name), name) for name in reference]
        cells = _cells(child, [f"after_{name}" for name in names])
        lsn = scan.insert_of(parent, detail["parent_key"])
        came = [file.batch for file in scan.after[parent].files.values() for r in file.records if r["lsn"] == lsn]
        if parent != detail["parent"] or cells is None or any(batch <= one["batch"] for batch in came):
            yield f"no orphan: {one}"
        elif cells not in scan.called(parent, target, detail["parent_key"]):
            yield f"no child of {detail['parent_key']}: {one}"
        used.add(at)


def _renames(entries):
    """The new names of columns by table, batch and old name."""
    return {
        (e["entity"], e["batch"], e["column"]): json.loads(e["detail"])["to"]
        for e in entries
        if e["lsn"] is None and '"renamed"' in e["detail"]
    }


def _unlisted_orphans(scan, entries):
    """Records that refer to a parent of an orphaned_references before it arrives, and aren't in the key."""
    parents = {
        (e["entity"], e["key"]): e["batch"] if e["row"] is not None else 1 << 31
        for e in entries
        if e["kind"] == "orphaned_references" and json.loads(e["detail"])["role"] == "parent"
    }
    listed = {(e["entity"], e["batch"], e["row"], e["column"]) for e in entries if e["kind"] == "orphaned_references"}
    other = {
        (e["entity"], e["batch"], e["row"]) for e in entries if e["kind"] not in {"orphaned_references", "schema_drift"}
    }
    renames = _renames(entries)
    for entity, reference, parent, target in scan.all_references():
        late = {
            cells: (key, batch)
            for (name, key), batch in parents.items()
            if name == parent
            for cells in scan.called(parent, target, key)
        }
        for file in scan.after[entity].files.values():
            names = [f"after_{renames.get((entity, file.batch, name), name)}" for name in reference]
            for row, record in enumerate(file.records):
                key, until = late.get(_cells(record, names), (None, 0))
                is_own = (entity, key) == (parent, scan.before[entity].key_of(record))
                place = (entity, file.batch, row)
                listed_here = place in other or (*place, ", ".join(reference)) in listed
                if until > file.batch and not is_own and not listed_here:
                    yield f"{entity}, batch {file.batch}, row {row}: an orphan by {reference} that isn't in the key"


def _untrue_positions(scan, entries):
    """Entries whose position isn't that of their row."""
    known = {
        entity: {*scan.bases[entity], *(log.key_of(r) for f in log.files.values() for r in f.records)}
        for entity, log in scan.before.items()
    }
    away = {}  # lsn of a record with a key that no row has → its row's key
    for one in entries:
        if one["kind"] == "key_change":
            detail = json.loads(one["detail"])
            away[one["lsn"]] = next(
                (detail[n] for n in ("from_key", "to_key") if detail[n] in known[one["entity"]]), ""
            )
    for one in entries:
        key = one["key"] if one["key"] in known[one["entity"]] else away.get(one["lsn"])
        if (key is None) != (one["lsn"] is None) or (key and scan.position_of(one["entity"], key) != one["position"]):
            yield f"the position of {one} is wrong"


def _cells(record, names):
    """Some cells of a record as texts; none if one is missing."""
    cells = [record.get(name) for name in names]
    return None if None in cells else tuple(map(str, cells))


REFERENCES = {
    "raw_sessions": {("customer_id",): ("raw_customers", ("customer_id",))},
    "raw_orders": {
        ("customer_id",): ("raw_customers", ("customer_id",)),
        ("session_id",): ("raw_sessions", ("session_id",)),
    },
    "raw_clickstream": {
        ("session_id",): ("raw_sessions", ("session_id",)),
        ("product_id",): ("raw_products", ("product_id",)),
        ("order_id",): ("raw_orders", ("order_id",)),
    },
    "raw_inventory": {
        ("product_id",): ("raw_products", ("product_id",)),
        ("order_id",): ("raw_orders", ("order_id",)),
    },
    "raw_order_items": {
        ("order_id",): ("raw_orders", ("order_id",)),
        ("product_id",): ("raw_products", ("product_id",)),
    },
    "raw_reviews": {
        ("product_id",): ("raw_products", ("product_id",)),
        ("customer_id",): ("raw_customers", ("customer_id",)),
        ("order_id",): ("raw_orders", ("order_id",)),
    },
}
"""Table → referring columns → the table and columns that they name."""
