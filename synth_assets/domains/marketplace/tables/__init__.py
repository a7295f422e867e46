"""The tables of the marketplace, a file each."""
