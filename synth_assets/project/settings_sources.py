"""Where settings are written: ``synth.toml`` and environment variables, each value with its place.

A *setting* is a path of names, e.g. ``("bronze", "orders")``, so both sources say the same thing; what
they found is kept with where it stood, for messages that name the line or the variable.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_assets.errors import UsageError, unknown

CONFIG_FILE = "synth.toml"
CONFIG_VARIABLE = "SYNTH_CONFIG"
PREFIX = "SYNTH_"
CHANGES = ("datasets", "cadences", "minute_days")
"""The settings of the section [changes]."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+(_[0-9]+)*")
_LONGEST_NUMBER = 4_000  # Python refuses to read much longer ones
_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"\s*([\w.\"' -]+?)\s*=")

Setting = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A value and where it stood.

    Attributes:
        value: as its source's types have it; a variable's whole numbers are numbers.
        name: as written: the variable, or the key with its sections.
        text: the value as written.
        place: the file and line as ``synth.toml, line 3``, empty for a variable.
    """

    value: Any
    name: str
    text: str
    place: str = ""

    def __str__(self) -> str:
        """For messages: ``SYNTH_SEEDS=1,x``, ``synth.toml, line 3: bronze.orders=true``."""
        return f"{self.place}{': ' if self.place else ''}{self.name}={self.text}"


@dataclass(frozen=True)
class Schema:
    """The names there are.

    Attributes:
        volumes: domain → its parameters' names.
        other_names: domain → what its parameters are called elsewhere; accepted in its section, and in
            capitals as a variable.
    """

    volumes: Mapping[str, tuple[str, ...]]
    other_names: Mapping[str, Mapping[str, str]]

    @property
    def variables(self) -> dict[str, Setting]:
        """Environment variable → setting, other names too."""
        own: dict[str, Setting] = {"SYNTH_DATA": ("data",), "SYNTH_SEEDS": ("partitions", "seeds")}
        own |= {f"{PREFIX}CHANGES__{name.upper()}": ("changes", name) for name in CHANGES}
        for domain, names in self.volumes.items():
            own |= {f"{PREFIX}{domain.upper()}__{name.upper()}": (domain, name) for name in names}
            own |= {other.upper(): (domain, name) for other, name in self.other_names.get(domain, {}).items()}
        return own


def whole_number(text: str) -> int | None:
    """The whole number that ``text`` writes, ``None`` if it is none: no fractions, no spaces, no other digits."""
    if len(text) > _LONGEST_NUMBER or not _WHOLE_NUMBER.fullmatch(text):
        return None
    return int(text)


def project_root(cwd: Path) -> Path | None:
    """The nearest folder from ``cwd`` upwards with a ``synth.toml``, else the nearest with a ``pyproject.toml``."""
    folders = (cwd, *cwd.parents)
    for name in (CONFIG_FILE, "pyproject.toml"):
        for folder in folders:
            if (folder / name).is_file():
                return folder
    return None


def config_file(cwd: Path, environ: Mapping[str, str]) -> Path | None:
    """The file to read: ``SYNTH_CONFIG``, or the project's ``synth.toml`` if it has one.

    Raises:
        UsageError: ``SYNTH_CONFIG`` names no file.
    """
    if named := environ.get(CONFIG_VARIABLE):
        path = cwd / Path(named)
        if not path.is_file():
            raise UsageError(f"{CONFIG_VARIABLE}: {path} is no file.\n  Name a {CONFIG_FILE}, or unset it.")
        return path
    root = project_root(cwd)
    return root / CONFIG_FILE if root and (root / CONFIG_FILE).is_file() else None


def from_environment(environ: Mapping[str, str], schema: Schema) -> dict[Setting, Found]:
    """What the environment sets; a variable that is empty counts as not set.

    Raises:
        UsageError: a ``SYNTH_…`` variable that means nothing, or two that contradict each other.
    """
    variables = schema.variables
    found: dict[Setting, Found] = {}
    for name, text in sorted(environ.items()):
        if name.startswith(PREFIX) and name not in {*variables, CONFIG_VARIABLE}:
            own = [CONFIG_VARIABLE, *(variable for variable in variables if variable.startswith(PREFIX))]
            raise unknown("environment variable", name, own, f"Unset it: unset {name}")
        if text and name in variables:
            _add(found, variables[name], Found(_from_text(variables[name], text), name, text))
    return found


def from_file(path: Path, schema: Schema) -> dict[Setting, Found]:
    """What a ``synth.toml`` sets.

    Raises:
        UsageError: it can't be read, is no TOML, or says something that means nothing.
    """
    try:
        text = path.read_bytes().decode()
        values = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.\n  Check its permissions.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no valid TOML: {error}.\n  Correct it there.") from None
    file = _TomlFile(path, text, schema)
    found: dict[Setting, Found] = {}
    for written, setting, value in file.settings(values):
        shown = json.dumps(value, default=str)
        _add(found, setting, Found(value, ".".join(written), shown, file.place(written)))
    return found


def _add(found: dict[Setting, Found], setting: Setting, new: Found) -> None:
    """Take a value in; a setting with two names may have one value only."""
    before = found.setdefault(setting, new)
    if before.value != new.value:
        raise UsageError(f"{new} contradicts {before}; both set {'.'.join(setting)}.\n  Leave one of them out.")


def _from_text(setting: Setting, text: str) -> object:
    """A variable's text as the value it writes; what isn't a number stays text and is refused later."""
    if setting == ("data",):
        return text
    if setting == ("partitions", "seeds"):
        return [_number_or_text(part.strip()) for part in text.split(",")]
    if setting in {("changes", "datasets"), ("changes", "cadences")}:
        return [part.strip() for part in text.split(",")]
    return _number_or_text(text.strip())


def _number_or_text(text: str) -> int | str:
    number = whole_number(text)
    return text if number is None else number


@dataclass(frozen=True)
class _TomlFile:
    """A file's names, checked against the schema, and the lines they stand on."""

    path: Path
    text: str
    schema: Schema

    def settings(self, values: Mapping[str, Any]) -> Iterator[tuple[Setting, Setting, Any]]:
        """Each setting of the file: the names as written, the setting, the value."""
        for section, value in values.items():
            self._check((), section, ("data", "partitions", "changes", "presets", *self.schema.volumes))
            if section == "data":
                yield (section,), (section,), value
            elif section == "partitions":
                for key, seeds in self._table((section,), value).items():
                    self._check((section,), key, ("seeds",))
                    yield (section, key), (section, key), seeds
            elif section == "changes":
                for key, found in self._table((section,), value).items():
                    self._check((section,), key, CHANGES)
                    yield (section, key), (section, key), found
            elif section == "presets":
                yield from self._presets(self._table((section,), value))
            else:
                yield from self._volumes((section,), value, section)

    def place(self, setting: Setting) -> str:
        """``synth.toml, line 3``: the line of a setting, or of the section or line that comes closest."""
        section: Setting = ()
        best, line_of_best = 0, 0
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _HEADER.match(line):
                section = here = _names(header[1])
            elif key := _KEY.match(line):
                here = (*section, *_names(key[1]))
            else:
                continue
            in_common = max(n for n in range(len(here) + 1) if here[:n] == setting[:n])
            if in_common > best:
                best, line_of_best = in_common, number
        return f"{self.path}, line {line_of_best}" if line_of_best else str(self.path)

    def _presets(self, domains: Mapping[str, Any]) -> Iterator[tuple[Setting, Setting, Any]]:
        for domain, presets in domains.items():
            self._check(("presets",), domain, tuple(self.schema.volumes))
            for name, volumes in self._table(("presets", domain), presets).items():
                section = ("presets", domain, name)
                yield section, section, {}
                yield from self._volumes(section, volumes, domain)

    def _volumes(self, section: Setting, value: object, domain: str) -> Iterator[tuple[Setting, Setting, Any]]:
        others = self.schema.other_names.get(domain, {})
        for key, volume in self._table(section, value).items():
            if key not in others:
                self._check(section, key, self.schema.volumes[domain])
            yield (*section, key), (*section, others.get(key, key)), volume

    def _table(self, section: Setting, value: object) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        name = ".".join(section)
        raise UsageError(
            f"{self.place(section)}: {name} is a section, not a value.\n  Write [{name}] and its settings below it."
        )

    def _check(self, section: Setting, name: str, allowed: tuple[str, ...]) -> None:
        if name not in allowed:
            where = self.place((*section, name))
            inside = f" of [{'.'.join(section)}]" if section else ""
            raise unknown(f"{where}: setting{inside}", name, allowed, "Correct it there.")


def _names(dotted: str) -> Setting:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
