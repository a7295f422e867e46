"""Groups of a domain that can be had alone, by the word that the domain has for one: ``tenant``."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from synth_assets.engine.ranges import in_group
from synth_assets.errors import unknown
from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.groups import group_column
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


def check_words(domains: Iterable[Domain], only: Mapping[str, str]) -> None:
    """Look whether each word is one that a domain has for its groups.

    Raises:
        UsageError: one isn't.
    """
    known = sorted({word for domain in domains for word in words_of(domain)}) if only else []
    for word in only:
        if word not in known:
            raise unknown("only", word, known, "Name a group by the word that its domain has: only: {tenant: ID}")


def alone_in(domain: Domain, dataset: Dataset, only: Mapping[str, str]) -> Dataset:
    """A dataset's rows of the group that is named by its domain's word; the same where none is.

    Args:
        domain: the dataset's.
        dataset: with the rows of all groups.
        only: word → name, also those of other domains.

    Raises:
        UsageError: the dataset has no such group.
    """
    names = [only[word] for word in words_of(domain) if word in only]
    return domain.alone(dataset, names[0]) if names else dataset


def rows_alone(frame: pl.LazyFrame, domain: Domain, dataset: Dataset, table: str) -> pl.LazyFrame:
    """Of a table with the rows of all groups, or of its log, those of the only one; all where rows are everybody's.

    Args:
        frame: the table, or a log of it.
        domain: the dataset's.
        dataset: the only group, see :func:`alone_in`.
        table: the table's name.
    """
    only = dataset.only
    column = None if only is None else group_column(only, domain.tables, table)
    if only is None or column is None:
        return frame
    schema = frame.collect_schema()
    columns = [name for name in (column, AFTER + column, BEFORE + column) if name in schema]
    return frame.filter(pl.coalesce(in_group(only.name, name, schema) for name in columns))
