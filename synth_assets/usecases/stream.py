"""Stream the rows of a table at a rate, to standard output, an API or Kafka: from the first to the last one.

Rows are made on the way, chunk by chunk. How far a stream has come is kept where it goes, or beside it, so that it can
be stopped, or killed, and goes on.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from synth_assets.engine.plan import plan_table
from synth_assets.errors import UsageError
from synth_assets.extras import need
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.groups import group_column
from synth_assets.sinks import catalog
from synth_assets.sinks.kafka.address import SCHEME, kafka_address
from synth_assets.sinks.kafka.settings import kafka_settings
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.sinks.posts.endpoints import Endpoint, api_address
from synth_assets.sinks.posts.post import Posts, dataset_keys
from synth_assets.sinks.posts.traffic import Manners
from synth_assets.sinks.streams.outlet import Outlet
from synth_assets.sinks.streams.position import StreamPosition, stream_identity
from synth_assets.usecases.paced import Paced, StreamProgress
from synth_assets.usecases.scan import row_frames
from synth_assets.usecases.stream_rate import StreamRate

__all__ = ["StreamProgress", "StreamRequest", "Streamed", "kind_of_place", "stream"]

STDOUT = "stdout"
_STDOUT_FILE = 1
_HTTP = ("http://", "https://")


@dataclass(frozen=True)
class StreamRequest:
    """What to stream, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        entity: the table's name.
        root: the data root, which keeps how far it came.
        to: ``stdout``, an address of HTTP, or of Kafka.
        rate: how many records a second.
        limit: how many records, at most.
        duration: for how many seconds, at most.
        resume: whether to go on where it ended.
        credentials: keys for an API.
        environ: variables that say how to log in at Kafka.
    """

    domain: Domain
    dataset: Dataset
    entity: str
    root: Path
    to: str
    rate: StreamRate
    limit: int | None = None
    duration: float | None = None
    resume: bool = False
    credentials: Credentials = field(default_factory=Credentials)
    environ: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


@dataclass(frozen=True)
class Streamed:
    """What was streamed.

    Attributes:
        first: how many records came before, in runs before this one; ``None`` where they are not counted.
        records: how many were sent.
        seconds: that it took.
        is_whole: whether the last record there is was sent.
        has_reader: whether somebody still reads.
    """

    first: int | None
    records: int
    seconds: float
    is_whole: bool
    has_reader: bool = True


def kind_of_place(to: str) -> str:
    """The target that a place belongs to: ``stdout``, ``http`` or ``kafka``.

    Raises:
        UsageError: it is none of them.
    """
    if to == STDOUT:
        return STDOUT
    for kind, schemes in (("http", _HTTP), ("kafka", (SCHEME,))):
        if to.startswith(schemes):
            return kind
    raise UsageError("--to takes stdout, an address of HTTP, or kafka://HOST:PORT[/TOPIC].\n  For example: --to stdout")


def stream(
    request: StreamRequest, stop: threading.Event, told: Callable[[StreamProgress], None] | None = None
) -> Streamed:
    """Stream rows until the last one, the limit, the end of the duration, or until somebody says so.

    Args:
        request: what and where to.
        stop: ends it in good order, once set.
        told: called every second.

    Raises:
        UsageError: something in the request isn't allowed, or the stream is there already.
        OutputError: the place doesn't take it, isn't there, or how far it came can't be noted.
        DataError: a cell that JSON can't hold.
    """
    entity = request.domain.entity(request.entity)
    table = entity.table()
    for column, problem in catalog.load_target(kind_of_place(request.to)).capabilities.unfit(table):
        raise UsageError(f"{table.path}: column {column} can't be streamed: {problem}.")
    with _outlet(request, stop) as outlet:
        first = outlet.start(resume=request.resume)
        rows = plan_table(entity, request.dataset).rows
        frames = row_frames(entity, request.dataset, first) if rows is None or first < rows else iter(())
        paced = Paced(
            outlet.items(frames, first), request.rate, request.limit, request.duration, stop, told or (lambda _: None)
        )
        has_reader = True
        try:
            outlet.send(paced.items())
        except BrokenPipeError:
            has_reader = False
    return Streamed(first, paced.sent, paced.seconds, paced.is_whole, has_reader)


def _outlet(request: StreamRequest, stop: threading.Event) -> Outlet[Any]:
    kind = kind_of_place(request.to)
    return {STDOUT: _lines, "http": _requests, "kafka": _kafka}[kind](request, stop)


def _lines(request: StreamRequest, stop: threading.Event) -> Outlet[Any]:
    from synth_assets.sinks.streams.lines import LineOutlet

    noted = StreamPosition(request.root, request.dataset, request.entity, STDOUT)
    return LineOutlet(request.domain.tables[request.entity], noted, stop.is_set, _STDOUT_FILE)


def _requests(request: StreamRequest, _: threading.Event) -> Outlet[Any]:
    need("http", "Streaming to an API", "httpx")
    from synth_assets.sinks.streams.requests import ApiOutlet

    table, by = request.domain.tables[request.entity], request.domain.grouped_by
    address = api_address(request.to.partition("{")[0])  # which looks at it, and shows nothing secret
    parts = urlsplit(request.to)
    endpoint = Endpoint(table, parts.path or "/")
    endpoint.check()
    group = group_column(by, request.domain.tables, table.name) if by and request.credentials.by_group else None
    posts = Posts(table, endpoint, dataset_keys(table, request.dataset), 1, group)
    manners = Manners()
    if any(one.table == table.name for one in table.references):  # rows that refer to others of it come after those
        manners = replace(manners, concurrency=1, stragglers=0)
    noted = StreamPosition(request.root, request.dataset, table.name, f"{address} {parts.path}")
    return ApiOutlet(f"{parts.scheme}://{parts.netloc}", posts, request.credentials, manners, noted)


def _kafka(request: StreamRequest, _: threading.Event) -> Outlet[Any]:
    need("kafka", "Streaming to Kafka", "confluent_kafka")
    from synth_assets.sinks.kafka.broker import Brokers
    from synth_assets.sinks.kafka.outlets import KafkaRows

    table, address = request.domain.tables[request.entity], kafka_address(request.to)
    topic = address.topic or f"{table.domain}.{table.name}"
    brokers = Brokers(address, kafka_settings(request.environ))
    return KafkaRows(brokers, topic, stream_identity(request.dataset, table.name), table)
