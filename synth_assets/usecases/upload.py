"""Upload a dataset to an API: each record is posted until the server has taken it, and noted then.

What is uploaded is made on the way; no file is needed. Tables go one after the other, each after those that it refers
to, and within a table many requests are under way. Where rows of a table refer to others of it, one is.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from synth_assets.engine.memory import keep_freed_memory
from synth_assets.engine.plan import plan_table
from synth_assets.errors import UsageError
from synth_assets.extras import need
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.groups import group_column
from synth_assets.model.table import Table
from synth_assets.sinks import catalog
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.sinks.posts.endpoints import Endpoint, api_address
from synth_assets.sinks.posts.paths import USUAL_TEMPLATE
from synth_assets.sinks.posts.post import Post, Posts, dataset_keys
from synth_assets.sinks.posts.traffic import Manners, Traffic
from synth_assets.sinks.posts.upload_ledger import UploadLedger
from synth_assets.usecases.api_keys import check_endpoints, credentials_of
from synth_assets.usecases.generate import Progress
from synth_assets.usecases.scan import row_frames

if TYPE_CHECKING:  # httpx is an extra
    from synth_assets.sinks.posts.sender import Sender

__all__ = [
    "PlannedUpload", "UploadRequest", "Uploaded", "credentials_of", "manners_of", "plan_upload", "reach", "upload",
]  # fmt: skip

_TELL_SECONDS = 0.1
_SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True)
class UploadRequest:
    """What to upload, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        entities: names of the tables, parents first.
        root: the data root, which keeps what was taken.
        url: the API's address.
        credentials: keys.
        template: the path of a table's records, where :attr:`templates` has no other.
        templates: table → path.
        batch: records a request, at most; 1 for an object each, more for arrays.
        manners: how the server is treated.
        restart: whether records that were taken are sent again.
    """

    domain: Domain
    dataset: Dataset
    entities: tuple[str, ...]
    root: Path
    url: str
    credentials: Credentials = field(default_factory=Credentials)
    template: str = USUAL_TEMPLATE
    templates: Mapping[str, str] = field(default_factory=dict[str, str])
    batch: int = 1
    manners: Manners = field(default_factory=Manners)
    restart: bool = False

    def check(self) -> None:
        """Look whether all of it is known and fits what was uploaded before, before anything is sent.

        Raises:
            UsageError: something isn't.
            MissingExtraError: what it takes isn't installed.
        """
        need("http", "Uploading", "httpx")
        api_address(self.url)
        check_endpoints(self.domain, self.templates)
        capabilities, ledger = catalog.load_target("http").capabilities, self.ledger()
        for name in self.entities:
            table, endpoint = self.domain.tables[name], self.endpoint(name)
            endpoint.check()
            for column, problem in capabilities.unfit(table):
                raise UsageError(f"{table.path}: column {column} can't be uploaded: {problem}.")
            if not self.restart:
                ledger.check(name, endpoint.template, self.batch)

    def endpoint(self, entity: str) -> Endpoint:
        """Where a table's records go."""
        return Endpoint(self.domain.tables[entity], self.templates.get(entity, self.template))

    def ledger(self) -> UploadLedger:
        """What was taken."""
        return UploadLedger(self.root, self.dataset, api_address(self.url))

    def posts(self, entity: str) -> Posts:
        """What a table's requests have in common."""
        table, by = self.domain.tables[entity], self.domain.grouped_by
        group = group_column(by, self.domain.tables, entity) if by and self.credentials.by_group else None
        return Posts(table, self.endpoint(entity), dataset_keys(table, self.dataset), self.batch, group)


class PlannedUpload(NamedTuple):
    """What would be uploaded of a table.

    Attributes:
        entity: the table.
        url: where to; columns stand for themselves.
        records: how many it has; ``None`` where only making them tells.
        before: how many were taken before.
    """

    entity: str
    url: str
    records: int | None
    before: int


@dataclass(frozen=True)
class Uploaded:
    """What was uploaded of a table.

    Attributes:
        entity: the table; empty for all together.
        url: where to; columns stand for themselves.
        before: records that were taken by an earlier run.
        records: records that were taken in this one.
        requests: that brought them.
        repeated: how often a request was sent again.
        reasons: why, with how often.
        seconds: that it took.
        waits: seconds until the answer, of requests that were taken: of half of them at most ``p50``, …
    """

    entity: str
    url: str
    before: int
    records: int
    requests: int
    repeated: int
    reasons: Mapping[str, int]
    seconds: float
    waits: Mapping[str, float | None]

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds if self.seconds else 0.0


def manners_of(concurrency: int, stragglers: int | None, retries: int, timeout: float) -> Manners:
    """How a server is treated; as many stragglers as other requests, where nobody says how many."""
    return Manners(concurrency, concurrency if stragglers is None else stragglers, retries, timeout)


def plan_upload(request: UploadRequest) -> list[PlannedUpload]:
    """Say what :func:`upload` would do; nothing is sent, and nothing is written.

    Raises:
        UsageError: something in the request isn't allowed.
    """
    request.check()
    ledger, found = request.ledger(), list[PlannedUpload]()
    for name in request.entities:
        rows = plan_table(request.domain.entity(name), request.dataset).rows
        known = ledger.of(name)
        records = known.below if known.whole else rows
        before = 0 if request.restart else known.count
        found.append(PlannedUpload(name, _shown_url(request, name), records, before))
    return found


def reach(request: UploadRequest) -> None:
    """See whether a server answers at the address, before anything else takes its time.

    Raises:
        OutputError: none does, or its certificate doesn't hold.
    """
    from synth_assets.sinks.posts.sender import Sender

    async def ask() -> None:
        async with Sender(api_address(request.url), request.credentials, request.manners) as sender:
            await sender.reach()

    asyncio.run(ask())


def upload(request: UploadRequest, progress: Callable[[Progress], None] | None = None) -> list[Uploaded]:
    """Upload tables, each after those that it refers to; what was taken before is left out.

    Args:
        request: what and where to.
        progress: told how far each table is.

    Returns:
        what was uploaded: of each table, and last of all together.

    Raises:
        UsageError: something in the request isn't allowed.
        OutputError: the server doesn't take a record, isn't there, or what it took can't be noted.
        DataError: a cell that JSON can't hold; nothing of its table is sent from there on.
    """
    request.check()
    keep_freed_memory()
    return asyncio.run(_upload(request, progress or (lambda _: None)))


async def _upload(request: UploadRequest, progress: Callable[[Progress], None]) -> list[Uploaded]:
    from synth_assets.sinks.posts.sender import Sender

    done: list[Uploaded] = []
    total = Traffic()
    with request.ledger() as ledger:
        if request.restart:
            ledger.forget(request.entities)
        for name in request.entities:
            known, before = ledger.of(name), ledger.of(name).count
            traffic = Traffic()
            if not known.whole:
                manners = _manners(request, request.domain.tables[name])
                async with Sender(api_address(request.url), request.credentials, manners) as sender:
                    traffic = await _Table(request, name, ledger, progress).sent_by(sender)
            done.append(_uploaded(name, _shown_url(request, name), before, traffic))
            _add(total, traffic)
    return [*done, _uploaded("", request.url, sum(one.before for one in done), total)]


class _Table:
    """A table on its way."""

    def __init__(
        self, request: UploadRequest, name: str, ledger: UploadLedger, progress: Callable[[Progress], None]
    ) -> None:
        self._request, self._name, self._ledger, self._progress = request, name, ledger, progress
        self._entity = request.domain.entity(name)
        plan = plan_table(self._entity, request.dataset)
        self._rows, self._positions = plan.rows, plan.positions
        self._said = 0.0

    async def sent_by(self, sender: "Sender") -> Traffic:
        """Send what isn't taken yet, and note that all is."""
        known = self._ledger.of(self._name)
        self._ledger.begin(self._name, self._request.endpoint(self._name).template, self._request.batch)
        traffic = await sender.send(self._posts(known.below), self._taken)
        self._ledger.finish(self._name)
        self._tell(finished=True)
        return traffic

    def _posts(self, below: int) -> Iterator[Sequence[Post]]:
        # Requests begin at the same rows as in a run before: at those that follow what is taken without a gap.
        apart = frozenset(self._ledger.of(self._name).apart)
        made = self._request.posts(self._name).of(self._frames(below), below)
        return ([post for post in some if post.first not in apart] for some in made)

    def _frames(self, below: int) -> Iterator[pl.DataFrame]:
        capabilities, table = catalog.load_target("http").capabilities, self._entity.table()
        for frame in row_frames(self._entity, self._request.dataset, below):
            capabilities.check_cells(frame, table)
            yield frame

    def _taken(self, post: Post) -> None:
        self._ledger.take(self._name, post.first, post.rows)
        if time.monotonic() - self._said > _TELL_SECONDS:
            self._tell()

    def _tell(self, *, finished: bool = False) -> None:
        self._said = time.monotonic()
        count = self._ledger.of(self._name).count
        total = count if finished else self._rows or max(self._positions, count)
        self._progress(Progress(self._name, count, total, count, finished))


def _manners(request: UploadRequest, table: Table) -> Manners:
    """How the server is treated with a table: of one whose rows refer to each other, a request at a time."""
    manners = request.manners
    alone = any(one.table == table.name for one in table.references)
    return replace(manners, concurrency=1, stragglers=0) if alone else manners


def _shown_url(request: UploadRequest, name: str) -> str:
    return api_address(request.url) + request.endpoint(name).fixed


def _add(total: Traffic, traffic: Traffic) -> None:
    total.requests += traffic.requests
    total.records += traffic.records
    total.again.update(traffic.again)
    total.seconds += traffic.seconds
    total.waits.extend(traffic.waits)


def _uploaded(entity: str, url: str, before: int, traffic: Traffic) -> Uploaded:
    waits = {name: traffic.quantile(share) for name, share in _SHARES.items()}
    again = traffic.again
    return Uploaded(
        entity, url, before, traffic.records, traffic.requests, again.total(), dict(again), traffic.seconds, waits
    )
