"""What a domain hands out beside its tables: a small file of its own, only where somebody asks for it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from synth_assets.model.dataset import Dataset


class Handout(NamedTuple):
    """A CSV file that generating writes where somebody names one.

    A domain's delivery lists them; each is an option of ``synth generate DOMAIN``, and an argument of the function.

    Attributes:
        name: the argument's, in snake_case; the option is called likewise.
        doc: what it holds, in a few words.
        columns: their names.
        rows: the cells, of a dataset or of the only group that there is of one.
    """

    name: str
    doc: str
    columns: tuple[str, ...]
    rows: Callable[[Dataset], Iterable[tuple[str, ...]]]

    @property
    def flag(self) -> str:
        """The option."""
        return f"--{self.name.replace('_', '-')}"
