"""YAML and TOML that people write, changed as people and machines do."""

from pathlib import Path

import yaml

from synth_assets_tests.torture.damage.documents import VALUES, _chosen, _holder
from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError

_SCRAPS = (
    "&a", "*a", "!!python/object:os.system", "!!binary x", "? x", "- - -", "{", "}", "[", "]", ":", "|", ">", "%YAML 9",
    "---", "...", "\t", "\0", "\x1b[2J", "\u2028", "\ufeff", "'", '"', "<<: *a", "0x1F", "1e400", "2026-13-45",
    "2026-01-01T25:00", "1:99:99", "~", "=", "NaN", ".inf", "[x", "[[x]]", "x.y.z = 1", "0o7_7", "é" * 200,
)  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:  # an earlier damage of the same case
        raise UnfitError from error


def _values(path: Path):
    try:
        return yaml.safe_load(_text(path))
    except yaml.YAMLError:  # likewise
        raise UnfitError from None


def a_line(scene: Scene) -> str:
    path = scene.file(".yaml", ".toml")
    lines = _text(path).splitlines()
    at = scene.random.randrange(len(lines))
    how = scene.pick(["gone", "twice", "indented", "scrap", "within", "many"])
    scrap = scene.random.choice(_SCRAPS)
    if how == "gone":
        del lines[at]
    elif how == "twice":
        lines.insert(at, lines[at])
    elif how == "indented":
        lines[at] = " " * scene.random.randrange(1, 5) + lines[at]
    elif how == "scrap":
        lines.insert(at, scrap)
    elif how == "many":
        lines[at:at] = [lines[at]] * 2_000
    else:
        cut = scene.random.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:cut] + scrap + lines[at][cut:]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    return f"{scene.called(path)}: line {at + 1} {how} {scrap[:30]!r}"


def a_value(scene: Scene) -> str:
    path = scene.file(".yaml")
    values = _values(path)
    at = _chosen(scene, values)
    new = scene.random.choice(VALUES)
    _holder(values, at)[at[-1]] = new
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return f"{scene.called(path)}: {'.'.join(map(str, at))} is {str(new)[:40]!r}"


def a_name(scene: Scene) -> str:
    """A mapping's name changed, gone, or one more."""
    path = scene.file(".yaml")
    values = _values(path)
    at = _chosen(scene, values)
    holder = _holder(values, at)
    if not isinstance(holder, dict):
        raise UnfitError
    name = scene.random.choice((*VALUES[:12], "x", "rows", "kind", "number", "seed", "__init__", "a b"))
    if not isinstance(name, str | int | float | bool | None):
        raise UnfitError
    value = holder.pop(at[-1]) if scene.random.random() < 0.7 else 1
    holder[name] = value
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return f"{scene.called(path)}: {'.'.join(map(str, at))} is called {name!r}"


def a_setting(scene: Scene) -> str:
    path = scene.file(".toml")
    value = scene.random.choice(
        ("1", "-1", "0", "1e400", "nan", "inf", "99999999999999999999999", "true", '""', '"x"', '"\\u0000"', "[]", "{}",
         "[1, 'x']", "2026-13-45", "2026-01-01", "25:00:00", "0x10", "1_000", "'../x'", "[[]]", "[" * 5_000, "'''",
         "{a.b.c = 1}", "1979-05-27T07:32:00Z", "'" + "x" * 100_000 + "'")
    )  # fmt: skip
    lines = _text(path).splitlines()
    at = scene.pick([at for at, line in enumerate(lines) if "=" in line])
    name = lines[at].partition("=")[0].strip()
    name = scene.random.choice((name, name, name, "x", "a.b", '""', "seed", "data", "cadence", "dataset"))
    lines[at] = f"{name} = {value}"
    path.write_text("\n".join(lines))
    return f"{scene.called(path)}: {name} = {value[:40]}"


def a_section(scene: Scene) -> str:
    path = scene.file(".toml")
    section = scene.random.choice(
        ("[partitions]", "[x]", "[presets]", "[presets.x.y]", "[[bronze]]", "[bronze.orders]", "[changes]", "[data]",
         "[presets.bronze]", "[presets.bronze.small]", "[presets.bronze.'a/b']", "[presets.bronze.'../x']",
         "[workshop]\nstaff = -1", "[domains]", "[" + ".".join("a" * 3_000) + "]")
    )  # fmt: skip
    with path.open("a") as file:
        file.write("\n" + section + "\n")
    return f"{scene.called(path)}: {section[:40]!r} at the end"


YAML: tuple[Damage, ...] = (a_line, a_line, a_value, a_value, a_value, a_name)
TOML: tuple[Damage, ...] = (a_line, a_line, a_setting, a_setting, a_section)
