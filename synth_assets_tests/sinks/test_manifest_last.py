"""A store without renames: by the manifest, one sees the old dataset or the new one, wherever a run is stopped."""

from pathlib import Path

import pytest

from synth_assets.engine.stored import verify_stored
from synth_assets.errors import OutputError
from synth_assets.model.manifest import FolderManifest, Manifest
from synth_assets.project.packages import Package
from synth_assets.sinks import catalog, store
from synth_assets.sinks.manifest_last import ManifestLast
from synth_assets.sinks.store import Store
from synth_assets.usecases import generate as generating
from synth_assets.usecases.generate import generate, request_for

TENANTS = Package("synth_assets_tests.tenants").load()
OLD, NEW = ({"rows_per_file": 10}, {"rows_per_file": 7})
ROOT = Path("/bucket")


class Stopped(Exception):  # noqa: N818 - no error of a store, but what stands for kill -9
    """The run is over."""


class Memory:
    """Objects in a dictionary, which stop a run at its ``stop``-th change."""

    def __init__(self):
        self.objects = {}
        self.changes, self.stop = 0, None

    def _change(self):
        self.changes += 1
        if self.changes == self.stop:
            raise Stopped

    def put(self, name, draft):
        self._change()
        self.objects[name] = draft.read_bytes()

    def get(self, name):
        return self.objects.get(name)

    def names(self, below):
        return [name for name in self.objects if name.startswith(f"{below}/" if below else "")]

    def remove(self, name):
        self._change()
        self.objects.pop(name, None)


@pytest.fixture
def memory(monkeypatch):
    """Where all files of this test go."""
    found = Memory()
    kept = Store("memory", lambda root: ManifestLast(found, root))
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
                one for one in map(catalog.load_file, ("csv", "ndjson")) if one.suffix in manifest.files[0].path
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
            assert files in (old[name], new[name])
            states.add((name, files == old[name]))
        memory.stop = None
        made(layout=layout, **NEW)
        assert memory.objects == {**after, "notes.txt": b"mine"}
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
