"""Print the kernel's nanoseconds a value, on one core: `python kernel.py`.

In chunks of the engine's size with a fresh array for each, as the engine asks for them.
"""

import json
import statistics
import time
from collections.abc import Callable

from synth_assets.kernel.choice import pick, weight_table
from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive

_CHUNK = 131_072
_CHUNKS = 100
_KEY = derive("benchmark")
_TABLE = weight_table([48, 27, 12, 7, 6])


def nanoseconds_a_value(draw: Callable[[Span], object]) -> float:
    """The median over chunks of the time that ``draw`` takes, per row of the chunk."""
    draw(Span(0, _CHUNK))  # warm up
    times: list[int] = []
    for chunk in range(_CHUNKS):
        start = time.perf_counter_ns()
        draw(Span(chunk * _CHUNK, _CHUNK))
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / _CHUNK


def main() -> None:
    """Measure the bits alone, then the bits and a weighted choice from them."""
    print(
        json.dumps(
            {
                "bits_ns": nanoseconds_a_value(lambda rows: bits(_KEY, rows)),
                "bits_and_choice_ns": nanoseconds_a_value(lambda rows: pick(bits(_KEY, rows), _TABLE)),
            }
        )
    )


if __name__ == "__main__":
    main()
