"""MariaDB: its addresses, its words, and what it answers."""
