"""What people do in a session: frozen scripts of events, so that any click is a look-up.

A script is a sequence of event types, each with the *slot* of the product it is about. There are scripts
for browsing sessions by their length, and for buying ones by their number of lines and of other clicks.
They are walks of a small Markov chain with a memory: a cart add follows a view of the same product, a removal
follows its add, a checkout needs something in the cart.
"""

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.keys import StreamKey
from synth_assets.kernel.selection import selected

EVENT_TYPES = (
    "page_view", "click", "search", "product_view", "add_to_cart", "remove_from_cart", "checkout", "purchase",
)  # fmt: skip
PAGE_VIEW, CLICK, SEARCH, PRODUCT_VIEW, ADD_TO_CART, REMOVE_FROM_CART, CHECKOUT, PURCHASE = range(8)

NO_SLOT = 255
"""The event is about no product."""

BROWSED = 8
"""Slots from here on are products that are looked at; lower ones are the lines of the order."""

_UNSEEN = BROWSED + 20  # what is looked for where nothing is viewed any more

BROWSE_MOST = 16
"""Clicks of the longest browsing script."""

EXTRA_LEAST, EXTRA_MOST = 5, 12
"""Clicks of a buying script besides a view and an add for each line."""

MOST_LINES = 6

LONGEST_SCRIPT = max(BROWSE_MOST, EXTRA_MOST + 2 * MOST_LINES)
"""Clicks of the longest script of all."""

PACES = 64
"""Patterns of pace for each number of events."""

_BROWSE_SCRIPTS = 256
_BUY_SCRIPTS = 32

_SEARCHED = 3  # of 8 buyers who would have come from a page or by a click

# Next event by the last one, in per cent, over page_view … checkout. What the cart doesn't allow
# becomes a page view.
_FIRST = (73, 0, 0, 27, 0, 0, 0)
_NEXT = {
    PAGE_VIEW: (29, 18, 13, 40, 0, 0, 0),
    CLICK: (37, 8, 4, 51, 0, 0, 0),
    SEARCH: (13, 14, 15, 58, 0, 0, 0),
    PRODUCT_VIEW: (22, 17, 6, 33, 22, 0, 0),
    ADD_TO_CART: (25, 9, 5, 29, 0, 16, 16),
    REMOVE_FROM_CART: (43, 9, 6, 42, 0, 0, 0),
    CHECKOUT: (60, 20, 0, 20, 0, 0, 0),
}


class Scripts:
    """All scripts, laid end to end.

    Attributes:
        types: shape (m,), an index into :data:`EVENT_TYPES` per event.
        slots: shape (m,), the product slot per event, or :data:`NO_SLOT`.
        leads_to: shape (m,), per event the slot of the product viewed next, or of one that might have been.
        again: shape (m,), how many events ago the first one about the same product was; 0 for that one itself.
        ahead: shape (m,), after how many events the product is viewed that this one leads to; 0 if it never is.
        first: shape (scripts,), where each script starts.
        page_views: shape (scripts,), its page and product views.
        back: shape (m,), how many events ago the page was opened on which an event takes place: 0 but for clicks.
        back_before: shape (m,), the same for the page before it; 0 for the first event, which has none.
    """

    def __init__(self, key: StreamKey, *, change_of_mind: bool) -> None:
        """Args: ``change_of_mind``: whether buyers may put something into the cart and take it out again."""
        parts = [_browse(key, length) for length in range(1, BROWSE_MOST + 1)]
        parts += [
            _buy(key, extra, lines, change_of_mind=change_of_mind)
            for extra in range(EXTRA_LEAST, EXTRA_MOST + 1)
            for lines in range(1, MOST_LINES + 1)
        ]
        self.types = np.concatenate([types.ravel() for types, _ in parts])
        self.slots = np.concatenate([slots.ravel() for _, slots in parts])
        self.leads_to = np.concatenate([_leads_to(types, slots).ravel() for types, slots in parts])
        self.again = np.concatenate([_again(slots).ravel() for _, slots in parts])
        self.ahead = np.concatenate([_ahead(types).ravel() for types, _ in parts])
        lengths = np.concatenate([np.full(len(types), types.shape[1]) for types, _ in parts])
        self.first = np.cumsum(lengths) - lengths
        views = [((types == PAGE_VIEW) | (types == PRODUCT_VIEW)).sum(axis=1) for types, _ in parts]
        self.page_views = np.concatenate(views).astype(np.int64)
        self.back = np.concatenate([_steps_back(types).ravel() for types, _ in parts])
        self.back_before = np.concatenate([[0], 1 + self.back[:-1]])
        self.back_before[self.first] = 0

    @staticmethod
    def choose(words: I64Array, clicks: I64Array, lines: I64Array) -> I64Array:
        """A script for each session, shape (n,).

        Args:
            words: shape (n,), at least 8 random bits at the low end.
            clicks: shape (n,), the session's length in events.
            lines: shape (n,), lines of its order; 0 for a browsing session.
        """
        browse = (clicks - 1) * _BROWSE_SCRIPTS + (words & (_BROWSE_SCRIPTS - 1))
        extra = clicks - 2 * lines - EXTRA_LEAST
        buy = BROWSE_MOST * _BROWSE_SCRIPTS
        buy = buy + (extra * MOST_LINES + lines - 1) * _BUY_SCRIPTS + (words & (_BUY_SCRIPTS - 1))
        return selected(lines > 0, buy, browse)


_BROWSING = (PAGE_VIEW,) * 4 + (PRODUCT_VIEW,) * 3 + (SEARCH,) + (CLICK,) * 2
"""What buyers do besides, each as likely; a visit begins with a page, one of the first seven."""

Script = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def _steps_back(types: NDArray[np.uint8]) -> I64Array:
    back = np.zeros(types.shape, dtype=np.int64)
    for step in range(1, types.shape[1]):
        back[:, step] = np.where(types[:, step] == CLICK, back[:, step - 1] + 1, 0)
    return back


def _leads_to(types: NDArray[np.uint8], slots: NDArray[np.uint8]) -> NDArray[np.uint8]:
    leads = np.empty(types.shape, dtype=np.uint8)
    following = np.full(len(types), _UNSEEN, dtype=np.uint8)
    for step in reversed(range(types.shape[1])):
        leads[:, step] = following
        following = np.where(types[:, step] == PRODUCT_VIEW, slots[:, step], following)
    return leads


def _again(slots: NDArray[np.uint8]) -> I64Array:
    first = (slots[:, :, None] == slots[:, None, :]).argmax(axis=2)
    return np.where(slots == NO_SLOT, 0, np.arange(slots.shape[1]) - first)


def _ahead(types: NDArray[np.uint8]) -> I64Array:
    ahead = np.zeros(types.shape, dtype=np.int64)
    for step in reversed(range(types.shape[1] - 1)):
        after = ahead[:, step + 1]
        ahead[:, step] = np.where(types[:, step + 1] == PRODUCT_VIEW, 1, np.where(after > 0, after + 1, 0))
    return ahead


def _browse(key: StreamKey, length: int) -> Script:
    """Walk the chain ``length`` steps in 256 sessions at once."""
    count = _BROWSE_SCRIPTS
    words = bits(key, Span(length << 20, count * length * 2)).reshape(2, length, count)
    draw = (words[0] >> np.uint64(33)).astype(np.int64) % 100
    again = (words[1] >> np.uint64(33)).astype(np.int64) % 100 < 15
    edges = np.cumsum([_NEXT[state] for state in range(7)], axis=1)
    types = np.zeros((count, length), dtype=np.uint8)
    slots = np.full((count, length), NO_SLOT, dtype=np.uint8)
    viewed = np.full(count, NO_SLOT, dtype=np.uint8)  # the product on the screen, if not yet in the cart
    added = np.full(count, NO_SLOT, dtype=np.uint8)  # the last one added, while it is in the cart
    fresh = np.full(count, BROWSED, dtype=np.uint8)
    for step in range(length):
        row = np.cumsum(_FIRST)[None, :] if step == 0 else edges[types[:, step - 1]]
        event = (row <= draw[step][:, None]).sum(axis=1).astype(np.uint8)
        event[(event == ADD_TO_CART) & (viewed == NO_SLOT)] = PAGE_VIEW
        event[((event == REMOVE_FROM_CART) | (event == CHECKOUT)) & (added == NO_SLOT)] = PAGE_VIEW
        view = event == PRODUCT_VIEW
        same = view & again[step] & (viewed != NO_SLOT)
        viewed = np.where(view & ~same, fresh, viewed)
        fresh = np.where(view & ~same, fresh + 1, fresh)
        slots[view, step] = viewed[view]
        for kind, slot in ((ADD_TO_CART, viewed), (REMOVE_FROM_CART, added)):
            chosen = event == kind
            slots[chosen, step] = slot[chosen]
        added = np.where(event == ADD_TO_CART, viewed, np.where(event == REMOVE_FROM_CART, NO_SLOT, added))
        # An add takes the product off the screen, so that nothing is added twice.
        viewed = np.where(event == ADD_TO_CART, NO_SLOT, viewed)
        types[:, step] = event
    return types, slots


def _buy(key: StreamKey, extra: int, lines: int, *, change_of_mind: bool) -> Script:
    """Browse, then view and add each line's product, browse some more in between, check out, purchase."""
    count, browsed = _BUY_SCRIPTS, extra - 2
    length = extra + 2 * lines
    span = Span((extra * MOST_LINES + lines) << 32, count * (browsed + 2))
    words = (bits(key, span) >> np.uint64(33)).astype(np.int64).reshape(count, browsed + 2)
    types = np.zeros((count, length), dtype=np.uint8)
    slots = np.full((count, length), NO_SLOT, dtype=np.uint8)
    for number in range(count):
        *draws, pause, whim = (int(word) for word in words[number])
        steps: list[tuple[int, int]] = []
        for place, draw in enumerate(draws):
            kind = _BROWSING[draw % (7 if place == 0 else len(_BROWSING))]
            steps.append((kind, BROWSED + 1 + place if kind == PRODUCT_VIEW else NO_SLOT))
        if change_of_mind and browsed >= 5 and whim % 4 == 0:
            steps[2:5] = [(kind, BROWSED) for kind in (PRODUCT_VIEW, ADD_TO_CART, REMOVE_FROM_CART)]
        cut = 1 + pause % browsed
        # Who buys has looked for it, some by a search just before.
        if cut > 1 and steps[cut - 1][0] in (PAGE_VIEW, CLICK) and whim // 4 % 8 < _SEARCHED:
            steps[cut - 1] = (SEARCH, NO_SLOT)
        bought = [(kind, line) for line in range(lines) for kind in (PRODUCT_VIEW, ADD_TO_CART)]
        steps = [*steps[:cut], *bought, *steps[cut:], (CHECKOUT, NO_SLOT), (PURCHASE, NO_SLOT)]
        types[number] = [kind for kind, _ in steps]
        slots[number] = [slot for _, slot in steps]
    return types, slots


def paces(key: StreamKey, longest: int, patterns: int) -> tuple[I64Array, I64Array]:
    """When within a session its events fall, as shares of 65,536 of the session's length.

    Args:
        key: names the draw.
        longest: most events of a session.
        patterns: how many patterns there are for each number of events.

    Returns:
        ``shares``, laid end to end, and ``first``, shape (longest + 1,): where the patterns for a number of
        events start. The first event is at 0, gaps are at least half the even ones, some time is left at the end.
    """
    shares: list[I64Array] = [np.zeros(0, dtype=np.int64)]
    first = np.zeros(longest + 1, dtype=np.int64)
    for events in range(1, longest + 1):
        first[events] = sum(len(part) for part in shares)
        words = (bits(key, Span(events << 20, patterns * events)) >> np.uint64(50)).astype(np.int64)
        words = words.reshape(patterns, events) + 1
        gaps = 32_768 // events + 32_768 * words // words.sum(axis=1)[:, None]
        shares.append((np.cumsum(gaps, axis=1) - gaps).ravel())
    return np.concatenate(shares), first
