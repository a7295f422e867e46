"""Change data: batches of changes, snapshots, histories, and the proof that they belong together."""
