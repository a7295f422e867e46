"""Where an API takes records: its address, and a path for each table by a template."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from urllib.parse import quote, urlsplit

import polars as pl

from synth_assets.errors import UsageError, shortened, unknown
from synth_assets.model.table import Column, Table
from synth_assets.sinks.posts.paths import USUAL_TEMPLATE
from synth_assets.spoken import option

_ENTITY, _DOMAIN = "entity", "domain"
ENTITY = f"{{{_ENTITY}}}"
"""What stands for the table in a template."""

_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*")
"""Signs of a path between the parts that are filled in (RFC 3986)."""

_UNFIT = {"list", "struct", "json", "binary", "float32", "float64"}


def api_address(text: str) -> str:
    """The address of an API, without a slash at its end.

    Args:
        text: as somebody wrote it.

    Raises:
        UsageError: it is no address of HTTP, or holds what belongs elsewhere; what may be secret isn't quoted.

    Example:
        >>> api_address("http://localhost:8000/")
        'http://localhost:8000'
    """
    example = f"For example: {option('api_url', 'http://localhost:8000')}"
    try:
        parts = urlsplit(text.strip())
        port, host = parts.port, parts.hostname
    except ValueError:
        raise UsageError(f"{option('api_url')}: this is no address of HTTP.\n  {example}") from None
    if "@" in text or parts.query or parts.fragment:
        raise UsageError(
            f"{option('api_url')}: the address holds a user, a password or a query, and so isn't shown.\n"
            "  Give the address alone, and the key in SYNTH_API_KEY."
        )
    if parts.scheme not in {"http", "https"} or not host or port == 0 or not _PATH.fullmatch(parts.path):
        raise UsageError(
            f"{option('api_url')}: {shortened(repr(text))} is not allowed; it is http:// or https://, a host, and"
            f" perhaps a port and a path.\n  {example}"
        )
    return text.strip().rstrip("/")


@dataclass(frozen=True)
class Endpoint:
    """Where the records of a table go.

    Attributes:
        table: the table.
        template: a path in which ``{entity}``, ``{domain}`` and columns of the table stand for themselves.

    Example:
        >>> Endpoint(orders, "/tenants/{tenant_id}/orders").columns
        ('tenant_id',)
    """

    table: Table
    template: str

    def check(self) -> None:
        """Look whether the path can be made of every row.

        Raises:
            UsageError: it can't.
        """
        name, columns = self.table.name, self.table.column_names
        for text, field, _, _ in self._parts():
            if not _PATH.fullmatch(text if text.startswith("/") else f"/{text}"):
                raise self._refused("has signs that no path has")
            if field is not None and field not in {_ENTITY, _DOMAIN, *columns}:
                step = f"See: synth describe {self.table.path}"
                raise unknown(f"{option('endpoint')} {name}: {{…}}", field, [_ENTITY, _DOMAIN, *columns], step)
        if not self.template.startswith("/"):
            raise self._refused("doesn't begin with /")
        for column in self._columns():
            if column.nullable or column.type.kind in _UNFIT:
                raise self._refused(f"names the column {column.name}, which may be missing or is no plain value")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the path is made of; none where all records go to one."""
        return tuple(column.name for column in self._columns())

    @property
    def fixed(self) -> str:
        """The path as far as it is the same for all rows; the others' columns stand for themselves."""
        return "".join(self._plain(text, field) for text, field, _, _ in self._parts())

    def paths(self, frame: pl.DataFrame) -> list[str]:
        """The path of each row."""
        if not self.columns:
            return [self.fixed] * frame.height
        texts = frame.select(column.type.as_text(pl.col(column.name)) for column in self._columns())
        parts = [
            (text, field) if field in texts.columns else (self._plain(text, field), None)
            for text, field, *_ in self._parts()
        ]
        return ["".join(_filled(parts, row)) for row in texts.iter_rows(named=True)]

    def _plain(self, text: str, field: str | None) -> str:
        known = {_ENTITY: self.table.name, _DOMAIN: self.table.domain}
        return text + ("" if field is None else quote(known[field], safe="") if field in known else f"{{{field}}}")

    def _columns(self) -> list[Column]:
        fields = {field for _, field, _, _ in self._parts() if field not in {None, _ENTITY, _DOMAIN}}
        return [column for column in self.table.columns if column.name in fields]

    def _parts(self) -> Sequence[tuple[str, str | None, str | None, str | None]]:
        try:
            return list(Formatter().parse(self.template))
        except ValueError:
            raise self._refused("has a { or a } without the other") from None

    def _refused(self, problem: str) -> UsageError:
        example = option("endpoint", f"{self.table.name}={USUAL_TEMPLATE}")
        return UsageError(
            f"{option('endpoint')} {self.table.name}: the path {shortened(repr(self.template))} {problem}.\n"
            f"  For example: {example}"
        )


def _filled(parts: Iterable[tuple[str, str | None]], row: Mapping[str, object]) -> Iterator[str]:
    """The parts of a row's path."""
    for text, field in parts:
        yield text if field is None else text + quote(str(row[field]), safe="")
