"""Dagster components: our datasets in somebody else's project, as a few lines of YAML."""

from synth_assets.components.synth_changes import SynthChanges
from synth_assets.components.synth_dataset import SynthDataset

__all__ = ["SynthChanges", "SynthDataset"]
