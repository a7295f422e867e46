"""A bucket: bytes by name, with what obstore knows of S3, Google Cloud Storage and Azure.

Who may do it and where the server is, its usual variables say: ``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``,
``GOOGLE_SERVICE_ACCOUNT``, ``AZURE_STORAGE_ACCOUNT_NAME`` and so on. What a server answers is never repeated: it may
have a key in it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth_assets.errors import OutputError, SynthError, UnjudgedError
from synth_assets.extras import need
from synth_assets.object_paths import object_place
from synth_assets.sinks.objects.profiles import profile_settings
from synth_assets.sinks.objects.refusals import refusal
from synth_assets.sinks.store import Held, Tag

if TYPE_CHECKING:  # obstore is an extra
    from obstore.store import ObjectStore

_CLIENT: Any = {
    "connect_timeout": timedelta(seconds=5),
    "read_timeout": timedelta(seconds=30),
    "timeout": timedelta(seconds=300),
}
_RETRIES: Any = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=20),
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=2), "base": 2},
}
"""A server that isn't there is noticed within half a minute; one that is busy gets a second chance."""

_BLOCK = 8_388_608
_ENDPOINTS = {"s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"), "az": ("AZURE_STORAGE_ENDPOINT",)}


_WHAT = "An object store"


def check_objects(path: Path) -> None:
    """Look whether what an address takes is installed; nothing is asked of a path that is a folder.

    Raises:
        MissingExtraError: it isn't.
    """
    if object_place(path) is not None:
        need("objects", _WHAT, "obstore")


class Bucket:
    """A bucket, opened when something is first asked of it; an :class:`~synth_assets.sinks.store.Objects`.

    Args:
        scheme: of its addresses.
        name: its name.
        reads: whether it is only read from: what a server doesn't do then leaves open what is there.

    Raises:
        MissingExtraError: what it takes isn't installed.
    """

    def __init__(self, scheme: str, name: str, *, reads: bool = False) -> None:
        need("objects", _WHAT, "obstore")
        self.scheme, self.name, self._reads = scheme, name, reads

    def __reduce__(self) -> tuple[partial["Bucket"], tuple[()]]:
        """In another process it is opened anew, as that one's environment says."""
        return partial(Bucket, self.scheme, self.name, reads=self._reads), ()

    @cached_property
    def _store(self) -> "ObjectStore":
        from obstore.store import AzureStore, GCSStore, S3Store

        with self._asking(""):
            if self.scheme == "gs":
                return GCSStore(self.name, client_options=_CLIENT, retry_config=_RETRIES)
            endpoint = self._endpoint
            # Whoever writes http:// means it.
            client: Any = {**_CLIENT, "allow_http": endpoint.startswith("http://")}
            if self.scheme == "az":
                return AzureStore(self.name, client_options=client, retry_config=_RETRIES)
            config: Any = {**self._profile, **({"endpoint": endpoint} if endpoint else {})}
            return S3Store(self.name, config=config, client_options=client, retry_config=_RETRIES)

    @property
    def _endpoint(self) -> str:
        said = next((found for name in _ENDPOINTS[self.scheme] if (found := os.environ.get(name))), "")
        return said or self._profile.get("endpoint", "")

    @cached_property
    def _profile(self) -> dict[str, str]:
        return profile_settings(os.environ) if self.scheme == "s3" else {}

    def put(self, name: str, draft: Path) -> None:
        """See :class:`~synth_assets.sinks.store.Objects`."""
        import obstore

        with self._asking(name):
            obstore.put(self._store, name, draft)

    def put_over(self, name: str, data: bytes, before: Tag | None) -> bool:
        """See :class:`~synth_assets.sinks.store.Objects`."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, NotSupportedError, PreconditionError

        version: Any = {name: value for name, value in zip(("e_tag", "version"), before or (), strict=False) if value}
        mode: Any = version if before else "create"
        with self._asking(name):
            try:
                obstore.put(self._store, name, data, mode=mode, use_multipart=False)
            except (AlreadyExistsError, PreconditionError):
                return False
            except (NotSupportedError, NotImplementedError):
                # The store can't look and write at once; who writes last is then the one who is heard.
                obstore.put(self._store, name, data, use_multipart=False)
            except FileNotFoundError as error:
                if before is None or "NoSuchBucket" in str(error):
                    raise
                return False  # removed meanwhile
        return True

    def get(self, name: str) -> tuple[bytes, Tag] | None:
        """See :class:`~synth_assets.sinks.store.Objects`."""
        import obstore

        with self._asking(name):
            try:
                found = obstore.get(self._store, name)
                return bytes(found.bytes()), (found.meta["e_tag"] or "", found.meta["version"] or "")
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None

    def fetch(self, name: str, to: Path) -> Tag | None:
        """See :class:`~synth_assets.sinks.store.Objects`."""
        import obstore

        with self._asking(name):
            try:
                found = obstore.get(self._store, name)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None
            stream = found.stream(min_chunk_size=_BLOCK)
            with to.open("wb") as file:
                for block in stream:
                    file.write(block)
            return found.meta["e_tag"] or "", found.meta["version"] or ""

    def names(self, below: str) -> dict[str, Held]:
        """See :class:`~synth_assets.sinks.store.Objects`."""
        import obstore

        found: dict[str, Held] = {}
        with self._asking(below):
            for some in obstore.list(self._store, f"{below}/" if below else None, chunk_size=1000):
                for one in some:
                    found[one["path"]] = Held((one["e_tag"] or "", one["version"] or ""), one["size"])
        return found

    def remove(self, names: Sequence[str]) -> None:
        """See :class:`~synth_assets.sinks.store.Objects`."""
        import obstore

        with self._asking(names[0] if names else ""):
            if names:
                obstore.delete(self._store, list(names))

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """Turn what goes wrong at a store into one of our errors, without what the server said."""
        from obstore.exceptions import BaseError

        try:
            yield
        except SynthError:
            raise
        except (BaseError, FileNotFoundError, PermissionError, TimeoutError, ValueError, NotImplementedError) as error:
            if isinstance(error, FileNotFoundError) and error.filename is not None:
                raise  # a local file's
            address = f"{self.scheme}://{self.name}{f'/{name}' if name else ''}"
            kind = UnjudgedError if self._reads else OutputError
            raise refusal(
                error, address, self._server, reads=self._reads, kind=kind, scheme=self.scheme, bucket=self.name
            ) from None

    @property
    def _server(self) -> str:
        """What to call the server: its address, without whatever else is in it."""
        if self.scheme == "gs" or not self._endpoint:
            return {"s3": "Amazon S3", "gs": "Google Cloud Storage", "az": "Azure Blob Storage"}[self.scheme]
        host = self._endpoint.partition("://")[2] or self._endpoint
        return host.partition("/")[0].rpartition("@")[2]
