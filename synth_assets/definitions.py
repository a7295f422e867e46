"""Dagster's entry point: everything of every domain, with the project's settings, and what is in ``defs/``.

Try it: ``dagster asset materialize -m synth_assets.definitions --select 'group:bronze' --partition 'small|42'``
"""

from synth_assets import defs as _instances
from synth_assets.orchestration.build import project_definitions

defs = project_definitions(_instances)
