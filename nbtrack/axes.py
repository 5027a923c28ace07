"""The axes of a panel in a picture: from where to where, with which ticks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nbtrack.panels import Panel

Reach = tuple[float, float]

NEAREST = 1e-307  # to 0 on a logarithmic axis
_FURTHEST = 8e307  # from 0, so that a range is a float too
_MARGIN = 0.04  # of the range, above and below the lines
_FEW_DECADES = 2  # with ticks at 2 and 5 too
_TICKS = 5


def domain(panel: Panel) -> Reach | None:
    """Return the ends of the y axis, or None where there is nothing to draw."""
    finite = [line.points.values[np.isfinite(line.points.values)] for line in panel.lines]
    if not any(values.size for values in finite):
        return None
    values = np.clip(np.concatenate(finite), -_FURTHEST, _FURTHEST)
    low, high = float(values.min()), float(values.max())
    if panel.log:
        low, high = math.log10(low), math.log10(high)
    margin = (high - low) * _MARGIN or (0.3 if panel.log else abs(high) / 10 or 1.0)
    low, high = low - margin, high + margin
    return (max(10**low, NEAREST), min(10**high, _FURTHEST)) if panel.log else (low, high)


def digits_lost(ends: Reach) -> int:
    """Return how many leading digits all values of an axis share; a label needs them and some more."""
    low, high = ends
    size = max(abs(low), abs(high))
    return max(0, math.ceil(math.log10(size / (high - low))) - 1) if high > low and size else 0


def common_part(reach: Reach) -> str:
    """Return a round number in the middle of a narrow axis, of the digits that all its values share."""
    low, high = reach
    return f"{low + (high - low) / 2:.{max(1, digits_lost(reach))}g}"


def log_ticks(low: float, high: float) -> list[float]:
    """Return ticks for a logarithmic axis: 1, 2, 5, 10 … over few decades, else some powers of ten."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    few = math.log10(high) - math.log10(low) <= _FEW_DECADES
    each = 1 if few else math.ceil((last - first) / _TICKS)
    powers = range(first - first % each, last + 1, each)
    ticks = (float(f"{digit}e{power}") for power in powers for digit in ((1, 2, 5) if few else (1,)))
    return [tick for tick in ticks if low <= tick <= high]


def whole_ticks(panel: Panel, most: int) -> int:
    """Return how many ticks the x axis has room for, without fractions between whole steps."""
    xs = [line.points.x for line in panel.lines if line.points.x.size]
    if not xs or any((x % 1).any() for x in xs):
        return most
    return int(min(most, max(1, max(x[-1] for x in xs) - min(x[0] for x in xs))))
