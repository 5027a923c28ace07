"""Thinning as points come loses nothing that thinning all of them keeps, and packing spoils no value."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nbtrack.series import Points, Series, pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[Any]

LIMIT = 100
Rows = list[tuple[float, float, float]]


def plain_m4(rows: Rows, limit: int) -> Rows:
    """M4 of all points at once, written for reading: sort, cut into buckets, take five of each."""
    rows = sorted(rows, key=lambda row: row[:2])
    width = 1
    while len({row[0] // width for row in rows}) > limit // 5:
        width *= 2
    buckets: dict[float, list[int]] = {}
    for index, row in enumerate(rows):
        buckets.setdefault(row[0] // width, []).append(index)
    kept = set()
    for members in buckets.values():
        good = {index: rows[index][2] for index in members if math.isfinite(rows[index][2])}
        kept.update([index for index in members if index not in good][:1])
        if good:
            kept |= {min(good), max(good), min(good, key=good.__getitem__), max(good, key=good.__getitem__)}
    return [rows[index] for index in sorted(kept)]


def rows_of(points: Points) -> Rows:
    return list(zip(points.x.tolist(), points.times.tolist(), points.values.tolist(), strict=True))


def same(one: Rows, other: Rows) -> bool:
    def gaps(rows: Rows) -> Floats:
        values = np.array(rows).reshape(-1, 3)
        values[~np.isfinite(values)] = np.nan
        return values

    return np.array_equal(gaps(one), gaps(other), equal_nan=True)


def holds(series: Series, expected: Rows) -> bool:
    """Tell whether the points are among those kept, in that order, and those are not too many."""
    kept = series.points()
    rows = iter(np.column_stack((kept.x, kept.times, kept.values)).tolist())
    wanted = [
        [row[0], row[1], row[2] if math.isfinite(row[2]) else math.nan]
        for row in np.array(expected).reshape(-1, 3).tolist()
    ]
    found = all(any(repr(row) == repr(one) for row in rows) for one in wanted)
    return found and kept.x.size <= LIMIT and bool((np.diff(kept.x) >= 0).all())


STEPS: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "ascending": lambda _, n: np.arange(n, dtype=float),
    "repeated": lambda random, n: random.integers(0, 40, n).astype(float),
    "shuffled": lambda random, n: random.permutation(n).astype(float),
    "negative": lambda random, n: random.integers(-(10**6), 10**6, n).astype(float),
    "up to 2**53": lambda random, n: random.integers(-(2**53), 2**53, n).astype(float),
    "jumps": lambda random, n: np.cumsum(2.0 ** random.integers(0, 44, n)) // 1,
    "far away": lambda random, n: 2.0**52 + random.integers(0, 5000, n),
    "two ends": lambda random, n: np.where(random.random(n) < 0.5, -(2.0**53), 2.0**53),
    "around an edge": lambda random, n: 2.0**20 + random.integers(-300, 300, n),
    "in turns": lambda _, n: np.arange(n) % 2 * 1e9 + np.arange(n) // 2,
}
VALUES: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "noise": lambda random, n: random.normal(size=n),
    "ties": lambda random, n: random.integers(0, 3, n).astype(float),
    "constant": lambda _, n: np.ones(n),
    "gaps": lambda random, n: np.where(random.random(n) < 0.1, np.nan, random.normal(size=n)),
    "mostly gaps": lambda random, n: random.choice([np.nan, np.inf, -np.inf, 1.0], n),
    "extreme": lambda random, n: random.choice([1e308, -1e308, 5e-324, 0.0, -0.0], n),
}


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("steps", STEPS)
def test_thinning_in_batches_keeps_what_thinning_all_at_once_does(steps: str, values: str) -> None:
    random = np.random.default_rng([list(STEPS).index(steps), list(VALUES).index(values)])
    for size in (2, 7, 150, 700):
        x, y = STEPS[steps](random, size), VALUES[values](random, size)
        x[:2] = 0, 1  # not all the same
        times = random.integers(0, 50, size).astype(float)
        at_once, in_batches = Series(LIMIT), Series(LIMIT)
        at_once.add(x, times, y)
        cuts = np.sort(random.integers(2, size + 1, 9))
        for part in np.split(np.arange(size), cuts):
            in_batches.add(x[part], times[part], y[part])
        expected = plain_m4(list(zip(x.tolist(), times.tolist(), y.tolist(), strict=True)), LIMIT)
        assert holds(at_once, expected)
        assert holds(in_batches, expected)
        assert at_once.count == in_batches.count == size


def test_one_point_at_a_time_keeps_what_thinning_all_at_once_does() -> None:
    random = np.random.default_rng(1)
    for steps in ("ascending", "jumps", "negative"):
        x, y = STEPS[steps](random, 600), random.normal(size=600)
        series = Series(LIMIT)
        for place in range(600):
            series.add(x[place : place + 1], [place], [y[place]])
        assert holds(series, plain_m4(list(zip(x, range(600), y, strict=True)), LIMIT))


def test_a_batch_larger_than_the_cache_is_no_different() -> None:
    random = np.random.default_rng(2)
    x, y = np.arange(70_000.0), random.normal(size=70_000)
    series = Series(LIMIT)
    series.add(x, x, y)
    assert holds(series, plain_m4(list(zip(x, x, y, strict=True)), LIMIT))


def test_lowering_the_limit_is_as_if_it_had_been_so() -> None:
    random = np.random.default_rng(3)
    x, y = np.arange(5000.0), random.normal(size=5000)
    lowered = Series(1000)
    lowered.add(x[:3000], x[:3000], y[:3000])
    lowered.limit(50)
    lowered.limit(2000)  # never raises it
    lowered.add(x[3000:], x[3000:], y[3000:])
    assert holds(lowered, plain_m4(list(zip(x, x, y, strict=True)), 50))
    assert len(lowered.points().x) <= 50


def test_summaries_are_of_all_points() -> None:
    random = np.random.default_rng(4)
    steps = random.integers(-50, 50, 3000).astype(float)
    times, values = random.random(3000), random.normal(size=3000)
    values[random.random(3000) < 0.2] = np.nan
    values[7] = -np.inf
    series = Series(LIMIT)
    for part in np.array_split(np.arange(3000), 70):
        series.add(steps[part], times[part], values[part])
    last = max(range(3000), key=lambda place: (steps[place], times[place]))
    assert series.last is not None
    assert series.last == values[last] or math.isnan(values[last])
    assert series.smallest == values[np.isfinite(values)].min()
    assert series.largest == values[np.isfinite(values)].max()
    assert series.nonfinite == np.count_nonzero(~np.isfinite(values))
    assert series.points().values[np.isfinite(series.points().values)].min() == series.smallest


def test_last_is_that_of_the_highest_step_and_the_latest_time() -> None:
    series = Series()
    assert series.last is None
    for step, at, value, last in [
        (1, 10, 1.0, 1.0),
        (0, 99, 2.0, 1.0),
        (1, 10, 3.0, 3.0),
        (1, 9, 4.0, 3.0),
        (2, 0, np.inf, np.inf),
    ]:
        series.add([step], [at], [value])
        assert series.last == last


def test_nothing_finite_has_no_extremes() -> None:
    series = Series()
    series.add([], [], [])
    assert (series.count, series.last, series.points().x.size) == (0, None, 0)
    series.add([0, 1], [0, 1], [np.nan, np.inf])
    assert (series.smallest, series.largest, series.nonfinite) == (None, None, 2)
    assert np.isnan(series.points().values).all()


def test_without_steps_x_is_the_order_of_arrival() -> None:
    series = Series(LIMIT)
    values = np.random.default_rng(5).normal(size=1000)
    for part in np.array_split(np.arange(1000), 13):
        series.add(np.zeros(part.size), 1e12 + part, values[part])
    expected = plain_m4(list(zip(range(1000), 1e12 + np.arange(1000), values, strict=True)), LIMIT)
    assert series.axis == "order"
    assert holds(series, expected)


def test_another_step_after_equal_ones_makes_x_the_step_for_good() -> None:
    series = Series(LIMIT)
    times, values = np.arange(1003.0), np.random.default_rng(6).normal(size=1003)
    series.add(np.full(1000, 5.0), times[:1000], values[:1000])
    series.add([5.0, 9.0], times[1000:1002], values[1000:1002])
    assert series.axis == "step"
    series.add([5.0], times[1002:], values[1002:])
    steps = [5.0] * 1001 + [9.0, 5.0]
    assert series.axis == "step"
    assert holds(series, plain_m4(list(zip(steps, times, values, strict=True)), LIMIT))
    assert series.count == 1003


def test_what_was_returned_is_not_changed_afterwards() -> None:
    series = Series(LIMIT)
    series.add([0, 1], [0, 1], [1.0, np.inf])
    points = series.points()
    before = rows_of(points)
    series.add([0, 2], [0, 2], [0.0, 0.0])
    assert same(rows_of(points), before)


def test_numpy_told_to_raise_does_not_matter() -> None:
    with np.errstate(all="raise"):
        series = Series(LIMIT)
        x = np.arange(500.0)
        series.add(x, x, np.where(x % 3, 1e300, np.nan) * (-1) ** x)
        pack(series.points())
        pack(Points(x, x, np.where(x % 2, 5e-324, 1e308)))


def fastest(call: Callable[[], object], times: int) -> float:
    def seconds() -> float:
        started = time.perf_counter()
        call()
        return time.perf_counter() - started

    return min(seconds() for _ in range(times))


def test_a_million_points_at_once_and_one_more_are_quick() -> None:
    x, values = np.arange(1e6), np.random.default_rng(7).normal(size=10**6)
    series = Series()
    assert fastest(lambda: Series().add(x, x, values), 3) < 0.5  # 0.02 to 0.07 where this was written
    series.add(x, x, values)
    assert fastest(lambda: series.add([series.count], [series.count], [0.5]), 50) < 0.001  # 0.0001


def test_memory_does_not_grow() -> None:
    series = Series(1000)
    sizes = []
    for start in range(0, 200_000, 10_000):
        x = np.arange(start, start + 10_000.0)
        series.add(x, x, np.sin(x))
        sizes.append(sum(sys.getsizeof(column) for column in series._kept))
    assert max(sizes) < 1000 * 8 * 3 + 1000
