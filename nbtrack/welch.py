"""Means of few values, and how far apart two are: 95 % intervals.

Intervals of a mean are Student's. Those of a difference are of B. L. Welch, «The generalization of
"Student's" problem when several different population variances are involved», Biometrika 34, 1947, with the
degrees of freedom of F. E. Satterthwaite, Biometrics Bulletin 2, 1946: the spreads need not be equal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAIL = 0.975  # half of what a 95 % interval leaves out is above it
_ROUNDING = 1e-12  # of the values: a spread that is less comes from arithmetic


class Sample(NamedTuple):
    """Independent values.

    Attributes
    ----------
    sd
        Standard deviation; None for a single value.
    """

    n: int
    mean: float
    sd: float | None


class Difference(NamedTuple):
    """How far the mean of a sample is above that of another.

    Attributes
    ----------
    low, high
        95 % interval.
    p
        Of there being none, two-sided; None where neither sample has a spread.
    """

    mean: float
    low: float
    high: float
    p: float | None


def prepare() -> None:
    """Import what the arithmetic needs; that may take seconds the first time."""
    import scipy.special  # type: ignore[import-untyped]  # noqa: F401


def sample(values: Sequence[float]) -> Sample:
    """Describe one finite value or more."""
    n = len(values)
    largest = max(map(abs, values))
    if not largest:
        return Sample(n, 0.0, 0.0 if n > 1 else None)
    scaled = [value / largest for value in values]  # squares of large values are no floats
    mean = math.fsum(scaled) / n
    if n == 1:
        return Sample(n, values[0], None)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in scaled) / (n - 1))
    return Sample(n, mean * largest, sd * largest if sd > _ROUNDING else 0.0)


def interval(of: Sample) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean; None for a single value."""
    if of.sd is None:
        return None
    half = _quantile(of.n - 1) * of.sd / math.sqrt(of.n)
    return of.mean - half, of.mean + half


def difference(of: Sample, to: Sample) -> Difference | None:
    """Return how far a sample is above another; None where one of them is a single value."""
    if of.sd is None or to.sd is None:
        return None
    from scipy.special import stdtr

    mean = of.mean - to.mean
    unit = max(of.sd, to.sd)
    if not unit:
        return Difference(mean, mean, mean, None)
    a, b = (of.sd / unit) ** 2 / of.n, (to.sd / unit) ** 2 / to.n
    error = math.sqrt(a + b) * unit
    freedom = (a + b) ** 2 / (a**2 / (of.n - 1) + b**2 / (to.n - 1))
    half = _quantile(freedom) * error
    return Difference(mean, mean - half, mean + half, float(2 * stdtr(freedom, -abs(mean) / error)))


def more_needed(of: Sample, to: Sample, most: int) -> int | None:
    """Estimate how many more values of each sample would tell them apart.

    It is the smallest number with which half the interval is less than the difference seen, if that and the
    spread, taken to be the same in both, stay as they are. Neither will, quite: a rough guide, and about an
    even chance. Should the difference be chance, no number tells.

    Returns
    -------
    int or None
        At least 1; None if it is more than `most`, or if it can't be said.
    """
    apart = abs(of.mean - to.mean)
    if of.sd is None or to.sd is None or not apart:
        return None
    freedom = of.n + to.n - 2
    unit = max(of.sd, to.sd) or 1.0
    pooled = (of.n - 1) * (of.sd / unit) ** 2 + (to.n - 1) * (to.sd / unit) ** 2
    spread = math.sqrt(pooled / freedom) * unit
    for more in range(1, most + 1):
        half = _quantile(freedom + 2 * more) * spread * math.sqrt(1 / (of.n + more) + 1 / (to.n + more))
        if half < apart:
            return more
    return None


def _quantile(freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, _TAIL))
