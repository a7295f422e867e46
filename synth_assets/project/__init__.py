"""A project: settings, and which domains there are. :class:`~synth_assets.project.project.Project` is the door."""
