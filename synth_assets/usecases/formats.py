"""What tables and logs can be stored as; none of it is imported before it is used."""

import re
from collections.abc import Sequence
from pathlib import Path

from synth_assets.sinks import catalog, compressions, layout
from synth_assets.sinks.envelopes import catalog as envelope_catalog

_HADOOP = re.compile(r"[*?\[\]{}\\]")
"""What Hadoop takes for a pattern in every path, unless a backslash is before it."""


def names() -> list[str]:
    """The formats' names, in alphabetical order."""
    return catalog.names()


def files() -> list[str]:
    """Those of formats of files."""
    return catalog.files()


def databases() -> list[str]:
    """The formats that keep tables in a database."""
    return catalog.databases()


def lakes() -> list[str]:
    """The formats that keep tables in a lake, whose past can be asked for."""
    return catalog.lakes()


def versions_of(form: str) -> str:
    """What the people of a lake call the states of a table: ``version``, or ``snapshot``."""
    return catalog.load_lake(form).versions_are


def codecs() -> tuple[str, ...]:
    """The names of the compressions that files can have; each format has some of them."""
    return compressions.CODECS


def envelopes() -> list[str]:
    """The names of the envelopes that a log can have besides being plain."""
    return envelope_catalog.names()


def envelope_options() -> list[tuple[str, str, str]]:
    """Of each option that an envelope has: its name, what it may be (``a|b``), and what it says and whose it is."""
    found: dict[str, tuple[str, str, str]] = {}
    for name in envelopes():
        for one in envelope_catalog.load(name).options:
            text = f"{name}: {one.doc}.  [default: {one.values[0]}]"
            before = f"{found[one.name][2]} " if one.name in found else ""
            found[one.name] = (one.name, "|".join(one.values), before + text)
    return list(found.values())


def layouts() -> list[str]:
    """The names of the layouts that files can lie in."""
    return layout.names()


def look(form: str, place: str, domain: str, table: str, ending: str = "") -> str:
    """Python that shows some rows of a stored table; empty if there is nothing that every reader has.

    Args:
        form: the format's name.
        place: the part files or the database, as Python has it: quoted.
        domain: the table's domain.
        table: the table's name.
        ending: of the part files' names.
    """
    if form in catalog.files():
        file_format = catalog.load_file(form)
        opener = next(
            (one.opener for one in file_format.codecs.values() if one.opener and ending.endswith(one.suffix)), None
        )
        if opener is not None:
            module, expression = opener
            file = expression.format(path=f"sorted(glob.glob({place}))[0]")
            return f"import glob, {module}, polars; {file_format.look_opened.format(file=file)}"
    return catalog.load(form).look.format(place=place, domain=domain, table=table)


_AFAR = {
    "parquet": ("scan_parquet", ", hive_partitioning=False"),
    "csv": ("scan_csv", ""),
    "ndjson": ("scan_ndjson", ""),
}


def look_afar(form: str, place: str, ending: str) -> str:
    """Python that shows some rows of part files in an object store, by what polars reads there; else empty.

    Args:
        form: the format's name.
        place: a pattern of the part files, as Python has it: quoted.
        ending: of their names.
    """
    if form not in _AFAR or not ending.endswith(form):
        return ""
    scan, how = _AFAR[form]
    return f"import polars; print(polars.{scan}({place}{how}).head(5).collect())"


def readings(form: str, folder: str, files: str) -> dict[str, str]:
    """What people read a table's part files with → the Python that does; nothing for a format that isn't read so.

    Args:
        form: the format's name.
        folder: of the part files and nothing else of ours.
        files: a pattern of their paths.
    """
    readers = catalog.load_file(form).readers if form in catalog.files() else {}
    places = {"folder": repr(folder), "files": repr(files), "hadoop": repr(_HADOOP.sub(r"\\\g<0>", folder))}
    return {reader: code.format(**places) for reader, code in readers.items()}


def files_below(folder: Path, names: str) -> str:
    """The pattern of paths below a folder, whatever the folder is called.

    Args:
        folder: where they are.
        names: the pattern of what they are called from there.
    """
    from synth_assets.sinks.sql import as_pattern

    return str(Path(as_pattern(folder)) / names)


def dagster_kinds(forms: Sequence[str]) -> list[str]:
    """What Dagster calls some formats, as far as it has pictures of them."""
    return [kind for form in forms if (kind := catalog.load(form).dagster_kind)]
