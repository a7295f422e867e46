"""Files for a folder that tables share: the old dataset or the new one, once the next run has looked."""

import subprocess
import sys

import pytest

from synth_assets.engine.stored import verify_stored
from synth_assets.errors import DataError, OutputError
from synth_assets.model.manifest import FolderManifest, Listed, read_shared_manifest
from synth_assets.sinks import catalog
from synth_assets.sinks.shared_folder import identity_of
from synth_assets.sinks.staging import Staging
from synth_assets_tests.samples import PLAIN, TABLE, load, manifest, many

CSV = catalog.load_file("csv")


def put(root, parts, name="things", seed=42):
    """Publish ``parts``, a list of frames, as files called after ``name``."""
    written = manifest(parts)
    written = manifest_with(written, parameters={"preset": "small", "seed": seed})
    with Staging(root) as staging:
        folder = staging.shared(root, identity_of(written))
        files = []
        for at, frame in enumerate(parts):
            with CSV.open_part(folder / f"{name}_chunk_{at:04d}.csv", TABLE, PLAIN) as writer:
                writer.write(frame)
                files.append(writer.close())
        listed = Listed("csv", manifest_with(written, files=tuple(files)))
        staging.publish_shared(root, FolderManifest((listed,)))


def manifest_with(one, **changed):
    return type(one)(**{**vars(one), **changed})


def problems(root):
    found = CSV.read_manifest(root, TABLE)
    return verify_stored(CSV.read(root, TABLE), TABLE, found, root)


def names(root):
    return sorted(path.name for path in root.iterdir() if path.is_file())


def test_files_and_one_manifest_appear_and_are_read_back(tmp_path):
    put(tmp_path, [many(5), many(7, first=6)])
    assert names(tmp_path) == ["_manifest.json", "things_chunk_0000.csv", "things_chunk_0001.csv"]
    assert load("csv", tmp_path).equals(many(12))
    assert problems(tmp_path) == []


def test_files_that_the_new_dataset_lacks_go_and_nobody_elses_do(tmp_path):
    put(tmp_path, [many(5), many(7, first=6)])
    (tmp_path / "notes.txt").write_text("mine")
    put(tmp_path, [many(3)])
    assert names(tmp_path) == ["_manifest.json", "notes.txt", "things_chunk_0000.csv"]
    assert problems(tmp_path) == []


def test_another_dataset_is_refused_before_anything_is_written(tmp_path):
    put(tmp_path, [many(5)])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(OutputError, match="holds another dataset, and a flat folder holds one: seed is 42, not 7"):
        put(tmp_path, [many(3)], seed=7)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    assert [path for path in (tmp_path / ".synth").iterdir() if path.is_dir()] == []


def test_a_file_in_the_way_that_no_manifest_lists_is_refused_and_kept(tmp_path):
    (tmp_path / "things_chunk_0000.csv").write_text("mine")
    with pytest.raises(OutputError, match="is in no manifest of ours"):
        put(tmp_path, [many(3)])
    assert names(tmp_path) == ["things_chunk_0000.csv"]
    assert (tmp_path / "things_chunk_0000.csv").read_text() == "mine"


def test_a_file_in_the_way_is_refused_long_before_one_is_published(tmp_path):
    put(tmp_path, [many(3)])
    (tmp_path / "things_chunk_0001.csv").write_text("mine")
    with Staging(tmp_path) as staging:
        staging.check_way(tmp_path, "things_chunk_0000.csv")
        staging.check_way(tmp_path, "things_chunk_0002.csv")
        with pytest.raises(OutputError, match=r"things_chunk_0001\.csv is in no manifest of ours"):
            staging.check_way(tmp_path, "things_chunk_0001.csv")
        (tmp_path / "_manifest.json").write_text('{"tables": 1}')
        staging.check_way(tmp_path, "things_chunk_0001.csv")  # perhaps ours, to be repaired


def test_a_damaged_manifest_does_not_stand_in_the_way_of_its_repair(tmp_path):
    put(tmp_path, [many(5)])
    (tmp_path / "_manifest.json").write_text('{"tables": 1}')
    with pytest.raises(DataError, match="damaged manifest"):
        read_shared_manifest(tmp_path)
    put(tmp_path, [many(3)])
    assert problems(tmp_path) == []


def test_a_table_that_the_manifest_lacks_is_not_there(tmp_path):
    put(tmp_path, [many(5)])
    other = catalog.load_file("ndjson")
    assert CSV.holds(tmp_path, TABLE)
    assert not other.holds(tmp_path, TABLE)
    with pytest.raises(DataError, match="holds no shop/things in ndjson"):
        other.read_manifest(tmp_path, TABLE)


VICTIM = """
import os, pathlib, signal, sys
from synth_assets_tests.sinks.test_shared_folder import many, put

root, at = pathlib.Path(sys.argv[1]), int(sys.argv[2])
calls = 0

def deadly(function):
    def counted(*args, **options):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return counted

for step in ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir", "open"):
    setattr(os, step, deadly(getattr(os, step)))
put(root, [many(20), many(10, first=21)])
os.write(1, b"done")
"""


# Killing at every step takes a minute; every fifth is done at each check-in.
@pytest.mark.parametrize("stride", [pytest.param(1, marks=[pytest.mark.torture, pytest.mark.timeout(1800)]), 5])
@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_step_the_next_run_finds_the_old_or_the_new_dataset_whole(before, stride, tmp_path):
    at, seen = 1, set()
    while True:
        root = tmp_path / str(at)
        root.mkdir()
        (root / "notes.txt").write_text("mine")
        if before:
            put(root, [many(10), many(5, first=11), many(5, first=16)])
        command = [sys.executable, "-c", VICTIM, str(root), str(at)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if run.stdout == "done":
            break
        assert run.returncode == -9, run.stderr
        with Staging(root):
            pass  # the next run looks for what dead ones left, before anything else
        if before or (root / "_manifest.json").exists():
            assert problems(root) == []
            seen.add(load("csv", root).height)
            listed = {file.path for file in read_shared_manifest(root).files}
            assert set(names(root)) == {"_manifest.json", "notes.txt", *listed}
        else:
            assert names(root) == ["notes.txt"]
        assert [path for path in (root / ".synth").iterdir() if path.is_dir()] == []
        at += stride
    assert at > 10
    assert seen == ({20, 30} if before else {30})
    assert (root / "notes.txt").read_text() == "mine"
