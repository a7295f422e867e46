"""Rows by number that know their dataset's look-up tables."""

from synth_assets.domains.bronze.numbers.lookups import Lookups, lookups_of
from synth_assets.model import numbered


class NumberedRows(numbered.NumberedRows):
    """Rows of a table of bronze, by position."""

    @property
    def lookups(self) -> Lookups:
        """The look-up tables of the dataset."""
        return lookups_of(self.dataset)
