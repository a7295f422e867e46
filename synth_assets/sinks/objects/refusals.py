"""What a store's refusals mean, without what the server said of them: it may have a key in it."""

from typing import NamedTuple

from synth_assets.errors import SynthError, UsageError

KEYS = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL",
    "gs": "GOOGLE_SERVICE_ACCOUNT",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}
"""The variables that say who may and where the server is, by scheme."""


class _Refusal(NamedTuple):
    """A kind of refusal.

    Attributes:
        signs: what only it has in its text, in small letters; one of them is enough.
        meaning: what to say, with ``{server}`` in it.
        step: how to go on, with ``{keys}`` in it.
        is_usage: whether the address itself is wrong.
    """

    signs: tuple[str, ...]
    meaning: str
    step: str
    is_usage: bool = False


_KNOWN = (
    _Refusal(
        ("nosuchbucket", "containernotfound", "the specified bucket does not exist"),
        "there is no bucket {bucket} at {server}",
        "Make it, or choose another; where the server is, the environment says: {keys}.",
        is_usage=True,
    ),
    _Refusal(
        ("169.254.", "metadata.google"),
        "there is no key, and this machine is none that gets one by itself",
        "Set it in the environment: {keys}.",
    ),
    _Refusal(
        ("invalidaccesskeyid", "signaturedoesnotmatch", "authenticationfailed", "401 unauthorized"),
        "the server doesn't know the key",
        "Set the right one in the environment: {keys}.",
    ),
    _Refusal(
        ("403 forbidden",),
        "the key has no right to do that",
        "Ask for the right to list, get, put and delete objects there, or choose another bucket.",
    ),
    _Refusal(
        ("certificate", "unknownissuer"),
        "the certificate of {server} doesn't hold",
        "Have it signed by an authority that this machine trusts, or ask another server.",
    ),
    _Refusal(
        ("error sending request", "kind: connect", "timed out", "timedout", "dns error"),
        "{server} can't be reached",
        "Look whether it runs, and what the environment says: {keys}.",
    ),
    _Refusal(
        ("301 moved permanently", "permanentredirect"), "the bucket is in another region", "Set AWS_REGION to its own."
    ),
    _Refusal(("404 not found",), "there is no such bucket, or it was removed", "Look at its name."),
    *(
        _Refusal((f"code: {status}",), f"{{server}} answered {status}", "Try again, or look into the server's log.")
        for status in (400, 405, 409, 429, 500, 501, 502, 503, 504)
    ),
    _Refusal(("",), "{server} refused it", "Try again, or look into the server's log."),
)


def refusal(
    error: Exception, address: str, server: str, *, reads: bool, kind: type[SynthError], scheme: str, bucket: str
) -> SynthError:
    """What to say of an error.

    Args:
        error: what obstore raised.
        address: of what was asked for.
        server: what to call the server.
        reads: whether it was to be read.
        kind: what it is, where the address isn't wrong itself.
        scheme: of the address.
        bucket: its name.
    """
    told = f"{type(error).__name__} {error}".lower()
    one = next(one for one in _KNOWN if any(sign in told for sign in one.signs))
    meaning = one.meaning.format(server=server, bucket=bucket)
    step = one.step.format(keys=KEYS[scheme])
    if one.is_usage:
        return UsageError(f"{meaning}.\n  {step}")
    return kind(f"{address} can't be {'read' if reads else 'written'}: {meaning}.\n  {step}")
