"""The statistical battery that the kernel has to pass before its values are frozen."""
