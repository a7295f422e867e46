"""Keys of an API: one for all, or one for each group of rows; and the only place that may show them: a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from synth_assets.errors import presentable

BEARER, PLAIN = "Authorization", "X-API-Key"
_HIDDEN = "…"


@dataclass(frozen=True, repr=False)
class Credentials:
    """Which key goes with whose rows. Neither its text nor what it redacts has one.

    Attributes:
        header: the only header that a key goes in; ``Authorization`` (as a bearer token) and ``X-API-Key`` without.
    """

    _one: str | None = None
    _by_group: Mapping[str, str] = field(default_factory=dict[str, str])
    header: str | None = None

    def __repr__(self) -> str:
        return f"Credentials({len(self._by_group) or int(self._one is not None)} keys)"

    @property
    def by_group(self) -> bool:
        """Whether groups have keys of their own."""
        return bool(self._by_group)

    def without(self, groups: Iterable[str]) -> list[str]:
        """Those of some groups that there is no key for."""
        return (
            [] if self._one is not None or not self.by_group else [one for one in groups if one not in self._by_group]
        )

    def headers(self, group: str) -> list[tuple[str, str]]:
        """What goes with rows of a group; nothing where there is no key.

        Args:
            group: the group's name; empty for rows of all.
        """
        key = self._by_group.get(group, self._one)
        if key is None and self.by_group:
            key = next(iter(self._by_group.values()))  # what is everybody's, anybody may bring
        if key is None:
            return []
        if self.header is not None and self.header.lower() != BEARER.lower():
            return [(self.header, key)]
        bearer = (BEARER, f"Bearer {key}")
        return [bearer] if self.header is not None else [bearer, (PLAIN, key)]

    def redacted(self, text: str) -> str:
        """A text of somebody else's without any of the keys in it."""
        for key in sorted({*self._by_group.values(), self._one or ""} - {""}, key=len, reverse=True):
            text = text.replace(key, _HIDDEN)
        return presentable(text)
