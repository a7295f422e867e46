"""Publishing: what was there before, or what is new, whole; and nobody else's files are lost."""

import hashlib
import json
import logging
import multiprocessing
import threading
import time

import pytest

from synth_assets.errors import OutputError, UsageError
from synth_assets.model.manifest import FolderManifest, Listed, Manifest, PartFile
from synth_assets.sinks import filesystem, locks, publish
from synth_assets.sinks.locks import exclusive
from synth_assets.sinks.staging import Staging
from synth_assets.sinks.store import Finished, Resumption
from synth_assets_tests.samples import load, many, store


@pytest.fixture(params=["exchange", "two renames"])
def swap(request, monkeypatch):
    """Swap folders in one step, and as on a filesystem that can't."""
    if request.param == "two renames":
        monkeypatch.setattr(publish, "exchange", lambda _one, _other: False)


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.usefixtures("swap")
def test_foreign_files_survive_a_new_dataset(tmp_path):
    location, _ = store("csv", tmp_path, [[many(10)], [many(5, first=11)]])
    (location / "notes.txt").write_text("mine")
    (location / "plots" / "old").mkdir(parents=True)
    (location / "plots" / "old" / "a.png").write_bytes(b"png")
    (location / "link").symlink_to("notes.txt")
    store("csv", tmp_path, [[many(3)]])
    assert tree(location) == [
        "_manifest.json", "link", "notes.txt", "part-00000.csv", "plots", "plots/old", "plots/old/a.png",
    ]  # fmt: skip
    assert (location / "link").read_text() == "mine"
    assert (location / "plots" / "old" / "a.png").read_bytes() == b"png"
    assert load("csv", location).equals(many(3))


def test_foreign_files_survive_where_there_are_no_links(tmp_path, monkeypatch):
    location, _ = store("csv", tmp_path, [[many(10)]])
    (location / "notes.txt").write_text("mine")

    def no_links(*_args, **_options):
        raise PermissionError

    monkeypatch.setattr(filesystem.os, "link", no_links)
    store("csv", tmp_path, [[many(3)]])
    assert (location / "notes.txt").read_text() == "mine"


@pytest.mark.usefixtures("swap")
def test_a_file_that_appears_during_the_swap_survives(tmp_path, monkeypatch):
    location, _ = store("csv", tmp_path, [[many(10)]])
    swapped = publish.swap

    def late(staged, target, old):
        (target / "late.txt").write_text("mine")
        return swapped(staged, target, old)

    monkeypatch.setattr(publish, "swap", late)
    store("csv", tmp_path, [[many(3)]])
    assert (location / "late.txt").read_text() == "mine"


def test_a_foreign_file_that_looks_like_a_part_is_refused(tmp_path):
    location, _ = store("csv", tmp_path, [[many(10)]])
    (location / "part-00007.csv").write_text("mine")
    with pytest.raises(OutputError, match=r"part-00007\.csv is not in the manifest beside it(.|\n)*Move it"):
        store("csv", tmp_path, [[many(3)]])
    assert tree(location) == ["_manifest.json", "part-00000.csv", "part-00007.csv"]


def test_a_folder_that_is_no_dataset_is_refused_and_kept(tmp_path):
    location, _ = store("csv", tmp_path, [[many(10)]])
    (location / "_manifest.json").unlink()
    with pytest.raises(OutputError, match=r"holds files but no _manifest.json"):
        store("csv", tmp_path, [[many(3)]])
    assert tree(location) == ["part-00000.csv"]
    assert tree(tmp_path / ".synth") == ["publish.lock"]


@pytest.mark.usefixtures("swap")
def test_an_empty_folder_is_replaced(tmp_path):
    location = tmp_path / "csv/shop/things/preset=small/seed=42"
    location.mkdir(parents=True)
    assert store("csv", tmp_path, [[many(3)]])[0] == location
    assert load("csv", location).equals(many(3))


def test_a_file_in_the_datasets_place_is_refused(tmp_path):
    location = tmp_path / "csv/shop/things/preset=small/seed=42"
    location.parent.mkdir(parents=True)
    location.write_text("mine")
    with pytest.raises(OutputError, match="is no folder"):
        store("csv", tmp_path, [[many(3)]])
    assert location.read_text() == "mine"


@pytest.mark.parametrize("step", ["rename", "fsync", "exchange", "write_bytes"])
def test_a_step_that_fails_leaves_the_old_dataset(step, tmp_path, monkeypatch):
    location, _ = store("csv", tmp_path, [[many(10)]])

    def full(*_args):
        raise OSError(28, "No space left on device")

    owner = {"rename": None, "exchange": publish, "fsync": filesystem.os, "write_bytes": publish.Path}[step]
    if owner is None:
        monkeypatch.setattr(publish, "exchange", lambda _one, _other: False)
        rename, calls = publish.Path.rename, []

        def second_fails(self, target):
            calls.append(target)
            return full() if len(calls) == 2 else rename(self, target)

        monkeypatch.setattr(publish.Path, "rename", second_fails)
    else:
        monkeypatch.setattr(owner, step, full)
    with pytest.raises(OutputError, match=r"no space left on device(.|\n)*Make room"):
        store("csv", tmp_path, [[many(3)]])
    monkeypatch.undo()
    assert load("csv", location).equals(many(10))
    assert tree(tmp_path / ".synth") == ["publish.lock"]


def test_a_live_runs_staging_is_not_swept_and_a_dead_ones_is(tmp_path):
    with Staging(tmp_path) as live:
        (live.folder(tmp_path / "csv/a") / "part").touch()
        dead = tmp_path / ".synth/1-dead"
        (dead / "new").mkdir(parents=True)
        (dead / "lock").touch()
        (tmp_path / ".synth/2-never-locked").mkdir()
        with Staging(tmp_path) as other:
            assert sorted(p.name for p in (tmp_path / ".synth").iterdir()) == sorted([live.home.name, other.home.name])
            assert (live.home / "new/csv/a/part").exists()
    assert tree(tmp_path / ".synth") == []


def test_what_a_dead_run_took_away_and_did_not_replace_comes_back(tmp_path):
    location, _ = store("csv", tmp_path, [[many(10)]])
    (location / "nested").mkdir()
    (location / "nested" / "_manifest.json").write_text("somebody's")
    dead = tmp_path / ".synth/1-dead"
    taken = dead / "old" / location.relative_to(tmp_path)
    taken.parent.mkdir(parents=True)
    location.rename(taken)
    (dead / "lock").touch()
    with Staging(tmp_path):
        assert load("csv", location).equals(many(10))
        assert (location / "nested" / "_manifest.json").read_text() == "somebody's"
        assert not dead.exists()


def test_a_target_outside_the_root_is_a_mistake_of_the_caller(tmp_path):
    with Staging(tmp_path / "data") as staging, pytest.raises(ValueError, match="elsewhere"):
        staging.folder(tmp_path / "elsewhere")


def _publish_again_and_again(root, rows, times):
    for _ in range(times):
        store("csv", root, [[many(rows)], [many(5, first=rows + 1)]])


def test_two_processes_may_publish_the_same_dataset(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_publish_again_and_again, args=(tmp_path, n, 15)) for n in (10, 20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    location = tmp_path / "csv/shop/things/preset=small/seed=42"
    assert load("csv", location).height in {15, 25}
    assert tree(tmp_path / ".synth") == ["publish.lock"]


def test_waiting_for_a_lock_is_said_and_ends(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(locks, "_QUIET_SECONDS", 0.1)
    path = tmp_path / "x.lock"
    with (
        caplog.at_level(logging.WARNING),
        exclusive(path, 1),
        pytest.raises(OutputError, match=f"{path} has been held by another process for 0.3 s"),
        exclusive(path, 0.3),
    ):
        pass
    assert [r.getMessage() for r in caplog.records] == [f"waiting for another process that writes here: {path}"]


def test_a_lock_is_given_to_who_waits(tmp_path):
    path, order = tmp_path / "x.lock", []

    def hold():
        with exclusive(path, 5):
            order.append("first")
            time.sleep(0.3)
            order.append("first leaves")

    holder = threading.Thread(target=hold)
    holder.start()
    while not order:
        time.sleep(0.01)
    with exclusive(path, 5):
        order.append("second")
    holder.join()
    assert order == ["first", "first leaves", "second"]


def test_folders_can_be_exchanged_here(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert filesystem.exchange(tmp_path / "a", tmp_path / "b")
    assert tree(tmp_path / "a") == ["b"]
    with pytest.raises(OSError, match="No such file"):
        filesystem.exchange(tmp_path / "a", tmp_path / "nowhere")


def dead_run(root, identity):
    """A run that died after it had taken a dataset away, and while a line of its record was written."""
    home = root / ".synth" / "1-dead"
    part, taken = home / "new/csv/shop/part-00000.csv", home / "old/csv/other"
    part.parent.mkdir(parents=True)
    part.write_text("1")
    taken.mkdir(parents=True)
    (taken / "_manifest.json").write_text("{}")
    line = json.dumps({"files": ["new/csv/shop/part-00000.csv"], "told": {"job": "a"}})
    (home / "finished.jsonl").write_text(f'{json.dumps({"identity": identity})}\n{line}\n{{"files": ["new/c')
    (home / "lock").touch()
    return part


@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_dead_run_had_taken_away_is_given_back_also_where_another_one_goes_on(tmp_path, seed):
    part = dead_run(tmp_path, {"seed": 1})
    (part.parent / "part-00001.csv").write_text("half wri")
    if seed != 1:
        with pytest.raises(UsageError, match="seed 1, not 2"), Staging(tmp_path, Resumption({"seed": 2}, wanted=True)):
            pass
    else:
        with Staging(tmp_path, Resumption({"seed": 1}, wanted=True)) as staging:
            assert [one.files for one in staging.finished] == [(part,)]
            assert sorted(path.name for path in part.parent.iterdir()) == ["part-00000.csv"]
            assert staging.folder(tmp_path / "csv/shop") == part.parent
    assert (tmp_path / "csv/other/_manifest.json").read_text() == "{}"


def test_a_record_goes_on_after_a_line_that_was_cut_off(tmp_path):
    part = dead_run(tmp_path, {"seed": 1})

    def failing():
        with Staging(tmp_path, Resumption({"seed": 1}, wanted=True)) as staging:
            second = part.with_name("part-00001.csv")
            second.write_text("2")
            staging.note_finished(Finished((second,), {"job": "b"}))
            fail()

    with pytest.raises(OutputError, match="full"):
        failing()
    with Staging(tmp_path, Resumption({"seed": 1}, wanted=True)) as staging:
        assert [one.told["job"] for one in staging.finished] == ["a", "b"]


def test_what_was_published_but_not_to_the_end_is_finished_by_the_next_run(tmp_path, monkeypatch):
    """Though the parts were noted as finished, they don't wait any more."""
    file = PartFile("part-00000.csv", 1, 1, hashlib.sha256(b"1").hexdigest())
    one = Manifest("shop", "orders", {"seed": 1}, 1, "0" * 64, (), (file,), 1, "0").sealed()
    again, target = Resumption({"seed": 1}, wanted=True), tmp_path / "shop"

    def failing():
        with Staging(tmp_path, again) as staging:
            draft = staging.shared(target, {}) / file.path
            draft.write_text("1")
            staging.note_finished(Finished((draft,), {"job": "a"}))
            staging.publish_shared(target, FolderManifest((Listed("csv", one),)))

    with monkeypatch.context() as patched:
        patched.setattr("synth_assets.sinks.staging._finish", lambda _home, _root: fail())
        with pytest.raises(OutputError, match="full"):
            failing()
    with Staging(tmp_path, again) as staging:
        assert staging.finished == []
    assert sorted(path.name for path in target.iterdir()) == ["_manifest.json", "part-00000.csv"]


def fail():
    raise OutputError("full")
