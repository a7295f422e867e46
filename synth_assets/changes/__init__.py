"""Change data at rest: folders of batches, their replay, tables that are kept up to date."""
