"""Kill a process at any of its writes while it brings `current` up to date, let another resume, compare every cell.

A small library (die_at_write.c, compiled by `cc`, so Linux) is preloaded into the victim: it counts every call that
changes a file or a folder — the logs' and the database's writes, its log (WAL) and checkpoint, renames, fsync — and
sends SIGKILL at the n-th. Ends with status 1 unless each time the tables were those of a whole batch, and after
resuming those of a run that nobody disturbed, ledger included. 200 points: about 10 minutes.

`--half` goes further: only calls that write bytes, and half of them are written before the process dies. It finds one
write that DuckDB doesn't survive, of the 256 KiB of metadata that a checkpoint overwrites in their place.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import duckdb
import polars as pl

from synth_assets.changes.current import advance, database_of, keeps_versions
from synth_assets.changes.folder import ChangeFolder, folder_of
from synth_assets.errors import SynthError
from synth_assets.model.change_log import CADENCES
from synth_assets.model.dataset import Dataset
from synth_assets.project.project import Project
from synth_assets.sinks.current_tables import Entry, read_ledger, versions_table
from synth_assets.sinks.databases import duckdb as stored

BRONZE = Project.here().domain("bronze")

DAY = CADENCES["day"]
VOLUMES = {"customers": 60, "products": 40, "orders": 120, "days": 10}
SEED = 40
"""A customer is erased in batch 1."""

Content = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Point:
    """What became of one crash.

    Attributes:
        call: at which call the process died, and of which file.
        held: the last whole batch of the tables when it had died; ``None`` where there was no database yet.
        cells: compared, before and after resuming.
        problems: what is wrong.
    """

    call: str
    held: int | None
    cells: int
    problems: tuple[str, ...]


def dataset() -> Dataset:
    """A tiny shop."""
    return Project.here().domain("bronze").dataset(None, SEED, volumes=VOLUMES)


def bring_forward(root: Path, batches: int) -> None:
    """The work: the base and batch 1, then the others; batches are generated and stored on the way."""
    folder, database = places(root)
    for batch in sorted({1, batches}):
        advance(folder, database, batch, catch_up=True)


def places(root: Path) -> tuple[ChangeFolder, Path]:
    """The batches and the tables in a data root."""
    folder = ChangeFolder.claim(folder_of(root, dataset(), DAY), BRONZE, dataset(), DAY)
    return folder, database_of(root, dataset(), DAY)


class Victims:
    """A process that forks one that does the work, again and again, without loading everything anew.

    Args:
        library: preloaded into it.
        batches: how many to bring forward.
        half: whether half of what the last call writes is written.
    """

    def __init__(self, library: Path, batches: int, *, half: bool) -> None:
        command = [sys.executable, __file__, "--serve", "--batches", str(batches)]
        environment = {**os.environ, "LD_PRELOAD": str(library), **({"DIE_HALF": "1"} if half else {})}
        self._server = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def die(self, root: Path, at: int) -> tuple[int, list[str]]:
        """Let one die at its ``at``-th call, or live with 0; its status, and the calls it came to."""
        root.mkdir(parents=True)
        assert self._server.stdin  # noqa: S101 - for the type checker
        assert self._server.stdout  # noqa: S101
        print(root, at, file=self._server.stdin, flush=True)
        status = int(self._server.stdout.readline())
        return status, _calls(root).read_text().splitlines()

    def close(self) -> None:
        """End the process."""
        self._server.communicate()


def serve(batches: int) -> None:
    """Fork a victim for each line: its root, and the call at which it dies."""
    for line in sys.stdin:
        name, at = line.split()
        pid = os.fork()
        if not pid:
            try:
                os.environ.update({"DIE_UNDER": name, "DIE_AT": at, "DIE_LOG": str(_calls(Path(name)))})
                bring_forward(Path(name), batches)
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(1)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _calls(root: Path) -> Path:
    return root.with_suffix(".calls")


def content(database: Path) -> Content:
    """Every row of every table, versions and ledger included."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for (name,) in names}


def differs_from_snapshot(folder: ChangeFolder, database: Path, batch: int) -> list[str]:
    """Which tables aren't what the generator says, cell by cell."""
    second, found = folder.timeline.second(batch), list[str]()
    for name, table in folder.tables.items():
        rows = pl.concat([table.schema.to_frame(), *stored.read(database, table)])
        if not rows.equals(pl.concat(list(folder.timeline.state(name, second)))):
            found.append(f"{name} is not snapshot {batch}")
        if keeps_versions(folder.domain, name):
            versions = pl.concat(list(stored.read(database, versions_table(table)))).sort(str(table.key), "valid_from")
            if not versions.equals(pl.concat(list(folder.timeline.versions(name, second)))):
                found.append(f"{name}'s versions are not history {batch}")
    return found


def crash(victims: Victims, root: Path, batches: int, at: int, states: Mapping[int, Content]) -> Point:
    """Let one die, look, resume, look again."""
    status, calls = victims.die(root, at)
    while status == 0:  # threads write too, so a run may have a call less than another
        shutil.rmtree(root)
        _calls(root).unlink()
        at = len(calls)
        status, calls = victims.die(root, at)
    problems = [] if status == -signal.SIGKILL else [f"the process ended with {status}"]
    folder, database = places(root)
    held, cells = None, 0
    try:
        if database.exists():
            before = content(database)
            held = max(entry.batch for entry in read_ledger(database, "bronze"))
            cells += _cells(before)
            # Of the base alone there is no moment to look at in a run that nobody disturbs.
            wrong = _differences(before, states[held]) if held else differs_from_snapshot(folder, database, 0)
            problems += [f"before resuming: {one}" for one in wrong]
        bring_forward(root, batches)
        after = content(database)
        cells += _cells(after)
        problems += [f"after resuming: {one}" for one in _differences(after, states[batches])]
        problems += ledger_problems(read_ledger(database, "bronze"), folder, batches)
    except (duckdb.Error, SynthError) as error:
        problems.append(str(error).splitlines()[0].replace(str(root), ""))
    left = [path for path in root.rglob("*") if path.is_file() and (".new" in path.name or path.name.endswith(".wal"))]
    problems += [f"{path.relative_to(root)} was left" for path in left]
    shutil.rmtree(root)
    return Point(
        described(calls[-1]), held, cells, tuple(f"point {at}, {described(calls[-1])}: {one}" for one in problems)
    )


def _cells(found: Content) -> int:
    return sum(len(row) for rows in found.values() for row in rows)


def _differences(found: Content, expected: Content) -> list[str]:
    return [f"{name} differs" for name in expected.keys() | found.keys() if found.get(name) != expected.get(name)]


def undisturbed(root: Path, batches: int) -> dict[int, Content]:
    """What the tables hold after each batch if nobody dies; proved equal to what the generator says."""
    folder, database = places(root)
    states: dict[int, Content] = {}
    for batch in range(1, batches + 1):
        advance(folder, database, batch, catch_up=True)
        states[batch] = content(database)
        if wrong := differs_from_snapshot(folder, database, batch):
            sys.exit("; ".join(wrong))
    return states


def ledger_problems(ledger: list[Entry], folder: ChangeFolder, batches: int) -> list[str]:
    """Each table has each batch once."""
    expected = sorted((name, batch) for name in folder.tables for batch in range(batches + 1))
    found = sorted((entry.entity, entry.batch) for entry in ledger)
    return [] if found == expected else ["the ledger hasn't each batch once"]


def described(call: str) -> str:
    """A call, and what its file is for."""
    name, _, path = call.partition(" ")
    return f"{name} {kind_of(path)}"


def kind_of(path: str) -> str:
    """What a file is for."""
    name = Path(path).name
    if "duckdb" in name:
        return (
            "lock" if name.endswith(".lock") else "new database" if name.startswith(".") else "database"
        ) + " log" * name.endswith(".wal")
    return "database's folder" if "/duckdb" in path else "change log"


def crash_points(calls: Sequence[str], points: int, *, half: bool) -> list[int]:
    """Where to die: three quarters over the calls of the database, the rest over those of the logs."""
    numbers = [number for number, call in enumerate(calls, 1) if not half or call.startswith(("write ", "pwrite"))]
    database = [number for number in numbers if "database" in described(calls[number - 1])]
    others = [number for number in numbers if number not in set(database)]
    first = _spread(database, points * 3 // 4)
    return sorted(first + _spread(others, points - len(first)))


def _spread(numbers: Sequence[int], count: int) -> list[int]:
    return sorted({numbers[place * len(numbers) // count] for place in range(count)})


def main() -> int:
    """Crash at points spread over all calls and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--points", type=int, default=200)
    options.add_argument("--batches", type=int, default=4)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--half", action="store_true", help="die in the middle of what is written")
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        serve(chosen.batches)
        return 0
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve()
        library = home / "die_at_write.so"
        source = Path(__file__).with_name("die_at_write.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)  # noqa: S607
        pool = [Victims(library, chosen.batches, half=chosen.half) for _ in range(chosen.processes)]
        _, calls = pool[0].die(home / "whole", 0)
        states = undisturbed(home / "states", chosen.batches)
        if wrong := _differences(content(places(home / "whole")[1]), states[chosen.batches]):
            sys.exit("; ".join(wrong))
        free: SimpleQueue[Victims] = SimpleQueue()
        for victims in pool:
            free.put(victims)

        def one(at: int) -> Point:
            victims = free.get()
            try:
                return crash(victims, home / str(at), chosen.batches, at, states)
            finally:
                free.put(victims)

        with ThreadPoolExecutor(chosen.processes) as threads:
            found = list(threads.map(one, crash_points(calls, chosen.points, half=chosen.half)))
        for victims in pool:
            victims.close()
    problems = [problem for point in found for problem in point.problems]
    print(
        json.dumps(
            {
                "batches": chosen.batches,
                "calls": len(calls),
                "calls_of": Counter(described(call) for call in calls),
                "points": len(found),
                "points_at": Counter(point.call for point in found),
                "held_after_the_crash": Counter("none" if p.held is None else f"batch {p.held}" for p in found),
                "cells_compared": sum(point.cells for point in found),
                "exact": sum(not point.problems for point in found),
                "problems": problems,
                "s": round(time.perf_counter() - start, 1),
            },
            indent=2,
        )
    )
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
