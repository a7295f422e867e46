"""The kinds of faults: every module here has one, called ``FAULT``, and is named like it."""
