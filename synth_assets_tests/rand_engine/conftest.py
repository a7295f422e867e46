"""Time that passes by sleeping alone, so that an hour is short."""

import time

import pytest


class Clock:
    """Simulated time; whoever sleeps past its end is stopped."""

    class Stopped(BaseException):
        """The time is over; nobody catches it by accident."""

    def __init__(self):
        self.now, self.end = 1_000.0, float("inf")

    def time(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        if self.now > self.end:
            raise self.Stopped


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    for name, function in (("time", found.time), ("monotonic", found.time), ("sleep", found.sleep)):
        monkeypatch.setattr(time, name, function)
    return found
