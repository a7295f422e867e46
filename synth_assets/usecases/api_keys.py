"""Keys of an API, as somebody gives them: one for everything, or a file with one for each group of a domain."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from synth_assets.documents.regular import regular_text
from synth_assets.errors import UsageError, shortened, unknown
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.project.settings_sources import API_KEY_VARIABLE
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.spoken import option
from synth_assets.usecases.scan import scan_dataset

_COLUMN = "api_key"
_KEY = re.compile(r"[\x21-\x7e]{1,4096}")
"""What a header takes, and no blank, which nobody sees at the end of a line."""

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_MOST_BYTES = 4_000_000


def credentials_of(
    domain: Domain, dataset: Dataset, key: str | None = None, file: Path | None = None, header: str | None = None
) -> Credentials:
    """The credentials for a dataset's rows.

    Args:
        domain: the domain.
        dataset: the dataset.
        key: one for all rows; where a file has a group's own, that is taken.
        file: with a key alone in it; or a CSV of groups, as ``--with-api-keys`` writes it.
        header: the only header that a key shall go in.

    Raises:
        UsageError: a key that is none, a file that can't be read, or a group without a key. No message quotes a key.
    """
    if header is not None and not _HEADER.fullmatch(header):
        raise UsageError(
            f"{option('api_key_header')}: {shortened(repr(header))} is no name of a header.\n"
            f"  For example: {option('api_key_header', 'X-API-Key')}"
        )
    if key is not None and not _KEY.fullmatch(key):
        raise UsageError(
            "The API key is not allowed; it is 1 to 4,096 signs of ASCII without blanks.\n"
            f"  Give it in {API_KEY_VARIABLE}, or in a file: {option('api_keys', 'FILE')}"
        )
    by_group: dict[str, str] = {}
    if file is not None:
        alone, by_group = _in_file(domain, file)
        key = key or alone
    found = Credentials(key, by_group, header)
    if missing := found.without(_groups(domain, dataset) if by_group else ()):
        more = f" and {len(missing) - 1:,} more" if len(missing) > 1 else ""
        raise UsageError(
            f"{option('api_keys', file)}: it has no key for {shortened(missing[0])}{more}.\n"
            f"  Write one for each: synth generate {domain.name} … --with-api-keys {file}"
        )
    return found


def _in_file(domain: Domain, file: Path) -> tuple[str | None, dict[str, str]]:
    """A key for all, or the keys of groups."""
    where = option("api_keys", file)
    try:
        text = regular_text(file, _MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{where}: it can't be read: {(error.strerror or str(error)).lower()}.") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and _KEY.fullmatch(lines[0].strip()) and not lines[0].strip().endswith(f",{_COLUMN}"):
        return lines[0].strip(), {}
    if domain.grouped_by is None:
        raise UsageError(f"{where}: it is no file with one key, and rows of {domain.name} are nobody's in particular.")
    (column,) = domain.tables[domain.grouped_by.table].key.columns
    rows = csv.DictReader(lines)
    for name in (column, _COLUMN):
        if name not in (rows.fieldnames or ()):
            step = f"It is a key alone, or a CSV that begins with {column},{_COLUMN}"
            raise UsageError(f"{where}: it has no column {name}.\n  {step}.")
    found: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        name, key = (row[column] or "").strip(), (row[_COLUMN] or "").strip()
        if not name or not _KEY.fullmatch(key):
            raise UsageError(f"{where}: line {number} has no {column if not name else 'API key'} that is allowed.")
        if found.setdefault(name, key) != key:
            raise UsageError(f"{where}: line {number} has another key for a {column} that is there before.")
    return None, found


def _groups(domain: Domain, dataset: Dataset) -> list[str]:
    """The names of a dataset's groups."""
    by = domain.grouped_by
    if by is None:
        return []
    if dataset.only is not None:
        return [dataset.only.name]
    (column,) = domain.tables[by.table].key.columns
    keys = scan_dataset(domain.entity(by.table), dataset).select(column).collect()
    return [str(one) for one in keys[column]]


def check_endpoints(domain: Domain, names: Mapping[str, str]) -> None:
    """Look whether paths are said for tables that there are.

    Raises:
        UsageError: one is for another.
    """
    for name in names:
        if name and name not in domain.entities:
            raise unknown(f"{option('endpoint')}: table", name, domain.entities, f"See: synth describe {domain.name}")
