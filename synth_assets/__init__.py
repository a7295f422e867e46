"""Reproducible synthetic datasets: a pure function of (parameters, seed, entity, row, column, time).

Example:
    >>> from synth_assets import scan
    >>> scan("bronze/raw_orders", preset="small", rows=1).select("order_id").collect().item()
    1
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synth_assets.usecases.api import generate, verify
    from synth_assets.usecases.scan import scan
    from synth_assets.usecases.scan_changes import scan_changes, scan_history, scan_snapshot, score

    __version__: str

__all__ = ["__version__", "generate", "scan", "scan_changes", "scan_history", "scan_snapshot", "score", "verify"]

_WHERE = {
    "__version__": "version",
    "generate": "usecases.api",
    "scan": "usecases.scan",
    "scan_changes": "usecases.scan_changes",
    "scan_history": "usecases.scan_changes",
    "scan_snapshot": "usecases.scan_changes",
    "score": "usecases.scan_changes",
    "verify": "usecases.api",
}
"""The module of each public name."""


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for: the package itself imports nothing heavy."""
    if name not in _WHERE:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    """The public names, which a shell or an editor completes; none of them is imported for it."""
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
