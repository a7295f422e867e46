"""Lines of Python that read what a command stored, printed after it: a line a library that people have."""

from pathlib import Path

from synth_assets.cli.text import short
from synth_assets.documents.aligned import aligned
from synth_assets.object_paths import address_at


def reading_lines(form: str, folder: Path, files: str) -> list[str]:
    """What to print of a table's part files; nothing for a format that isn't read so, and of an object store.

    From there each library reads in its own way, with what it is told of keys.

    Args:
        form: the format's name.
        folder: that has them, and nothing else that the libraries would read.
        files: the pattern of their paths, as relative as :func:`~synth_assets.cli.text.short` gives them.
    """
    from synth_assets.usecases import formats

    if address_at(folder):
        return []
    readings = formats.readings(form, short(folder), files)
    return ["Read it:", aligned(list(readings.items()), indent="  ")] if readings else []


def reading_lines_below(form: str, folder: Path, names: str) -> list[str]:
    """The same of part files by their names below the folder, which may have wildcards where the folder's has none."""
    from synth_assets.usecases import formats

    return reading_lines(form, folder, formats.files_below(Path(short(folder)), names))
