"""One module per target, named like the scheme of its addresses, with a constant ``TARGET``."""
