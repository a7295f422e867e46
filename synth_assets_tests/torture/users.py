"""What people do with each kind of stored thing, by the program's own entry points; says what came of it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from synth_assets.errors import SynthError
from synth_assets_tests.torture import truth
from synth_assets_tests.torture.corpus import BATCHES, VOLUMES
from synth_assets_tests.torture.damage.scene import Scene

Said = tuple[str, bool, str]
"""What was done, whether the program found fault with it, and in which words."""


def volumes(domain: str) -> dict[str, int]:
    words = VOLUMES[domain].split()
    return {name.removeprefix("--"): int(value) for name, value in zip(words[::2], words[1::2], strict=True)}


def use(scene: Scene) -> Iterator[Said]:
    """Do with a damaged thing what is done with its kind.

    Yields:
        what the program said each time; anything but a :class:`SynthError` passes through.
    """
    yield from _USES[scene.target.kind](scene)


def unnoticed(scene: Scene, said: list[Said]) -> list[str]:
    """What of the damage the program should have found and hasn't; nothing if it did, or if there was none."""
    if scene.target.kind in {"plan", "settings", "declaration"}:
        return []  # whatever is allowed there is somebody's wish
    for what, noticed, _ in said:
        if not noticed and what.startswith("verify"):
            place = looked_at(scene)
            if found := truth.differences(scene.pristine, scene.root, None if place == scene.root else place):
                return [f"{what} finds nothing: {'; '.join(found[:4])}"]
        if not noticed and what == "load" and (found := _loaded_wrong(scene)):
            return [found]
        if not noticed and what == "score" and (found := _scored_wrong(scene)):
            return [found]
    return []


def looked_at(scene: Scene) -> Path:
    """What ``verify`` is pointed at: all that there is, or the table that was damaged."""
    parts = [path for path in scene.touched if path != scene.root]
    if scene.target.kind != "dataset" or not parts or int.from_bytes(str(parts[0]).encode()[-3:]) % 3 == 0:
        return scene.root
    places = {_partition(scene, path) for path in parts}
    (place, *more) = places
    return scene.root if more or place is None or not place.exists() else place


def _partition(scene: Scene, path: Path) -> Path | None:
    """The folder ``seed=…`` that a path is in, or the database that it is."""
    if path.suffix in truth.DATABASES:
        return path
    inside = path.relative_to(scene.root).parts
    at = next((at for at, part in enumerate(inside) if part.startswith("seed=")), None)
    return None if at is None else scene.root.joinpath(*inside[: at + 1])


def _asked(what: str, work) -> Said:
    try:
        noticed, words = work()
    except SynthError as error:
        return what, True, str(error)
    return what, noticed, words


def _verify(path: Path):
    from synth_assets.usecases.verify import verify

    def work():
        results = verify([path])
        problems = [problem for one in results for problem in one.problems]
        return any(not one.ok for one in results), "; ".join(problems[:3])

    return _asked(f"verify {path.name}", work)


def _dataset(scene: Scene) -> Iterator[Said]:
    yield _verify(looked_at(scene))
    yield _asked("load", lambda: (False, f"{len(_loaded(scene))} tables"))


def _loaded(scene: Scene) -> dict[str, pl.DataFrame]:
    """The tables that were damaged, as the IO manager gives them; what only a query finds is the query's to say."""
    from synth_assets.project.project import Project
    from synth_assets.usecases.stored_tables import load

    project = Project.here()
    domain = project.domain(scene.target.domain)
    dataset = domain.dataset(next(iter(domain.presets)), volumes=volumes(scene.target.domain))
    touched = {part for path in scene.touched for part in path.parts}
    found = {}
    for name, table in domain.tables.items():
        if name in touched or scene.target.name.endswith(("duckdb", "sqlite")):
            frame = load(dataset, name, table, scene.root, "Make it again.")
            try:
                found[name] = frame.head(5).collect()
            except pl.exceptions.PolarsError:
                continue
    return found


def _loaded_wrong(scene: Scene) -> str:
    """A load that gives another table than it should: other columns, or other types."""
    from synth_assets.project.project import Project

    tables = Project.here().domain(scene.target.domain).tables
    try:
        wrong = [name for name, frame in _loaded(scene).items() if dict(frame.schema) != dict(tables[name].schema)]
    except SynthError:
        return ""
    return f"load gives {', '.join(wrong)} with other columns" if wrong else ""


def _changes(scene: Scene) -> Iterator[Said]:
    from synth_assets.usecases.inject import inject
    from synth_assets.usecases.replay_changes import replay_folder

    yield _verify(scene.root)

    def replayed():
        results = replay_folder(scene.root)
        return any(one.problems for one in results), str(results)[:200]

    yield _asked("replay", replayed)
    broken = scene.root.parent / "broken"

    def injected():
        inject(scene.root, scene.home / "plan" / "plan.yaml", broken)
        return False, ""

    if scene.random.random() < 0.3:
        yield _asked("inject", injected)
        shutil.rmtree(broken, ignore_errors=True)


def _envelope(scene: Scene) -> Iterator[Said]:
    yield _verify(scene.root)


def _broken(scene: Scene) -> Iterator[Said]:
    yield _verify(scene.root)
    yield _asked("answer key", lambda: (not _score(scene, None, scene.root).passed, ""))


def _current(scene: Scene) -> Iterator[Said]:
    yield _verify(scene.root)


def _candidate(scene: Scene) -> Iterator[Said]:
    yield _asked("score", lambda: (not _score(scene, candidate(scene)).passed, ""))


def candidate(scene: Scene) -> str:
    """The candidate in the words of ``--candidate``: the file that was damaged, or what is left of it."""
    there = [path for path in [*reversed(scene.touched), *sorted(scene.root.iterdir())] if os.path.lexists(path)]
    path = next((path for path in there if path.suffix not in {".wal", ""}), scene.root)
    return f"{path}::repairs" if path.suffix in truth.DATABASES else str(path)


def _score(scene: Scene, table: str | None, key: Path | None = None):
    from synth_assets.usecases.scan_changes import score

    return score(
        "workshop/repairs",
        BATCHES,
        table or str(scene.home / "candidate-parquet" / "repairs.parquet"),
        "tiny",
        volumes=volumes("workshop"),
        answer_key=key,
        timeout=3,
    )


def _scored_wrong(scene: Scene) -> str:
    """A table that passes although its rows, as DuckDB reads them, aren't the right ones."""
    import duckdb

    right = scene.home / "candidate-parquet" / "repairs.parquet"
    path = Path(candidate(scene).partition("::")[0])
    names = pl.read_parquet_schema(right)
    kept = ", ".join(f'"{name}"' for name in names)
    if path.suffix == ".sqlite":
        old, new = _rows_of(scene.pristine / "repairs.sqlite"), _rows_of(path)
        return "" if old == new else "score passes a table with other rows"
    try:
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"CREATE TABLE right_ AS SELECT {kept} FROM '{right}'")
            # What the columns are is no guess: the score takes the header's word, too.
            source = (
                f"read_csv('{path}', header=true, delim=',', null_padding=true, strict_mode=false)"
                if ".csv" in path.name
                else f"'{path}'"
            )
            if path.suffix == ".duckdb":
                connection.execute(f"ATTACH '{path}' AS c (READ_ONLY)")
                source = "c.repairs"
            connection.execute(
                f"CREATE TABLE found AS SELECT * FROM right_ LIMIT 0; INSERT INTO found SELECT {kept} FROM {source}"
            )
            query = "(FROM right_ EXCEPT ALL FROM found) UNION ALL (FROM found EXCEPT ALL FROM right_)"
            wrong = connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
    except duckdb.Error as error:
        return f"score passes what DuckDB can't read: {error}"
    return f"score passes {wrong} wrong rows" if wrong else ""


def _rows_of(database: Path) -> list[str]:
    """The rows of a candidate in SQLite, as text; a table or a view."""
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        names = "repair_id, staff_id, opened_at, state, done_at, updated_at"
        return sorted(map(repr, connection.execute(f"SELECT {names} FROM repairs").fetchmany(10_000)))


def _plan(scene: Scene) -> Iterator[Said]:
    from synth_assets.usecases.inject import inject

    def work():
        inject(scene.home / "changes-parquet", scene.root / "plan.yaml", scene.root.parent / "b")
        return False, ""

    yield _asked("inject", work)


def _settings(scene: Scene) -> Iterator[Said]:
    from synth_assets.project.project import Project

    def work():
        environ = {**os.environ, "SYNTH_CONFIG": str(scene.root / "synth.toml")}
        project = Project.here(scene.root, environ)
        for name in project.names():
            for preset in project.presets(name):
                project.dataset(name, preset)
            project.change_datasets(name)
        return False, str(project.settings)[:80]

    yield _asked("settings", work)


def _declaration(scene: Scene) -> Iterator[Said]:
    from synth_assets.documents.reading import read
    from synth_assets.specs.declared import Declared

    def work():
        document = read(scene.root / "workshop.yaml")
        domain = Declared.of(document.values, "a declaration").load()
        dataset = domain.dataset(next(iter(domain.presets)))
        return False, dataset.label

    yield _asked("declaration", work)


_USES = {
    "dataset": _dataset,
    "changes": _changes,
    "envelope": _envelope,
    "broken": _broken,
    "current": _current,
    "candidate": _candidate,
    "plan": _plan,
    "settings": _settings,
    "declaration": _declaration,
}
