"""What a writer was asked for, looked at as a whole: format, compression, place, files and mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth_assets.errors import UsageError, unknown
from synth_assets.rand_engine.writing.words import Reader, options_of
from synth_assets.usecases.arguments import read_path
from synth_assets.usecases.plain_files.kinds import ARRAY, LINES, Kind, codec_of, kind_of
from synth_assets.usecases.plain_files.places import Named, named
from synth_assets.usecases.plain_files.saving import MODES

FORMATS = ("csv", "json", "parquet")
_SQLITE = "sqlite"
_USUAL = {"parquet": "snappy"}
"""Compressions of formats that have one if nobody says otherwise."""


@dataclass
class Said:
    """What was said to a writer so far.

    Attributes:
        size: how many rows.
        format: the format.
        mode: what is done about rows that are there.
        options: by the words that were said; of one that is said again, the last counts.
    """

    size: Any = None
    format: Any = None
    mode: Any = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What a writer shall do.

    Attributes:
        kind: what is written.
        place: what the path tells.
        mode: one of the modes.
        options: what else was said, by name.
    """

    kind: Kind
    place: Named
    mode: str
    options: Mapping[str, Any]


def asked(said: Said, path: Any, own: Mapping[str, Reader], usual_mode: str) -> Asked:
    """Look at all that was said.

    Args:
        said: the words.
        path: where to.
        own: options of this way of writing.
        usual_mode: the mode if none was said.

    Raises:
        UsageError: something in it is wrong; says all that is.
    """
    problems: list[str] = []
    place = _place(path, problems)
    form = _format(said.format, place, problems)
    words = {word: one for word, one in said.options.items() if said.format != _SQLITE or word != "table"}
    options = options_of(form, own, words, problems)
    mode = _mode(said.mode, usual_mode, problems)
    kind = None
    try:
        kind = _kind(form, place, options) if form else None
    except UsageError as error:
        problems.append(str(error))
    if problems or kind is None:
        raise UsageError("\n".join(dict.fromkeys(problems)))
    return Asked(kind, place, mode, options)


def _place(said: Any, problems: list[str]) -> Named:
    try:
        return named(read_path("path", said, "'data.parquet'"), is_folder=str(said).endswith("/"))
    except UsageError as error:
        problems.append(str(error))
        return named(Path("data"))


def _format(said: Any, place: Named, problems: list[str]) -> str:
    """The format that was said, or that the path's ending tells; empty if it is wrong."""
    if said is None and not place.formats:
        problems.append(
            f"what format {place.path} shall have isn't said. Allowed: {', '.join(FORMATS)}.\n"
            "  For example: .format('parquet')"
        )
        return ""
    name = said.casefold() if isinstance(said, str) else said
    if said is None:
        name = next(one for one in place.formats if one in FORMATS)
    if name == _SQLITE:
        problems.append(
            f"format {_SQLITE!r} is not taken: tables of databases are filled by handlers.\n"
            "  For example: SQLiteHandler('rows.db'), of synth_assets.rand_engine.integrations, with .create_table"
            " and .insert_df"
        )
        return ""
    if name not in FORMATS:
        problems.append(str(unknown("format", said, FORMATS, "For example: .format('parquet')")))
        return ""
    if place.formats and name not in place.formats:
        problems.append(
            f"{place.path} has an ending of {place.formats[0]}, and the format is {name}.\n"
            f"  Give it another name, or write .format({place.formats[0]!r})."
        )
    return name


def _mode(said: Any, usual: str, problems: list[str]) -> str:
    found = usual if said is None else MODES.get(str(said).casefold())
    if found is None:
        problems.append(str(unknown("mode", said, MODES, "For example: .mode('overwrite')")))
    return found or usual


def _kind(form: str, place: Named, options: Mapping[str, Any]) -> Kind:
    """What is written.

    Raises:
        UsageError: the format hasn't that compression, or other words don't go together.
    """
    name, suffix = _registered(form, options)
    by_path = place.compression
    if form == "parquet" and by_path:
        raise UsageError(
            f"{place.path}: Parquet compresses within, and its files have no further ending.\n"
            f"  Write .option('compression', {by_path!r}) and end the path with .parquet."
        )
    said = options.get("compression")
    codec = codec_of(name, said) if said is not None else by_path or _USUAL.get(form, "none")
    if by_path and codec != by_path:
        raise UsageError(
            f"{place.path} has an ending of {by_path}, and the compression is {codec}.\n"
            f"  Give it another name, or write .option('compression', {by_path!r})."
        )
    indent, is_ascii = options.get("indent", 0), options.get("force_ascii", False)
    if name == ARRAY and (indent or is_ascii):
        raise UsageError(
            "options 'indent' and 'force_ascii' are for objects one after the other, not for an array of them.\n"
            "  Leave them out, or option('lines', False)."
        )
    separator = options.get("sep", ",")
    return kind_of(name, suffix, codec, options.get("level"), separator=separator, is_ascii=is_ascii, indent=indent)


def _registered(form: str, options: Mapping[str, Any]) -> tuple[str, str]:
    """What the format is called by those who write it, and the ending of its files."""
    if form != "json":
        return form, f".{form}"
    return (LINES if options.get("lines", True) else ARRAY), ".json"
