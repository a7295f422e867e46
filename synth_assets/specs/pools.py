"""Pools: values that Faker made once for a dataset's file, kept in a file beside it.

::

    datasets/clinic.yaml
    datasets/clinic.pools.json      {"pools": {FINGERPRINT: {provider, locale, options, size, faker, values, sha256}}}
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from synth_assets.columns.basis.spelling import STRUCT, WORDS
from synth_assets.columns.faker import FakerColumn
from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.errors import UsageError, first_line
from synth_assets.extras import need

METHOD = "faker"
_BYTES = 64_000_000
_SEED = 20_260_101
"""Of every pool: which values it has is decided once, and then kept."""


@dataclass(frozen=True)
class Pool:
    """What a pool is made of.

    Attributes:
        provider: Faker's method.
        locale: Faker's.
        options: of the provider.
        size: how many values.
    """

    provider: str
    locale: str
    options: Mapping[str, Any] = field(hash=False)
    size: int

    @property
    def fingerprint(self) -> str:
        """What tells it from others."""
        said = json.dumps([self.provider, self.locale, dict(self.options), self.size], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def said(self) -> str:
        """What messages call it."""
        more = f", {json.dumps(dict(self.options), sort_keys=True)}" if self.options else ""
        return f"{self.provider}, {self.locale}{more}, {self.size:,} values"


def pools_file(path: Path) -> Path:
    """Where the pools of a dataset's file are."""
    return path.with_name(f"{path.stem}.pools.json")


def text_of_pools(path: Path) -> str:
    """The text of the pools beside a dataset's file; empty if there are none that can be read."""
    try:
        return regular_text(pools_file(path), _BYTES)
    except OSError:
        return ""


def pool_of(arguments: Mapping[str, Any]) -> Pool | None:
    """The pool that a column of the method ``faker`` takes; ``None`` if its arguments aren't right."""
    try:
        column = FakerColumn.model_validate({name: one for name, one in arguments.items() if name != "pool"})
    except ValueError:
        return None
    return Pool(column.provider, column.locale, dict(column.options), column.size)


class Pools:
    """The pools of a dataset's file.

    Args:
        text: of the file beside it; empty if there is none.
        said: what messages call the dataset's file.
    """

    def __init__(self, text: str, said: str) -> None:
        self._text, self._said = text, said
        self._known: dict[str, Any] | None = None

    def filled(self, arguments: Mapping[str, Any], method: str) -> Mapping[str, Any]:
        """A method's arguments, with the values of pools filled in, also of methods within.

        Raises:
            UsageError: a pool isn't there, or was changed.
        """
        if method == METHOD and "pool" not in arguments and (pool := pool_of(arguments)):
            return {**arguments, "pool": self.values(pool)}
        found = dict(arguments)
        if isinstance(within := arguments.get("of"), dict):
            found["of"] = self._filled_within(cast("dict[str, Any]", within))
        if method == STRUCT and isinstance(fields := arguments.get("fields"), dict):
            found["fields"] = {
                name: self._filled_within(cast("dict[str, Any]", one)) if isinstance(one, dict) else one
                for name, one in cast("dict[str, Any]", fields).items()
            }
        return found

    def _filled_within(self, said: dict[str, Any]) -> dict[str, Any]:
        words = {name: one for name, one in said.items() if name == "method" or name in WORDS}
        rest = {name: one for name, one in said.items() if name not in words}
        return {**words, **self.filled(rest, str(said.get("method")))}

    def values(self, pool: Pool) -> list[Any]:
        """The values of a pool.

        Raises:
            UsageError: it isn't there, or isn't what was made.
        """
        kept = self._kept().get(pool.fingerprint)
        if not isinstance(kept, dict):
            raise UsageError(
                f"its pool ({pool.said}) was not made, or was made of something else.\n"
                f"  Make it: synth spec pools {self._said}"
            )
        values = cast("dict[str, Any]", kept).get("values")
        if not isinstance(values, list) or digest_of_values(values) != cast("dict[str, Any]", kept).get("sha256"):
            raise UsageError(
                f"its pool ({pool.said}) isn't what was made: its values were changed.\n"
                f"  Take it from version control, or make it again: synth spec pools {self._said} --again"
            )
        return cast("list[Any]", values)

    def _kept(self) -> dict[str, Any]:
        if self._known is None:
            self._known = {}
            if self._text:
                try:
                    found = strict_json.loads(self._text)["pools"]
                    self._known = dict(found) if isinstance(found, dict) else {}
                except (ValueError, TypeError, KeyError) as error:
                    raise UsageError(
                        f"the file of pools beside {self._said} is damaged: {first_line(error)}.\n"
                        "  Take it from version control, or remove it and make it again."
                    ) from None
        return self._known


def digest_of_values(values: list[Any]) -> str:
    """The SHA-256 of a pool's values."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def pools_in(value: Any) -> Iterator[Pool]:
    """The pools that a declaration's values ask for, in their order; columns are spelt out by now."""
    if isinstance(value, dict):
        said = cast("dict[str, Any]", value)
        if said.get("method") == METHOD and "pool" not in said:
            words = {name: one for name, one in said.items() if name in FakerColumn.model_fields}
            if (pool := pool_of(words)) is not None:
                yield pool
        for one in said.values():
            yield from pools_in(one)
    elif isinstance(value, list | tuple):
        for one in cast("list[Any]", value):
            yield from pools_in(one)


def made_by_faker(pool: Pool) -> dict[str, Any]:
    """Let Faker make a pool.

    Raises:
        UsageError: Faker isn't installed, or has no such locale or provider, or gives what no column holds.
    """
    need("faker", "a pool of values", "faker")
    import faker

    try:
        fake = faker.Faker(pool.locale)
        fake.seed_instance(_SEED)
        values = [_plain(getattr(fake, pool.provider)(**pool.options)) for _ in range(pool.size)]
    except AttributeError as error:
        raise UsageError(f"Faker {faker.VERSION}: {first_line(error)} ({pool.said}).\n  Correct it there.") from None
    except (TypeError, ValueError) as error:
        raise UsageError(f"Faker can't make {pool.said}: {first_line(error)}.\n  Correct its options.") from None
    return {
        "provider": pool.provider,
        "locale": pool.locale,
        "options": dict(pool.options),
        "size": pool.size,
        "faker": faker.VERSION,
        "sha256": digest_of_values(values),
        "values": values,
    }


def _plain(value: Any) -> Any:
    """A value as a declaration says it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="seconds")
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no cell of a table")
