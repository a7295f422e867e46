"""Dagster's entry point: everything of every domain, with the project's settings, and what is in ``defs/``.

Try it: ``dagster asset materialize -m synth_assets.definitions --select 'group:bronze' --partition 'small|42'``
"""

import dagster as dg

from synth_assets import defs as _instances
from synth_assets.orchestration.build import definitions_for
from synth_assets.orchestration.own_definitions import definitions_in
from synth_assets.orchestration.refusal import refusals
from synth_assets.project.project import Project

with refusals():
    _project = Project.here()
    defs = dg.Definitions.merge(definitions_for(_project.names(), _project), definitions_in(_instances))
