"""Points of a metric on their way to a page, and which of too many to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.store.rows import INFINITE, number

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["INFINITE", "Point", "buckets_of", "series", "thinned"]

_KEPT = 5  # of each bucket, at most: first, last, smallest, largest, gap


class Point(NamedTuple):
    """A point as MLflow's SQL stores keep it: NaN is a mark, infinities are the largest float."""

    step: int
    timestamp: int
    value: float
    is_nan: bool = False

    @property
    def finite(self) -> bool:
        """Whether it can be drawn."""
        return not self.is_nan and self.value == self.value and abs(self.value) < INFINITE


def buckets_of(max_points: int) -> int:
    """Return into how many buckets to put points, to keep at most `max_points`."""
    return max(max_points // _KEPT, 1)


def thinned(points: Iterable[Point], *, buckets: int) -> list[Point]:
    """Thin points by M4, in buckets of equally many points in the order of steps."""
    import numpy as np

    from nbtrack.thinning import kept_of

    ordered = sorted(points, key=lambda point: point[:2])
    size = -(-len(ordered) // buckets)
    values = np.asarray([point.value if point.finite else np.nan for point in ordered])
    kept = kept_of(np.floor(np.arange(len(ordered)) / max(size, 1)), values, edges=True)
    return [ordered[at] for at in kept]


def series(run_id: str, key: str, points: Iterable[Point], total: int) -> dict[str, Any]:
    """Return a series as it crosses the wire: its points as columns, in the order of steps and times."""
    ordered = sorted(points, key=lambda point: point[:2])
    return {
        "run_id": run_id,
        "key": key,
        "points": {
            "step": [point.step for point in ordered],
            "value": [number(point.value, is_nan=bool(point.is_nan)) for point in ordered],
            "timestamp": [point.timestamp for point in ordered],
        },
        "total": total,
    }
