"""Whole files and folders lost, exchanged, or replaced by something that is no file."""

import os
import shutil
from pathlib import Path

from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError, is_lock


def emptied(scene: Scene) -> str:
    path = scene.file()
    path.write_bytes(b"")
    return f"{scene.called(path)} emptied"


def lost(scene: Scene) -> str:
    path = scene.file()
    path.unlink()
    return f"{scene.called(path)} removed"


def lost_folder(scene: Scene) -> str:
    path = scene.folder()
    shutil.rmtree(path)
    return f"{scene.called(path)}/ removed"


def renamed(scene: Scene) -> str:
    path = scene.file()
    name = scene.random.choice(
        (path.name + ".bak", "part-00001" + path.suffix, "part-99999" + path.suffix, "x" + path.name, path.name.upper())
    )
    if (path.parent / name).exists():
        raise UnfitError
    path.rename(path.parent / name)
    return f"{scene.called(path)} is now {name!r}"


def renamed_folder(scene: Scene) -> str:
    path = scene.folder()
    name = scene.random.choice(
        ("x", "seed=7", "preset=small", "batch=00002", "batch=99999", "batch=9999999999", "at=00001", "raw_orders",
         "repairs", "staff", "workshop", "bronze", "csv", "parquet", path.name + " ", path.name.upper())
    )  # fmt: skip
    if (path.parent / name).exists():
        raise UnfitError
    path.rename(path.parent / name)
    return f"{scene.called(path)}/ is now {name!r}"


def copied_folder(scene: Scene) -> str:
    path = scene.folder()
    name = scene.random.choice(("seed=7", "preset=small", "batch=00004", "batch=9999999999", "at=00002", "more"))
    if (path.parent / name).exists():
        raise UnfitError
    shutil.copytree(path, path.parent / name)
    scene.touched.append(path.parent / name)
    return f"{scene.called(path)}/ is there again as {name!r}"


def swapped_files(scene: Scene) -> str:
    """Two files of the target that are of one kind: another table's, batch's or format's."""
    one = scene.file()
    two = scene.pick([path for path in scene.files(one.suffix) if path != one])
    scene.touched.append(two)
    first, second = one.read_bytes(), two.read_bytes()
    if first == second:
        raise UnfitError
    one.write_bytes(second)
    two.write_bytes(first)
    return f"{scene.called(one)} and {scene.called(two)} swapped"


def swapped_folders(scene: Scene) -> str:
    one = scene.folder()
    two = scene.pick([path for path in sorted(one.parent.iterdir()) if path.is_dir() and path != one])
    if is_lock(two, scene.root):
        raise UnfitError
    scene.touched.append(two)
    between = one.parent / "between"
    one.rename(between)
    two.rename(one)
    between.rename(two)
    return f"{scene.called(one)}/ and {scene.called(two)}/ swapped"


def of_another(scene: Scene) -> str:
    """A file replaced by a sibling of its kind."""
    path = scene.file()
    other = scene.pick([one for one in scene.files(path.suffix) if one != path])
    if other.read_bytes() == path.read_bytes():
        raise UnfitError
    shutil.copyfile(other, path)
    return f"{scene.called(path)} replaced by {scene.called(other)}"


def of_another_seed(scene: Scene) -> str:
    """A file, or the folder that it lies in, replaced by another seed's."""
    path = scene.file(".parquet", ".csv", ".json")
    table = next((part for part in path.relative_to(scene.root).parts if part.startswith("raw_") or part in TABLES), "")
    there = sorted((scene.home / "others").rglob(f"{table}/*/seed=7/{path.name}")) if table else []
    other = scene.pick([one for one in there if one.suffix == path.suffix])
    if scene.random.random() < 0.5:
        shutil.copyfile(other, path)
        return f"{scene.called(path)} replaced by seed 7's"
    shutil.rmtree(path.parent)
    shutil.copytree(other.parent, path.parent)
    return f"{scene.called(path.parent)}/ replaced by seed 7's"


TABLES = {"branches", "staff", "customers", "bikes", "repairs", "repair_parts", "visits"}


def one_more(scene: Scene) -> str:
    """A file of a name that readers may take for a part."""
    path = scene.file()
    name = scene.random.choice(
        ("part-00007" + path.suffix, "extra" + path.suffix, ".DS_Store", "notes.txt", "Thumbs.db", path.name + "~",
         "._" + path.name, "part-00000.parquet.crc", "_SUCCESS")
    )  # fmt: skip
    if (path.parent / name).exists():
        raise UnfitError
    other = path.read_bytes() if scene.random.random() < 0.6 else b"\x00\x01Bud1"
    (path.parent / name).write_bytes(other)
    scene.touched.append(path.parent / name)
    return f"{name!r} beside {scene.called(path)}"


def no_file(scene: Scene) -> str:
    """Something else under a file's name."""
    path = scene.file()
    outside = scene.root.parent / "outside"
    before = path.read_bytes()
    path.unlink()
    what = scene.random.choice(("fifo", "folder", "loop", "dangling", "/dev/zero", "/dev/null", "outside", "same"))
    if what == "fifo":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "loop":
        path.symlink_to(path.name)
    elif what in {"outside", "same"}:
        outside.write_bytes(before if what == "same" else before[::-1])
        path.symlink_to(outside)
    else:
        path.symlink_to(what if what.startswith("/") else "nowhere")
    return f"{scene.called(path)} is {what} now"


def no_folder(scene: Scene) -> str:
    path = scene.folder()
    what = scene.random.choice(("fifo", "file", "loop", "/dev", "/proc", "moved"))
    if what == "moved":
        away = Path(shutil.move(path, scene.root.parent / "outside"))
        path.symlink_to(away)
        return f"{scene.called(path)}/ is a link to where it is now"
    shutil.rmtree(path)
    if what == "fifo":
        os.mkfifo(path)
    elif what == "file":
        path.write_bytes(b"x")
    else:
        path.symlink_to(what if what.startswith("/") else path.name)
    return f"{scene.called(path)}/ is {what} now"


ALL: tuple[Damage, ...] = (
    emptied, lost, lost_folder, renamed, renamed_folder, copied_folder, swapped_files, swapped_folders, of_another,
    of_another, of_another_seed, of_another_seed, one_more, one_more, no_file, no_file, no_folder,
)  # fmt: skip
