"""Files that declare datasets: are they right, what are they understood as, and how are they written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from synth_assets.sinks.failures import writing
from synth_assets.specs import pools
from synth_assets.specs import schema as schemas
from synth_assets.specs.declared import Declared
from synth_assets.specs.showing import shown_declaration
from synth_assets.specs.slips import DeclarationError


@dataclass(frozen=True)
class Validated:
    """A file that was looked at.

    Attributes:
        file: what it is called.
        dataset: the dataset that it declares; empty if that isn't known.
        tables: their names, parents first.
        presets: their names.
        problems: all that is wrong, in the order of the file, each in two lines; nothing if all is well.
    """

    file: str
    dataset: str
    tables: tuple[str, ...]
    presets: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def text(self) -> str:
        """All of it, for people."""
        if self.ok:
            presets = ", ".join(self.presets)
            return f"{self.file}: {self.dataset}, {len(self.tables)} tables, presets {presets}: all is well."
        count = len(self.problems)
        return "\n".join([*self.problems, f"{self.file}: {count} thing{'s' if count > 1 else ''} to correct."])

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "file": self.file,
            "ok": self.ok,
            "dataset": self.dataset or None,
            "tables": list(self.tables),
            "presets": list(self.presets),
            "problems": list(self.problems),
        }


def validate(path: Path, said: str = "") -> Validated:
    """Look at a file.

    Args:
        path: of the file.
        said: what messages call it; its path without.

    Raises:
        UsageError: it can't be read.
    """
    source = Declared.read(path, said)
    try:
        domain = source.load()
    except DeclarationError as error:
        return Validated(source.said, "", (), (), error.texts)
    return Validated(source.said, domain.name, tuple(domain.tables), tuple(domain.presets), ())


def show(path: Path, said: str = "") -> dict[str, Any]:
    """What a file is understood as, every default filled in: a declaration of the same dataset, as plain values.

    Raises:
        UsageError: it can't be read, or something in it isn't allowed.
    """
    return shown_declaration(Declared.read(path, said))


def as_yaml(values: dict[str, Any]) -> str:
    """Plain values as YAML that people read."""
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None).rstrip("\n")


def schema() -> dict[str, Any]:
    """The language as a JSON Schema."""
    return schemas.schema()


@dataclass(frozen=True)
class MadePool:
    """A pool of a file.

    Attributes:
        said: what it is of.
        is_new: whether it was made now.
    """

    said: str
    is_new: bool


@dataclass(frozen=True)
class MadePools:
    """The pools of a file.

    Attributes:
        path: where they are kept.
        pools: those that the file asks for, in its order.
    """

    path: Path
    pools: tuple[MadePool, ...]


def make_pools(path: Path, said: str = "", *, again: bool = False) -> MadePools:
    """Make the pools that a dataset's file asks for, and keep them beside it; those that are there stay.

    Args:
        path: of the file.
        said: what messages call it; its path without.
        again: make those that are there again.

    Raises:
        UsageError: the file is wrong, Faker isn't installed, or doesn't make what is asked for; nothing is written.
        OutputError: the pools can't be written.
    """
    source = Declared.read(path, said)
    wanted = source.pools_asked_for()
    target, there = pools.pools_file(path), {} if again else source.pools_kept()
    kept: dict[str, Any] = {}
    found: list[MadePool] = []
    for pool in wanted:
        old = there.get(pool.fingerprint)
        kept[pool.fingerprint] = old or pools.made_by_faker(pool)
        found.append(MadePool(pool.said, is_new=old is None))
    if wanted:
        text = json.dumps({"pools": {name: kept[name] for name in sorted(kept)}}, indent=1, ensure_ascii=False) + "\n"
        draft = target.with_name(f".{target.name}.draft")
        with writing(target):
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
    return MadePools(target, tuple(found))
