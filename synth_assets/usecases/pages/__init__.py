"""Pages of a domain: what it is, how its tables hang together, and what their columns hold."""
