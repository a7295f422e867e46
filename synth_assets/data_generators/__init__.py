"""Small tables to begin with, in a line each: users, events, sales and time series, those of the dataset ``starter``.

Example:
    >>> import tempfile
    >>> from synth_assets.data_generators import users
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     users.generate(size="small", output_format="csv", output_path=f"{folder}/users.csv").name
    'users.csv'
"""

from importlib import import_module
from types import ModuleType

_GENERATORS = ("events", "sales", "timeseries", "users")
"""The modules with a ``generate`` each."""


def __getattr__(name: str) -> ModuleType:
    """Import a generator when it is asked for."""
    if name not in _GENERATORS:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """The generators, which a shell or an editor completes."""
    return [*_GENERATORS, *(name for name in globals() if name.startswith("__"))]
