"""Where rows go: a file a format, a database or a system.

- :mod:`~synth_assets.sinks.formats`: a :class:`~synth_assets.sinks.interface.FileFormat` turns frames into the bytes
  of part files, through a :class:`~synth_assets.sinks.part_writer.PartWriter`, and back. Part files grow in a staging
  folder (:mod:`~synth_assets.sinks.staging`) and appear, all or nothing, when it publishes them;
- :mod:`~synth_assets.sinks.databases`: a :class:`~synth_assets.sinks.database.Database` takes Parquet part files in,
  in one transaction, and reads its tables back;
- :mod:`~synth_assets.sinks.layouts`: a :class:`~synth_assets.sinks.layout.Layout` says where part files lie and what
  they are called, both ways;
- :mod:`~synth_assets.sinks.stores`: a :class:`~synth_assets.sinks.store.Store` is where they lie, and how they appear;
- :mod:`~synth_assets.sinks.targets`: a :class:`~synth_assets.sinks.target.Target` is a system outside that takes rows
  or records;
- :mod:`~synth_assets.sinks.envelopes`: change data as tools write it.

Each declares its :class:`~synth_assets.sinks.capabilities.Capabilities`. :mod:`~synth_assets.sinks.catalog` finds
them; nothing else names them. Nothing here knows a domain, and nothing here makes a value.
"""
