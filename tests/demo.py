"""What `make demo` does: execute a notebook in a real kernel and print the runs that it made.

The notebook is executed as it is, and stored nowhere; its runs go to the store that nbtrack chooses.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    from mlflow.entities import Run

PARAMS = ("C", "max_depth", "n_estimators")
METRICS = ("test_accuracy", "training_accuracy_score")


def execute(notebook: Path) -> list[str]:
    """Execute a notebook in its own folder; return the keys of its cells' executions."""
    os.environ["JPY_SESSION_NAME"] = str(notebook.resolve())
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    content = nbformat.read(notebook, as_version=4)
    content.cells.append(
        nbformat.v4.new_code_cell(
            "import nbtrack; print(mlflow.get_tracking_uri()); print(nbtrack.track().experiment)"
        )
    )
    client = NotebookClient(content, timeout=600, resources={"metadata": {"path": str(notebook.parent)}})
    client.execute()
    said: str = content.cells[-1].outputs[0]["text"]
    return said.splitlines()


def show(store: str, experiment: str, since: int) -> int:
    """Print the runs of an experiment made since a moment (milliseconds); return how many there are."""
    import mlflow

    client = mlflow.MlflowClient(store)
    found = client.get_experiment_by_name(experiment)
    if found is None:
        return 0
    runs = client.search_runs(
        [found.experiment_id], f"attributes.start_time >= {since}", order_by=["attributes.start_time ASC"]
    )
    for run in runs:
        if "mlflow.parentRunId" not in run.data.tags:
            show_run(run, "")
            for child in runs:
                if child.data.tags.get("mlflow.parentRunId") == run.info.run_id:
                    show_run(child, "    ")
    return len(runs)


def show_run(run: Run, mark: str) -> None:
    """Print one run."""
    print(f"{mark}{run.data.tags['mlflow.runName']:<22} {run.info.status}")  # noqa: T201 - it is a command
    params = {key.rpartition("__")[2]: value for key, value in run.data.params.items()}
    metrics = run.data.metrics
    shown = [f"{key}={params[key]}" for key in PARAMS if key in params]
    shown += [f"{key}={metrics[key]:.3f}" for key in METRICS if key in metrics]
    if params or metrics:
        shown.append(f"({len(params)} params, {len(metrics)} metrics)")
    print(f"{mark}  {'  '.join(shown)}")  # noqa: T201


def main() -> int:
    """Run the demo; return the process's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", nargs="?", type=Path, default=Path("notebooks/01_first_run.ipynb"))
    notebook = parser.parse_args().notebook
    begun = time.time()
    print(f"Executing {notebook} …", flush=True)  # noqa: T201
    store, experiment = execute(notebook)
    print(f"\nRuns in experiment «{experiment}» of {store}:\n")  # noqa: T201
    count = show(store, experiment, int(begun * 1000))
    print(f"\n{count} runs, {time.time() - begun:.0f} s.")  # noqa: T201
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main())
