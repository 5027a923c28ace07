"""One run and the keys of many by own SQL, against MLflow's client on the same store."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.errors import Invalid, NotFound
from nbtrack.store.asking import ask
from nbtrack.store.calls import keys, run
from nbtrack.store.details import older_models

if TYPE_CHECKING:
    from nbtrack.store.opened import Store
    from tests.unit.store.odd import Odd


def without_ranges(answer: dict[str, Any]) -> dict[str, Any]:
    metrics = [{**metric, "min": None, "max": None, "count": None} for metric in answer["metrics"]]
    return {**answer, "metrics": metrics}


def test_every_run_is_what_mlflow_has(odd: Odd, own: Store, by_client: Store) -> None:
    for run_id in odd.runs:
        found = run(own, run_id=run_id)
        assert without_ranges(found) == run(by_client, run_id=run_id)
        assert odd.experiments[found["experiment_name"]] == found["experiment_id"]


def test_the_runs_are_odd(odd: Odd, own: Store) -> None:
    found = [run(own, run_id=run_id) for run_id in odd.runs]
    values = {metric["value"] for one in found for metric in one["metrics"]}
    assert {"NaN", "Infinity", "-Infinity", 1e308} <= values
    assert max(len(param["value"]) for one in found for param in one["params"]) == 5000
    assert sum(bool(one["datasets"]) for one in found) == 9
    assert {dataset["context"] for one in found for dataset in one["datasets"]} == {None, "training", "Eval"}
    models = [model for one in found for model in one["models"]]
    assert len(models) == 5
    assert all(model["path"] == f"models:/{model['model_id']}" for model in models)


def test_ranges_are_those_of_the_history(odd: Odd, own: Store) -> None:
    for run_id in odd.runs[:12]:
        for metric in run(own, run_id=run_id)["metrics"]:
            points = odd.client.get_metric_history(run_id, metric["key"])
            values = [
                point.value for point in points if math.isfinite(point.value) and abs(point.value) < 1.7e308
            ]
            assert metric["count"] == len(points)
            assert (metric["min"], metric["max"]) == ((min(values), max(values)) if values else (None, None))


def test_a_run_that_is_not_there(own: Store, by_client: Store) -> None:
    for store in (own, by_client):
        for run_id in ("x", "0" * 32, "' OR 1=1 --", "../x", "", "😀"):
            with pytest.raises(NotFound if store is own else (NotFound, Invalid)):
                ask(store, "run", {"run_id": run_id})


def test_models_of_mlflow_2() -> None:
    tag = '[{"artifact_path": "model", "flavors": {}}, 7, {"artifact_path": null}]'
    assert older_models("r", tag) == [
        {"model_id": None, "name": "model", "status": None, "path": "runs:/r/model"}
    ]
    for broken in (None, "", "{", "7", "null", '{"artifact_path": "x"}', "[" * 100_000):
        assert older_models("r", broken) == []


@pytest.mark.parametrize("experiment", ["notebooks/churn", "Été 😀", "empty", None])
def test_keys(odd: Odd, own: Store, by_client: Store, experiment: str | None) -> None:
    ids = None if experiment is None else [odd.experiments[experiment]]
    found = keys(own, experiment_ids=ids)
    assert found == keys(by_client, experiment_ids=ids)
    assert bool(found["metrics"]) == (experiment != "empty")


def test_keys_of_many_runs(odd: Odd, own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [keys(own, experiment_ids=ids) for ids in (None, [odd.experiments["Été 😀"]], ["99"])]
    monkeypatch.setattr("nbtrack.store.local_keys._FEW", -1)
    assert [keys(own, experiment_ids=ids) for ids in (None, [odd.experiments["Été 😀"]], ["99"])] == few
