"""Which points of a line to keep. Pure arithmetic on numpy arrays.

Thinning as points come is M4 (U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, «M4: A Visualization-Oriented
Time Series Data Aggregation», PVLDB 7(10), 2014): of all points that share a bucket of x only the first, the
last, the smallest and the largest are kept, which is all that a line drawn at that width needs; and here
also the first that is not a number, where the line breaks. The width of a bucket is a power of two and its
edges are multiples of it, so two neighbours make one of the next width, and thinning again is as good as all
at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

KEPT = 5  # of each bucket of M4, at most: first, last, smallest, largest, gap
FEWEST = 2  # buckets: 0 is an edge at every width, so steps of both signs never share one


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a line, sorted by x and then by time.

    Attributes
    ----------
    x
        Step, or order of arrival.
    times
        Milliseconds since the epoch.
    values
        What was logged; NaN where that was NaN or infinite: a gap in the line.
    """

    x: Floats
    times: Floats
    values: Floats


def thinned(points: Points, limit: int) -> Points:
    """Thin points further, for a picture: the extremes of equal parts of x, both ends, and gaps.

    With few points this follows a line better than M4, which spends half of them on the edges of buckets.

    Parameters
    ----------
    limit
        How many points at most; eight at least.
    """
    size = points.x.size
    if size <= limit:
        return points
    parts = max((limit - 2) // (3 if np.isnan(points.values).any() else 2), FEWEST)
    span = points.x[-1] - points.x[0]
    at = points.x - points.x[0] if span else np.arange(size, dtype=np.float64)
    buckets = np.minimum(np.floor(at * (parts / (span or size))), parts - 1)
    kept = kept_of(buckets, points.values, edges=False)
    kept = np.union1d(kept, [0, size - 1])
    return Points(points.x[kept], points.times[kept], points.values[kept])


def in_order(x: Floats, times: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Sort by x, then time, then arrival. They nearly always come so."""
    ahead = x[1:] > x[:-1]
    if ahead.all() or (ahead | ((x[1:] == x[:-1]) & (times[1:] >= times[:-1]))).all():
        return x, times, values
    order = np.lexsort((times, x))
    return x[order], times[order], values[order]


def wide_enough(x: Floats, width: float, most: int) -> float:
    """Return the smallest power of two, `width` at least, that puts sorted x into at most `most` buckets."""
    buckets = _distinct(np.floor(x / width))
    if buckets.size > most:
        # So many neighbours have to meet, and none do in a bucket no wider than what lies between them.
        between = np.partition(np.diff(buckets), buckets.size - most - 1)[buckets.size - most - 1]
        jump = 2.0 ** math.frexp(between)[1]
        buckets, width = _distinct(np.floor(buckets / jump)), width * jump
    while buckets.size > most:
        buckets, width = _distinct(np.floor(buckets / 2)), width * 2
    return width


def kept_of(buckets: Floats, values: Floats, *, edges: bool) -> NDArray[np.intp]:
    """Return which of the points to keep: extremes, gaps and, if wanted, the edges of each bucket.

    The points are in order: `buckets` ascends.
    """
    keep = np.zeros(values.size, dtype=np.bool_)
    finite = np.isfinite(values)
    if not finite.all():
        gaps, good = np.flatnonzero(~finite), np.flatnonzero(finite)
        keep[gaps[_starts(buckets[gaps])]] = True
        keep[good[kept_of(buckets[good], values[good], edges=edges)]] = True
    elif values.size:
        start = _starts(buckets)
        if edges:
            keep[start] = True
            keep[start[1:] - 1] = True
            keep[-1] = True
        lengths = np.diff(start, append=values.size)
        for extreme in (np.minimum, np.maximum):
            hits = np.flatnonzero(values == np.repeat(extreme.reduceat(values, start), lengths))
            keep[hits[_starts(buckets[hits])]] = True
    return np.flatnonzero(keep)


def _starts(ascending: Floats) -> NDArray[np.intp]:
    """Return where each run of equal numbers begins."""
    first = np.ones(ascending.size, dtype=np.bool_)
    np.greater(ascending[1:], ascending[:-1], out=first[1:])
    return np.flatnonzero(first)


def _distinct(ascending: Floats) -> Floats:
    return ascending[_starts(ascending)]
