"""Dagster's entry point: everything of every domain, with the project's settings.

Try it: ``dagster asset materialize -m synth_assets.definitions --select 'group:bronze' --partition 'small|42'``
"""

from synth_assets.orchestration.build import definitions_for
from synth_assets.orchestration.refusal import refusals
from synth_assets.project.project import Project

with refusals():
    _project = Project.here()
    defs = definitions_for(_project.names(), _project)
