"""A local folder: drafts grow inside it, on the same filesystem, and appear by renames."""

from synth_assets.sinks.staging import Staging
from synth_assets.sinks.store import Store

STORE = Store("local", Staging)
