"""A store of odd things, made by MLflow itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, RunTag

from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "",
    "a",
    "A",
    "0.1",
    "é€😀",
    "it's",
    'say "hi"',
    "`tick`",
    "50%_x",
    "a\nb",
    "<script>alert(1)</script>",
]
VALUES = [0.0, 1.0, -1.5, math.nan, math.inf, -math.inf, 1e308, 5e-324, 0.1, 0.5, 1.0, math.nan]
STATUSES = ["FINISHED", "FAILED", "KILLED", "RUNNING", "FINISHED"]


@dataclass
class Odd:
    uri: str
    file: Path
    experiments: dict[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    client: Any = None


def make(folder: Path) -> Odd:
    file = folder / "mlflow.db"
    stores.make_current(file)
    odd = Odd(f"sqlite:///{file}", file)
    client = odd.client = MlflowClient(odd.uri, odd.uri)
    for name in ("notebooks/churn", "Été 😀", "empty", "deleted"):
        odd.experiments[name] = client.create_experiment(
            name, f"{folder}/artifacts/{name}", tags={"mlflow.note.content": f"of {name}"}
        )
    client.set_experiment_tag(odd.experiments["Été 😀"], "mlflow.experiment.primaryMetric.name", "train/loss")
    for number in range(36):
        odd.runs.append(_run(client, odd, number))
    for run_id in odd.runs[5:8]:
        client.delete_run(run_id)
    client.create_run(odd.experiments["deleted"])
    client.delete_experiment(odd.experiments["deleted"])
    return odd


def _run(client: MlflowClient, odd: Odd, number: int) -> str:
    experiment = odd.experiments["notebooks/churn" if number % 4 else "Été 😀"]
    tags = {
        "mlflow.user": "ada" if number % 3 else "bob",
        "nbtrack.cell.id": f"cell-{number % 5}",
        "nbtrack.notebook.path": 'it\'s "a" `path`.ipynb' if number % 2 else "notebooks/churn.ipynb",
        "nbtrack.cell.execution_count": "no number" if number == 4 else str(number),
        "team.name": TEXTS[number % len(TEXTS)],
    }
    if number % 6 == 5:
        tags["mlflow.parentRunId"] = odd.runs[1]
    # Three runs at a time begin together: ties.
    run = client.create_run(
        experiment, start_time=1_700_000_000_000 + number // 3, tags=tags, run_name=TEXTS[number % 7] or None
    )
    run_id: str = run.info.run_id
    if number % 9 != 8:  # one in nine has nothing
        client.log_batch(run_id, _metrics(number), _params(number), [RunTag("é", "ü")])
    if number % 4 == 1:
        data = Dataset(
            f"data-{number % 3}",
            f"d{number % 2}",
            "http",
            '{"url": "https://example.org/x"}',
            schema='{"a": "long"}' if number % 3 else None,
            profile=f'{{"num_rows": {number}}}' if number % 5 else "{",
        )
        context = InputTag("mlflow.data.context", "training" if number % 8 == 1 else "Eval")
        client.log_inputs(run_id, [DatasetInput(data, [] if number == 9 else [context])])
    if number % 7 == 3:
        model = client.create_logged_model(experiment, name=f"model-{number}", source_run_id=run_id)
        client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=0)])
    status = STATUSES[number % len(STATUSES)]
    if status != "RUNNING":
        client.set_terminated(run_id, status, 1_700_000_100_000 + (number * 7) % 11)
    return run_id


def _metrics(number: int) -> list[Metric]:
    value = VALUES[number % len(VALUES)]
    points = [
        Metric("train/loss", value + step if math.isfinite(value) else value, 1000 + step, step)
        for step in range(3)
    ]
    points.append(Metric("val acc", VALUES[(number * 5) % len(VALUES)], 2000, 0))
    if number % 2:
        points.append(Metric("system/cpu", 3.0, 2000, 0))
    return points


def _params(number: int) -> list[Param]:
    text = TEXTS[(number * 3) % len(TEXTS)]
    params = [Param("lr", str(number % 5 / 10)), Param("odd key/é", text), Param("long", "x" * 5000)]
    return params[: 1 + number % 3]
