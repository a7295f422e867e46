"""How part files are laid out, a module each with one constant ``LAYOUT``; found by looking."""
