"""How messages call what somebody asked for: flags to who typed a command, arguments to who called a function."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_PYTHON = ContextVar("python", default=False)
_FLAGS = {"formats": "format"}
"""Arguments whose flags are called otherwise."""


@contextmanager
def in_python() -> Iterator[None]:
    """While this is open, messages speak to who called a function of Python."""
    token = _PYTHON.set(True)
    try:
        yield
    finally:
        _PYTHON.reset(token)


def spoken(command: str, python: str) -> str:
    """What to say to who typed a command, or to who called a function.

    Example:
        >>> spoken("synth changes snapshot … --at 0", "scan_snapshot(…, at=0)")
        'synth changes snapshot … --at 0'
    """
    return python if _PYTHON.get() else command


def option(name: str, value: object = None) -> str:
    """An option by the name that it has where it was asked for.

    Args:
        name: the argument's.
        value: one for it, ``None`` for the name alone.

    Example:
        >>> option("as_of", "2026-01-01"), option("output_dir")
        ('--as-of 2026-01-01', '--output-dir')
        >>> with in_python():
        ...     option("as_of", "2026-01-01"), option("output_dir")
        ("as_of='2026-01-01'", 'output_dir')
    """
    flag = f"--{_FLAGS.get(name, name).replace('_', '-')}"
    if value is None:
        return spoken(flag, name)
    return spoken(f"{flag} {value}", f"{name}={value!r}")


def volume(name: str, value: object = None) -> str:
    """A parameter of a domain, which functions take in ``volumes``.

    Example:
        >>> volume("orders", 5)
        '--orders 5'
        >>> with in_python():
        ...     volume("orders", 5)
        "volumes={'orders': 5}"
    """
    return option(name) if value is None else spoken(option(name, value), f"volumes={ {name: value}!r}")
