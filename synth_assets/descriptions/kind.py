"""What a kind of description is."""

from collections.abc import Callable
from dataclasses import dataclass

from synth_assets.descriptions.described import Described


@dataclass(frozen=True)
class Kind:
    """A form that other tools read.

    Attributes:
        name: its name, as ``synth describe --as`` takes it.
        text: what is told, as the text of a file; an argument comes second.
        argument: what has to follow the name, e.g. ``DIALECT``; empty if nothing may.
        needs_files: whether it tells where tables lie, so that they have to be stored.
        from_here: whether paths begin where the tool is run, and not at the description's own folder.
        file: the name of the file that generating a dataset writes; empty if it writes none.
    """

    name: str
    text: Callable[[Described, str], str]
    argument: str = ""
    needs_files: bool = False
    from_here: bool = False
    file: str = ""

    @property
    def spelt(self) -> str:
        """As it is asked for, e.g. ``ddl:DIALECT``."""
        return f"{self.name}:{self.argument}" if self.argument else self.name
