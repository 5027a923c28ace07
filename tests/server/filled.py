"""A store with one of everything in it, made by MLflow itself."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, RunTag

from nbtrack import capabilities, tags

if TYPE_CHECKING:
    from pathlib import Path

    from mlflow.entities import LoggedModel, Run

START = 1_700_000_000_000
NOTEBOOK = "notebooks/churn.ipynb"
CELL = "3f0c2b1e"
MODEL = "churn"
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass
class Filled:
    """What was made: ids by name."""

    uri: str
    experiment_id: str
    other_id: str
    deleted_id: str
    runs: dict[str, str] = field(default_factory=dict)


def fill(folder: Path) -> Filled:
    """Make a store and its artifacts in a folder."""
    uri = f"sqlite:///{folder}/mlflow.db"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)

    def experiment(name: str) -> str:
        return str(client.create_experiment(name, artifact_location=(folder / "artifacts" / name).as_uri()))

    made = Filled(uri, experiment("notebooks/churn"), experiment("other"), experiment("old"))
    client.delete_experiment(made.deleted_id)
    client.set_experiment_tag(made.experiment_id, tags.NOTE, "Who leaves?")

    def run(name: str, at: int, experiment_id: str = made.experiment_id, **more: str) -> Run:
        found = client.create_run(
            experiment_id, start_time=START + at, tags={"mlflow.user": "ann", **more}, run_name=name
        )
        made.runs[name] = found.info.run_id
        return found

    cell = {tags.NOTEBOOK_PATH: NOTEBOOK, tags.CELL_ID: CELL, tags.CELL_SOURCE_SHA256: "9f86d081"}
    before = run("before", 0, **cell, **{tags.CELL_EXECUTION_COUNT: "3"})
    client.log_metric(before.info.run_id, "val_loss", 0.5, timestamp=START, step=0)
    client.set_terminated(before.info.run_id, end_time=START + 9000)

    again = {tags.CELL_EXECUTION: "5d2c-4", tags.CELL_EXECUTION_COUNT: "4"}
    best = run("best", 60_000, **cell, **again, **{tags.PREVIOUS_RUN: before.info.run_id})
    client.log_batch(
        best.info.run_id,
        metrics=[
            *(Metric("val_loss", 1 / (1 + step), START + 60_000 + step, step) for step in range(5)),
            Metric("odd", math.nan, START + 60_000, 0),
            Metric("odd", math.inf, START + 60_001, 1),
            Metric("system/cpu", 9.0, START + 60_000, 0),
        ],
        params=[Param("lr", "0.1"), Param("long", "x" * 5000)],
        tags=[RunTag("team", HOSTILE), RunTag(tags.NOTE, "**best** so far 🎉")],
    )
    data = Dataset("churn.csv", "1a2b3c", "local", '{"uri": "churn.csv"}', None, '{"num_rows": 100}')
    client.log_inputs(best.info.run_id, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
    model = client.create_logged_model(made.experiment_id, name="model", source_run_id=best.info.run_id)
    client.log_outputs(best.info.run_id, [LoggedModelOutput(model.model_id, 0)])
    _log_artifacts(client, best.info.run_id, folder)
    _register(client, made, folder / "mlflow.db", model)
    child = run("child", 61_000, **{tags.PARENT_RUN_ID: best.info.run_id})
    client.set_terminated(child.info.run_id, "FAILED", end_time=START + 62_000)
    client.set_terminated(best.info.run_id, end_time=START + 90_000)

    run("running", 120_000)
    plain = run(HOSTILE, 30_000, made.other_id)
    client.set_terminated(plain.info.run_id, "KILLED", end_time=START + 31_000)
    gone = run("gone", 10_000)
    client.delete_run(gone.info.run_id)
    return made


def _register(client: MlflowClient, made: Filled, file: Path, model: LoggedModel) -> None:
    """Register models as of a fixed time."""
    history = {tags.of_alias(tags.ALIAS_HISTORY, "champion"): '["1", "2"]'}
    client.create_registered_model(MODEL, {"team": HOSTILE, **history}, "Who *leaves*?")
    where = {tags.NOTEBOOK_PATH: NOTEBOOK, tags.CELL_ID: CELL}
    before = client.get_run(made.runs["before"]).info
    client.create_model_version(MODEL, f"{before.artifact_uri}/model", before.run_id)
    client.create_model_version(MODEL, model.artifact_location, made.runs["best"], where, description="# 2")
    client.create_model_version(MODEL, "https://ann:s3cret@example.org/model?sig=abc")
    client.create_model_version(MODEL, "gone")
    client.delete_model_version(MODEL, "4")
    client.set_registered_model_alias(MODEL, "champion", "2")
    client.set_registered_model_alias(MODEL, "challenger", "3")
    with capabilities.silent():
        client.transition_model_version_stage(MODEL, "1", "Archived")
    client.create_registered_model(f"{HOSTILE.replace('/', '')} 🎉")
    client.register_prompt("no-model", "Translate {{text}}.")
    with closing(sqlite3.connect(file)) as store, store:
        store.execute(
            "UPDATE model_versions SET creation_time = ?1 + 1000 * version, "
            "last_updated_time = ?1 + 2000 * version",
            [START],
        )
        store.execute(
            "UPDATE registered_models SET creation_time = ?1, last_updated_time = ?1 + 1000 * (name = ?2)",
            [START, MODEL],
        )


def _log_artifacts(client: MlflowClient, run_id: str, folder: Path) -> None:
    client.log_text(run_id, "hello", "notes.txt")
    client.log_text(run_id, "<script>parent.hacked = 1</script>", "page.html")
    client.log_text(run_id, "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "plot.svg")
    client.log_text(run_id, "a,b\n1,2\n3,4\n", "tables/data.csv")
    client.log_text(run_id, '{"a": 1}', f"deep/er/{HOSTILE.replace('/', '')}.json")
    root = folder / "artifacts" / "notebooks" / "churn" / run_id / "artifacts"
    (root / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "secret.txt").write_text("s3cret")
    (root / "out.txt").symlink_to(folder / "secret.txt")
    (root / "outside").symlink_to(folder)
