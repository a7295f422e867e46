"""The one door of Python: every public function reads its arguments here, and speaks of them in Python's words."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from synth_assets.errors import SynthError, UsageError, raise_all, unknown
from synth_assets.spoken import in_python
from synth_assets.usecases.arguments import READERS

P = ParamSpec("P")
R = TypeVar("R")


def public(function: Callable[P, R]) -> Callable[P, R]:
    """A function that reads its arguments first; its signature stays what it is.

    What is taken under which name, :data:`~synth_assets.usecases.arguments.READERS` says: an argument means the same
    wherever it is taken. What isn't taken is a ``UsageError``, and so are names that it doesn't have.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        with in_python():
            bound = _bound(function.__name__, signature, args, kwargs)
            _read_all(bound)
            try:
                return function(*bound.args, **bound.kwargs)
            except OSError as error:
                where = f"{error.filename}: " if error.filename else ""
                raise SynthError(f"{where}{error.strerror or error}.") from error

    return read


def _read_all(bound: inspect.BoundArguments) -> None:
    """Read the arguments in place, all but those that are as they would be without.

    Raises:
        UsageError: some aren't taken; tells all of them.
    """
    problems: list[UsageError] = []
    for name, value in bound.arguments.items():
        if value is not bound.signature.parameters[name].default:
            try:
                bound.arguments[name] = READERS[name](name, value)
            except UsageError as error:
                problems.append(error)
    raise_all(problems)


def _bound(
    function: str, signature: inspect.Signature, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> inspect.BoundArguments:
    """Arguments by name.

    Raises:
        UsageError: one is missing, unknown, given twice, or one too many.
    """
    if not any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values()):
        for name in kwargs:
            if name not in (known := _known(signature)):
                raise _unknown_argument(function, name, known)
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as error:
        raise UsageError(f"{function}(): {error}.\n  Its arguments are {', '.join(signature.parameters)}.") from None


def check_more(function: Callable[..., object], more: Iterable[str], own: Collection[str]) -> None:
    """Look whether arguments that a function has none of are a domain's own, by the names of these.

    Raises:
        UsageError: one isn't.
    """
    for name in more:
        if name not in own:
            raise _unknown_argument(function.__name__, name, [*_known(inspect.signature(function)), *own])


def _known(signature: inspect.Signature) -> list[str]:
    """The arguments that have a name."""
    unnamed = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return [name for name, one in signature.parameters.items() if one.kind not in unnamed]


def _unknown_argument(function: str, name: str, known: Sequence[str]) -> UsageError:
    step = "Volumes of the domain have an argument of their own: volumes={…}" if "volumes" in known else ""
    return unknown(f"{function}(): argument", name, known or ["paths, without names"], step)
