"""One module per file format, named like it, with a constant ``FORMAT``. Adding a format is adding a module."""
