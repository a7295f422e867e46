"""What files are written as: a format, its compression, and what else may be said of it."""

from dataclasses import dataclass

from synth_assets.errors import unknown
from synth_assets.sinks import catalog
from synth_assets.sinks.formats.csv import separated
from synth_assets.sinks.interface import FileFormat, FileOptions
from synth_assets.usecases.plain_files.json_lines import written_otherwise

LINES, ARRAY = "ndjson", "json"
_NONE = {"uncompressed": "none"}


@dataclass(frozen=True)
class Kind:
    """What files are written as.

    Attributes:
        form: the format.
        options: its compression.
        ending: of the files' names.
        unappendable: why rows can't be added to such files; empty if they can.
    """

    form: FileFormat
    options: FileOptions
    ending: str
    unappendable: str = ""


def compressions(name: str) -> list[str]:
    """The compressions that a format has."""
    return list(catalog.load_file(name).codecs)


def codec_of(name: str, said: str) -> str:
    """The compression of a format that somebody names.

    Raises:
        UsageError: the format hasn't it.
    """
    found = _NONE.get(said.lower(), said.lower())
    if found not in compressions(name):
        raise unknown(f"compression of {name}", said, compressions(name))
    return found


def kind_of(
    name: str,
    suffix: str,
    compression: str,
    level: int | None = None,
    *,
    separator: str = ",",
    is_ascii: bool = False,
    indent: int = 0,
) -> Kind:
    """What files are written as.

    Args:
        name: the format's.
        suffix: of the files' names, before the compression's.
        compression: one of the format's.
        level: of the compression; its default without.
        separator: between the cells of CSV.
        is_ascii: whether JSON has escapes for all other signs.
        indent: by how much members of JSON's objects are indented, a member a line; 0 for an object a line.

    Raises:
        UsageError: an unknown compression or level.
    """
    form, unappendable = catalog.load_file(name), ""
    if name == "csv" and separator != ",":
        form = separated(separator)
    if is_ascii or indent:
        form = written_otherwise(is_ascii=is_ascii, indent=indent)
        unappendable = "an object in it takes several lines" if indent else ""
    options = FileOptions(compression, level)
    return Kind(form, options, suffix + form.codecs[form.encoding(options).compression].suffix, unappendable)
