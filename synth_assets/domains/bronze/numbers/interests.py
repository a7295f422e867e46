"""What the visitor of a session looks for: a department mostly, now and then another; of a buyer, what is bought."""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.division import remainder
from synth_assets.kernel.selection import selected

_ASIDE = 31  # of 256 products looked at are of the session's other department


class Interests(NamedTuple):
    """What sessions are about, shapes (n,).

    Attributes:
        main: the department that most is about.
        other: another one, at times the same.
        taken_back: a residue class that no line of the order of the main department has; of buyers only.
    """

    main: I64Array
    other: I64Array
    taken_back: I64Array

    def departments(self, words: np.ndarray, sessions: I64Array) -> I64Array:
        """The department of products that sessions look at, by the lowest 8 bits of a word each; shape (n,)."""
        aside = (words & np.uint64(255)) < _ASIDE
        return selected(aside, self.other[sessions], self.main[sessions])


def interests_of(sessions: Sessions) -> Interests:
    """What each session is about."""
    departments, residues = sessions.lookups.departments, sessions.lookups.product_strata.residues
    words, epoch = sessions.bits("interest"), departments.epochs_of(sessions.group.number)
    main, other = (departments.draw(words << np.uint64(shift), epoch) for shift in (0, 16))
    buyers = np.flatnonzero(sessions.buying)
    lines = departments.of_lines(sessions.group.first_line[buyers])
    main[buyers] = lines.department
    taken_back = np.zeros_like(main)
    taken_back[buyers] = remainder(lines.number - 1, residues)
    return Interests(main, other, taken_back)
