"""A Ray cluster: the one that ``RAY_ADDRESS`` names, or one of this machine's own, which ends with its use."""

import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from synth_assets.errors import UnjudgedError, UsageError, first_line, shortened
from synth_assets.extras import need
from synth_assets.spoken import option

ADDRESS = "RAY_ADDRESS"

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent anywhere
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else Ray warns of what it will do with GPUs one day
}
_STORE_BYTES = 128 << 20
"""Of memory for results, which are small; without, Ray takes a third of the machine's."""

_ANSWER_SECONDS = 10.0
_STARTS = 3
"""A busy machine needs more than the half minute that Ray gives its own processes."""

_LONGEST_HOME = 40
"""Characters of the folder of a cluster of its own: names of sockets below it have 107 at the most."""


def own() -> bool:
    """Whether a cluster of this machine's own is to be used, rather than one that is there."""
    return os.environ.get(ADDRESS, "") in {"", "local"} and not _ray().is_initialized()


@contextmanager
def cluster_in_use(workers: int) -> Iterator[Any]:
    """Use a cluster: whatever this process uses already, the one that ``RAY_ADDRESS`` names, or a new one.

    Args:
        workers: processors of a new one.

    Yields:
        the module ``ray``.

    Raises:
        MissingExtraError: Ray isn't installed.
        UsageError: the address can't be one, or the cluster has another Ray or Python.
        UnjudgedError: nobody answers there, or Ray doesn't start.
    """
    ray = _ray()
    if ray.is_initialized():
        yield ray
        return
    with _environment(_QUIET), _new_home() if own() else _nowhere() as home:
        start = {"include_dashboard": False, "log_to_driver": False, "logging_level": "ERROR"}
        try:
            with _sigterm_kept():
                _start(ray, start, workers, home) if home else _join(ray, start)
            yield ray
        finally:
            ray.shutdown()


def processors(ray: Any) -> int:
    """Those of all nodes of the cluster in use."""
    return int(ray.cluster_resources().get("CPU", 0))


def _ray() -> Any:
    need("ray", "The engine ray", "ray")
    with _environment(_QUIET):
        import ray

        return ray


def _start(ray: Any, start: Mapping[str, Any], workers: int, home: str) -> None:
    more = {"num_cpus": workers, "object_store_memory": _STORE_BYTES, "_temp_dir": home}
    for left in reversed(range(_STARTS)):
        try:
            # Whatever stands in RAY_ADDRESS is empty, or says the same.
            ray.init(address="local", **start, **more)
        except Exception as error:
            ray.shutdown()
            if left:
                continue
            raise UnjudgedError(
                f"Ray doesn't start here: {_said(error)}.\n  Try again when the machine has less to do, or leave out"
                f" {option('engine', 'ray')}."
            ) from error
        return


def _join(ray: Any, start: Mapping[str, Any]) -> None:
    address = os.environ[ADDRESS]
    _check_answers(address)
    try:
        ray.init(address=address, **start)
    except Exception as error:
        ray.shutdown()
        if "ersion mismatch" in str(error):
            raise UsageError(
                f"The Ray cluster at {address} isn't of the same versions: {_in_one_line(error)}.\n"
                "  Install the same Ray and Python here and on its nodes."
            ) from error
        raise UnjudgedError(
            f"The Ray cluster at {address} can't be used: {_said(error)}.\n"
            f"  Run this on one of its machines; another one joins with: ray start --address={address}"
        ) from error


def _check_answers(address: str) -> None:
    """Look whether somebody listens: Ray itself tries for minutes.

    Raises:
        UsageError: the address can't be a cluster's.
        UnjudgedError: nobody does.
    """
    if address == "auto":
        return
    host, colon, port = address.rpartition(":")
    if "/" in address or not colon or not host or not port.isdecimal():
        raise UsageError(
            f"{ADDRESS}={shortened(address)} is no cluster's address; it is host:port, or auto for one on this machine."
            f"\n  For example: {ADDRESS}=10.0.0.1:6379"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWER_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise UnjudgedError(
            f"No Ray cluster answers at {ADDRESS}={shortened(address)}: {_said(error)}.\n"
            f"  Start one there: ray start --head; or leave out {ADDRESS}, for one of this machine's own."
        ) from error


def _said(error: Exception) -> str:
    said = getattr(error, "strerror", None) or first_line(error)
    return shortened(said)


def _in_one_line(error: Exception) -> str:
    """Both versions, which Ray tells in lines of their own."""
    return "; ".join(" ".join(line.split()) for line in str(error).splitlines()[1:] if line.strip()).rstrip(".")


@contextmanager
def _new_home() -> Iterator[str]:
    usual = tempfile.gettempdir()
    home = tempfile.mkdtemp(prefix="synth-ray-", dir=usual if len(usual) <= _LONGEST_HOME else "/tmp")  # noqa: S108
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _nowhere() -> Iterator[str]:
    yield ""


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """With variables that Ray and the processes that it starts read, where nobody has set them."""
    ours = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)


@contextmanager
def _sigterm_kept() -> Iterator[None]:
    """Ray takes SIGTERM for itself; afterwards it does again what it did."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if before is not None and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
