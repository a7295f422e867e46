"""Instances of a project's own: what `dg scaffold defs` writes here is loaded with the domains' definitions."""
