"""What a class, a function or a module says about itself, also where Python has dropped it."""

import ast
import functools
import inspect
from pathlib import Path
from types import FunctionType, ModuleType


def docstring(thing: type | FunctionType | ModuleType) -> str:
    """The docstring without its indentation; empty if there is none.

    With PYTHONOPTIMIZE=2 Python keeps no docstrings. What tables and commands say of themselves is part of what they
    are, so it is then read from the source, and is empty only where that isn't at hand.

    Example:
        >>> docstring(docstring).splitlines()[0]
        'The docstring without its indentation; empty if there is none.'
    """
    if isinstance(kept := thing.__doc__, str):
        return inspect.cleandoc(kept)
    return _written(thing)


def _written(thing: type | FunctionType | ModuleType) -> str:
    if isinstance(thing, FunctionType):
        thing = inspect.unwrap(thing)
    try:
        source = _source(str(inspect.getsourcefile(thing)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return ""
    found = source.get("" if isinstance(thing, ModuleType) else thing.__qualname__)
    return ("" if found is None else ast.get_docstring(found)) or ""


@functools.cache
def _source(file: str) -> dict[str, ast.Module | ast.ClassDef | ast.FunctionDef]:
    """The module in a file as ``""``, and the classes and functions at its top by name."""
    module = ast.parse(Path(file).read_bytes())
    named = {one.name: one for one in module.body if isinstance(one, ast.ClassDef | ast.FunctionDef)}
    return {"": module, **named}
