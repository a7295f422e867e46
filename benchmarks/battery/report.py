"""The page that docs/kernel-battery.md is: what was run, what was found, and what that means."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.battery import dieharder
from benchmarks.battery.outcome import FAILED, WEAK, Outcome
from benchmarks.battery.statistics import kolmogorov
from benchmarks.battery.streams import STREAMS

KNOWN = {
    ("bit pairs: 4,096", "k1 and k1 + 1"): "raw-key",
    ("avalanche: 64 × 64 flip rates", "k1"): "raw-key",
    ("affine: image of 0 is even", "sizes 2^20 to 2^31 − 1"): "remainder",
}
"""Failures that are understood: (test, stream) → the reason's name in :data:`REASONS`."""

REASONS = {
    "raw-key": (
        "`k1` enters before the last multiplication, so its high bits do not reach the low output bits: two keys"
        " with equal `k0` and nearly equal `k1` give related words. `derive` is the only way to a key and hashes"
        " both halves with BLAKE2b, so such a pair has a chance of 2^-64 and less; the same test on keys of"
        " adjacent seeds and columns, as datasets have them, passes. Never make one key from another by"
        " arithmetic on its halves."
    ),
    "remainder": (
        "`affine_permutations` takes its offset as the remainder of 31 bits by n, so offsets below 2^31 mod n are"
        " met once more often than the others: a relative error of about n/2^31, invisible at n ≤ 2^24 (the line"
        " below it) and plain at n near 2^31. The permutation stays a bijection with an exact inverse."
    ),
}


def page(found: Sequence[Outcome]) -> str:
    """Lay everything out as Markdown."""
    return "\n\n".join(_sections(found)) + "\n"


def _sections(found: Sequence[Outcome]) -> Iterator[str]:
    own, quick, whole = ([o for o in found if o.suite == suite] for suite in ("own", "dieharder", "dieharder -a"))
    yield "# Statistical battery of the kernel"
    yield (
        "Made by `python -m benchmarks.battery`; do not edit. The tests in this page were run before the first values"
        " were frozen. A short form of the own tests is among the project's tests"
        " (`synth_assets_tests/kernel/test_battery.py`)."
    )
    yield (
        "```console\n$ python -m benchmarks.battery own RESULTS\n$ python -m benchmarks.battery dieharder RESULTS\n"
        "$ python -m benchmarks.battery dieharder RESULTS --all plain\n"
        "$ python -m benchmarks.battery report RESULTS > docs/kernel-battery.md\n```"
    )
    commands = "\n".join(f"dieharder {' '.join(test)} -g 200 < stream" for test in dieharder.QUICK)
    yield f"Versions: {dieharder.version()}; NumPy {np.__version__}. dieharder is run as"
    yield f"```text\n{commands}\n```"
    yield "## The streams"
    yield _table(("stream", "what it is"), [(stream.name, stream.about) for stream in STREAMS])
    yield "## Summary"
    yield (
        f"A p-value nearer to 0 or 1 than {WEAK:g} is *weak* (dieharder's own bound; chance makes 1 % of all tests"
        f" weak), nearer than {FAILED:g} *failed*. Identities, such as “the inverse undoes the permutation”, hold or"
        " fail; chance has no part in them. *Uniform* is a Kolmogorov–Smirnov test over all p-values of the line:"
        " many that are slightly off would show there. dieharder's p-values of one stream are not all independent"
        " (several tests read the same words), nor are those of `plain`, `low`, `high` and `reversed`."
    )
    yield _about_serial(quick)
    yield _summary({"own tests": own, "dieharder, subset": quick, "dieharder -a": whole})
    yield "## Failed and weak"
    yield from _exceptions(found)
    yield "## Own tests"
    yield _table(
        ("test", "stream", "p", "samples"),
        [(o.test, o.stream, _shown(o), o.detail) for o in own if not o.control],
    )
    yield "## dieharder, subset, every stream"
    yield _matrix(quick)
    if whole:
        yield "## dieharder -a on `plain`"
        yield _remark_on(whole)
        yield _table(("test", "p", "samples"), [(o.test, _shown(o), o.detail) for o in whole])


# Counts of a few cases have p-values that are steps, not a continuum; of sts_serial see below. Neither is
# uniform for a perfect stream, so they stay out of the test of their line.
_UNEVEN = ("birthday", "collisions", "sts_serial")


def _about_serial(quick: Sequence[Outcome]) -> str:
    serial = [o.p for o in quick if o.test.startswith("sts_serial") and not o.control]
    return (
        "`sts_serial` gives 30 p-values from the same bits, of nested patterns, and they lean to 1 whatever they are"
        f" fed: their mean is {np.mean(serial):.3f} over these {len(serial) // 30} streams and 0.568 over six runs of"
        " dieharder's own AES generator (`dieharder -d 102 -g 205 -S 1` … `-S 6`). With birthday spacings and"
        " collisions, whose p-values are steps, they are left out of *uniform*."
    )


def _remark_on(whole: Sequence[Outcome]) -> str:
    lags = sum(o.test.startswith("rgb_lagged_sum") for o in whole)
    if any(o.test.startswith("dab_monobit2") for o in whole):
        return f"{len(whole)} p-values, to the end."
    return f"{len(whole)} p-values, stopped for time after `{whole[-1].test}` ({lags} of 33 lagged sums)."


def _summary(groups: dict[str, Sequence[Outcome]]) -> str:
    rows: list[tuple[str, ...]] = []
    for name, group in groups.items():
        of_chance = [o for o in group if not o.control and not o.exact and (o.test, o.stream) not in KNOWN]
        exact = [o for o in group if o.exact]
        if not of_chance:
            continue
        weak, failed = (sum(o.verdict == verdict for o in of_chance) for verdict in ("weak", "failed"))
        smooth = [o.p for o in of_chance if not o.test.startswith(_UNEVEN)]
        control = [o for o in group if o.control]
        rows.append(
            (
                name,
                str(len(of_chance)),
                f"{2 * WEAK * len(of_chance):.1f}",
                str(weak),
                str(failed),
                f"{kolmogorov(smooth):.3f}",
                f"{sum(o.verdict == 'passed' for o in exact)} of {len(exact)}" if exact else "–",
                f"{sum(o.verdict == 'failed' for o in control)} of {len(control)}" if control else "–",
            )
        )
    head = ("suite", "p-values", "weak expected", "weak", "failed", "uniform: p", "identities held", "control fails")
    return _table(head, rows)


def _exceptions(found: Sequence[Outcome]) -> Iterator[str]:
    bad = [o for o in found if o.verdict != "passed" and not o.control]
    by_reason: dict[str, list[Outcome]] = defaultdict(list)
    for one in bad:
        by_reason[KNOWN.get((one.test, one.stream), one.verdict)].append(one)
    for reason, text in REASONS.items():
        if reason in by_reason:
            names = "; ".join(
                f"**{o.test}**, {o.stream} ({'; '.join(filter(None, (f'p = {o.p:.1g}', o.detail)))})"
                for o in by_reason[reason]
            )
            yield f"Failed, understood: {names}. {text}"
    unexplained = by_reason["failed"]
    yield f"Failed without an explanation: {len(unexplained) or 'none'}." + "".join(
        f"\n- **{o.suite}: {o.test}**, {o.stream}: p = {o.p:.3g}" for o in unexplained
    )
    yield f"Weak ({len(by_reason['weak'])}):"
    weak = [(o.suite, o.test, o.stream, f"{o.p:.5f}") for o in by_reason["weak"]]
    yield _table(("suite", "test", "stream", "p"), weak)


def _matrix(quick: Sequence[Outcome]) -> str:
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for one in quick:
        test, again = one.test, 1
        while one.stream in cells[test]:
            again += 1
            test = f"{one.test} ({again})"
        cells[test][one.stream] = _shown(one)
    streams = [stream.name for stream in STREAMS if any(o.stream == stream.name for o in quick)]
    rows = [(test, *(row.get(stream, "") for stream in streams)) for test, row in cells.items() if row]
    return _table(("test", *streams), rows)


def _shown(one: Outcome) -> str:
    if one.exact:
        return "holds" if one.p == 1 else "**fails**"
    text = f"{one.p:.3f}" if 0.001 < one.p < 0.999 else f"{one.p:.6f}"
    return text if one.verdict == "passed" else f"*{text}*" if one.verdict == "weak" else f"**{text}**"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
