"""An API: rows and records as JSON objects, each posted until the server has taken it.

The address is where they go, ``http://`` or ``https://``; ``{entity}`` and ``{domain}`` in it stand for the table's.
Uploads of whole datasets, many requests at a time, are :mod:`synth_assets.usecases.upload`'s.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import polars as pl

from synth_assets.extras import need
from synth_assets.model.table import Table
from synth_assets.model.types.base import UNTOLD_INSIDE
from synth_assets.sinks.capabilities import ALL_OR_NOTHING, READ_BACK, Capabilities
from synth_assets.sinks.json_objects import JSON_LACKS, json_type, object_text
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.sinks.posts.endpoints import ENTITY, Endpoint, api_address
from synth_assets.sinks.posts.post import IdempotencyKeys, Post
from synth_assets.sinks.posts.traffic import Manners
from synth_assets.sinks.target import Target

if TYPE_CHECKING:  # httpx is an extra
    from synth_assets.sinks.posts.sender import Sender


class HttpChannel:
    """An open way to an API: one request after the other, so that all arrive in their order.

    A row is known by what it says, so that the same row twice is one to a server that looks at Idempotency-Key. Rows of
    a table without a key, and records, are also known by how many came before them.

    Args:
        sender: the way there.
        runner: where it is run.
        template: the path that is posted to.
    """

    def __init__(self, sender: "Sender", runner: asyncio.Runner, template: str) -> None:
        self._sender, self._runner, self._template = sender, runner, template
        self._numbers = count()

    def rows(self, table: Table, frame: pl.DataFrame) -> None:
        """See :class:`~synth_assets.sinks.target.Channel`; a request a row."""
        TARGET.capabilities.check_cells(frame, table)
        texts = frame.select(object_text(table.columns)).to_series()
        path = Endpoint(table, self._template).fixed
        keys = IdempotencyKeys("rows", table.path)
        known = texts if table.key else [f"{next(self._numbers)} {text}" for text in texts]
        posts = zip(texts, known, strict=True)
        self._post([_post(table.path, path, keys.of_one(told), text) for text, told in posts])

    def records(self, frame: pl.DataFrame) -> None:
        """See :class:`~synth_assets.sinks.target.Channel`; a request a record, whose key and value stay texts."""
        keys = IdempotencyKeys("records")
        lines = zip(frame.iter_rows(named=True), frame.write_ndjson().splitlines(), strict=True)
        for record, line in lines:
            path = self._template.replace(ENTITY, record["topic"])
            told = f"{next(self._numbers)} {line}"
            self._post([_post(record["topic"], path, keys.of_one(told), line)])

    def _post(self, posts: list[Post]) -> None:
        async def one_after_the_other() -> None:
            for post in posts:
                await self._sender.deliver(post)

        self._runner.run(one_after_the_other())


def _post(table: str, path: str, key: str, text: str) -> Post:
    return Post(table, 0, 1, path, "", key, text.encode())


@contextmanager
def open_api(
    address: str, credentials: Credentials | None = None, manners: Manners | None = None
) -> Iterator[HttpChannel]:
    """Open a way to an API.

    Args:
        address: where rows and records are posted to.
        credentials: keys; none without.
        manners: how the server is treated.

    Raises:
        UsageError: it is no address.
        MissingExtraError: what it takes isn't installed.
    """
    need("http", "an API as a target", "httpx")
    from synth_assets.sinks.posts.sender import Sender

    begin, brace, end = address.partition("{")
    url, slash, path = begin.rpartition("/") if brace else (address, "", "")
    url = api_address(url if slash or not brace else begin)
    with asyncio.Runner() as runner:
        sender = Sender(url, credentials or Credentials(), manners or Manners(1, 0))
        try:
            yield HttpChannel(sender, runner, f"{slash}{path}{brace}{end}")
        finally:
            runner.run(sender.__aexit__(None, None, None))


TARGET = Target(
    name="http",
    capabilities=Capabilities(
        idempotent_by="the Idempotency-Key of each request, where the server looks at it",
        lacks={
            ALL_OR_NOTHING: "as a server has each record when it comes",
            READ_BACK: "as only the server knows what it keeps",
            **JSON_LACKS,
            UNTOLD_INSIDE: "which is all that is sent",
        },
    ),
    type_name=json_type,
    open=open_api,
)
