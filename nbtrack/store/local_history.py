"""Histories of metrics by own SQL, thinned while they are read.

Thinning is M4 (see `nbtrack.thinning`) with buckets of equally many points in the order of steps. Each is
read by itself, in a millisecond or two: a reader that took longer would hold up those who log. Where there is
no time to read all of a series, only the first part of each bucket is looked through: the curve is as noisy
at its end as at its beginning.
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
_MORE = 1.3  # times as long as planned, for what comes between
_FIRST = 5  # buckets that tell how long the others may take
_LEAST = 0.02  # of a bucket that is looked through for extremes as long as there is time for any

Json = dict[str, Any]


def history(
    connection: sqlite3.Connection, run_ids: list[str], keys: list[str], max_points: int
) -> list[Json]:
    """Read the series of these runs and keys that have points; see `calls.history`."""
    heads = []
    for run_id in run_ids:
        for key in keys:
            # One more than wanted tells whether there are more.
            rows = connection.execute(
                f"{_POINT} {_FROM} ORDER BY step LIMIT ?", [run_id, key, max_points + 1]
            )
            if points := [Point(*row) for row in rows]:
                heads.append((run_id, key, points))
    left = sum(len(points) > max_points for *_, points in heads)
    pace, found = _Pace(_enough(left)), []
    for run_id, key, points in heads:
        if len(points) <= max_points:
            found.append(series(run_id, key, points, len(points)))
            continue
        pace.share(left)
        long = _Long(connection, run_id, key, max_points, pace)
        left -= 1
        found.append(series(run_id, key, long.points(), long.total))
    return found


def _enough(number: int) -> float:
    """Return the seconds for so many long series together.

    A million points take half a second, where nobody else logged meanwhile and the disk has them ready; else
    two. A single curve shall have its extremes even then; of ten, the first picture counts more.
    """
    return 0.6 + 1.4 / max(number, 1)


class _Pace:
    """How much of each bucket there is time to look through.

    Parameters
    ----------
    seconds
        For all series.
    """

    def __init__(self, seconds: float) -> None:
        self._begun = monotonic()
        self._end = self._soon = self._begun + seconds
        self._until = self._begun + seconds * _MORE
        self._asked = 0
        self._points = 0.0

    def share(self, number: int) -> None:
        """Begin with one of so many series that are left; each gets as much of the time that is left."""
        now = monotonic()
        self._soon = now + (self._end - now) / number

    def part(self, buckets: int, size: int) -> float:
        """Return the part to look through of each of so many buckets of so many points.

        It is 1 at most, and for the first ones; 0 when there is no time at all.
        """
        now = monotonic()
        if now >= self._until:
            return 0.0
        left, spent = max(self._soon - now, 0.0), now - self._begun
        need = buckets * size * spent / self._points if self._asked >= _FIRST else 0.0
        part = max(left / need, _LEAST) if need > left else 1.0
        self._asked += 1
        self._points += part * size
        return part


class _Long:
    """A series of more points than are wanted."""

    def __init__(
        self, connection: sqlite3.Connection, run_id: str, key: str, max_points: int, pace: _Pace
    ) -> None:
        self._connection = connection
        self._pace = pace
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
        """Return what is kept; then `total` is known."""
        kept: list[Point] = []
        low, buckets, whole = self._first, self._buckets, True
        while low <= self._last:
            high = low + self._size if self._dense else self._beyond(low)
            part = self._pace.part(buckets, self._size)
            buckets, whole = buckets - 1, whole and part == 1
            # At least the first point of each.
            seen = low + max(int((high - low) * part), 1)
            kept += self._kept(low, seen) if part else self._start(low, high)
            if self._astray:  # there are holes after all: once more, and counted
                kept, high, self._astray, self.total = [], self._first, False, 0
                self._measure(high)
                buckets = self._buckets
            elif self._dense:  # to count what was passed over would take as long as to read it
                end = self._last + 1
                self.total += min(high, end) - min(seen if part else low, end)
            low = high
        if not whole:
            kept[-1:] = self._end_point()
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

    def _start(self, low: int, high: int) -> list[Point]:
        row = self._one(f"{_POINT} {self._part} ORDER BY {self._at} LIMIT 1", low, high)
        return [] if row is None else [Point(*row)]  # a hole where one step was believed to follow another

    def _end_point(self) -> list[Point]:
        return [Point(*self._one(f"{_POINT} {self._from} ORDER BY {self._at} DESC, timestamp DESC LIMIT 1"))]

    def _one(self, query: str, *more: int) -> Any:
        return self._connection.execute(query, [*self._which, *more]).fetchone()
