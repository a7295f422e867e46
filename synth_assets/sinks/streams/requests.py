"""A stream of requests to an API, each sent until it is taken, as uploads do."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Self

import polars as pl

from synth_assets.sinks import catalog
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.sinks.posts.post import Post, Posts
from synth_assets.sinks.posts.sender import Sender
from synth_assets.sinks.posts.traffic import Manners
from synth_assets.sinks.posts.upload_ledger import TakenRecords
from synth_assets.sinks.streams.position import StreamPosition


class ApiOutlet(ExitStack):
    """An :class:`~synth_assets.sinks.streams.outlet.Outlet`: an API.

    Args:
        url: its address, without the path.
        posts: what all requests have in common.
        credentials: keys.
        manners: how the server is treated.
        noted: where the position is kept.
    """

    def __init__(
        self, url: str, posts: Posts, credentials: Credentials, manners: Manners, noted: StreamPosition
    ) -> None:
        super().__init__()
        self._url, self._posts, self._noted = url, posts, noted
        self._credentials, self._manners = credentials, manners
        self._known = TakenRecords()

    def __enter__(self) -> Self:
        self.enter_context(self._noted)
        asyncio.run(self._reach())
        return self

    def start(self, *, resume: bool) -> int:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`."""
        self._known.below = self._noted.read() if resume else 0
        return self._known.below

    def items(self, frames: Iterable[pl.DataFrame], first: int) -> Iterator[Sequence[Post]]:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`."""
        return self._posts.of(self._checked(frames), first)

    def send(self, some: Iterator[Sequence[Post]]) -> None:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`; many requests are under way at a time."""
        self._noted.note(self._known.below)
        try:
            asyncio.run(self._send(some, self._taken))
        finally:
            self._noted.note(self._known.below)

    def _checked(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        capabilities = catalog.load_target("http").capabilities
        for frame in frames:
            capabilities.check_cells(frame, self._posts.table)
            yield frame

    def _taken(self, post: Post) -> None:
        self._known.take(post.first, post.rows)
        self._noted.pass_by(self._known.below)

    async def _reach(self) -> None:
        async with Sender(self._url, self._credentials, self._manners) as sender:
            await sender.reach()

    async def _send(self, some: Iterator[Sequence[Post]], taken: Callable[[Post], None]) -> None:
        async with Sender(self._url, self._credentials, self._manners) as sender:
            await sender.send(some, taken)
