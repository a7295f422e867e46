"""A store without renames: by the manifest, one sees the old dataset or the new one, wherever a run is stopped."""

import hashlib
import re
from pathlib import Path

import pytest

from synth_assets.engine.stored import verify_stored
from synth_assets.errors import OutputError
from synth_assets.model.manifest import FolderManifest, Manifest
from synth_assets.project.packages import Package
from synth_assets.sinks import catalog, store
from synth_assets.sinks.manifest_last import ManifestLast
from synth_assets.sinks.store import Held, Store
from synth_assets.usecases import generate as generating
from synth_assets.usecases.generate import generate, request_for

TENANTS = Package("synth_assets_tests.tenants").load()
OLD, NEW = ({"rows_per_file": 10}, {"rows_per_file": 7})
ROOT = Path("/bucket")
MARK = re.compile(r"\.synth[0-9a-f]{12}")


class Stopped(Exception):  # noqa: N818 - no error of a store, but what stands for kill -9
    """The run is over."""


class Memory:
    """Objects in a dictionary, which stop a run at its ``stop``-th change, or let ``between`` come before it."""

    def __init__(self):
        self.objects = {}
        self.changes, self.stop, self.between = 0, None, None

    def _change(self):
        self.changes += 1
        if self.changes == self.stop:
            if self.between is None:
                raise Stopped
            between, self.between = self.between, None
            between()

    def put(self, name, draft):
        data = draft.read_bytes()
        self._change()
        self.objects[name] = data

    def put_over(self, name, data, before):
        self._change()
        if before != (_tag(self.objects[name]) if name in self.objects else None):
            return False
        self.objects[name] = data
        return True

    def get(self, name):
        return (self.objects[name], _tag(self.objects[name])) if name in self.objects else None

    def fetch(self, name, to):
        raise AssertionError(name, to)

    def names(self, below):
        found = [name for name in self.objects if name.startswith(f"{below}/" if below else "")]
        return {name: Held(_tag(self.objects[name]), len(self.objects[name])) for name in found}

    def remove(self, names):
        for name in names:
            self._change()
            self.objects.pop(name, None)


def _tag(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest(), ""


def unmarked(objects):
    """Objects without what tells one publication's part files from another's."""
    return {MARK.sub("", name): MARK.sub("", data.decode()) for name, data in objects.items()}


def plain(files):
    return [MARK.sub("", name) for name in files]


@pytest.fixture
def memory(monkeypatch):
    """Where all files of this test go."""
    found = Memory()
    kept = Store("memory", lambda root, _resumption: ManifestLast(found, root))
    monkeypatch.setattr(store, "load", lambda _name: kept)
    monkeypatch.setattr(generating, "write_descriptions", lambda *_: None)  # of folders, which there are none of here
    return found


def made(dataset=None, **options):
    return generate(request_for(TENANTS, dataset or TENANTS.dataset(), ("tenants", "orders"), ROOT, **options))


def seen(memory, folder):
    """Table → its part files, as a reader sees them who goes by the manifests; looks at each row."""
    found = {}
    for name in [name for name in memory.objects if name.endswith("_manifest.json")]:
        below = name.removesuffix("_manifest.json")
        text = memory.objects[name].decode()
        shared = FolderManifest.from_json(text, name).tables if '"tables": [' in text else ()
        for manifest in [one.manifest for one in shared] or [Manifest.from_json(text, name)]:
            form = next(
                one for one in map(catalog.load_file, ("csv", "ndjson")) if manifest.files[0].path.endswith(one.suffix)
            )
            for path in [*(file.path for file in manifest.files), "_manifest.json"]:
                (folder / below).mkdir(parents=True, exist_ok=True)
                (folder / below / path).write_bytes(memory.objects[below + path])
            table = TENANTS.tables[manifest.entity]
            assert verify_stored(form.read(folder / below, table), table, manifest, folder / below) == []
            found[manifest.entity] = [file.path for file in manifest.files]
    return found


@pytest.mark.parametrize("layout", ["hive", "flat"])
def test_a_reader_who_goes_by_the_manifest_finds_every_table(layout, memory, tmp_path):
    made(layout=layout)
    assert {name: len(files) for name, files in seen(memory, tmp_path).items()} == {
        "tenants": 1,
        "orders": 9 if layout == "flat" else 1,  # files of ten rows are usual in the domain's own layout
    }


@pytest.mark.parametrize("layout", ["hive", "flat"])
def test_whenever_another_run_comes_in_between_every_table_is_whole_and_one_of_theirs(layout, memory, tmp_path):
    made(layout=layout, **OLD)
    before = dict(memory.objects)
    memory.changes = 0
    made(layout=layout, **NEW)
    changes, theirs = memory.changes, {**NEW, "rows_per_file": 4}
    numbers = set()
    for stop in range(1, changes + 1, 5):
        memory.objects, memory.changes, memory.stop = dict(before), 0, stop
        memory.between = lambda: made(layout=layout, **theirs)
        made(layout=layout, **NEW)
        assert memory.between is None
        numbers.add(len(seen(memory, tmp_path / str(stop))["orders"]))
        memory.stop = None
        listed = {path for files in seen(memory, tmp_path / f"{stop}again").values() for path in files}
        kept = {name.rpartition("/")[2] for name in memory.objects if MARK.search(name)}
        made(layout=layout, **NEW)
        assert listed <= kept
    assert len(numbers) == 2  # either may be the last


@pytest.mark.parametrize("layout", ["hive", "flat"])
def test_a_run_that_waits_between_list_and_removal_takes_nothing_from_one_that_came_meanwhile(
    layout, memory, tmp_path, monkeypatch
):
    made(layout=layout, **OLD)
    remove, waiting = memory.remove, [lambda: made(layout=layout, **NEW)]

    def slow(names):
        if names and waiting:
            waiting.pop()()
        remove(names)

    monkeypatch.setattr(memory, "remove", slow)
    made(layout=layout, rows_per_file=4)
    assert not waiting
    assert set(seen(memory, tmp_path)) == {"tenants", "orders"}


def test_objects_that_a_run_did_not_make_are_refused_before_anything_is_made(memory):
    made(layout="hive")
    place = next(name for name in memory.objects if "orders" in name and MARK.search(name)).rpartition("/")[0]
    memory.objects[f"{place}/part-00077.csv"] = b"mine"
    before = dict(memory.objects)
    with pytest.raises(OutputError, match=r"part-00077.csv is not in the manifest beside it"):
        made(layout="hive")
    del memory.objects[f"{place}/part-00077.csv"], memory.objects[f"{place}/_manifest.json"]
    memory.objects[f"{place}/letter.txt"] = b"mine"
    with pytest.raises(OutputError, match=r"holds objects but no _manifest.json"):
        made(layout="hive")
    assert memory.objects[f"{place}/letter.txt"] == b"mine"
    assert {name for name in before if MARK.search(name)} <= set(memory.objects)


@pytest.mark.parametrize("layout", ["hive", "flat"])
def test_stopped_at_any_change_a_reader_sees_old_or_new_tables_and_the_next_run_leaves_no_trace(
    layout, memory, tmp_path
):
    made(layout=layout, **OLD)
    before = dict(memory.objects)
    old = seen(memory, tmp_path / "old")
    memory.changes = 0
    made(layout=layout, **NEW)
    changes, after, new = memory.changes, dict(memory.objects), seen(memory, tmp_path / "new")
    states = set()
    for stop in range(1, changes + 1):
        memory.objects, memory.changes, memory.stop = {**before, "notes.txt": b"mine"}, 0, stop
        with pytest.raises(Stopped):
            made(layout=layout, **NEW)
        for name, files in seen(memory, tmp_path / str(stop)).items():
            assert files == old[name] or plain(files) == plain(new[name])
            states.add((name, files == old[name]))
        memory.stop = None
        made(layout=layout, **NEW)
        assert unmarked(memory.objects) == unmarked({**after, "notes.txt": b"mine"})
    assert {("orders", True), ("orders", False)} <= states


def test_another_dataset_is_refused_before_anything_is_put(memory):
    made()
    before, memory.changes = dict(memory.objects), 0
    with pytest.raises(OutputError, match="seed is 42, not 7"):
        made(TENANTS.dataset(seed=7))
    assert (memory.objects, memory.changes) == (before, 0)


def test_a_table_made_alone_stays_beside_the_others(memory, tmp_path):
    made()
    generate(request_for(TENANTS, TENANTS.dataset(), ("settings",), ROOT))
    assert set(seen(memory, tmp_path)) == {"tenants", "orders", "settings"}
