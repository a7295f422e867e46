"""What all ways into PostgreSQL share: addresses, connections, cells as the server reads them, and what lies there."""
