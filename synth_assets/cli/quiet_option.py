"""--quiet of commands whose output is all they do: what is left is what somebody who looks at exit statuses needs."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def quiet_option(left: str) -> Callable[[Function], Function]:
    """Add --quiet to a command.

    Args:
        left: what it prints then, for the help; --json prints what it always does.
    """
    return click.option("--quiet", is_flag=True, help=f"{left}.")
