"""One module per kind of source, named like it, with a constant ``READER``. Adding a kind is adding a module."""
