"""Methods of numbers."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np

from synth_assets.columns.basis.curves import exp
from synth_assets.specs.rand_engine.method import (
    Argument,
    Method,
    Words,
    WrongArgumentError,
    is_cell,
    is_digits,
    is_number,
    is_share,
    is_whole,
    share_of,
    type_of_cells,
)

INTEGERS = {
    "int8": (-(1 << 7), (1 << 7) - 1),
    "int16": (-(1 << 15), (1 << 15) - 1),
    "int32": (-(1 << 31), (1 << 31) - 1),
    "int64": (-(1 << 61), 1 << 61),
    "uint8": (0, (1 << 8) - 1),
    "uint16": (0, (1 << 16) - 1),
    "uint32": (0, (1 << 32) - 1),
    "uint64": (0, 1 << 61),
}
"""Of each type of whole numbers the least and the greatest that is drawn."""

_WIDER = {"uint8": "int16", "uint16": "int32", "uint32": "int64", "uint64": "int64"}
_DIGITS = Argument("decimals", "a whole number from 0 to 9", is_digits, required=False, usual=2, also=("round",))


def _number(name: str, *, required: bool = True, usual: float | None = None, also: tuple[str, ...] = ()) -> Argument:
    return Argument(name, "a number", is_number, required=required, usual=usual, also=also)


def _positive(value: Any) -> bool:
    return is_number(value) and value > 0


def exact(value: float, digits: int | None = None, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """A number as it is written, to so many digits."""
    number = Decimal(repr(value))
    return number if digits is None else number.quantize(Decimal(1).scaleb(-digits), rounding)


def _integers(min: float, max: float, int_type: str | None) -> Words:  # noqa: A002 — rand-engine's words
    low, high = int(min), int(max)
    _check_order(low, high)
    named = int_type or ("int32" if all(INTEGERS["int32"][0] <= one <= INTEGERS["int32"][1] for one in (low, high))
                         else "int64")  # fmt: skip
    least, most = INTEGERS[named]
    if low < least or high > most:
        raise WrongArgumentError(f"parameters 'min' and 'max' must be within {named}: from {least:,} to {most:,}")
    return {"method": "integers", "low": low, "high": high, "type": _WIDER.get(named, named), "shown": named}


def _floats(min: float, max: float, decimals: float) -> Words:  # noqa: A002 — rand-engine's words
    _check_order(min, max)
    # Towards each other, so that no value lies beyond them.
    low, high = exact(min, int(decimals), ROUND_CEILING), exact(max, int(decimals), ROUND_FLOOR)
    if low > high:
        raise WrongArgumentError(
            f"there is no number with {int(decimals)} digits after the point from {min} to {max}; give more 'decimals'"
        )
    if _units(low, high, int(decimals)) >= 1 << 61:
        raise WrongArgumentError(
            f"parameters 'min' and 'max' have too many digits together with {int(decimals)} after the point; give fewer"
            " 'decimals', or numbers nearer to 0"
        )
    return {"method": "decimals", "low": str(low), "high": str(high), "digits": int(decimals), "type": "float64"}


def _units(low: Decimal, high: Decimal, digits: int) -> Decimal:
    """The greatest number of units of the last digit that either is away from 0."""
    return max(abs(low), abs(high)).scaleb(digits)


def _floats_normal(mean: float, std: float, decimals: float) -> Words:
    if not std:
        return {"method": "constant", "value": float(exact(mean, int(decimals))), "type": "float64"}
    return {"method": "normal", "mean": str(exact(mean)), "deviation": str(exact(std)), "digits": int(decimals),
            "type": "float64"}  # fmt: skip


def _exponential(scale: float, decimals: float) -> Words:
    return {"method": "exponential", "mean": str(exact(scale)), "digits": int(decimals), "type": "float64"}


def _lognormal(mean: float, std: float, decimals: float) -> Words:
    median = exact(float(exp(np.array([float(mean)]))[0]), 9).normalize()
    if not std or not median:
        return {"method": "constant", "value": float(exact(float(median), int(decimals))), "type": "float64"}
    return {"method": "lognormal", "median": f"{median:f}", "spread": str(exact(std)), "digits": int(decimals),
            "type": "float64"}  # fmt: skip


def _poisson(lam: float) -> Words:
    if not lam:
        return {"method": "constant", "value": 0, "type": "int64"}
    return {"method": "poisson", "mean": str(exact(lam)), "type": "int64"}


def _constant(value: Any) -> Words:
    return {"method": "constant", "value": value, "type": type_of_cells([value], "parameter 'value'")}


def _check_order(low: float, high: float) -> None:
    if low > high:
        raise WrongArgumentError(f"parameter 'min' must not be above 'max', and {low} is above {high}")


METHODS = (
    Method(
        "integers", "whole numbers between two, both included",
        (Argument("min", "a whole number", is_whole), Argument("max", "a whole number", is_whole),
         Argument("int_type", f"one of {', '.join(INTEGERS)}", lambda value: value in INTEGERS, required=False)),
        {"kwargs": {"min": 18, "max": 65}}, _integers,
    ),
    Method(
        "floats", "numbers between two, both included, with so many digits after the point",
        (_number("min"), _number("max"), _DIGITS),
        {"kwargs": {"min": 0, "max": 1000, "decimals": 2}}, _floats,
    ),
    Method(
        "floats_normal", "numbers about a mean",
        (_number("mean"), Argument("std", "a number >= 0", lambda value: is_number(value) and value >= 0), _DIGITS),
        {"kwargs": {"mean": 170, "std": 10, "decimals": 2}}, _floats_normal,
    ),
    Method(
        "booleans", "true in a share of the rows",
        (Argument("true_prob", "a number from 0 to 1", is_share, required=False, usual=0.5),),
        {"kwargs": {"true_prob": 0.7}},
        lambda true_prob: {"method": "booleans", "share": share_of(true_prob), "type": "boolean"},
    ),
    Method(
        "exponential", "numbers above 0, the smaller the likelier",
        (Argument("scale", "a number above 0", _positive, required=False, usual=1.0), _DIGITS),
        {"kwargs": {"scale": 4, "decimals": 2}}, _exponential,
    ),
    Method(
        "lognormal", "numbers above 0 with a long tail",
        (Argument("mean", "a number from -20 to 20, the logarithm's mean",
                  lambda value: is_number(value) and -20 <= value <= 20, required=False, usual=0.0),
         Argument("std", "a number from 0 to 5, the logarithm's standard deviation",
                  lambda value: is_number(value) and 0 <= value <= 5, required=False, usual=1.0), _DIGITS),
        {"kwargs": {"mean": 3, "std": 0.5, "decimals": 2}}, _lognormal,
    ),
    Method(
        "poisson", "how often something rare happens",
        (Argument("lam", "a number from 0 to 500", lambda value: is_number(value) and 0 <= value <= 500,
                  required=False, usual=1.0),),
        {"kwargs": {"lam": 3}}, _poisson,
    ),
    Method(
        "zipf", "ranks from 1, the first the likeliest",
        (Argument("a", "a number above 1 and at most 10", lambda value: is_number(value) and 1 < value <= 10,
                  required=False, usual=2.0),),
        {"kwargs": {"a": 2.0}},
        lambda a: {"method": "zipf", "ranks": 65_536, "exponent": str(exact(a)), "type": "int64"},
    ),
    Method("constant", "the same in every row", (Argument("value", "text, a number, true, false or null", is_cell),),
           {"kwargs": {"value": "USD"}}, _constant),
)  # fmt: skip
