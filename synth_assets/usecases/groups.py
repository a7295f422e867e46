"""Groups of a domain that can be had alone, by the word that the domain has for one: ``tenant``."""

from collections.abc import Mapping
from typing import Any

from synth_assets.model.domain import Domain
from synth_assets.usecases.arguments import read_text


def words_of(domain: Domain) -> list[str]:
    """The argument that names a group of a domain; none where it has no groups that can be had alone."""
    return [domain.grouped_by.word] if domain.grouped_by else []


def only_in(domain: Domain, arguments: Mapping[str, Any]) -> str | None:
    """The group that arguments name; ``None`` if they name none.

    Raises:
        UsageError: it is no text.
    """
    found = [(word, value) for word in words_of(domain) if (value := arguments.get(word)) is not None]
    return next((read_text(word, value, "'448f2bc1-…'") for word, value in found), None)
