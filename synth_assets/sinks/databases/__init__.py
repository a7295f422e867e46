"""One module per database, named like it, with a constant ``DATABASE``. Adding a database is adding a module."""
