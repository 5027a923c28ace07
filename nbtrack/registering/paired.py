"""How far two models are apart on the same rows: paired bootstrap intervals.

Rows are drawn with replacement, the same for both models; the interval is the bias-corrected and accelerated
one (BCa) of Efron, «Better Bootstrap Confidence Intervals», Journal of the American Statistical Association
82 (1987), 171-185; also Efron and Tibshirani, «An Introduction to the Bootstrap» (1993), chapter 14.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from scipy.special import ndtr, ndtri  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 2000
LEVEL = 0.95
_AT_ONCE = 4_000_000  # drawn rows that are held


class Measure(Protocol):
    """A metric of one model on some rows."""

    def resampled(self, weights: Floats) -> Floats:
        """Return it for how often each row was drawn: a row for each resample, shape (resamples, rows)."""

    def without_each(self) -> Floats:
        """Return it with each row left out, shape (rows,)."""


class Interval(NamedTuple):
    """A difference, and where it is with 95 % confidence."""

    difference: float
    low: float
    high: float


def intervals(
    pairs: Sequence[tuple[Measure, Measure]], rows: int, *, seed: int = 0, resamples: int = RESAMPLES
) -> list[Interval]:
    """Return the differences, first less second, of pairs of measures on the same rows.

    Parameters
    ----------
    rows
        How many there are.
    seed
        Makes it the same each time.
    """
    drawn: list[list[Floats]] = [[] for _ in pairs]
    for weights in _weights(rows, resamples, np.random.default_rng(seed)):
        for differences, (first, second) in zip(drawn, pairs, strict=True):
            differences.append(first.resampled(weights) - second.resampled(weights))
    ones = np.ones((1, rows))
    found = []
    for differences, (first, second) in zip(drawn, pairs, strict=True):
        observed = float((first.resampled(ones) - second.resampled(ones))[0])
        without = first.without_each() - second.without_each()
        found.append(Interval(observed, *bca(observed, np.concatenate(differences), without)))
    return found


def bca(observed: float, drawn: Floats, without: Floats) -> tuple[float, float]:
    """Return the BCa interval.

    Parameters
    ----------
    drawn
        The statistic of each resample; NaN where it has none.
    without
        The statistic with each row left out: tells how it grows less steady.
    """
    drawn = np.sort(drawn[np.isfinite(drawn)])
    if not len(drawn) or not np.isfinite(observed):
        return float("nan"), float("nan")
    ends = np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    # Ties count half: many metrics have few values.
    below = (np.sum(drawn < observed) + np.sum(drawn <= observed)) / (2 * len(drawn))
    bias, normal = ndtri(below), ndtri(ends)
    if np.isfinite(bias):
        shifted = bias + normal
        ends = ndtr(bias + shifted / (1 - _acceleration(without) * shifted))
    low, high = np.quantile(drawn, ends)
    return float(low), float(high)


def _acceleration(without: Floats) -> float:
    apart = without[np.isfinite(without)]
    apart = np.mean(apart) - apart if len(apart) else apart
    spread = float(np.sum(apart**2))
    return 0.0 if spread == 0 else float(np.sum(apart**3)) / (6 * spread**1.5)


def _weights(rows: int, resamples: int, random: np.random.Generator) -> Iterable[Floats]:
    each = max(1, _AT_ONCE // max(rows, 1))
    for start in range(0, resamples, each):
        count = min(each, resamples - start)
        places = random.integers(0, rows, (count, rows))
        places += rows * np.arange(count)[:, None]
        counted = np.bincount(places.ravel(), minlength=count * rows)
        yield counted.reshape(count, rows).astype(float)
