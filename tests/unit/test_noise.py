"""Is it noise? Against scipy, worked out here in another way, and against chance itself."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from nbtrack import noise, welch
from nbtrack.noise import judged
from nbtrack.seeds import is_seed

SEEDS = """
    seed Seed SEED random_state randomState random_seed RANDOM_SEED model__random_state data.seed np-seed rng
    torch_rng PYTHONHASHSEED bagging_seed data_random_seed dataSeed seed_0 seed2 random_state_1 seed_id
    seed_everything randomSeedValue trainer/seed RNGSeed
"""
NO_SEEDS = """
    n_seeds seeds reseed_every seed_size linear state random randomize random_search hidden_state strange
    wrong seeding_rate learning_rate x 1 _ Ω <script> state_random
"""


@pytest.mark.parametrize("param", SEEDS.split())
def test_a_seed(param: str) -> None:
    assert is_seed(param)


@pytest.mark.parametrize("param", [*NO_SEEDS.split(), "", "seeds" * 100_000])
def test_no_seed(param: str) -> None:
    assert not is_seed(param)


def compared(
    groups: dict[str, list[Any]],
    *,
    metric: str = "acc",
    params: dict[str, list[str | None]] | None = None,
    datasets: dict[str, list[str | None]] | None = None,
) -> dict[str, Any]:
    """Return an answer of `compare`: groups by their learning rates, each with seeds 0, 1, 2 and so on."""
    runs = [(lr, seed, value) for lr, values in groups.items() for seed, value in enumerate(values)]
    return {
        "runs": [{"run_id": f"r{place}"} for place in range(len(runs))],
        "params": {
            "lr": [lr for lr, _, _ in runs],
            "seed": [str(seed) for _, seed, _ in runs],
            **(params or {}),
        },
        "metrics": {metric: [value for _, _, value in runs]},
        "datasets": datasets or {},
    }


def verdicts(answer: dict[str, Any]) -> list[str]:
    return [group["verdict"] for group in answer["groups"]]


SAMPLES: list[list[float]] = [
    [0.91, 0.93, 0.92],
    [0.95, 0.94],
    [0.5, 0.9, 0.1, 0.7, 0.3, 0.2, 0.6],
    [1e-9, 3e-9, 2e-9],
    [1e9, 1e9 + 1, 1e9 + 5],
    [-5.0, 100.0, 3.0, 8.0],
    [1e200, 3e200, 2e200],
    [5e-300, 1e-299],
    [0.0, 0.0, 1.0],
]


@pytest.mark.parametrize("values", SAMPLES, ids=str)
def test_the_interval_of_a_mean_is_students(values: list[float]) -> None:
    (group,) = judged(compared({"1": values}), "acc")["groups"]
    scaled = np.asarray(values) / max(values)
    wanted = stats.ttest_1samp(scaled, 0).confidence_interval(0.95)
    assert np.array(group["interval"]) / max(values) == pytest.approx(list(wanted), rel=1e-6)
    assert group["mean"] / max(values) == pytest.approx(scaled.mean(), rel=1e-9)
    assert group["sd"] / max(values) == pytest.approx(scaled.std(ddof=1), rel=1e-4)
    assert group["n"] == len(values)


PAIRS = [
    pair
    for pair in itertools.permutations(SAMPLES, 2)
    if min(map(max, pair)) > 1e-100 and max(map(max, pair)) < 1e100
]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_difference_is_welchs(pair: tuple[list[float], list[float]]) -> None:
    _, group = judged(compared({"1": pair[1], "2": pair[0]}), "acc")["groups"]
    wanted = stats.ttest_ind(pair[0], pair[1], equal_var=False)
    interval = wanted.confidence_interval(0.95)
    found = group["difference"]
    assert found["mean"] == pytest.approx(np.mean(pair[0]) - np.mean(pair[1]), rel=1e-9)
    assert found["interval"] == pytest.approx([interval.low, interval.high], rel=1e-6)
    assert found["p"] == pytest.approx(wanted.pvalue, rel=1e-6)


@pytest.mark.parametrize(
    ("effect", "spread", "sizes"), [(0.0, 1.0, (5, 5)), (0.7, 3.0, (4, 9)), (2.0, 0.3, (3, 3))]
)
def test_of_1000_simulations_the_intervals_hold_the_truth_95_times_in_100(
    effect: float, spread: float, sizes: tuple[int, int]
) -> None:
    chance = np.random.default_rng(5)
    held = told = 0
    of_means = 0
    for _ in range(1000):
        groups = {
            "base": list(chance.normal(10, 1, sizes[0])),
            "other": list(chance.normal(10 + effect, spread, sizes[1])),
        }
        base, other = judged(compared(groups), "acc")["groups"]
        low, high = other["difference"]["interval"]
        held += low <= effect <= high
        of_means += base["interval"][0] <= 10 <= base["interval"][1]
        told += not other["verdict"].startswith("within noise")
    assert 930 <= held <= 970
    assert 930 <= of_means <= 970
    if not effect:
        assert 30 <= told <= 70, "what is no different is said to be so"


def test_words() -> None:
    better = judged(compared({"0.1": [0.90, 0.91, 0.905], "0.2": [0.95, 0.952, 0.957]}), "acc")
    assert better["lower_is_better"] is False
    assert verdicts(better) == [
        "the baseline: 0.905 (95 %: 0.893 to 0.917)",
        "better than the baseline by 0.048 (95 %: 0.038 to 0.058)",
    ]
    worse = judged(
        compared({"0.1": [0.90, 0.91, 0.905], "0.2": [0.95, 0.952, 0.957]}, metric="val_loss"), "val_loss"
    )
    assert verdicts(worse)[1] == "worse than the baseline by 0.048 (95 %: 0.038 to 0.058)"
    fewer = judged(compared({"0.1": [3.0, 3.1], "0.2": [1.0, 1.1, 1.05]}, metric="loss"), "loss")
    assert verdicts(fewer)[1].startswith("better than the baseline by 2.00 (95 %: 1.70 to 2.30)")
    unknown = judged(compared({"0.1": [3.0, 3.1], "0.2": [1.0, 1.1, 1.05]}, metric="x"), "x")
    assert unknown["lower_is_better"] is None
    assert verdicts(unknown)[1].startswith("below the baseline by 2.0")


def test_how_many_more_seeds_would_tell() -> None:
    groups = {"0.1": [0.90, 0.92, 0.91], "0.2": [0.915, 0.935, 0.92]}
    (_, other) = judged(compared(groups), "acc")["groups"]
    low, high = other["difference"]["interval"]
    assert low < 0 < high
    apart = np.mean(groups["0.2"]) - np.mean(groups["0.1"])
    pooled = math.sqrt((np.var(groups["0.1"], ddof=1) + np.var(groups["0.2"], ddof=1)) / 2)

    def half(n: int) -> float:
        return float(stats.t.ppf(0.975, 2 * n - 2) * pooled * math.sqrt(2 / n))

    more = next(more for more in itertools.count(1) if half(3 + more) < apart)
    assert more > 1
    assert half(3 + more - 1) >= apart
    assert other["verdict"] == f"within noise: {more} more seeds of each would tell"


def test_words_of_noise() -> None:
    def said(*groups: list[float]) -> str:
        return verdicts(judged(compared(dict(zip("ab", map(list, groups), strict=True))), "acc"))[1]

    assert said([0.9, 0.92], [0.92, 0.94]) == "within noise: 4 more seeds of each would tell"
    assert said([0.90, 0.92, 0.91], [0.93, 0.95, 0.92]) == "within noise: 1 more seed of each would tell"
    assert said([1.0, 2.0], [1.5, 1.5001]) == "within noise: more than 100 more seeds of each would tell"
    assert said([1.0, 2.0], [2.0, 1.0]) == "within noise: more than 100 more seeds of each would tell"


def test_of_a_single_run_nothing_is_said() -> None:
    answer = judged(compared({"0.1": [0.9, 0.91], "0.2": [0.99], "0.3": [0.1]}), "acc")
    assert verdicts(answer)[1:] == ["one run only: log at least one more with another seed"] * 2
    for group in answer["groups"][1:]:
        assert (group["n"], group["sd"], group["interval"], group["difference"]) == (1, None, None, None)
    of_baseline = judged(compared({"0.1": [0.9], "0.2": [0.98, 0.99, 0.985]}), "acc")
    assert verdicts(of_baseline) == [
        "one run only: log at least one more with another seed",
        "the baseline has one run only: log at least one more of it with another seed",
    ]
    assert of_baseline["groups"][1]["difference"] is None


def test_runs_with_the_same_seed_are_no_evidence() -> None:
    """Twice the same is the same: a spread of 0 would make anything significant."""
    answer = compared({"0.1": [0.9, 0.9, 0.9], "0.2": [0.91, 0.91, 0.93, 0.95]})
    answer["params"]["seed"] = ["1", "1", "1.0", "1", "1", "2", "3"]
    base, other = judged(answer, "acc")["groups"]
    assert (base["n"], other["n"]) == (1, 3)
    assert base["verdict"] == "one seed only: log at least one more with another seed"
    assert base["values"] == [0.9, 0.9, 0.9]
    assert other["mean"] == pytest.approx((0.91 + 0.93 + 0.95) / 3)
    without = judged(compared({"0.1": [0.9, 0.92]}) | {"params": {"lr": ["0.1", "0.1"]}}, "acc")
    assert without["groups"][0]["n"] == 2, "who logs no seed has different ones"


def test_no_spread() -> None:
    answer = judged(compared({"a": [0.1] * 3, "b": [0.1] * 3, "c": [0.3] * 3, "d": [0.3, 0.32, 0.34]}), "acc")
    same, apart, spread = answer["groups"][1:]
    assert same["verdict"] == "the same as the baseline each time"
    assert same["difference"] == {"mean": 0, "interval": [0, 0], "p": None}
    assert apart["verdict"] == "better than the baseline by 0.2, the same each time: has the seed an effect?"
    assert apart["sd"] == 0
    assert spread["difference"]["p"] < 0.01


def test_groups_are_what_differs_but_for_seeds() -> None:
    answer = compared(
        {"0.1": [1, 2], "1e-1": [3, 4], "0.2": [5, 6]},
        params={
            "same": ["x"] * 6,
            "model__random_state": ["7", "8", "9", "7", "8", "9"],
            "depth": ["3", "3", "3", "3", None, None],
        },
    )
    told = judged(answer, "acc")
    assert sorted(told["seeds"]) == ["model__random_state", "seed"]
    assert [group["config"] for group in told["groups"]] == [
        {"lr": "0.1", "depth": "3"}, {"lr": "0.2", "depth": None},
    ]  # fmt: skip
    assert [group["run_ids"] for group in told["groups"]] == [["r0", "r1", "r2", "r3"], ["r4", "r5"]]
    assert told["note"] is None
    chosen = judged(answer, "acc", ["seed", "lr", "no such"])
    assert chosen["seeds"] == ["seed", "lr"]
    assert len(chosen["groups"]) == 5
    assert "4 groups are compared" in (chosen["note"] or "")
    assert judged(answer, "acc", [])["seeds"] == []


def test_other_data_are_another_group() -> None:
    digests = ["d1", "d1", "d2", "d2"]
    answer = judged(compared({"1": [1, 2, 3, 4]}, datasets={"train · fit": [*digests]}), "acc")
    assert [group["datasets"] for group in answer["groups"]] == [{"train · fit": "d1"}, {"train · fit": "d2"}]
    assert [group["config"] for group in answer["groups"]] == [{}, {}]


def test_runs_without_a_finite_value_are_left_out() -> None:
    answer = judged(
        compared({"a": ["NaN", 0.5, 0.6], "b": [0.7, "Infinity", 0.8], "c": [None, "NaN"]}), "acc"
    )
    assert answer["left_out"] == 4
    assert answer["baseline"] == 0
    assert [group["values"] for group in answer["groups"]] == [[0.5, 0.6], [0.7, 0.8]]
    gone = judged(compared({"a": ["NaN"], "b": [0.7, 0.8]}), "acc")
    assert gone["baseline"] is None
    assert verdicts(gone) == ["no baseline: the first run has no finite value"]
    for metric in ("acc", "no such"):
        nothing = judged(compared({"a": [None], "b": ["NaN"]}), metric)
        assert (nothing["groups"], nothing["left_out"], nothing["baseline"]) == ([], 2, None)
    assert judged(compared({}), "acc")["groups"] == []


def test_extremes_are_no_overflow() -> None:
    answer = judged(compared({"a": [1.7e308, -1.7e308], "b": [-1.7e308, -1.6e308], "c": [5e-324, 0]}), "acc")
    assert all(math.isfinite(group["mean"]) for group in answer["groups"])
    assert answer["groups"][0]["interval"] is None
    assert "too far apart to compare" in verdicts(answer)


def test_any_values_make_a_sound_answer() -> None:
    """Drawn by chance: nothing raises, what is finite is in order, and no verdict comes from one run."""
    chance = np.random.default_rng(1)
    pool = [0.0, 1.0, -1.0, 1e308, -1e308, 5e-324, 0.1, 0.1, 1e-12, 1 + 1e-15, "NaN", "Infinity", None]
    for _ in range(500):
        groups = {
            str(lr): [pool[place] for place in chance.integers(0, len(pool), chance.integers(1, 6))]
            for lr in range(3)
        }
        answer = judged(compared(groups), "acc")
        assert sum(len(group["run_ids"]) for group in answer["groups"]) + answer["left_out"] == sum(
            map(len, groups.values())
        )
        for group in answer["groups"]:
            assert group["n"] == len(group["values"]) >= 1
            if group["interval"]:
                low, high = group["interval"]
                assert low <= group["mean"] <= high
            if group["n"] == 1:
                assert group["verdict"].startswith("one run only")
                assert group["difference"] is None
            if group["difference"]:
                low, high = group["difference"]["interval"]
                assert low <= group["difference"]["mean"] <= high
                assert group["difference"]["p"] is None or 0 <= group["difference"]["p"] <= 1


def test_more_values_are_not_needed_without_end() -> None:
    few, many = welch.sample([1.0, 1.1]), welch.sample([1.2, 1.3])
    assert welch.more_needed(few, many, 100) == 1
    assert welch.more_needed(few, few, 100) is None
    assert welch.more_needed(few, welch.sample([5.0]), 100) is None
    assert noise.MOST_SEEDS == 100


def test_the_pages_bands_have_scipys_quantiles() -> None:
    kept = json.loads((Path(__file__).parent.parent / "contract" / "student.json").read_text())
    assert kept == pytest.approx(stats.t.ppf(0.975, np.arange(1, len(kept) + 1)), rel=1e-4)
    assert len(kept) == 79
