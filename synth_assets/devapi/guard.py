"""Who may ask: before anything of a request is looked at, its host, its origin and its key are."""

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from synth_assets.devapi.api_key import ApiKey

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost")
"""What people call this machine."""

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
    b" form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", _POLICY),
]
"""Of every answer."""


class RefusedError(Exception):
    """A request that isn't let in.

    Args:
        status: of the answer.
        code: for programs.
        detail: for people.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class Guard:
    """Lets requests of this machine with the key through, and anybody to the page, which has no data.

    Args:
        app: what is guarded.
        key: that requests bring in a header.
        port: that the server listens on.
        public: paths that need no key.
    """

    def __init__(self, app: "ASGIApp", key: ApiKey, port: int, public: Collection[str]) -> None:
        self._app, self._key, self._public = app, key, frozenset(public)
        ports = [f":{port}".encode(), *([b""] if port == 80 else [])]
        self._hosts = {name.encode() + end for name in NAMES for end in ports}
        self._origins = {b"http://" + host for host in self._hosts}

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def guarded(message: "Message") -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        try:
            self._check(scope)
        except RefusedError as error:
            await _refuse(error, guarded)
            return
        await self._app(scope, receive, guarded)

    def _check(self, scope: "Scope") -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = _all(headers, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise RefusedError(400, "host", "The Host header is none of this server; it is localhost or 127.0.0.1.")
        is_page = scope["method"] in {"GET", "HEAD"} and scope["path"] in self._public
        foreign = [one for one in _all(headers, b"origin") if one.lower() not in self._origins]
        if foreign or (_all(headers, b"sec-fetch-site") not in ([], [b"same-origin"], [b"none"]) and not is_page):
            raise RefusedError(403, "origin", "Pages of others may not ask this server.")
        address = scope.get("raw_path", b"") + b"?" + scope.get("query_string", b"")
        if self._key.is_in(address) or self._key.is_in(scope["path"].encode("utf-8", "replace")):
            raise RefusedError(
                400, "key_in_address", "The key is in the address, where logs keep it: make another one, and send it"
                " in the header Authorization or X-API-Key."
            )  # fmt: skip
        if not is_page and not self._is_known(headers):
            raise RefusedError(401, "key", "A key is needed: Authorization: Bearer KEY, or X-API-Key: KEY.")

    def _is_known(self, headers: list[tuple[bytes, bytes]]) -> bool:
        """Whether there is the key, once or in both headers, and no other one."""
        given = _all(headers, b"x-api-key")
        for value in _all(headers, b"authorization"):
            scheme, _, text = value.strip().partition(b" ")
            given.append(text.strip() if scheme.lower() == b"bearer" else b"")
        # All are compared, so that the time taken tells nothing of which one was wrong.
        same = [self._key.is_same(one) for one in given]
        return bool(same) and all(same)


def _all(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for known, value in headers if known.lower() == name]


async def _refuse(error: RefusedError, send: Any) -> None:
    body = json.dumps({"detail": error.detail, "code": error.code}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    # What was sent is not read, so nothing after it can be.
    headers += [(b"connection", b"close"), *([(b"www-authenticate", b"Bearer")] if error.status == 401 else [])]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
