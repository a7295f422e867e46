"""Plans chunks, generates them, and takes content hashes; knows entities, not files."""
