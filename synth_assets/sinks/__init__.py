"""Where frames go: one file per format under :mod:`~synth_assets.sinks.formats`.

A format is a module there with a constant ``FORMAT``, of one of two kinds
(:mod:`~synth_assets.sinks.interface`):

- a :class:`~synth_assets.sinks.interface.FileFormat` writes frames into part files, through a
  :class:`~synth_assets.sinks.part_writer.PartWriter`. Part files grow in a staging folder
  (:mod:`~synth_assets.sinks.staging`) and appear, all or nothing, when it publishes them;
- a :class:`~synth_assets.sinks.interface.DatabaseFormat` takes Parquet part files in, in one transaction.

Both read back what they wrote. :mod:`~synth_assets.sinks.catalog` finds them; nothing else names them.
Nothing here knows a domain, and nothing here makes a value.
"""
