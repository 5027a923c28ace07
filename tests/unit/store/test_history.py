"""Histories: whole ones against MLflow's client, thinned ones against `nbtrack.thinning`."""

from __future__ import annotations

import math
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nbtrack.errors import Invalid
from nbtrack.store.calls import history
from nbtrack.store.points import buckets_of
from nbtrack.thinning import kept_of

if TYPE_CHECKING:
    from nbtrack.store.opened import Store
    from tests.unit.store.odd import Odd

HUGE = 1.7976931348623157e308
KEY = "curve"
Rows = list[tuple[float, int, int, int]]  # value, timestamp, step, is_nan


def test_short_histories_are_mlflows(odd: Odd, own: Store, by_client: Store) -> None:
    asked: dict[str, Any] = {"run_ids": [*odd.runs, "x"], "keys": ["train/loss", "val acc", "nothing"]}
    mine = history(own, **asked)
    assert mine == history(by_client, **asked)
    assert len(mine["items"]) == 64
    assert {len(item["points"]["step"]) for item in mine["items"]} == {1, 3}


def insert(store: Store, run_id: str, rows: Rows) -> None:
    assert store.file is not None
    with closing(sqlite3.connect(store.file)) as connection, connection:
        connection.executemany(
            f"INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "  # noqa: S608
            f"VALUES ('{KEY}', ?, ?, '{run_id}', ?, ?)",
            rows,
        )


def thinned(store: Store, run_id: str, most: int) -> dict[str, Any]:
    (item,) = history(store, run_ids=[run_id], keys=[KEY], max_points=most)["items"]
    return item  # type: ignore[no-any-return]


def points_of(item: dict[str, Any]) -> list[tuple[int, int, float]]:
    return [
        (step, time, float(value))
        for step, time, value in zip(
            item["points"]["step"], item["points"]["timestamp"], item["points"]["value"], strict=True
        )
    ]


def wave(number: int) -> list[float]:
    chance = random.Random(number)  # noqa: S311 - the same each time
    return [math.sin(at / 50) + chance.gauss(0, 0.3) for at in range(number)]


@pytest.mark.parametrize("spread", ["dense", "with holes", "no step", "skewed", "resumed"])
@pytest.mark.parametrize("odd_values", [False, True])
def test_thinning_is_m4_with_equal_buckets(
    odd: Odd,
    copied: Store,
    spread: str,
    odd_values: bool,  # noqa: FBT001
) -> None:
    steps = {
        "dense": list(range(-100, 2900)),
        "with holes": [at * 7 + at % 3 for at in range(3000)],
        "no step": [0] * 3000,
        "resumed": [at if at < 1500 else at + 10**6 for at in range(3000)],
        "skewed": [at if at < 2990 else 10**12 * at for at in range(3000)],
    }[spread]
    values = wave(3000)
    rows = [(value, 1000 + at, step, 0) for at, (value, step) in enumerate(zip(values, steps, strict=True))]
    if odd_values:
        for at in (0, 7, 8, 1500, 2999):
            rows[at] = (0.0, rows[at][1], rows[at][2], 1)
        for at, value in ((100, HUGE), (200, -HUGE), (1501, HUGE)):
            rows[at] = (value, *rows[at][1:])
    insert(copied, odd.runs[0], rows)
    item = thinned(copied, odd.runs[0], 200)

    size = -(-3000 // buckets_of(200))
    drawn = np.asarray([math.nan if nan or abs(value) >= HUGE else value for value, *_, nan in rows])
    kept = kept_of(np.floor(np.arange(3000) / size), drawn, edges=True)
    wanted = [(rows[at][2], rows[at][1], shown(rows[at])) for at in kept]
    assert repr(points_of(item)) == repr(wanted)
    assert item["total"] == 3000
    assert len(wanted) <= 200


def shown(row: tuple[float, int, int, int]) -> float:
    value, _, _, nan = row
    return math.nan if nan else math.copysign(math.inf, value) if abs(value) >= HUGE else value


def test_many_points_at_one_step_keep_extremes_and_ends(odd: Odd, copied: Store) -> None:
    rows = [(value, 5000 - at, at // 400, 0) for at, value in enumerate(wave(4000))]
    insert(copied, odd.runs[0], rows)
    points = points_of(thinned(copied, odd.runs[0], 100))
    every = sorted((step, time, value) for value, time, step, _ in rows)
    assert points == sorted(points)
    assert {points[0], points[-1]} == {every[0], every[-1]}
    assert set(points) <= set(every)
    values = [value for _, _, value in every]
    assert {min(values), max(values)} <= {value for _, _, value in points}
    assert len(points) <= 100


def test_by_client_it_is_thinned_alike(odd: Odd, copied: Store) -> None:
    insert(copied, odd.runs[0], [(value, 1000 + at, at, 0) for at, value in enumerate(wave(2000))])
    mine = thinned(copied, odd.runs[0], 300)
    copied.file = None
    assert thinned(copied, odd.runs[0], 300) == mine


def test_too_many_series_are_refused(own: Store) -> None:
    with pytest.raises(Invalid, match="too many"):
        history(own, run_ids=[str(number) for number in range(300)], keys=list("abcdefgh"))


def test_a_writer_is_not_held_up_by_a_reader(odd: Odd, copied: Store) -> None:
    """Between two buckets others can write: no transaction spans them."""
    from nbtrack.store import local
    from nbtrack.store.local_history import _Long, _Pace

    insert(copied, odd.runs[0], [(value, 1000 + at, at, 0) for at, value in enumerate(wave(5000))])
    assert copied.file is not None
    with local.opened(copied.file) as connection, closing(sqlite3.connect(copied.file, timeout=0)) as writer:
        long = _Long(connection, odd.runs[0], KEY, 100, _Pace(math.inf))
        for low in range(0, 5000, 250):
            assert long._kept(low, low + 250)
            with writer:
                writer.execute("UPDATE runs SET name = 'x'")


def test_when_time_is_up_points_are_still_spread(
    odd: Odd, copied: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbtrack.store.local_history._enough", lambda _: -1.0)
    whole, torn = odd.runs[:2]
    values = wave(5000)
    insert(copied, whole, [(value, 1000 + at, at, 0) for at, value in enumerate(values)])
    hole = range(2000, 2600)
    insert(copied, torn, [(value, 1000 + at, at, 0) for at, value in enumerate(values) if at not in hole])
    items = history(copied, run_ids=[whole, torn], keys=[KEY], max_points=100)["items"]
    assert [item["points"]["step"] for item in items] == [
        [*range(0, 4750, 250), 4999],
        [*range(0, 2000, 250), 2600, *range(2750, 4750, 250), 4999],
    ]
    assert items[0]["total"] == 5000


@pytest.mark.parametrize("spread", ["dense", "with holes", "no step"])
def test_where_time_is_short_each_part_of_a_curve_and_each_curve_get_their_share(
    odd: Odd, copied: Store, monkeypatch: pytest.MonkeyPatch, spread: str
) -> None:
    """On a clock by which all points of a bucket take ten seconds: there is time for two fifths of them."""
    from nbtrack.store import local_history

    now = 0.0

    class Slow(local_history._Long):
        def _one(self, query: str, *more: int) -> Any:
            nonlocal now
            now += 0.02
            return super()._one(query, *more)

        def _kept(self, low: int, high: int) -> Any:
            nonlocal now
            now += 10 * self._buckets * (high - low) / (self._last - self._first + 1)
            return super()._kept(low, high)

    monkeypatch.setattr(local_history, "monotonic", lambda: now)
    monkeypatch.setattr(local_history, "_Long", Slow)
    monkeypatch.setattr(local_history, "_enough", lambda number: 500.0 * number / 3)
    runs = odd.runs[:3]
    steps = {
        "dense": range(5000),
        "with holes": [at * 7 + at % 3 for at in range(5000)],
        "no step": [0] * 5000,
    }
    for run_id in runs:
        values = zip(wave(5000), steps[spread], strict=True)
        insert(copied, run_id, [(value, 1000 + at, step, 0) for at, (value, step) in enumerate(values)])
    items = history(copied, run_ids=runs, keys=[KEY], max_points=200)["items"]
    assert now < 550
    for item in items:
        assert item["total"] == 5000
        times = item["points"]["timestamp"]
        assert (times[0], times[-1]) == (1000, 5999)
        tenths = [sum(1000 + 500 * at <= time < 1500 + 500 * at for time in times) for at in range(10)]
        assert min(tenths) > 8, tenths  # more than the four that are there without a look
        assert len(times) <= 200
