"""JSON of manifests and identity files changed: each field, each way."""

import copy
import hashlib
import json
import math
import os
from pathlib import Path

from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError

VALUES = (
    None, True, False, 0, 1, -1, 1.5, 10**9, 2**63, 10**30, -(10**30), math.nan, math.inf, "", "x", "1", "../x",
    "../../../../../etc/passwd", "/etc/passwd", "/dev/zero", "a\0b", "\x1b[2J\x1b[31m", "\ud800", "%s{0}", "*", "[1]",
    "part-00000.parquet/..", "part-00000.csv", ".", "..", "C:\\x", "x" * 5_000, [], {}, [None], [[]], {"a": 1},
    "2026-13-45", "0001-01-01", "9999-12-31", "bronze", "workshop", "staff", "int64", "string", "0" * 64,
)  # fmt: skip


def _nodes(value, at=()):
    """Every place in a document but its top, as a path of keys and indices."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield (*at, key)
        yield from _nodes(below, (*at, key))


def _holder(values, path):
    for key in path[:-1]:
        values = values[key]
    return values


def _document(scene: Scene):
    path = scene.file(".json")
    try:
        return path, json.loads(path.read_bytes())
    except ValueError:
        raise UnfitError from None


def _chosen(scene: Scene, values):
    """A place in a document, of those that have no other name for the same thing more often than others."""
    kinds: dict[tuple, list] = {}
    for path in _nodes(values):
        kinds.setdefault(tuple("*" if isinstance(key, int) else key for key in path), []).append(path)
    return scene.pick(kinds[scene.pick(sorted(kinds, key=str))])


def _write(path, values) -> None:
    text = json.dumps(values, indent=2, ensure_ascii=True)
    path.write_text(text + "\n", encoding="utf-8")


def another_value(scene: Scene) -> str:
    path, values = _document(scene)
    at = _chosen(scene, values)
    before, new = _holder(values, at)[at[-1]], copy.deepcopy(scene.random.choice(VALUES))
    if json.dumps(before) == json.dumps(new):
        raise UnfitError
    _holder(values, at)[at[-1]] = new
    _write(path, values)
    return f"{scene.called(path)}: {_called(at)} is {str(new)[:40]!r}, not {str(before)[:40]!r}"


def a_bit_different(scene: Scene) -> str:
    """A value of its own type, near the right one: what somebody edits by hand."""
    path, values = _document(scene)
    at = _chosen(scene, values)
    before = _holder(values, at)[at[-1]]
    if isinstance(before, bool) or before is None:
        new = not before
    elif isinstance(before, int):
        new = before + scene.random.choice((-1, 1, 7, 10**6))
    elif isinstance(before, str) and before:
        cut = scene.random.randrange(len(before))
        new = scene.random.choice((before[:cut] + "0" + before[cut + 1 :], before[:-1], before + "1", before.upper()))
    else:
        raise UnfitError
    if new == before:
        raise UnfitError
    _holder(values, at)[at[-1]] = new
    _write(path, values)
    return f"{scene.called(path)}: {_called(at)} is {str(new)[:40]!r}, not {str(before)[:40]!r}"


def without_a_field(scene: Scene) -> str:
    path, values = _document(scene)
    at = _chosen(scene, values)
    del _holder(values, at)[at[-1]]
    _write(path, values)
    return f"{scene.called(path)} without {_called(at)}"


def one_more_field(scene: Scene) -> str:
    path, values = _document(scene)
    holders = [values, *(_holder(values, at)[at[-1]] for at in _nodes(values))]
    holder = scene.pick([one for one in holders if isinstance(one, dict)])
    name = scene.random.choice(("x", "", "files", "rows", "__class__", "a\0", "tables", "seed", "path"))
    if name in holder:
        raise UnfitError
    holder[name] = copy.deepcopy(scene.random.choice(VALUES))
    _write(path, values)
    return f"{scene.called(path)} with one more field {name!r}"


def list_changed(scene: Scene) -> str:
    path, values = _document(scene)
    holders = [values, *(_holder(values, at)[at[-1]] for at in _nodes(values))]
    entries = scene.pick([one for one in holders if isinstance(one, list) and one])
    before = copy.deepcopy(entries)
    how = scene.random.choice(("twice", "reversed", "last gone", "shuffled", "many"))
    if how == "twice":
        entries.append(copy.deepcopy(scene.random.choice(entries)))
    elif how == "reversed":
        entries.reverse()
    elif how == "last gone":
        entries.pop()
    elif how == "many":
        entries *= 2_000
    else:
        scene.random.shuffle(entries)
    if entries == before:
        raise UnfitError
    _write(path, values)
    return f"{scene.called(path)}: a list {how}"


def files_swapped(scene: Scene) -> str:
    """What two entries of a list say, the other way round, but for one field."""
    path, values = _document(scene)
    lists = [_holder(values, at)[at[-1]] for at in _nodes(values)]
    entries = scene.pick([one for one in lists if isinstance(one, list) and len(one) > 1 and isinstance(one[0], dict)])
    one, two = scene.random.sample(entries, 2)
    field = scene.pick(sorted(one.keys() & two.keys()))
    if one[field] == two[field]:
        raise UnfitError
    one[field], two[field] = two[field], one[field]
    _write(path, values)
    return f"{scene.called(path)}: {field!r} of two entries swapped"


def another_file(scene: Scene) -> str:
    """A listed path that leads to a file elsewhere, with that file's own size and SHA-256."""
    path, values = _document(scene)
    files = values.get("files") if isinstance(values, dict) else None
    if not files:
        raise UnfitError
    entry = scene.random.choice(files)
    ending = Path(entry["path"]).suffix
    own = path.parent / entry["path"]
    other = scene.pick([one for one in scene.files(ending) if one != own])
    content = other.read_bytes()
    here = os.path.relpath(other, path.parent) if scene.random.random() < 0.5 else str(other)
    entry.update(path=here, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    _write(path, values)
    return f"{scene.called(path)}: a file is {here!r}"


def a_key_twice(scene: Scene) -> str:
    path, values = _document(scene)
    if not isinstance(values, dict) or not values:
        raise UnfitError
    key = scene.pick(sorted(values))
    same = scene.random.random() < 0.3
    second = json.dumps(values[key] if same else copy.deepcopy(scene.random.choice(VALUES)))
    text = json.dumps(values, indent=2)
    first = scene.random.random() < 0.5
    text = (
        text.replace("{", f"{{{json.dumps(key)}: {second},", 1)
        if first
        else text[:-1] + f", {json.dumps(key)}: {second}}}"
    )
    path.write_text(text)
    return f"{scene.called(path)}: {key!r} {'first' if first else 'last'} is {second[:30]}{' again' * same}"


def deep(scene: Scene) -> str:
    path, values = _document(scene)
    depth = scene.random.choice((500, 10_000, 100_000))
    opening, closing = scene.random.choice((("[", "]"), ('{"a":', "}")))
    text = json.dumps(values)
    nested = opening * depth + "1" + closing * depth
    how = scene.random.choice(("all", "field", "unclosed"))
    if how == "field" and isinstance(values, dict):
        key = scene.pick(sorted(values))
        text = json.dumps({**values, key: "@@"}).replace('"@@"', nested)
    else:
        text = nested if how == "all" else opening * depth
    path.write_text(text)
    return f"{scene.called(path)}: {depth} levels, {how}"


def written_otherwise(scene: Scene) -> str:
    """The same values in other bytes: nothing is wrong with them."""
    path, values = _document(scene)
    if isinstance(values, dict) and scene.random.random() < 0.5:
        values = dict(reversed(values.items()))
    separators = scene.random.choice(((",", ":"), (" ,\n", " :\t")))
    path.write_text(json.dumps(values, separators=separators, ensure_ascii=scene.random.random() < 0.5))
    return f"{scene.called(path)} written otherwise"


def number_written_otherwise(scene: Scene) -> str:
    path, values = _document(scene)
    numbers = [at for at in _nodes(values) if type(_holder(values, at)[at[-1]]) is int]
    at = scene.pick(numbers)
    number = _holder(values, at)[at[-1]]
    new = scene.random.choice((f"{number}.0", f"{number}e0", f"-{number}", f'"{number}"', f"{number}0", "1e999", "-0"))
    _holder(values, at)[at[-1]] = "@@"
    path.write_text(json.dumps(values, indent=2).replace('"@@"', new))
    return f"{scene.called(path)}: {_called(at)} written {new}"


def of_other_syntax(scene: Scene) -> str:
    path = scene.file(".json")
    content = path.read_text(encoding="utf-8", errors="replace")
    new = scene.random.choice(
        (b"", b"null", b"[]", b"{}", b'""', b"1", b"true", b"NaN", content.encode("utf-16"), content.encode()[:-3],
         b"\xff" + content.encode(), content.replace('"', "'").encode(), content.encode() + content.encode(),
         content.replace("\n", "\n// x\n", 1).encode(), b'{"tables": []}', b'{"tables": null}', b'{"tables": [1]}',
         b'{"tables": {"format": {}}}', b'{"tables": [{"format": "parquet"}]}')
    )  # fmt: skip
    path.write_bytes(new)
    return f"{scene.called(path)} is {new[:20]!r}…"


def _called(at) -> str:
    return ".".join(map(str, at))


ALL: tuple[Damage, ...] = (
    another_value, another_value, another_value, another_value, a_bit_different, a_bit_different, a_bit_different,
    without_a_field, one_more_field, list_changed, files_swapped, another_file, a_key_twice, deep, written_otherwise,
    number_written_otherwise, of_other_syntax,
)  # fmt: skip
