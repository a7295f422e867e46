"""Where a table is written down: the file and line of its class, or of its declaration."""

import inspect
from pathlib import Path
from typing import NamedTuple

from synth_assets import domains
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.specs.declared import Declared


class SourceLine(NamedTuple):
    """A line of a file."""

    path: Path
    line: int


def written_at(domain: Domain, table: str) -> SourceLine | None:
    """Where somebody reads, and changes, what a table is; ``None`` of a declaration that is in no file."""
    source = domain.source
    if not isinstance(source, Declared):
        return _class_at(domain.entity(table))
    place = source.document().find(("entities", table)).place
    # Of one that comes with the program, messages say no more than its name.
    candidates = Path(source.said).absolute(), Path(*domains.__path__) / source.said
    path = next((one for one in candidates if one.is_file()), None)
    return SourceLine(path, place.line) if source.syntax and place and path else None


def _class_at(entity: type[Entity]) -> SourceLine | None:
    """Where a class begins. Python's own way to say it parses the whole file, and Dagster asks for each table."""
    path = inspect.getsourcefile(entity)
    if path is None:
        return None
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    begins = (number for number, line in enumerate(lines, 1) if line.startswith(f"class {entity.__name__}("))
    return SourceLine(Path(path), next(begins, 1))
