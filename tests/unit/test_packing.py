"""Single precision spoils no value, and few points still tell a line's shape."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nbtrack.series import Points, json_number, pack, thinned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]


def back(points: Points) -> Floats:
    packed = pack(points)
    assert packed.triples.dtype == np.dtype("<f4")
    assert packed.triples.shape == (points.x.size, 3)
    with np.errstate(all="raise", under="ignore"):
        values: Floats = packed.offset + packed.scale * packed.triples[:, 2].astype(float)
    return values


RANDOM = np.random.default_rng(8)
NUMBERS: dict[str, Floats] = {
    "noise": RANDOM.normal(size=500),
    "tiny": RANDOM.normal(size=500) * 1e-300,
    "denormal": RANDOM.integers(1, 1000, 500) * 5e-324,
    "huge": RANDOM.normal(size=500) * 1e300,
    "as far apart as can be": RANDOM.choice([-sys.float_info.max, sys.float_info.max], 500),
    "nearly constant": 1e9 + 1e-3 * np.sin(np.arange(500) / 9),
    "nearly constant and huge": 1e300 * (1 + 1e-9 * np.arange(500)),
    "nearly constant and tiny": 1e-300 * (1 + 1e-9 * np.arange(500)),
    "nearly constant, negative": -7 - 1e-12 * np.arange(500),
    "just not narrow": 1 + np.linspace(0, 1 / 15.9, 500),
    "just narrow": 1 + np.linspace(0, 1 / 16.1, 500),
    "constant": np.full(500, 0.1),
    "nought": np.zeros(500),
    "large whole": 2.0**53 - np.arange(500),
    "falls to nought": np.append(np.geomspace(1e30, 1e-30, 499), 0),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", NUMBERS)
def test_packing_keeps_a_millionth_of_the_range(name: str) -> None:
    values = NUMBERS[name]
    error = np.abs(back(Points(np.arange(500.0), np.arange(500.0), values)) / 2 - values / 2).max()
    low, high = values.min() / 2, values.max() / 2
    assert error <= 1e-6 * (high - low)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("low", "high"), [(1e-30, 1e30), (1e-300, 1e-230), (1e235, 1e300), (1e-3, 1), (1, 1.01), (5e-324, 1e-250)]
)
def test_packing_keeps_a_millionth_of_each_value(low: float, high: float) -> None:
    values = np.geomspace(low, high, 300)
    error = np.abs(back(Points(np.arange(300.0), np.arange(300.0), values)) - values)
    assert (error <= np.maximum(1e-6 * values, 5e-324)).all()


def test_packing_keeps_gaps_steps_and_times() -> None:
    x: Floats = 1e15 + np.arange(0, 3000, 3)
    times: Floats = 1.8e12 + np.arange(1000) * 7.0
    values = np.where(np.arange(1000) % 10, np.nan, 2.5)
    packed = pack(Points(x, times, values))
    assert np.array_equal(packed.step0 + packed.triples[:, 0].astype(float), x)
    assert np.abs(packed.time0 + 1000 * packed.triples[:, 1].astype(float) - times).max() < 1e-3
    assert np.array_equal(np.isnan(packed.triples[:, 2]), np.isnan(values))
    assert len(packed.triples.tobytes()) == 12 * 1000


def test_packing_nothing() -> None:
    nothing = np.empty(0)
    assert pack(Points(nothing, nothing, nothing)).triples.shape == (0, 3)
    packed = pack(Points(np.zeros(1), np.zeros(1), np.array([np.nan])))
    assert (packed.offset, packed.scale) == (0.0, 1.0)


@pytest.mark.parametrize("limit", [8, 20, 100, 900])
@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_thinning_for_a_picture_keeps_extremes_ends_and_gaps(limit: int, gaps: float) -> None:
    random = np.random.default_rng([limit, int(gaps * 10)])
    x, values = np.sort(random.integers(0, 10**6, 1000)).astype(float), random.normal(size=1000)
    values[random.random(1000) < gaps] = np.nan
    few = thinned(Points(x, x, values), limit)
    assert few.x.size <= limit
    assert (few.x[0], few.x[-1]) == (x[0], x[-1])
    assert np.nanmin(few.values) == np.nanmin(values)
    assert np.nanmax(few.values) == np.nanmax(values)
    assert np.isnan(few.values).any() == (gaps > 0)


def test_thinning_points_that_share_one_x() -> None:
    zeros = np.zeros(1000)
    few = thinned(Points(zeros, np.arange(1000.0), np.sin(np.arange(1000.0))), 50)
    assert 20 < few.x.size <= 50


def test_numbers_that_json_has_no_word_for() -> None:
    values = [1.5, float("nan"), float("inf"), float("-inf"), None]
    assert [json_number(value) for value in values] == [1.5, "NaN", "Infinity", "-Infinity", None]
