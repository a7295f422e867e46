"""Where files can lie, a module each with one constant ``STORE``; found by looking."""
