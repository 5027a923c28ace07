"""Which params mattered: on runs whose metric is made of them, and on runs where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nbtrack.importance import FEWEST, ranked

if TYPE_CHECKING:
    from collections.abc import Sequence


def compared(params: dict[str, list[Any]], metric: Sequence[Any]) -> dict[str, Any]:
    """Return an answer of `compare`."""
    texts = {
        key: [None if value is None else str(value) for value in values] for key, values in params.items()
    }
    runs = [{"run_id": f"{place:04}"} for place in range(len(metric))]
    return {"runs": runs, "params": texts, "metrics": {"acc": list(metric)}}


def sweep(number: int = 120, seed: int = 0) -> tuple[dict[str, list[Any]], list[float]]:
    """Return params of which three matter, in known shares, and the metric."""
    chance = np.random.default_rng(seed)
    exponents = chance.uniform(-5, -1, number)
    optimizers = chance.choice(["adam", "sgd", "lion", "lamb"], number)
    nesterov = chance.choice([True, False], number)
    metric = (
        -((exponents + 3) ** 2)
        + 1.5 * (optimizers == "lion")
        + 0.4 * nesterov
        + chance.normal(0, 0.2, number)
    )
    params: dict[str, list[Any]] = {
        "lr": [f"{10**one:.3e}" for one in exponents],
        "optimizer": list(optimizers),
        "nesterov": list(nesterov),
        "depth": list(chance.integers(1, 12, number)),
        "path": [f"data/{one}" for one in chance.random(number)],
        "same": ["0.5", "5e-1"] * (number // 2),
        "batch": ["32"] * number,
    }
    return params, list(metric)


def order(answer: dict[str, Any]) -> list[str]:
    return [one["param"] for one in answer["params"]]


def test_what_matters_is_told_in_order() -> None:
    answer = ranked(compared(*sweep()), "acc")
    assert order(answer)[:3] == ["lr", "optimizer", "nesterov"]
    assert set(order(answer)[3:]) == {"depth", "path"}, "what is the same in all runs is left out"
    assert answer["score"] > 0.6
    assert (answer["n"], answer["note"]) == (120, None)
    lr, optimizer, _, *others = answer["params"]
    assert lr["low"] > optimizer["high"] > optimizer["low"] > 0.05
    for one in others:
        assert one["low"] <= 0.02
        assert one["importance"] == pytest.approx(0, abs=0.05)
    for one in answer["params"]:
        assert one["low"] <= one["importance"] <= one["high"]


def test_importances_are_those_of_scikit_learns_own_permutations() -> None:
    from sklearn.ensemble import RandomForestRegressor  # type: ignore[import-untyped]
    from sklearn.inspection import permutation_importance  # type: ignore[import-untyped]

    params, metric = sweep(600, seed=3)
    answer = ranked(compared(params, metric), "acc")
    table = np.column_stack(
        [
            np.log10(np.asarray(params["lr"], dtype=float)),
            *(np.asarray(params["optimizer"]) == one for one in ("adam", "sgd", "lion")),
            params["nesterov"],
            params["depth"],
        ]
    )
    values = np.asarray(metric)
    forest = RandomForestRegressor(200, min_samples_leaf=3, random_state=1).fit(table[:400], values[:400])
    wanted = permutation_importance(forest, table[400:], values[400:], n_repeats=10, random_state=1)
    of = {one["param"]: one["importance"] for one in answer["params"]}
    assert answer["score"] == pytest.approx(forest.score(table[400:], values[400:]), abs=0.08)
    assert of["lr"] == pytest.approx(wanted.importances_mean[0], rel=0.25)
    assert of["nesterov"] == pytest.approx(wanted.importances_mean[4], abs=0.03)


def test_where_params_explain_nothing_it_says_so() -> None:
    said = 0
    for seed in range(8):
        params, metric = sweep(40, seed)
        np.random.default_rng(seed + 100).shuffle(metric)
        answer = ranked(compared(params, metric), "acc")
        assert answer["score"] < 0.25
        said += (answer["note"] or "").startswith("The params do not explain this metric")
    assert said >= 6


def test_the_same_runs_give_the_same_answer_in_any_order() -> None:
    answer = compared(*sweep(40))
    first = ranked(answer, "acc")
    assert ranked(answer, "acc") == first
    turned = {
        "runs": answer["runs"][::-1],
        "params": {key: values[::-1] for key, values in answer["params"].items()},
        "metrics": {"acc": answer["metrics"]["acc"][::-1]},
    }
    assert ranked(turned, "acc") == first


def test_another_unit_of_the_metric_changes_nothing() -> None:
    params, metric = sweep(60)
    first = ranked(compared(params, metric), "acc")
    for factor in (1e-300, 1e300):
        scaled = ranked(compared(params, [value * factor for value in metric]), "acc")
        assert order(scaled) == order(first)
        assert scaled["score"] == pytest.approx(first["score"], abs=0.02)


def test_a_number_as_text_is_a_number() -> None:
    """As texts, «1e-3» to «100» are in another order than the metric, and 30 categories."""
    numbers = [10.0 ** (place / 6) for place in range(-18, 12)] * 2
    params = {"size": [f"{one:.3g}" if one >= 1 else f"{one:.3e}" for one in numbers]}
    chance = np.random.default_rng(0)
    answer = ranked(compared(params, list(np.log10(numbers) + chance.normal(0, 0.1, 60))), "acc")
    assert answer["score"] > 0.9


def test_that_a_param_is_missing_may_be_what_matters() -> None:
    params: dict[str, list[Any]] = {
        "warmup": ["100", None] * 20,
        "odd": ["nan", "inf", "-inf", "1"] * 10,
        "empty": [None] * 40,
    }
    answer = ranked(compared(params, [0.9, 0.5] * 20), "acc")
    assert order(answer) == ["warmup", "odd"]
    assert answer["params"][0]["importance"] > 0.5


def test_a_run_far_from_all_others_does_not_decide_alone() -> None:
    params, metric = sweep(60)
    metric[7] = -1e6
    answer = ranked(compared(params, metric), "acc")
    assert answer["note"].startswith("Runs far from all others were drawn in")
    assert answer["score"] > 0.1
    assert order(answer)[0] == "lr"


@pytest.mark.parametrize("number", [0, 1, 4, FEWEST - 1])
def test_few_runs(number: int) -> None:
    params, metric = sweep(40)
    missing: list[Any] = [None, "NaN", "Infinity"]
    answer = ranked(compared(params, [*metric[:number], *(missing * 40)[: 40 - number]]), "acc")
    assert (answer["n"], answer["score"], answer["params"]) == (number, None, [])
    there = "is 1" if number == 1 else f"are {number}"
    assert answer["note"] == f"12 runs or more are needed; there {there}."
    assert ranked(compared(params, metric), "no such")["n"] == 0


def test_nothing_to_learn() -> None:
    params, _ = sweep(20)
    assert ranked(compared(params, [0.5] * 20), "acc")["note"] == "The metric is the same in all runs."
    assert ranked(compared(params, [0] * 20), "acc")["note"] == "The metric is the same in all runs."
    same = compared({"a": ["1", "1.0"] * 10}, list(range(20)))
    assert ranked(same, "acc")["note"] == "No param differs among the runs."


def test_odd_values_are_no_errors() -> None:
    chance = np.random.default_rng(2)
    pool = [None, "", "nan", "inf", "1e999", "-1e-320", "0", "1", "a", "é😀", "x" * 1000, "[1, 2]"]
    for size in (2, 5, 12):
        params = {
            f"p{column}": list(chance.choice(np.array(pool[:size], dtype=object), 30)) for column in range(5)
        }
        metric = list(chance.choice([0.0, 1.7e308, -1.7e308, 5e-324, 1.0], 30))
        answer = ranked(compared(params, metric), "acc")
        assert np.isfinite(answer["score"])
        assert all(
            np.isfinite([one["importance"], one["low"], one["high"]]).all() for one in answer["params"]
        )


def test_of_very_many_params_some_are_left_out() -> None:
    params, metric = sweep(40)
    many = {f"p{column}": list(range(column, column + 40)) for column in range(120)}
    sparse = {"sparse": ["1", *[None] * 39]}
    answer = ranked(compared({**sparse, **params, **many}, metric), "acc")
    assert len(answer["params"]) == 100
    assert "sparse" not in order(answer)
    assert "Only 100 params were looked at." in answer["note"]
