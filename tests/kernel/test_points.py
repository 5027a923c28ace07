"""`nbtrack.log`: the same run and the same points as MLflow's own calls."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import mlflow
import pytest

import nbtrack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kernel.live import LiveKernel


@pytest.fixture
def kernel(bare: Callable[..., LiveKernel]) -> LiveKernel:
    made = bare()
    made.ok("%load_ext nbtrack")
    made.ok("import math, mlflow, nbtrack, numpy as np")
    return made


def test_points_are_those_of_mlflow(kernel: LiveKernel) -> None:
    kernel.ok(
        "with mlflow.start_run():\n"
        "    for n in range(500): nbtrack.log(step=n, a=n / 7, b=n)\n"
        "    nbtrack.log_dict({'val/loss': np.float32(0.5), 'nan': math.nan})\n"
        "    mlflow.log_metric('a', 1.0, step=500)\n"
    )
    (run,) = kernel.runs()
    history = kernel.store.get_metric_history(run.info.run_id, "a")
    assert sorted((one.step, one.value) for one in history) == [*((n, n / 7) for n in range(500)), (500, 1.0)]
    assert len(kernel.store.get_metric_history(run.info.run_id, "b")) == 500
    assert run.data.metrics["val/loss"] == 0.5
    assert isnan(run.data.metrics["nan"])


def test_a_cell_that_only_logs_so_has_a_run(kernel: LiveKernel) -> None:
    kernel.ok("for n in range(3): nbtrack.log(step=n, loss=1 / (n + 1))")
    (run,) = kernel.runs()
    assert run.info.status == "FINISHED"
    assert run.data.metrics == {"loss": pytest.approx(1 / 3)}


def test_what_mlflow_refuses_is_refused_alike(kernel: LiveKernel) -> None:
    for call in ("log_dict({'a?': 1})", "log(a='x')"):
        ours = kernel.run(f"with mlflow.start_run(): nbtrack.{call}").content["ename"]
        assert ours == "MlflowException"


def test_an_active_model_is_linked(kernel: LiveKernel) -> None:
    kernel.ok(
        "model = mlflow.create_external_model('m')\n"
        "with mlflow.start_run():\n"
        "    mlflow.set_active_model(model_id=model.model_id)\n"
        "    nbtrack.log(step=3, a=1.5)\n"
        "    mlflow.clear_active_model()"
    )
    model_id = kernel.ok("print(model.model_id)").stdout.strip()
    (metric,) = kernel.store.get_logged_model(model_id).metrics or []
    assert (metric.key, metric.value, metric.step) == ("a", 1.5, 3)


def test_a_point_that_is_linked_to_a_model_later_stays_one(kernel: LiveKernel) -> None:
    kernel.ok(
        "model = mlflow.create_external_model('m')\n"
        "with mlflow.start_run() as run:\n"
        "    mlflow.log_metric('a', 1.5, step=3)\n"
        "    (point,) = mlflow.MlflowClient().get_metric_history(run.info.run_id, 'a')\n"
        "    again = {'timestamp': point.timestamp, 'step': 3, 'model_id': model.model_id}\n"
        "    mlflow.MlflowClient().log_metric(run.info.run_id, 'a', 1.5, **again)\n"
        "    mlflow.log_metric('a', 2.5, step=4)"
    )
    (run,) = kernel.runs()
    history = kernel.store.get_metric_history(run.info.run_id, "a")
    assert sorted((one.step, one.value) for one in history) == [(3, 1.5), (4, 2.5)]
    model_id = kernel.ok("print(model.model_id)").stdout.strip()
    (metric,) = kernel.store.get_logged_model(model_id).metrics or []
    assert (metric.key, metric.value, metric.step) == ("a", 1.5, 3)


def test_without_a_kernel_it_is_mlflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    with mlflow.start_run() as run:
        nbtrack.log(step=2, a=1)
        nbtrack.log_dict({"b/c": 2.0})
    assert mlflow.get_run(run.info.run_id).data.metrics == {"a": 1.0, "b/c": 2.0}


def test_mlflows_own_functions_log_the_same_points(kernel: LiveKernel) -> None:
    kernel.ok(
        "with mlflow.start_run():\n"
        "    for n in range(200): mlflow.log_metric('a', n / 7, step=n)\n"
        "    for n in np.arange(200): mlflow.log_metrics({'b': n, 'c': -n / 3}, step=n)\n"
        "    mlflow.log_metric('d', 1); mlflow.log_metric(key='d', value=np.float32(2.5), step=1)\n"
        "    mlflow.log_metric('e', 1.0, 4, timestamp=1234)\n"
        "    mlflow.log_metric('e', 2.0, step=5, synchronous=False).wait()\n"
        "    mlflow.log_metric('e', math.inf, step=6)"
    )
    (run,) = kernel.runs()

    def logged(key: str) -> list[tuple[int, float]]:
        history = kernel.store.get_metric_history(run.info.run_id, key)
        return sorted((one.step, one.value) for one in history)

    assert logged("a") == [(n, n / 7) for n in range(200)]
    assert logged("b") == [(n, float(n)) for n in range(200)]
    assert logged("c") == [(n, -n / 3) for n in range(200)]
    assert logged("d") == [(0, 1.0), (1, 2.5)]
    assert [step for step, _ in logged("e")] == [4, 5, 6]
    assert run.data.metrics["e"] > 1e308
    assert min(one.timestamp for one in kernel.store.get_metric_history(run.info.run_id, "e")) == 1234


REFUSED = """
import re
for call in (
    "log_metric('a?', 1.0)", "log_metric('a', 'x')", "log_metric(3, 1.0)", "log_metric('a', 1.0, step='x')",
    "log_metrics({'a?': 1.0})", "log_metrics({'a': None})", "log_metrics({'b': 1.0, 'a': 'x'})",
    "log_metrics({f'm{n}': 1.0 for n in range(1001)})",
    "log_metric('a')", "log_metric('a', 1.0, 2, run_id='0' * 32)", "log_metric(['a'], 1.0)",
):
    with mlflow.start_run():
        try:
            eval(f"mlflow.{call}")
            print(call)
        except Exception as error:
            said = f"{call}: {type(error).__name__}: {error}"
            print(re.sub("timestamp=[0-9]+", "", said)[:150])
"""


def test_mlflows_own_functions_refuse_in_mlflows_words(kernel: LiveKernel) -> None:
    ours = kernel.ok(REFUSED).stdout.splitlines()
    kernel.ok("short = mlflow.log_metric, mlflow.log_metrics\n%unload_ext nbtrack")
    assert kernel.ok(REFUSED).stdout.splitlines() == ours
    kernel.ok(
        "assert mlflow.log_metric is short[0].__wrapped__ and mlflow.log_metrics is short[1].__wrapped__"
    )
