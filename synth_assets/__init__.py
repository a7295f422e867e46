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
    from synth_assets.usecases.changes.scan import scan_changes, scan_history, scan_snapshot, score
    from synth_assets.usecases.scan import scan

    __version__: str

__all__ = ["__version__", "generate", "scan", "scan_changes", "scan_history", "scan_snapshot", "score", "verify"]

_WHERE = {"scan": "scan", "generate": "api", "verify": "api", "__version__": "version"} | dict.fromkeys(
    ("scan_changes", "scan_history", "scan_snapshot", "score"), "changes.scan"
)


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for: the package itself imports nothing heavy."""
    if name not in _WHERE:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.usecases.{_WHERE[name]}"), name)
