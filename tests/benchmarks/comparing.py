"""Opening a comparison of 100 runs: ours, MLflow's table with a plain Altair chart, widgets of a peer.

All show the same runs of the same SQLite store: every param and metric, and the curves of one metric. Time is
until all of it could be sent to the page, bytes are what is sent: for a widget its code and its state.
"""

from __future__ import annotations

import json
import math
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tests.benchmarks.table import Line, compared, rounds, unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNS, KEYS, STEPS = 100, 20, 100
CURVES = 20  # of the runs; as many as ours keeps
_MOST_MS = 1500


def opening() -> Iterator[Line]:
    """Open comparisons of one store, by turns."""
    import mlflow

    with tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as folder:
        uri = f"sqlite:///{Path(folder) / 'mlflow.db'}"
        mlflow.set_tracking_uri(uri)
        experiment_id = _fill(uri, folder)
        what = f"opening {RUNS} runs with {2 * KEYS} keys"
        ours = _measured(lambda: _ours(experiment_id))
        yield from _lines(what, "search_runs + altair", lambda: _plain(experiment_id), ours, _MOST_MS)
        if find_spec("mlflow_widgets") is None:
            yield unmeasured(what, "mlflow-widgets is not installed")
        else:
            yield from _lines(what, "mlflow-widgets", lambda: _widgets(uri, experiment_id), ours)


def _lines(
    what: str,
    peer: str,
    theirs: Callable[[], int],
    ours: Callable[[], tuple[float, float]],
    most_ms: float | None = None,
) -> Iterator[Line]:
    measured, their_own = [], []
    for number in rounds(7, 15, 2):
        took = (_measured(theirs)(), ours())
        if number:  # the first imports, and starts the process that paints
            their_own.append(took[0])
            measured.append(took[1])
    their_ms, their_kb = zip(*their_own, strict=True)
    our_ms, our_kb = zip(*measured, strict=True)
    yield compared(what, (peer, their_ms), our_ms, most_ms=most_ms)
    yield compared(f"{what}, sent", (peer, their_kb), our_kb, unit="KB")


def _measured(work: Callable[[], int]) -> Callable[[], tuple[float, float]]:
    def measure() -> tuple[float, float]:
        begun = perf_counter()
        size = work()
        return 1000 * (perf_counter() - begun), size / 1000

    return measure


def _ours(experiment_id: str) -> int:
    import nbtrack

    compared_runs = nbtrack.compare(filter="attributes.status = 'FINISHED'", experiment=experiment_id)
    data, metadata = compared_runs._repr_mimebundle_()
    return len(json.dumps([data, metadata]))


def _plain(experiment_id: str) -> int:
    import altair as alt
    import mlflow
    import pandas as pd  # type: ignore[import-untyped]

    table = mlflow.search_runs([experiment_id])
    client = mlflow.MlflowClient()
    rows = [
        {"run": run_id, "step": point.step, "loss": point.value}
        for run_id in table["run_id"][:CURVES]
        for point in client.get_metric_history(run_id, "loss")
    ]
    chart = alt.Chart(pd.DataFrame(rows)).mark_line().encode(x="step", y="loss", color="run")
    dots = alt.Chart(table[["params.p0", "metrics.m0"]]).mark_point()
    both = alt.vconcat(chart, dots.encode(x="params\\.p0:Q", y="metrics\\.m0:Q"))
    return len(table.to_html()) + len(json.dumps(both.to_dict()))


def _widgets(uri: str, experiment_id: str) -> int:
    import mlflow

    peer: Any = import_module("mlflow_widgets")
    client = mlflow.MlflowClient()
    some = client.search_runs([experiment_id], max_results=CURVES)
    where: dict[str, Any] = {"tracking_uri": uri, "poll_seconds": None}
    shown = [
        peer.MlflowRunTable(experiment_id=experiment_id, **where),
        peer.MlflowChart(runs=list(some), metric_key="loss", **where),
        peer.MlflowParallelCoordinates(tracking_uri=uri, experiment_id=experiment_id),
    ]
    size = sum(len(json.dumps(widget.get_state(), default=str)) for widget in shown)
    for widget in shown:
        widget.close()
    return size


def _fill(uri: str, folder: str) -> str:
    """Make a store by MLflow itself and return the id of the experiment with the runs."""
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param

    client = MlflowClient(uri)
    experiment_id: str = client.create_experiment("sweep", f"{folder}/artifacts")
    for number in range(RUNS):
        run = client.create_run(experiment_id, start_time=1_700_000_000_000 + number)
        curve = [
            Metric("loss", math.exp(-step / 30) + number / 1000, 1_700_000_000_000 + step, step)
            for step in range(STEPS)
        ]
        last = [Metric(f"m{key}", number * key / 7, 1_700_000_000_000, 0) for key in range(KEYS)]
        params = [Param(f"p{key}", str((number * (key + 1)) % 17 / 10)) for key in range(KEYS)]
        client.log_batch(run.info.run_id, [*curve, *last], params)
        client.set_terminated(run.info.run_id, "FINISHED", 1_700_000_001_000 + number)
    return experiment_id
