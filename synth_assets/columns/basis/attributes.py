"""Attributes of a row that its class computes, by name."""

import functools
from typing import Any


def read(rows: Any, path: str) -> Any:
    """What an attribute holds, shape (n,); ``a.b`` is b of a."""
    return functools.reduce(getattr, path.split("."), rows) if "." in path else getattr(rows, path)
