"""The domains: a package each, an entity a file. Found by looking, so that nothing has to be registered."""
