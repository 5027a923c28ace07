"""A store with a sweep in it: three learning rates, four seeds each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

from tests.server.filled import START, Filled

if TYPE_CHECKING:
    from pathlib import Path

ACCURACIES = {
    "0.1": (0.902, 0.911, 0.907, 0.899),
    "1e-2": (0.931, 0.924, 0.936, 0.929),
    "0.001": (0.914, 0.896, 0.921, 0.903),
}


def sweep(file: Path) -> Filled:
    """Make the store in a file."""
    uri = f"sqlite:///{file}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    made = Filled(uri, client.create_experiment("sweep", "file:///workspace/artifacts/sweep"), "", "")
    for lr, accuracies in ACCURACIES.items():
        for seed, accuracy in enumerate(accuracies):
            name = f"lr {lr}, seed {seed}"
            run = client.create_run(made.experiment_id, START + len(made.runs), run_name=name)
            made.runs[name] = run.info.run_id
            params = [Param("lr", lr), Param("random_state", str(seed)), Param("optimizer", "adam")]
            client.log_batch(run.info.run_id, [Metric("val_acc", accuracy, START, 0)], params)
            client.set_terminated(run.info.run_id, end_time=START + 9000)
    alone = client.create_run(made.experiment_id, START + 99, run_name="alone")
    made.runs["alone"] = alone.info.run_id
    params = [Param("lr", "0.5"), Param("random_state", "0"), Param("optimizer", "sgd")]
    client.log_batch(alone.info.run_id, [Metric("val_acc", 0.6, START, 0)], params)
    return made
