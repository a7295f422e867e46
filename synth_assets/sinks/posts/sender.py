"""Many requests at a time, each until it is taken: those that wait to be sent again hold nobody up."""

import asyncio
import secrets
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import httpx

from synth_assets.errors import SynthError, shortened
from synth_assets.sinks.posts.answers import Answer, Refusal, given_up, meaning, unanswered, unanswered_request
from synth_assets.sinks.posts.credentials import Credentials
from synth_assets.sinks.posts.post import Post
from synth_assets.sinks.posts.traffic import Manners, Traffic
from synth_assets.version import __version__

_FIRST_WAIT, _LONGEST_WAIT = 0.25, 30.0
"""Seconds from a failure to the next try, doubled each time; half of it is drawn."""

_SPREAD = 0.1
"""Of a wait that the server asks for, so that not all come back in the same moment."""

_WAITING = 4
"""Requests that wait to be sent again, for each that may be under way; then a server that takes none is left alone."""

_FIRST_TRIES = 3
"""Of a server that has never answered, before it is taken to be none."""

_PATIENCE = 120.0
"""Seconds in which a server has to take something, however often it asks to come later."""

_MOST_READ = 65_536
"""Bytes of an answer; of more nobody would read the rest."""

_LATE, _LATEST = 4, 0.1
"""An answer is unusually late after so many times what half of the last ones took, and not before so many seconds."""

_LAST = 100
"""Answers that tell what is usual."""

_random = secrets.SystemRandom()


class Sender:
    """An open way to an API; a context manager.

    Args:
        url: its address; see :func:`~synth_assets.sinks.posts.endpoints.api_address`.
        credentials: keys.
        manners: how it is treated.
    """

    def __init__(self, url: str, credentials: Credentials, manners: Manners) -> None:
        self._url, self._credentials, self._manners = url, credentials, manners
        self._slots = asyncio.Semaphore(manners.concurrency)
        self._stragglers = 0
        self._last: deque[float] = deque(maxlen=_LAST)
        self._late = _LATEST
        self._over = asyncio.Event()
        self._failure: SynthError | None = None
        self._answered = False
        self._last_taken = time.monotonic()
        # A client for each request under way: a shared pool looks at all its connections for each request, twice.
        context = httpx.create_ssl_context()
        self._clients = [_client(manners.timeout, context) for _ in range(manners.concurrency + manners.stragglers)]
        self._free = list(self._clients)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            await client.aclose()

    async def reach(self) -> None:
        """See whether a server answers, whatever it says, without bringing it anything.

        Raises:
            OutputError: none does.
        """
        refusal = Refusal("")
        for tried in range(_FIRST_TRIES):
            try:
                await self._answer("HEAD", self._url)
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
                timeout = self._manners.timeout
                refusal = unanswered_request(error, self._url, answered=False, timeout=timeout)
                await asyncio.sleep(_pause(tried))
            else:
                self._answered = True
                return
        raise unanswered(self._url, refusal.reason)

    async def send(self, posts: Iterator[Sequence[Post]], taken: Callable[[Post], None]) -> Traffic:
        """Send requests, in their order as far as they are sent once.

        The first goes alone: what it ends with, all would.

        Args:
            posts: the requests, some at a time; they are made in a thread.
            taken: called with each that the server has taken.

        Raises:
            OutputError: one is refused, or the server is away; those under way are brought to their end.
        """
        traffic, started = Traffic(), time.monotonic()
        self._last_taken = started
        room = asyncio.Semaphore((1 + _WAITING) * self._manners.concurrency)
        is_first = True
        async with asyncio.TaskGroup() as group:
            try:
                async for post in _one_by_one(posts):
                    await room.acquire()
                    if self._failure:
                        break
                    if is_first:
                        await self._deliver(post, taken, traffic)
                        room.release()
                    else:
                        task = group.create_task(self._deliver(post, taken, traffic))
                        task.add_done_callback(lambda _: room.release())
                    is_first = False
            except SynthError as error:  # rows that can't be sent; the group would make another exception of it
                self._fail(error)
        traffic.seconds = time.monotonic() - started
        if self._failure:
            raise self._failure
        return traffic

    async def deliver(self, post: Post) -> None:
        """Send one request until it is taken.

        Raises:
            OutputError: it is refused, or the server is away.
        """
        self._last_taken = time.monotonic()
        await self._deliver(post, lambda _: None, Traffic())
        if self._failure:
            raise self._failure

    async def _deliver(self, post: Post, taken: Callable[[Post], None], traffic: Traffic) -> None:
        try:
            await self._until_taken(post, taken, traffic)
        except SynthError as error:
            self._fail(error)

    def _fail(self, error: SynthError) -> None:
        self._failure = self._failure or error
        self._over.set()

    async def _until_taken(self, post: Post, taken: Callable[[Post], None], traffic: Traffic) -> None:
        failures = tried = 0
        while True:
            async with self._slot():
                if self._over.is_set():
                    return
                refusal, seconds = await self._try(post, tried)
            tried += 1
            if refusal is None:
                self._last_taken = time.monotonic()
                traffic.requests, traffic.records = traffic.requests + 1, traffic.records + post.rows
                traffic.waits.append(seconds)
                self._learn(seconds, traffic)
                taken(post)
                return
            failures += not refusal.asked
            self._check_worth(post, refusal, failures, tried)
            traffic.again[refusal.reason.partition(":")[0]] += 1
            wait = _pause(failures) if refusal.wait is None else refusal.wait * _random.uniform(1, 1 + _SPREAD)
            if await self._is_over_within(wait):
                return

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """One of the places for requests under way; somebody else may have it while the answer is unusually late."""
        await self._slots.acquire()
        is_lent = False

        def lend() -> None:
            nonlocal is_lent
            if self._stragglers < self._manners.stragglers:
                self._stragglers += 1
                is_lent = True
                self._slots.release()

        timer = asyncio.get_running_loop().call_later(self._late, lend)
        try:
            yield
        finally:
            timer.cancel()
            if is_lent:
                self._stragglers -= 1
            else:
                self._slots.release()

    def _learn(self, seconds: float, traffic: Traffic) -> None:
        """An answer has come: after some, what is usual is looked at again."""
        self._last.append(seconds)
        if traffic.requests % _LAST == 0:
            self._late = max(_LATEST, _LATE * sorted(self._last)[len(self._last) // 2])

    def _check_worth(self, post: Post, refusal: Refusal, failures: int, tried: int) -> None:
        """See whether trying again makes sense.

        Raises:
            OutputError: it doesn't.
        """
        where = self._where(post)
        if refusal.broken and not self._answered and failures >= _FIRST_TRIES:
            raise unanswered(where, refusal.reason)
        nothing_taken = time.monotonic() - self._last_taken > _PATIENCE
        if failures > self._manners.retries or (nothing_taken and tried > self._manners.retries):
            raise given_up(where, refusal, tried)

    async def _try(self, post: Post, tried: int) -> tuple[Refusal | None, float]:
        """Send a request once: why it has to be sent again, if it has to, and how long the answer took."""
        where, began = self._where(post), time.perf_counter()
        try:
            headers = [("idempotency-key", post.idempotency_key), *self._credentials.headers(post.group)]
            answer = await self._answer("POST", self._url + post.path, headers, post.body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            timeout = self._manners.timeout
            return unanswered_request(
                error, where, answered=self._answered, timeout=timeout
            ), time.perf_counter() - began
        self._answered = True
        seconds = time.perf_counter() - began
        return meaning(answer, where, tried=tried, arrays=post.body.startswith(b"[")), seconds

    async def _answer(
        self, method: str, url: str, headers: Sequence[tuple[str, str]] = (), content: bytes | None = None
    ) -> Answer:
        """Send a request, and read what comes back, no more of it than anybody needs."""
        client = self._free.pop()  # the last one that was used: its connection is open
        try:
            async with asyncio.timeout(self._manners.timeout):
                request = client.build_request(method, url, headers=headers, content=content)
                response = await client.send(request, stream=True)
                body = b""
                try:
                    async for piece in response.aiter_bytes():
                        body += piece
                        if len(body) > _MOST_READ:
                            break
                finally:
                    await response.aclose()
        finally:
            self._free.append(client)
        line = "" if response.is_success else _first_line(body)
        return Answer(response.status_code, response.headers, shortened(self._credentials.redacted(line)))

    def _where(self, post: Post) -> str:
        return f"{post.table}: {self._url}{post.path}"

    async def _is_over_within(self, seconds: float) -> bool:
        """Wait so long, unless all is over before."""
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return False
        return True


def _client(timeout: float, context: ssl.SSLContext) -> httpx.AsyncClient:
    headers = {"user-agent": f"synth-assets/{__version__}", "content-type": "application/json"}
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    return httpx.AsyncClient(timeout=timeout, limits=limits, headers=headers, verify=context)


def _pause(failures: int) -> float:
    longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(failures, 20))
    return _random.uniform(longest / 2, longest)


def _first_line(body: bytes) -> str:
    lines = body[:_MOST_READ].decode(errors="replace").splitlines()
    return next((line.strip() for line in lines if line.strip()), "")


async def _one_by_one(posts: Iterator[Sequence[Post]]) -> AsyncIterator[Post]:
    """Requests that a thread makes, some ahead of those that are sent."""
    coming = asyncio.ensure_future(asyncio.to_thread(next, posts, None))
    try:
        while (some := await coming) is not None:
            coming = asyncio.ensure_future(asyncio.to_thread(next, posts, None))
            for post in some:
                yield post
    finally:
        coming.cancel()
