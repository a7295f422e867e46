"""Days and times that a source holds as text, since it has no types of them: SQLite."""

import re
from dataclasses import replace

from synth_assets.schemas.writing.bounds import Bounds, columns_in
from synth_assets.schemas.writing.guesses import GUESSED, words_of
from synth_assets.schemas.writing.tables import SpecTable

WITHOUT_MOMENTS = frozenset({"ddl:sqlite"})
"""Kinds of sources whose days and times are text."""

_DAY = re.compile(r"(.*_)?(date|day|dob|birthday|born)|.*_on")
_TIME = re.compile(r"(.*_)?(at|timestamp|datetime|created|updated|modified)")


def guess_moments(table: SpecTable) -> None:
    """Let columns of any text have days or times if their names tell some; those are text where SQLite has them."""
    source = table.source
    taken = {one for link in table.links for one in link.columns} | columns_in(table.conditions.others)
    taken |= set(source.key.columns if source.key else ())
    for name, column in table.columns.items():
        of_type, words = column.source.type, words_of(name)
        kind = "date" if _DAY.fullmatch(words) else "timestamp(s)" if _TIME.fullmatch(words) else ""
        is_any_text = of_type.name == "string" and of_type.length is None and not of_type.form
        if kind and is_any_text and column.bounds == Bounds() and name not in taken and column.source.computed is None:
            column.source = replace(column.source, type=replace(of_type, name=kind))
            column.notes.append(GUESSED)
