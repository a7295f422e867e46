"""A week of a small shop's changes, with all operations, to break."""

from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states

BRONZE = Project.here().domain("bronze")

VOLUMES = {"customers": 1000, "products": 60, "orders": 400, "days": 60}
"""Enough customers for a few to be erased within a week."""

BATCHES = range(1, 8)


def write_clean_log(root, form="parquet", batches=BATCHES, names=None, volumes=VOLUMES):
    """A clean log of all tables, or those named, with its base, and the folder it is in."""
    dataset = Project.here().domain("bronze").dataset("small", volumes=volumes)
    names = names or tuple(BRONZE.entities)
    list(generate_changes(ChangeRequest(BRONZE, dataset, CADENCES["day"], names, root, batches, format=form)))
    list(store_states(ChangeFolder.open(root), "snapshot", names, dataset.as_of_second, form))
    return root


def tree(root):
    """Every file's bytes by path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
