"""The points of a metric, thinned as they come, and packed for a page. Pure arithmetic on numpy arrays.

What is kept of a series holds M4; see `thinning`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from nbtrack.thinning import FEWEST, KEPT, Points, in_order, kept_of, thinned, wide_enough

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nbtrack.thinning import Floats

__all__ = ["Packed", "Points", "Series", "json_number", "pack", "thinned"]

_CHUNK = 20_000  # points that stay in the processor's cache
# float32 has 24 bits: of values that differ in a sixteenth of themselves it keeps the range to 20.
_NARROW = 1 / 16
_FLOAT32 = 126  # exponents of its normal numbers, down and (but one) up
_LEAST, _MOST = 2.0**-_FLOAT32, 2.0**_FLOAT32
_FLOAT64 = 1022
_LARGEST = (2 - 2.0**-23) * 2.0**1023  # what is beyond would come back as infinite


class Packed(NamedTuple):
    """Points as a page takes them; see `pack`.

    Attributes
    ----------
    triples
        Little-endian float32 array of shape (n, 3): x, t, y.
    step0, time0, offset, scale
        x of the point is `step0 + x`, its time `time0 + 1000 * t` ms, its value `offset + scale * y`.
    """

    triples: NDArray[np.float32]
    step0: float
    time0: float
    offset: float
    scale: float


class Series:
    """All points of one metric, thinned: memory and the cost of a call don't grow with what was logged.

    What is kept holds all of M4 of everything added, in whatever batches and order it came, and as much more
    as there is room for; save that of points logged at one and the same step, before any other, their order
    of arrival counts for that of their times. Not safe for threads.

    Parameters
    ----------
    limit
        How many points to keep at most; ten at least.

    Attributes
    ----------
    count
        Points added so far.
    nonfinite
        How many of them were NaN or infinite.
    last
        Value at the highest step, the latest of several there; None before the first point.
    smallest, largest
        Of the finite values; None where there are none.
    """

    def __init__(self, limit: int = 1000) -> None:
        self.count = 0
        self.nonfinite = 0
        self.last: float | None = None
        self.smallest: float | None = None
        self.largest: float | None = None
        self._most = limit
        self._width = 1.0
        self._step: float | None = None  # the only step so far
        self._axis: Literal["step", "order"] = "order"
        self._last_at = (-math.inf, -math.inf)
        nothing = np.empty(0)
        self._kept = (nothing, nothing, nothing)

    @property
    def axis(self) -> Literal["step", "order"]:
        """What x is: the order of arrival while all steps are the same (none was passed), else the step."""
        return self._axis

    def add(self, steps: ArrayLike, times: ArrayLike, values: ArrayLike) -> None:
        """Add points, in any order.

        Parameters
        ----------
        steps
            Whole numbers, as MLflow has them.
        times
            Milliseconds since the epoch.
        values
            Any floats, NaN and infinite ones too.
        """
        at, when, what = np.array(steps, float), np.array(times, float), np.array(values, float)
        if not at.size:
            return
        with np.errstate(all="ignore"):  # the user may have asked numpy to raise
            self._note(at, when, what)
            x = self._x(at)
            for start in range(0, at.size, _CHUNK):
                part = slice(start, start + _CHUNK)
                new = (x[part], when[part], what[part])
                joined = (np.concatenate(pair) for pair in zip(self._kept, new, strict=True))
                self._kept = in_order(*joined)
                self._thin()
        self.count += at.size

    def limit(self, most: int) -> None:
        """Keep at most `most` points from now on; more than before is not possible."""
        self._most = min(self._most, max(most, FEWEST * KEPT))
        self._thin()

    def points(self) -> Points:
        """Return what was kept."""
        x, times, values = self._kept
        if self.nonfinite:
            values = np.where(np.isfinite(values), values, np.nan)
        return Points(x, times, values)

    def _thin(self) -> None:
        """Make room when there is none: to do so for each point would cost the most of all."""
        x, times, values = self._kept
        if x.size > self._most:
            self._width = wide_enough(x, self._width, max(self._most // KEPT, FEWEST))
            kept = kept_of(np.floor(x / self._width), values, edges=True)
            self._kept = (x[kept], times[kept], values[kept])

    def _x(self, steps: Floats) -> Floats:
        if self._step is None:
            self._step = float(steps[0])
        if self._axis == "order":
            if np.all(steps == self._step):
                return np.arange(self.count, self.count + steps.size, dtype=np.float64)
            self._axis = "step"
            self._width = 1.0
            x, times, values = self._kept
            self._kept = (np.full_like(x, self._step), times, values)
        return steps

    def _note(self, steps: Floats, times: Floats, values: Floats) -> None:
        good = np.isfinite(values)
        finite = values if good.all() else values[good]
        self.nonfinite += values.size - finite.size
        if finite.size:
            low, high = float(finite.min()), float(finite.max())
            self.smallest = low if self.smallest is None else min(self.smallest, low)
            self.largest = high if self.largest is None else max(self.largest, high)
        if steps.size == 1 or (steps[1:] > steps[:-1]).all():
            latest = steps.size - 1
        else:
            highest = np.flatnonzero(steps == steps.max())
            latest = int(highest[times[highest] == times[highest].max()][-1])
        at = (float(steps[latest]), float(times[latest]))
        if at >= self._last_at:
            self._last_at = at
            self.last = float(values[latest])


def pack(points: Points) -> Packed:
    """Pack points into the single precision that a page draws with.

    What comes back from `offset + scale * y` is wrong by at most 2**-20 (a millionth) of the range of the
    values given, and by at most 2**-23 of itself unless it is less than 2**-250 of the largest. For the
    first bound, `offset` is taken from values whose range is less than a sixteenth of them; for the second,
    `scale`, a power of two, brings others than float32 can hold within its exponents. x and t are good to
    2**-24 of their range.
    """
    x, times, values = points.x, points.times, points.values
    triples = np.empty((x.size, 3), dtype="<f4")
    if not x.size:
        return Packed(triples, 0.0, 0.0, 0.0, 1.0)
    step0, time0 = float(x[0]), float(times.min())
    with np.errstate(all="ignore"):
        finite = np.isfinite(values)
        good = values if finite.all() else values[finite]
        low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
        offset = _offset(low, high)
        moved = values - offset if max(-low, high) < _LARGEST else values.clip(-_LARGEST, _LARGEST) - offset
        scale = _scale(moved)
        triples[:, 0] = x - step0
        triples[:, 1] = (times - time0) / 1000
        triples[:, 2] = moved / scale
    return Packed(triples, step0, time0, offset, scale)


def json_number(value: float | None) -> float | str | None:
    """Return a value as JSON can say it: a number, or «NaN», «Infinity», «-Infinity»."""
    if value is None or math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _offset(low: float, high: float) -> float:
    # In halves, since the range of all floats is no float.
    return low if high / 2 - low / 2 < _NARROW * max(abs(low), abs(high)) / 2 else 0.0


def _scale(values: Floats) -> float:
    sizes = np.abs(values)
    if sizes.min() >= _LEAST and sizes.max() < _MOST:  # the usual case; not so where there is a 0 or a NaN
        return 1.0
    sizes = sizes[np.isfinite(sizes) & (sizes != 0)]
    if not sizes.size:
        return 1.0
    largest, smallest = math.frexp(sizes.max())[1], math.frexp(sizes.min())[1]
    if largest <= _FLOAT32 and smallest > -_FLOAT32:
        return 1.0
    return 2.0 ** max(largest - _FLOAT32, -_FLOAT64)
