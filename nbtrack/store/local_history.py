"""Histories of metrics by own SQL, thinned while they are read.

Thinning is M4 (see `nbtrack.thinning`) with buckets of equally many points in the order of steps. Each is
read by itself, in a millisecond or two: a reader that took longer would hold up those who log.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from nbtrack.store.points import INFINITE, Point, buckets_of, series, thinned

if TYPE_CHECKING:
    import sqlite3

# Without statistics SQLite would take the primary key, which finds all runs with the metric.
_FROM = "FROM metrics INDEXED BY index_metrics_run_uuid_key_step WHERE run_uuid = ? AND key = ?"
_POINT = "SELECT step, timestamp, value, is_nan"
_LOOK = 1000  # points at both ends that say whether one step follows another
_ENOUGH = 2.0  # seconds: a disk that has not been read for long gives a million points slowly

Json = dict[str, Any]


def history(
    connection: sqlite3.Connection, run_ids: list[str], keys: list[str], max_points: int
) -> list[Json]:
    """Read the series of these runs and keys that have points; see `calls.history`."""
    found, until = [], monotonic() + _ENOUGH
    for run_id in run_ids:
        for key in keys:
            # One more than wanted tells whether there are more.
            rows = connection.execute(
                f"{_POINT} {_FROM} ORDER BY step LIMIT ?", [run_id, key, max_points + 1]
            )
            points = [Point(*row) for row in rows]
            if len(points) > max_points:
                long = _Long(connection, run_id, key, max_points, until)
                kept = long.points()
                found.append(series(run_id, key, kept, long.total))
            elif points:
                found.append(series(run_id, key, points, len(points)))
    return found


class _Long:
    """A series of more points than are wanted.

    Parameters
    ----------
    until
        When to stop looking for extremes: from then on, the first point of each bucket has to do.
    """

    def __init__(
        self, connection: sqlite3.Connection, run_id: str, key: str, max_points: int, until: float
    ) -> None:
        self._connection = connection
        self._until = until
        self._which: list[Any] = [run_id, key]
        self._buckets = buckets_of(max_points)
        self.total = 0
        self._astray = False
        # Where no step was passed all are 0, and the order is that of arrival.
        self._at, self._from = "step", _FROM
        self._first, self._last = self._end("ASC"), self._end("DESC")
        if self._first == self._last:
            self._at, self._from = "rowid", f"{_FROM} AND step = ?"
            self._which.append(self._first)
            self._first, self._last = self._end("ASC"), self._end("DESC")
        # Nearly always one step follows another. Then there is nothing to count ahead.
        self._dense = (
            self._end("ASC", _LOOK) - self._first == _LOOK == self._last - self._end("DESC", _LOOK)
            if self._last - self._first > _LOOK
            else False
        )
        if self._dense:
            self._size = -(-(self._last - self._first + 1) // self._buckets)
        else:
            self._measure(self._first)

    def points(self) -> list[Point]:
        """Return what is kept. When all has been read, `total` is known."""
        kept: list[Point] = []
        low = self._first
        while low <= self._last:
            high = low + self._size if self._dense else self._beyond(low)
            if monotonic() > self._until:
                if self._dense:
                    self._measure(low)
                row = self._one(f"{_POINT} {self._part} ORDER BY {self._at} LIMIT 1", low, high)
                kept += [Point(*row)]
            else:
                kept += self._kept(low, high)
            if self._astray:  # there are holes after all: once more, and counted
                kept, high, self._astray, self.total = [], self._first, False, 0
                self._measure(high)
            low = high
        return kept

    @property
    def _part(self) -> str:
        return f"{self._from} AND {self._at} >= ? AND {self._at} < ?"

    def _end(self, way: str, offset: int = 0) -> int:
        query = f"SELECT {self._at} {self._from} ORDER BY {self._at} {way} LIMIT 1 OFFSET ?"
        row = self._one(query, offset)
        return int(row[0]) if row else 0

    def _measure(self, low: int) -> None:
        """Count what is left, to divide it."""
        self._dense = False
        (left,) = self._one(f"SELECT COUNT(*) {self._from} AND {self._at} >= ?", low)
        self.total += left
        self._size = -(-self.total // self._buckets)

    def _beyond(self, low: int) -> int:
        """Return where the bucket ends that begins there."""
        rest = f"{self._from} AND {self._at} >= ? ORDER BY {self._at} LIMIT 1 OFFSET ?"
        row = self._one(f"SELECT {self._at} {rest}", low, self._size)
        return self._last + 1 if row is None else max(int(row[0]), low + 1)

    def _kept(self, low: int, high: int) -> list[Point]:
        # SQLite takes bare columns from the row that has the extreme.
        lowest = self._one(f"SELECT step, timestamp, MIN(value), COUNT(*) {self._part}", low, high)
        highest = self._one(f"SELECT step, timestamp, MAX(value) {self._part}", low, high)
        smallest, largest, count = lowest[2], highest[2], lowest[3]
        if self._dense:
            self.total += count
            self._astray = count != min(high, self._last + 1) - low
        if not count:
            return []
        # NaN is kept as 0 with a mark: most often there is no need to look at the marks.
        nans = smallest <= 0 <= largest and self._one(f"SELECT 1 {self._part} AND is_nan LIMIT 1", low, high)
        if nans or smallest <= -INFINITE or largest >= INFINITE:
            query = f"{_POINT} {self._part} ORDER BY {self._at}"
            rows = self._connection.execute(query, [*self._which, low, high])
            return thinned([Point(*row) for row in rows], buckets=1)
        edges = [
            self._one(f"{_POINT} {self._part} ORDER BY {self._at} {way}, timestamp {way} LIMIT 1", low, high)
            for way in ("ASC", "DESC")
        ]
        return sorted({Point(*row[:3]) for row in (lowest, highest, *edges)})

    def _one(self, query: str, *more: int) -> Any:
        return self._connection.execute(query, [*self._which, *more]).fetchone()
