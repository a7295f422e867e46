"""What an answer means, or that there is none: taken, to be tried again, or the end, with a message that helps."""

import errno
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple

import httpx

from synth_assets.errors import OutputError, shortened
from synth_assets.spoken import option

TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
LONGEST_WAIT = 600.0
"""Seconds that a server may ask to wait: beyond that it is better to come another time."""

_AGAIN = "What was taken is noted: correct it, and run the same command again."
_LATER = "What was taken is noted: run the same command again when it is there."
_KEYS = "Give the right key in SYNTH_API_KEY, or in a file"
_NOT_HTTP = "See that address and scheme (http or https) are the API's."
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT}
_SECONDS = re.compile(r"\s*[0-9]{1,12}\s*")


class Refusal(NamedTuple):
    """Why a request has to be sent again.

    Attributes:
        reason: what the server did, as the end of a sentence: ``answered 503``.
        wait: seconds that it asks to wait; ``None`` where it doesn't say.
        asked: whether it asks to come later, which says nothing against the request.
        broken: whether there was no answer at all.
    """

    reason: str
    wait: float | None = None
    asked: bool = False
    broken: bool = False


class Answer(NamedTuple):
    """What a server said.

    Attributes:
        status: of HTTP.
        headers: by name, however it is written.
        line: the first line of the text with something in it, fit to be shown.
    """

    status: int
    headers: Mapping[str, str]
    line: str


def meaning(answer: Answer, where: str, *, tried: int, arrays: bool) -> Refusal | None:
    """What an answer means for its request: ``None`` if the records are taken.

    Args:
        answer: the answer.
        where: what to call table and address in a message.
        tried: how often the request was sent before.
        arrays: whether it brought more than a record.

    Raises:
        OutputError: trying again wouldn't help.
    """
    status = answer.status
    if status == HTTPStatus.MULTI_STATUS and arrays:
        raise _ended(where, answer, "which says of each record something else: send one a request, --batch-size 1")
    if 200 <= status < 300:
        return None
    wait = seconds_to_wait(answer.headers)
    if wait is not None and wait > LONGEST_WAIT and (status == TOO_MANY or status >= 500):
        raise OutputError(f"{where}: answered {status}, and asks to come back in {wait:,.0f} s.\n  {_LATER}")
    if status == TOO_MANY:
        return Refusal(f"answered {status}", wait, asked=True)
    if status >= 500:
        return Refusal(f"answered {status}{_quoted(answer)}", wait)
    # The request of before, of which no answer came, may still be at work.
    if status == HTTPStatus.CONFLICT and tried:
        return Refusal(f"answered {status}{_quoted(answer)}", wait)
    raise _ended(where, answer, _step(status))


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """What ``Retry-After`` says, in seconds or as a date; a date is compared with the server's own clock.

    Example:
        >>> seconds_to_wait({"retry-after": "2"})
        2.0
    """
    text = headers.get("retry-after", "")
    if _SECONDS.fullmatch(text):
        return float(text)
    then, now = _date(text), _date(headers.get("date", "")) or datetime.now(UTC)
    return None if then is None else max(0.0, (then - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def unanswered_request(error: BaseException, where: str, *, answered: bool, timeout: float) -> Refusal:
    """What it means that no answer came.

    Args:
        error: what httpx raised.
        where: what to call table and address in a message.
        answered: whether the server answered before in this run: then it is only away for a moment.
        timeout: seconds that were waited.

    Raises:
        OutputError: trying again wouldn't help.
    """
    causes = list(_causes(error))
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        raise OutputError(f"{where}: no request can be made of this.\n  {_NOT_HTTP}") from None
    certificate = next((one for one in causes if isinstance(one, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        raise OutputError(
            f"{where}: the server's certificate doesn't hold: {shortened(certificate.verify_message)}.\n"
            "  See that it is the right server. If an authority of your own signed it: SSL_CERT_FILE=authority.pem"
        ) from None
    reason = _reason(error, causes, timeout)
    if not answered and _has(causes, (socket.gaierror, ssl.SSLError)):
        raise unanswered(where, reason)
    return Refusal(reason, broken=True)


def unanswered(where: str, reason: str) -> OutputError:
    """The error for a server that has never answered."""
    step = "Start it, or correct the address" if "listens" in reason else "Correct the address"
    return OutputError(f"{where}: {reason}.\n  {step}. For example: http://localhost:8000")


def given_up(where: str, refusal: Refusal, tries: int) -> OutputError:
    """The error for a request that was sent often enough."""
    times = f"{tries} times" if tries > 1 else "once"
    said = refusal.reason if refusal.reason.startswith("answered") else f"no answer, as {refusal.reason}"
    return OutputError(f"{where}: {said}; it was tried {times}.\n  {_LATER}")


def _reason(error: BaseException, causes: list[BaseException], timeout: float) -> str:
    """What happened to a connection, as a sentence without its beginning and end."""
    unreachable = {one.errno for one in causes if isinstance(one, OSError)} & _UNREACHABLE
    told = (
        (_has(causes, socket.gaierror), "there is no host of that name"),
        (_has(causes, ConnectionRefusedError), "nothing listens there"),
        (_has(causes, ssl.SSLError), "no encrypted connection comes about; perhaps the server speaks http"),
        (isinstance(error, httpx.ConnectTimeout) or bool(unreachable), "it can't be reached"),
        (isinstance(error, httpx.TimeoutException | TimeoutError), f"it didn't answer within {timeout:g} s"),
        (isinstance(error, httpx.ConnectError), "it can't be reached"),
    )
    return next((reason for is_so, reason in told if is_so), "the connection broke")


def _has(causes: list[BaseException], kind: type[BaseException] | tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(one, kind) for one in causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, and all that led to it."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _ended(where: str, answer: Answer, step: str) -> OutputError:
    return OutputError(f"{where}: answered {answer.status}{_quoted(answer)}.\n  {step}. {_AGAIN}")


def _quoted(answer: Answer) -> str:
    return f": {answer.line.rstrip('.')}" if answer.line else ""


def _step(status: int) -> str:
    """What to do about an answer."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED}:
        return f"{_KEYS}: {option('api_keys', 'FILE')}"
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}:
        return f"Say which path takes these records: {option('endpoint', 'ENTITY=/its/path')}"
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return f"Send fewer records a request: {option('batch_size', 1)}"
    if status < HTTPStatus.BAD_REQUEST:
        return f"Give the address that it leads to: {option('api_url', 'https://…')}"
    return "The server doesn't want this request"
