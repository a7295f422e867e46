"""Open Data Contracts: the parts of one that say something of tables."""
