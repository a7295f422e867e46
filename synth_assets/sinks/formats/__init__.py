"""One module per format, named like it, with a constant ``FORMAT``. Adding a format is adding a module."""
