"""Verify what is told of stored datasets: it is made again, from their parameters and what is stored."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from synth_assets.engine.stored import file_problem
from synth_assets.errors import DataError, SynthError, UnjudgedError, UsageError, forbidden
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import is_left_by_others
from synth_assets.model.manifest import Manifest
from synth_assets.model.seed import label_and_seed
from synth_assets.project.project import WHERE_DOMAINS_ARE, Project
from synth_assets.sinks.declarations import noted_declarations
from synth_assets.sinks.register import Registered, digest_of
from synth_assets.usecases.descriptions import descriptions_of, noted_manifests
from synth_assets.usecases.verified import Found, Verified
from synth_assets.version import __version__

_AGAIN = "Run the same synth generate again; with --keep it leaves the tables, and tells of them anew."

Noted = tuple[Registered, Manifest | None]


def verify_descriptions(found: Found, project: Project) -> Verified:
    """Compare what lies in a dataset's folder of descriptions with what is told of it now.

    Args:
        found: the folder, ``ROOT/descriptions/DOMAIN/DATASET``.
        project: whose domains are known.
    """
    try:
        there = _names_in(found.path)
        if not there:  # whoever takes them away gets them back with the next run
            return found.result(None, None, [])
        root, name = found.path.absolute().parents[2], found.path.name
        domain = _domain(found, project.beside(root))
        noted = list(noted_manifests(domain, name, root, domain.tables))
        expected = [descriptions_of(domain, one, root) for one in _datasets(domain, name, noted)]
        differences = [list(_differences(found.path, there, one)) for one in expected]
    except SynthError as error:
        return found.failed(error)
    files = {file for one in expected for file in one}
    foreign = [f"{found.path / one} is none of the dataset's descriptions.\n  Move it away." for one in there - files]
    if not expected:
        return found.result(None, None, [], [_undecided(noted) or "not compared: no table of the dataset is stored."])
    fewest = min(differences, key=len)
    if not fewest:
        return found.result(None, None, sorted(foreign))
    if why := _undecided(noted) or _said_otherwise(domain, root):
        return found.result(None, None, sorted(foreign), [why])
    return found.result(None, None, [f"{'; '.join(fewest)}.\n  {_AGAIN}", *sorted(foreign)])


def _domain(found: Found, known: Project) -> Domain:
    if found.domain not in known.names():
        raise UnjudgedError(f"{found.domain} is a domain that this project doesn't know.\n  {WHERE_DOMAINS_ARE}")
    try:
        return known.domain(found.domain)
    except UsageError as error:  # its file is gone, or says something else by now
        raise UnjudgedError(str(error)) from error


def _names_in(folder: Path) -> set[str]:
    """What lies in the folder, but for what systems and editors leave anywhere."""
    try:
        return {path.name for path in folder.iterdir() if not is_left_by_others(path.name)}
    except FileNotFoundError:
        return set()
    except PermissionError as error:
        raise forbidden(folder) from error
    except OSError as error:
        raise DataError(f"{folder} can't be read: {error.strerror}.\n  Take it away. {_AGAIN}") from error


def _datasets(domain: Domain, name: str, noted: Collection[Noted]) -> list[Dataset]:
    """The datasets that tables of the name were made of; two where a preset was changed in between."""
    (label, _) = label_and_seed(name, "-") or ("", 0)
    found: dict[Dataset, None] = {}
    for _, manifest in noted:
        try:
            if manifest is not None and manifest.contract == domain.contract:
                found[replace(domain.stored_dataset(manifest.parameters), label=label)] = None
        except (ValueError, SynthError):
            continue  # a table of somebody's own, or damaged: the table's own problem
    return list(found)


def _differences(folder: Path, there: Collection[str], expected: dict[str, str | None]) -> Iterator[str]:
    """What of the files isn't as it would be written now."""
    for name, text in expected.items():
        if text is None:
            if name in there:
                yield f"{folder / name} tells of files, and no table is stored in any"
        elif problem := file_problem(folder / name, len(text.encode()), hashlib.sha256(text.encode()).hexdigest()):
            yield problem


def _undecided(noted: Collection[Noted]) -> str:
    """Why descriptions that differ may be right nevertheless; empty if nothing tells so."""
    for one, manifest in noted:
        if manifest is None or (one.manifests and digest_of(manifest) not in one.manifests):
            return f"not compared: {one.domain}/{one.table} in {one.format} isn't as it was written."
    versions = sorted({manifest.version for _, manifest in noted if manifest} - {__version__})
    if versions:
        return (
            f"not compared: version {', '.join(versions)} of the program wrote the tables, and this is {__version__}."
        )
    return ""


def _said_otherwise(domain: Domain, root: Path) -> str:
    """The same where the domain's file says something else than when the tables were made; empty if it doesn't."""
    then, made_by = noted_declarations(root).get(domain.name), domain.params.made_by
    if then is None or made_by is None or made_by.fingerprint == then.fingerprint:
        return ""
    return f"not compared: {domain.name} was declared in {then.path}, which says something else by now."
