"""Of these tests: none is failed for being slow, which says more about the machine's other work than about a value."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
