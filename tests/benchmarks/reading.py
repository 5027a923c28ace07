"""What a list, a curve and «anything new?» cost in a large SQLite store: ours, and MLflow's client's."""

from __future__ import annotations

import json
import math
import random
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tests.benchmarks.table import Line, compared, rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.store.opened import Store

RUNS = 10_000
KEYS = 10  # params, and metrics
CURVES = 50
STEPS = 20
LONG = 1_000_000
_START = 1_700_000_000_000
_COLUMNS = [f"{family}_{key}" for family in ("metrics.metric", "params.param") for key in range(KEYS)]


def reading() -> Iterator[Line]:
    """Read a store of 10,000 runs; what takes MLflow's client many seconds is asked of it once."""
    from nbtrack.store import calls
    from nbtrack.store.opened import Store

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mlflow.db"
        ids = _fill(file)
        store = Store(f"sqlite:///{file}", Path(folder))
        store.warm_up()
        store.ready()
        client = store.client
        page: dict[str, Any] = {"experiment_ids": ["1"], "max_results": 50, "columns": _COLUMNS}
        sort = "metrics.metric_3 DESC"
        search: dict[str, Any] = {"experiment_ids": ["1"], "max_results": 50}

        yield _line(
            f"page of 50 of {RUNS:,} runs", store, calls.runs, page, lambda: client.search_runs(**search), 20
        )
        yield _line(
            f"one experiment's {CURVES} curves of {STEPS} points",
            store,
            calls.history,
            {"run_ids": ids[:CURVES], "keys": ["metric_0"]},
            lambda: [client.get_metric_history(run_id, "metric_0") for run_id in ids[:CURVES]],
            10,
            once=True,
        )
        yield _line(
            "is there anything new?",
            store,
            calls.pulse,
            {},
            lambda: client.search_runs(["1"], max_results=1, order_by=["attributes.start_time DESC"]),
            1,
        )
        yield _line(
            f"page of 50 of {RUNS:,} runs by a metric",
            store,
            calls.runs,
            {**page, "order_by": sort},
            lambda: client.search_runs(**search, order_by=[sort]),
            50,
            once=True,
        )
        # MLflow's client needs a minute and a gigabyte for all points; a tenth of them is asked of it.
        yield _line(
            f"first paint of {LONG:,} points (MLflow: a tenth of them)",
            store,
            calls.history,
            {"run_ids": ids[:1], "keys": ["long"]},
            lambda: client.get_metric_history(ids[1], "tenth"),
            600,
            once=True,
        )


def _line(
    what: str,
    store: Store,
    call: Callable[..., object],
    arguments: dict[str, Any],
    peer: Callable[[], object],
    most_ms: float,
    *,
    once: bool = False,
) -> Line:
    ours: list[float] = []
    theirs: list[float] = []
    for number in rounds(9, 6, 3):
        ours.append(_ms(lambda: json.dumps(call(store, **arguments))))
        if not once or not number:
            theirs.append(_ms(peer))
    return compared(what, ("MlflowClient", theirs), ours, most_ms=most_ms)


def _ms(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return 1000 * (perf_counter() - begun)


def _fill(file: Path) -> list[str]:
    """Make a store with MLflow, fill it with plain SQL, and return the ids of its runs."""
    from nbtrack import storefile

    storefile.create(file, artifacts=None, ours=False)
    chance = random.Random(1)  # noqa: S311 - the same each time
    ids = [f"{chance.getrandbits(128):032x}" for _ in range(RUNS)]
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA synchronous = off")
        connection.execute(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, "
            "creation_time, last_update_time) VALUES (1, 'large', ?, 'active', 1, 1)",
            [str(file.parent)],
        )
        connection.executemany(
            "INSERT INTO runs (run_uuid, name, source_type, user_id, status, start_time, end_time, "
            "lifecycle_stage, artifact_uri, experiment_id) "
            "VALUES (?, ?, 'UNKNOWN', 'me', 'FINISHED', ?, ?, 'active', ?, 1)",
            (
                (one, f"run-{at}", _START + 1000 * at, _START + 1000 * at + 500, f"{file.parent}/{one}")
                for at, one in enumerate(ids)
            ),
        )
        connection.executemany(
            "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
            ((f"param_{key}", str(chance.random()), one) for one in ids for key in range(KEYS)),
        )
        connection.executemany(
            "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
            (
                (key, value, one)
                for at, one in enumerate(ids)
                for key, value in (("mlflow.user", "me"), ("mlflow.runName", f"run-{at}"))
            ),
        )
        connection.executemany(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) "
            "VALUES (?, ?, 1, 19, 0, ?)",
            ((f"metric_{key}", chance.random(), one) for one in ids for key in range(KEYS)),
        )
        connection.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)",
            _points(ids, chance),
        )
    return ids


def _points(ids: list[str], chance: random.Random) -> Iterator[tuple[str, float, int, str, int]]:
    # Every run has one curve, as in the store that the goals were measured in.
    for one in ids:
        for step in range(STEPS):
            yield "metric_0", chance.random(), _START + step, one, step
    for run_id, key, number in ((ids[0], "long", LONG), (ids[1], "tenth", LONG // 10)):
        for step in range(number):
            yield key, 2 + math.sin(step / 1e4) + chance.random(), _START + step, run_id, step
