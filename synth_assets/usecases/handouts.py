"""Small files that a domain hands out beside its tables, where somebody asks for them; ``--with-api-keys FILE``."""

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from synth_assets.documents.regular import regular_text
from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.handouts import Handout
from synth_assets.model.layout import STAGING
from synth_assets.produce.target import Target
from synth_assets.spoken import option
from synth_assets.usecases.arguments import read_path
from synth_assets.usecases.written import write_text

_MOST_BYTES = 64_000_000


def handout_names(domain: Domain) -> list[str]:
    """The arguments that name a file for one."""
    return [one.name for one in domain.delivery.handouts]


def handouts_in(domain: Domain, arguments: Mapping[str, Any]) -> dict[str, Path]:
    """The files that arguments name, by the handout's name.

    Raises:
        UsageError: something that is no path.
    """
    found = {name: value for name in handout_names(domain) if (value := arguments.get(name)) is not None}
    return {name: read_path(name, value, "'api_keys.csv'") for name, value in found.items()}


def check_handouts(domain: Domain, target: Target, files: Mapping[str, Path]) -> None:
    """Look whether files can be written and are nobody else's, before anything is.

    Raises:
        UsageError: a folder, a file that holds something else, or a place where tables lie.
    """
    for name, path in files.items():
        one = _handout(domain, name)
        if problem := _in_the_way(domain, target, path) or _held(one, path):
            raise UsageError(f"{option(name, path)}: {problem}.\n  Name another file: {option(name, 'api_keys.csv')}")


def write_handouts(domain: Domain, dataset: Dataset, files: Mapping[str, Path]) -> None:
    """Write the files, each whole or not at all.

    Raises:
        OutputError: one can't be written.
    """
    for name, path in files.items():
        one, text = _handout(domain, name), io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([one.columns, *one.rows(dataset)])
        write_text(path, text.getvalue())


def _handout(domain: Domain, name: str) -> Handout:
    return next(one for one in domain.delivery.handouts if one.name == name)


def _in_the_way(domain: Domain, target: Target, path: Path) -> str:
    """Why a file can't be where it shall; empty if it can."""
    whole = path.absolute().resolve()
    above = next(folder for folder in whole.parents if folder.exists())
    if path.is_dir():
        return "that is a folder"
    if not above.is_dir() or not os.access(above, os.W_OK):
        return f"nothing can be written in {above}"
    places = {target.location(form, table).resolve() for table in domain.entities for form in target.formats_of(table)}
    if target.lies.together and whole.parent in places:
        spot = target.lies.parse(PurePath(whole.name), domain.entities)
        return f"it would be taken for a file of {spot.table}" if spot else ""
    own = {*(place for place in places if not (target.lies.together and place.is_dir())), target.root / STAGING}
    return "a table lies there" if own & {whole, *whole.parents} else ""


def _held(one: Handout, path: Path) -> str:
    """Why a file that is there isn't one of these; empty if it is, or none is there."""
    if not path.exists():
        return ""
    header = ",".join(one.columns)
    try:
        begins = regular_text(path, _MOST_BYTES).split("\n", 1)[0]
    except (OSError, ValueError):
        begins = ""
    return "" if begins == header else f"that file is there and doesn't begin with {header}: it is something else"
