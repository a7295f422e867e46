"""What to do next with what a command stored, printed after its results."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from synth_assets.cli.readings import reading_lines
from synth_assets.cli.text import short
from synth_assets.object_paths import address_at

if TYPE_CHECKING:
    from synth_assets.usecases.generate import Stored


def read_lines(one: "Stored") -> list[str]:
    """Lines that read a stored table with what people have."""
    # A folder that tables share can't be read as one of them, and below one kept apart folders are values.
    is_own = one.files.name == "part-*" and len(one.files.parts) == len(one.path.parts) + 1
    return reading_lines(one.format, one.path, short(one.files)) if is_own else []


def look_lines(one: "Stored") -> list[str]:
    """A command that looks into a stored table, with the Python that stored it."""
    from synth_assets.usecases import formats

    place = repr(short(one.files))
    if address_at(one.path):
        code = formats.look_afar(one.format, place, one.ending)
    else:
        code = formats.look(one.format, place, one.domain, one.entity, one.ending)
    quoted = shlex.quote(code) if set(code) & set('"$`\\!') else f'"{code}"'
    return ["Try it:", f"  {shlex.quote(short(Path(sys.executable)))} -c {quoted}"] if code else []
