"""Types of arguments: whole numbers, days, lists of names. What is wrong is said in this project's words."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from synth_assets.documents import written
from synth_assets.documents.whole_number import whole_number
from synth_assets.errors import UsageError, unknown
from synth_assets.usecases.places import folder_at


class WholeNumber(click.ParamType):
    """A whole number within bounds."""

    name = "n"

    def __init__(self, example: int, least: int | None = None, most: int | None = None) -> None:
        self._example, self._least, self._most = example, least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002
        """Read the number.

        Raises:
            UsageError: it is none, or out of bounds.
        """
        if isinstance(value, int):
            return value
        number = whole_number(value)
        low, high = self._least, self._most
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            bounds = "" if low is None else f" >= {low}" if high is None else f" from {low} to {high:,}"
            raise _not_allowed(param, value, f"a whole number{bounds}", self._example)
        return number


class FolderName(click.ParamType):
    """The path of a folder: not an empty one, as a variable gives that isn't set.

    Args:
        objects: whether it may be an address of an object store, too; then the path that stands for it comes.
    """

    name = "dir"

    def __init__(self, *, objects: bool = False) -> None:
        self._objects = objects

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """The path as it is.

        Raises:
            UsageError: it is empty.
        """
        if not str(value).strip():
            raise _not_allowed(param, "", "the path of a folder; leave it out for the usual one", "out")
        return str(folder_at(str(value))) if self._objects else str(value)


class FilePath(click.ParamType):
    """The path of a file to write: not an empty one, as a variable gives that isn't set, and no folder."""

    name = "file"

    def __init__(self, example: str) -> None:
        self._example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002
        """The path.

        Raises:
            UsageError: it is empty, or a folder's.
        """
        if not str(value).strip():
            raise _not_allowed(param, "", "the path of a file", self._example)
        path = Path(value)
        if str(value).endswith("/") or path.is_dir():
            raise _not_allowed(param, value, "the path of a file, and this is a folder's", self._example)
        return path


class Day(click.ParamType):
    """A day of the calendar, as YYYY-MM-DD."""

    name = "date"

    def __init__(self, example: date) -> None:
        self._example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ARG002
        """Read the day.

        Raises:
            UsageError: it is written otherwise, or there is no such day.
        """
        if isinstance(value, date):
            return value
        if (found := written.day(value)) is not None:
            return found
        raise _not_allowed(param, value, written.A_DAY, self._example)


class OneOf(click.ParamType):
    """One of some names."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self.name = "|".join(names)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        """The names, as they are written."""
        return self.name

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Those that begin so."""
        return [CompletionItem(name) for name in self._names if name.startswith(incomplete)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the name.

        Raises:
            UsageError: it is none of them.
        """
        if value not in self._names:
            command = ctx.command_path if ctx else "synth"
            raise unknown(_flag(param), value, self._names, f"See: {command} --help")
        return value


class FormName(click.ParamType):
    """One of some names, which are asked for when they are needed; ``name:WORD`` takes a word after the colon."""

    name = "form"

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        self._names = names

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        """The names, as they are written."""
        return "|".join(self._names())

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Those that begin so, up to the colon."""
        names = [f"{name}:" if word else name for name, _, word in (one.partition(":") for one in self._names())]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the name; what follows it is looked at by whoever takes it.

        Raises:
            UsageError: it is none of them.
        """
        if value.partition(":")[0] not in {one.partition(":")[0] for one in self._names()}:
            command = ctx.command_path if ctx else "synth"
            raise unknown(_flag(param), value, self._names(), f"See: {command} --help")
        return value


class NameList(click.ParamType):
    """Names with commas between them."""

    name = "a,b"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        """As it is written."""
        return self.name

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> tuple[str, ...]:
        """Split, and drop what is there twice.

        Raises:
            UsageError: there is an empty name.
        """
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(name.strip() for name in value.split(",")))
        if "" in names:
            raise _not_allowed(param, repr(value), "one or more names with commas between them", "a,b")
        return names


def joined(groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The names of an option that may be given more than once, each name once."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _flag(param: click.Parameter | None) -> str:
    return param.opts[-1] if param is not None else "value"


def _not_allowed(param: click.Parameter | None, value: object, allowed: str, example: object) -> UsageError:
    flag = _flag(param)
    return UsageError(f"{flag} {value or repr('')} is not allowed; it is {allowed}.\n  For example: {flag} {example}")
