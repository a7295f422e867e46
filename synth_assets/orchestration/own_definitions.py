"""A project's own definitions: what `dg scaffold defs` writes into ``defs/``."""

from pathlib import Path
from types import ModuleType

import dagster as dg


def definitions_in(package: ModuleType) -> dg.Definitions:
    """All definitions in the modules of a package; none in an empty one.

    Args:
        package: ``synth_assets.defs``, in a project's folder or as it was installed.
    """
    folder = Path(package.__path__[0])
    root = folder.parents[1]
    if (root / "pyproject.toml").is_file():
        return dg.load_from_defs_folder(path_within_project=folder)
    # As installed there is no project around it. Dagster would search upwards, and find that of somebody else.
    return dg.ComponentTree.from_module(package, project_root=root).build_defs()
