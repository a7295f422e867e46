"""rand-engine's Python: its dictionaries make the same kinds of tables here, and any slice of them alone.

Example:
    >>> from synth_assets.rand_engine import DataGenerator
    >>> spec = {"age": {"method": "integers", "kwargs": {"min": 18, "max": 65}}}
    >>> DataGenerator(spec, seed=42).size(3).get_polars().shape
    (3, 1)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synth_assets.rand_engine.data_generator import DataGenerator
    from synth_assets.rand_engine.rand_specs import RandSpecs
    from synth_assets.specs.rand_engine.tables import SpecError

__all__ = ["DataGenerator", "RandSpecs", "SpecError"]

_WHERE = {
    "DataGenerator": "synth_assets.rand_engine.data_generator",
    "RandSpecs": "synth_assets.rand_engine.rand_specs",
    "SpecError": "synth_assets.specs.rand_engine.tables",
}
"""The module of each public name."""


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for."""
    if name not in _WHERE:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    """The public names, which a shell or an editor completes."""
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
