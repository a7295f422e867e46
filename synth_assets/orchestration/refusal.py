"""Refusals that Dagster's command line prints as they are."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from synth_assets.errors import UsageError


class Refused(UsageError, click.ClickException):  # noqa: N818 - it is no error of the program
    """A wrong request. ``dagster`` and ``dg`` print its message alone and exit with status 2: no traceback."""

    exit_code = UsageError.exit_status


@contextmanager
def refusals() -> Iterator[None]:
    """Let a :class:`~synth_assets.errors.UsageError` reach Dagster's command line as :class:`Refused`."""
    try:
        yield
    except UsageError as error:
        raise Refused(str(error)) from None
