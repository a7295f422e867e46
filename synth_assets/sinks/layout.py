"""What a layout is: where part files lie and what they are called, both ways; and the layouts that there are."""

from collections.abc import Callable, Collection
from pathlib import Path, PurePath
from typing import NamedTuple

from synth_assets.sinks import layouts, modules
from synth_assets.spoken import option

HIVE = "hive"
"""The layout that is taken where nobody says otherwise."""


class Spot(NamedTuple):
    """What a part file's path is made of. A path need not tell all of it: :attr:`Layout.tells` says what it does.

    Attributes:
        form: the format's name.
        domain: the table's domain.
        table: the table's name.
        label: what stands for the dataset's parameters.
        seed: the dataset's.
        group: of the rows, where groups are kept apart; else empty.
        values: the columns that files are kept apart by, and their values as text; ``None`` is a missing one.
        part: the part file's number, counted from 0; ``None`` for a table, or a group, that is one file.
        ending: of the file's name, e.g. ``.csv.gz``.
    """

    form: str = ""
    domain: str = ""
    table: str = ""
    label: str = ""
    seed: int = 0
    group: str = ""
    values: tuple[tuple[str, str | None], ...] = ()
    part: int | None = 0
    ending: str = ""


class Layout(NamedTuple):
    """A way to lay out the part files of datasets.

    ``folder(root, spot) / file(spot)`` is where a part file lies, and ``parse`` reads it backwards.

    Attributes:
        name: its name.
        tells: the fields of :class:`Spot` that a path tells.
        folder: the folder with the manifest, from the data root on.
        file: the path of a part file from there.
        parse: the spot of a path, with the fields that it tells; ``None`` for a path of another form. Knows the names
            of the tables there are.
        together: whether all tables of a dataset share a folder and its manifest; else each has its own.
        grouped: whether rows of different groups are in different files.
        by_columns: whether files are kept apart by columns and sorted, as a domain's delivery says.
    """

    name: str
    tells: frozenset[str]
    folder: Callable[[Path, Spot], Path]
    file: Callable[[Spot], str]
    parse: Callable[[PurePath, Collection[str]], Spot | None]
    together: bool = False
    grouped: bool = False
    by_columns: bool = False


def names() -> list[str]:
    """The layouts' names, in alphabetical order."""
    return modules.names(layouts)


def load(name: str) -> Layout:
    """The layout called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(layouts, name, "layout", f"For example: {option('layout', 'hive')}").LAYOUT
