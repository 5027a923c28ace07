"""Journals as kernels write them."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

from mlflow import MlflowClient

from nbtrack.journal import places
from nbtrack.journal.writer import Journal
from tests.unit.stores import make_current

if TYPE_CHECKING:
    from pathlib import Path

GONE = 2**22 + 1  # above the greatest process id that Linux gives


def store_with_run(folder: Path) -> tuple[str, str]:
    """Make a store with a run; return its URI and the run's id."""
    make_current(folder / "mlflow.db")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    return uri, MlflowClient(uri).create_run("0").info.run_id


def journal(
    uri: str, run_id: str, points: int = 5, *, notebook: str = "train.ipynb", alive: bool = False
) -> Path:
    """Write a journal of a kernel that is gone, or of this process."""
    folder = places.begin("1f2e3d4c-5b6a", notebook)
    written = Journal(folder)
    written.run(run_id, uri, is_open=True)
    for step in range(points):
        written.points(run_id, {"loss": 1 / (step + 1)}, int(time.time() * 1000), step)
    written.close()
    if not alive:
        note = folder / "kernel.json"
        note.write_text(json.dumps(json.loads(note.read_text()) | {"pid": GONE}))
    assert places.is_written(folder) is alive
    return folder


def values(uri: str, run_id: str) -> list[float]:
    """Return the points that a store has."""
    return [point.value for point in MlflowClient(uri).get_metric_history(run_id, "loss")]


def environment(journals: Path) -> dict[str, str]:
    """Return the environment of a command in a process of its own."""
    return {**os.environ, places.VARIABLE: str(journals)}
