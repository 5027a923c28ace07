"""A store with runs to compare, made by MLflow itself."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

START = 1_700_000_000_000
STEPS = 20
HOSTILE = "<script>alert(1)</script> a/b.c[0]['d'] \"e\" $f ${g} {{h}} \x1b[31m\n</td> é😀"
ODD_METRIC = "a/b.c[0]['d']\"e\"$f"
LEARNING_RATES = ("1e-3", "0.001", "0.01")


@dataclass
class Study:
    """The ids of what is in it.

    Attributes
    ----------
    plain
        Twelve runs: learning rates (two of them the same number) by four seeds, with curves.
    odd
        Runs that lack things, and have NaN, infinities, long and hostile texts; the first is deleted.
    sweep, children
        A run that stands for a cell, and its four children.
    """

    uri: str
    file: Path
    client: MlflowClient
    experiment: str = ""
    plain: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    sweep: str = ""
    children: list[str] = field(default_factory=list)


def make(folder: Path) -> Study:
    file = folder / "mlflow.db"
    stores.make_current(file)
    uri = f"sqlite:///{file}"
    study = Study(uri, file, MlflowClient(uri, uri))
    study.experiment = study.client.create_experiment("churn", f"{folder}/artifacts")
    for number in range(12):
        study.plain.append(_plain(study, number))
    study.odd = _odd(study)
    study.sweep, study.children = _sweep(study)
    with closing(sqlite3.connect(file)) as connection, connection:
        # MLflow refuses such a key today; other servers, and older ones, have them.
        for table in ("metrics", "latest_metrics"):
            connection.execute(f"UPDATE {table} SET key = ? WHERE key = 'odd metric'", [ODD_METRIC])  # noqa: S608
    return study


def loss(number: int, step: int) -> float:
    """The loss of a plain run: 0.1 less for the third learning rate, and a little for the seed."""
    return 1 / (step + 1) - (0.1 if number % 3 == 2 else 0) + 0.001 * (number // 3)


def _run(study: Study, number: int, name: str, tags: dict[str, str], *, experiment: str | None = None) -> str:
    run = study.client.create_run(
        experiment or study.experiment, start_time=START + 1000 * number, run_name=name, tags=tags
    )
    run_id: str = run.info.run_id
    return run_id


def _plain(study: Study, number: int) -> str:
    tags = {
        "nbtrack.notebook.path": "study.ipynb",
        "nbtrack.cell.id": "train" if number % 2 else "other",
        "nbtrack.cell.source_sha256": f"{number % 2}" * 64,
        "team": "ada" if number % 2 else "bob",
    }
    run_id = _run(study, number, f"run-{number}", tags)
    metrics = [
        Metric("val_loss", loss(number, step), START + 1000 * number + 10 * step, step)
        for step in range(STEPS)
    ]
    metrics.append(Metric("accuracy", 0.9 + number / 1000, START, 0))
    params = [
        Param("lr", LEARNING_RATES[number % 3]),
        Param("seed", str(number // 3)),
        Param("depth", "3"),
        Param("flag", str(number % 2 == 0)),
    ]
    study.client.log_batch(run_id, metrics, params, [RunTag("same", "x")])
    data = Dataset("heart", f"digest-{number % 2}", "http", '{"url": "https://example.org"}')
    study.client.log_inputs(run_id, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
    study.client.set_terminated(run_id, "FINISHED", START + 1000 * number + 500)
    return run_id


def _odd(study: Study) -> list[str]:
    client = study.client
    bare = _run(study, 20, "bare", {})
    infinite = _run(study, 21, "infinite", {})
    client.log_batch(
        infinite,
        [
            Metric("val_loss", math.nan, START, 0),
            Metric("accuracy", math.inf, START, 0),
            Metric("odd metric", 0.5, START, 0),
        ],
        [Param("lr", "nan"), Param("long", "x" * 5000 + "a")],
    )
    hostile = _run(study, 22, HOSTILE, {"note": HOSTILE, "mlflow.note.content": HOSTILE})
    client.log_batch(
        hostile,
        [Metric("accuracy", -math.inf, START, 0), Metric("odd metric", 0.25, START, 0)],
        [Param("lr", HOSTILE), Param("long", "x" * 5000 + "b"), Param("constructor", "toString")],
    )
    client.delete_run(bare)
    return [bare, infinite, hostile]


def _sweep(study: Study) -> tuple[str, list[str]]:
    other = study.client.create_experiment("sweeps", f"{study.file.parent}/artifacts")
    parent = _run(study, 30, "sweep", {"nbtrack.cell.role": "parent"}, experiment=other)
    children = []
    for number in range(4):
        tags = {"mlflow.parentRunId": parent}
        child = _run(study, 31 + number, "same name", tags, experiment=other)
        study.client.log_batch(
            child, [Metric("accuracy", 0.5 + number / 10, START, 0)], [Param("C", str(number))]
        )
        children.append(child)
    return parent, children
