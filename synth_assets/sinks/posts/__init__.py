"""Rows on their way to an API: requests that are the same on every run, whoever sends them, and what was taken.

- :mod:`~synth_assets.sinks.posts.endpoints` and ``paths``: addresses, and the path that a table's records go to;
- :mod:`~synth_assets.sinks.posts.post`: a request, and what it is known by;
- :mod:`~synth_assets.sinks.posts.credentials`: whose key goes with it, and what nobody may see;
- :mod:`~synth_assets.sinks.posts.answers`: what answers and broken connections mean;
- :mod:`~synth_assets.sinks.posts.traffic`: how a server is treated, and what was sent to it;
- :mod:`~synth_assets.sinks.posts.sender`: many at a time, each until it is taken;
- :mod:`~synth_assets.sinks.posts.upload_ledger`: which were taken, whatever happens to the process.
"""
