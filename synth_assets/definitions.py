"""Dagster's entry point: everything of every domain, with the project's settings.

Try it: ``dagster asset materialize -m synth_assets.definitions --select 'group:bronze' --partition 'small|42'``
"""

from synth_assets.orchestration.build import definitions_for
from synth_assets.orchestration.refusal import refusals
from synth_assets.project import domains as catalog
from synth_assets.project.settings import Settings

with refusals():
    defs = definitions_for(catalog.names(), Settings.load())
