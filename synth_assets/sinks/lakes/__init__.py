"""Formats of lakes, a module each with one constant ``LAKE``; found by looking."""
