"""What of the process's surroundings `synth` doesn't take over: settings and names that its libraries don't bear."""

import os
from collections.abc import Iterable

from synth_assets.documents.shown import in_line
from synth_assets.errors import UsageError

_PREFIX = "POLARS_"
_HARMLESS = ("POLARS_VERBOSE", "POLARS_TEMP_DIR", "POLARS_SKIP_CPU_CHECK", "POLARS_BACKTRACE_IN_ERR", "POLARS_FMT_")
_THREADS = "POLARS_MAX_THREADS"
_MATRIX_THREADS = "OPENBLAS_NUM_THREADS"
_FOLDERS = ("TMPDIR", "TEMP", "TMP")
_OWN = "SYNTH_"
_SECRET_VARIABLE, _SECRET_OPTION = "SYNTH_API_KEY", "--api-key"


def settle() -> None:
    """Drop the variables of polars, except those that only say how it works and not what comes out.

    They are meant for somebody's own programs, and change what expressions mean, or how many rows a reader finds; no
    variable has a say in the values that synth makes. To be called before polars is imported.
    """
    for name in list(os.environ):
        if not name.startswith(_PREFIX) or name.startswith(_HARMLESS):
            continue
        if name != _THREADS or not _is_count(os.environ[name]):
            del os.environ[name]


def import_numpy() -> None:
    """Import NumPy without threads for products of matrices: nothing here makes any, and they wait by spinning.

    Programs that `synth` starts find the variable as it was.
    """
    is_ours = _MATRIX_THREADS not in os.environ
    os.environ.setdefault(_MATRIX_THREADS, "1")
    try:
        import numpy  # noqa: F401, ICN001 — it is there from now on
    finally:
        if is_ours:
            del os.environ[_MATRIX_THREADS]


def check_names(args: Iterable[str]) -> None:
    """Refuse names that the libraries which read and write files can't open.

    Args:
        args: the arguments of a command.

    Raises:
        UsageError: an argument, the folder for temporary files or one of our variables holds bytes that are no text.
    """
    words = list(args)
    told = [("", text, _is_secret(before, text)) for before, text in zip(["", *words], words, strict=False)]
    told += [
        (f"{name}: ", text, name == _SECRET_VARIABLE)
        for name, text in os.environ.items()
        if name in _FOLDERS or name.startswith(_OWN)
    ]
    for where, text, secret in told:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            shown = "the API key" if secret else f"'{in_line(text)}'"
            raise UsageError(
                f"{where}{shown} holds bytes that are no text.\n  Name it otherwise; if it is UTF-8, set PYTHONUTF8=1."
            ) from (None if secret else error)


def _is_secret(before: str, text: str) -> bool:
    """Whether an argument is, or holds, the value of the option for a key."""
    return before == _SECRET_OPTION or text.startswith(f"{_SECRET_OPTION}=")


def _is_count(text: str) -> bool:
    """Whether it is a number of threads; of none polars makes a panic."""
    return text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0
