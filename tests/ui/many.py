"""A store with many experiments and one of many runs, written row by row: MLflow would take an hour."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from nbtrack import storefile

if TYPE_CHECKING:
    from pathlib import Path

EXPERIMENTS = 200
RUNS = 10_000
KEYS = 10  # params, and metrics
_BEGUN = 1_790_000_000_000
_MINUTE = 60_000


def write(file: Path, *, experiments: int = EXPERIMENTS, runs: int = RUNS) -> list[str]:
    """Write the store and return the ids of the runs of the experiment «many», the newest first."""
    storefile.create(file, artifacts=None, ours=False)
    chance = random.Random(4)  # noqa: S311 - the same store each time
    ids = [f"{chance.getrandbits(128):032x}" for _ in range(runs)]
    names = ["many", *(f"team-{number % 8}/study-{number}" for number in range(experiments - 1))]
    with closing(sqlite3.connect(file)) as store, store:
        store.executemany(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, "
            "creation_time, last_update_time) VALUES (?, ?, '/nowhere', 'active', 1, ?)",
            ((number, name, experiments - number) for number, name in enumerate(names, start=1)),
        )
        store.executemany(
            "INSERT INTO runs (run_uuid, name, user_id, status, start_time, end_time, lifecycle_stage, "
            "artifact_uri, experiment_id) VALUES (?, ?, 'me', 'FINISHED', ?, ?, 'active', '/nowhere', 1)",
            (
                (one, f"run-{number}", _BEGUN - number * _MINUTE, _BEGUN - number * _MINUTE + 9000)
                for number, one in enumerate(ids)
            ),
        )
        store.executemany(
            "INSERT INTO tags (run_uuid, key, value) VALUES (?, 'mlflow.runName', ?)",
            ((one, f"run-{number}") for number, one in enumerate(ids)),
        )
        store.executemany(
            "INSERT INTO params (run_uuid, key, value) VALUES (?, ?, ?)",
            ((one, f"param_{key}", f"{chance.random():.4f}") for one in ids for key in range(KEYS)),
        )
        store.executemany(
            "INSERT INTO latest_metrics (run_uuid, key, value, timestamp, step, is_nan) "
            "VALUES (?, ?, ?, 1, 0, 0)",
            ((one, f"metric_{key}", chance.random()) for one in ids for key in range(KEYS)),
        )
    return ids


def as_new(file: Path) -> None:
    """Forget how «many» was looked at, and restore its runs that were deleted."""
    with closing(sqlite3.connect(file, timeout=30)) as store, store:
        store.execute("DELETE FROM experiment_tags WHERE experiment_id = 1")
        store.execute("UPDATE runs SET lifecycle_stage = 'active' WHERE lifecycle_stage = 'deleted'")
