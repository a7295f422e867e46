"""Whether the nodes of a Ray cluster will do: the same versions, processors enough, and the same folder in sight."""

import hashlib
import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from synth_assets.errors import SynthError, UnjudgedError, UsageError, first_line, shortened
from synth_assets.model.layout import MANIFEST_FILE
from synth_assets.object_paths import object_place
from synth_assets.produce.cluster import processors
from synth_assets.sinks.failures import writing
from synth_assets.sinks.locks import try_lock
from synth_assets.sinks.objects.bucket import Bucket
from synth_assets.sinks.staging import trial_folder
from synth_assets.spoken import option

_PACKAGES = ("ray", "synth-assets", "polars", "numpy")
"""Those that the bytes of a file depend on, or Ray itself does."""

_ANSWER_SECONDS = 120.0
"""A node starts a process for the first question, and imports this package."""

_SEEN_SECONDS = 5.0
"""Network file systems keep what they know of a folder for a while."""


class Seen(NamedTuple):
    """What a node says of itself.

    Attributes:
        versions: of what has to be the same.
        sees: whether the folder is there, with what is in it.
        locks: whether a lock that is held elsewhere holds there.
        problem: what a bucket, or the lack of what it takes, says to it.
    """

    versions: dict[str, str]
    sees: bool = True
    locks: bool = True
    problem: str = ""


def check_processors(ray: Any, workers: int) -> None:
    """Look whether there are processors enough.

    Raises:
        UsageError: there are fewer than workers.
    """
    found = processors(ray)
    if workers > found:
        raise too_few_processors(workers, found, "The Ray cluster")


def too_few_processors(workers: int, found: int, who: str) -> UsageError:
    """The error about more workers than processors."""
    return UsageError(
        f"{who} has {found} processor{'s' if found != 1 else ''}, fewer than {workers} workers.\n  {_fewer(found)}",
    )


def _fewer(found: int) -> str:
    return f"Take fewer: {option('workers', found)}" if found else "Wait for its nodes, and try again."


def check_nodes(ray: Any, root: Path | None) -> None:
    """Look at each node: whether it has the same versions, and shares a folder with this machine.

    Args:
        ray: the module, connected.
        root: the folder, which is made if needed, and goes again if it was; or the path of an object store, which is
            asked something by each node; ``None`` where nothing has to be shared.

    Raises:
        UsageError: one hasn't, or doesn't.
        UnjudgedError: one doesn't answer, or can't get at the object store.
        OutputError: the folder can't be written.
    """
    place = None if root is None else object_place(root)
    if root is None or place is not None:
        seen = _looks(ray, None, asked=place)
        _check_versions(seen)
        for node, one in seen.values():
            if one.problem:
                raise UnjudgedError(f"The node {node} can't get at the object store: {one.problem}")
        return
    root = root.absolute()
    with _gone_again(root), trial_folder(root) as home:
        answers = home / "new"
        with writing(answers):
            answers.mkdir()
        seen = _looks(ray, home, answers)
        _check_versions(seen)
        for name, (node, one) in seen.items():
            if not one.sees or not _appears(answers / name):
                raise UsageError(
                    f"The node {node} doesn't see the files that this machine writes to {root}, or the other way round."
                    f"\n  Choose a folder that all nodes share: {option('output_dir', '/shared/out')}"
                )
            if not one.locks:
                raise UsageError(
                    f"The node {node} doesn't see this machine's locks in {root}, by which runs tell the living from "
                    f"the dead.\n  Mount it so that nodes share locks (NFS without nolock), or choose another folder."
                )


def here() -> dict[str, str]:
    """The versions on this machine of what has to be the same everywhere, and which code of ours there is."""
    found = {"Python": platform.python_version()}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    found["code of synth-assets"] = digest.hexdigest()[:12]
    return found


def look(home: Path | None, answer: Path | None, asked: tuple[str, str, str] | None = None) -> Seen:
    """On a node: what it has, and what it sees.

    Args:
        home: a staging folder of the asking process, which holds its lock; ``None`` where none has to be seen.
        answer: the file to write there.
        asked: scheme, bucket and prefix in an object store, if files go there.
    """
    versions = here()
    if home is None or answer is None:
        return Seen(versions, problem=_problem(*asked) if asked else "")
    if not _appears(home / "lock"):
        return Seen(versions, sees=False)
    try:
        lock = os.open(home / "lock", os.O_RDWR)
    except OSError:
        return Seen(versions, sees=False)
    try:
        holds = not try_lock(lock)
        answer.write_text("here", encoding="utf-8")
    except OSError:
        return Seen(versions, sees=False)
    finally:
        os.close(lock)
    return Seen(versions, locks=holds)


def _problem(scheme: str, bucket: str, prefix: str) -> str:
    """What is in the way of asking a bucket something; empty if nothing is."""
    try:
        Bucket(scheme, bucket, reads=True).get(f"{prefix}/{MANIFEST_FILE}" if prefix else MANIFEST_FILE)
    except SynthError as error:
        return str(error)
    return ""


def _looks(
    ray: Any, home: Path | None, answers: Path | None = None, asked: tuple[str, str, str] | None = None
) -> dict[str, tuple[str, Seen]]:
    """What each node with processors says, by its id; with its address."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    looking = ray.remote(look)
    nodes = {one["NodeID"]: one for one in ray.nodes() if one["Alive"] and one["Resources"].get("CPU")}
    waiting = {
        name: looking.options(
            num_cpus=0, max_retries=0, scheduling_strategy=NodeAffinitySchedulingStrategy(name, soft=False)
        ).remote(home, None if answers is None else answers / name, asked)
        for name in sorted(nodes)
    }
    found = dict[str, tuple[str, Seen]]()
    for name, one in waiting.items():
        address = nodes[name]["NodeManagerAddress"]
        try:
            found[name] = address, ray.get(one, timeout=_ANSWER_SECONDS)
        except ray.exceptions.RayError as error:
            if "synth_assets" in str(error):
                raise UsageError(
                    f"The node {address} can't import synth_assets.\n"
                    f"  Install the same version there as here: synth-assets {here().get('synth-assets', '')}"
                ) from error
            raise UnjudgedError(
                f"The node {address} of the Ray cluster doesn't answer: {shortened(first_line(error))}.\n"
                "  Look what ails it, or take it out of the cluster, and try again."
            ) from error
    return found


def _check_versions(seen: Mapping[str, tuple[str, Seen]]) -> None:
    own = here()
    for node, one in seen.values():
        if differing := [name for name in own if one.versions.get(name) != own[name]]:
            raise UsageError(
                f"The node {node} has {_told(one.versions, differing)}; here it is {_told(own, differing)}.\n"
                "  Install the same on all machines, and start the cluster anew."
            )


def _told(versions: Mapping[str, str], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {versions.get(name, 'none')}" for name in names)


def _appears(path: Path) -> bool:
    end = time.monotonic() + _SEEN_SECONDS
    while not path.exists():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@contextmanager
def _gone_again(root: Path) -> Iterator[None]:
    """Folders that weren't there aren't there afterwards."""
    staging = root.absolute() / ".synth"
    new = [path for path in (staging, *staging.parents) if not path.exists()]
    try:
        yield
    finally:
        with suppress(OSError):
            for path in new:
                path.rmdir()
