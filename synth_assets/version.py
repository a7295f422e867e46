"""The version of the installed program."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("synth-assets")
except PackageNotFoundError:  # run from a checkout that isn't installed
    __version__ = "0+unknown"
