"""Folders of change data under names and identities that can't be."""

from synth_assets_tests.torture.damage.scene import Scene
from synth_assets_tests.torture.hostile.collecting import CHANGES, each


def batch_called(scene: Scene, value: str) -> str:
    source = max((scene.root / "changes/workshop/repairs").iterdir())
    target = source.with_name(value)
    if not target.exists():
        source.rename(target)
    return f"changes/workshop/repairs/{source.name} is {value!r} now"


each(
    CHANGES,
    batch_called,
    "batch=9999999999",
    "batch=00000",
    "batch=00004",
    "batch=٠٠٠٠٣",
    "batch=-0003",
    "batch=",
    "batch=3",
    "batch=000003",
    "batch=00003 ",
    "batch=1e300",
    "batch=" + "9" * 200,
    "BATCH=00003",
)


def identity(scene: Scene, value: str) -> str:
    path = scene.root / "_dataset.json"
    scene.touched.append(path)
    path.write_text(path.read_text().replace(*value.split("→")) if "→" in value else value)
    return f"_dataset.json: {value[:50]!r}"


for where in (CHANGES, "broken", "envelope-debezium"):
    each(
        where,
        identity,
        "[" * 100_000,
        "null",
        "{}",
        '{"domain": null}',
        '"domain": "workshop"→"domain": "../x"',
        '"domain": "workshop"→"domain": ["workshop"]',
        '"seed": 42→"seed": 1e400',
        '"seed": 42→"seed": null',
        '"seed": 42→"seed": "42"',
        '"seed": 42→"seed": 7',
        '"cadence": "day"→"cadence": ["day"]',
        '"cadence": "day"→"cadence": "minute"',
        '"repairs": 20→"repairs": 1000000',
        '"repairs": 20→"repairs": -1',
        '"repairs": 20→"repairs": 20.5',
        '"repairs": 20→"repairs": true',
        '"as_of": "2026→"as_of": "9999',
        '"as_of": "2026→"as_of": "0000',
        '"as_of": "2026-01-01"→"as_of": "2026-13-45"',
        '"as_of": "2026-01-01"→"as_of": 5',
        '"contract": 1→"contract": 1.0',
        '"contract": 1→"contract": null',
        '"tables": {→"tables": {"x": 5, ',
        '"tables": {→"tables": {"x": [5], ',
        '"tables": {→"tables": [], "x": {',
        '"parameters": {→"parameters": 5, "y": {',
    )
