"""Two kernels log into one SQLite file at once, while somebody reads it."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import mlflow

from tests.soak.place import ENOUGH
from tests.soak.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.soak.place import Place


def sharing(place: Place, _chance: Random, scale: float, tell: Callable[[str], None]) -> Tally:
    """Read as another notebook does, until both kernels have logged all."""
    points = round(100_000 * scale)
    names = ("one", "two")
    tally = Tally()
    reads = 0
    client = mlflow.MlflowClient(place.uri)
    client.search_experiments()  # makes the file, and is quick from now on
    with ExitStack() as stack:
        kernels = [stack.enter_context(place.kernel(name)) for name in names]
        sent = [place.log(kernel, name, points) for kernel, name in zip(kernels, names, strict=True)]
        for name in names:
            place.wait_for(name, 1)
        deadline = time.monotonic() + ENOUGH
        while not all(place.has_ended(name) for name in names):
            assert time.monotonic() < deadline, "the runs do not end"
            fault = _read(client, place.run_id(names[reads % 2]), history=reads % 10 == 0)
            reads += 1
            if fault:
                tally.faults.append(fault)
            if reads % 10 == 0:
                tell(f"{reads} reads, {sum(map(place.logged, names)):,} points logged")
        for kernel, name, message in zip(kernels, names, sent, strict=True):
            tally.hear(name, kernel.wait(message, ENOUGH))
            tally.hear(name, kernel.run("1"))
            tally.count(place.store, place.run_id(name), place.logged(name), "FINISHED")
    tell(f"{reads} reads while they logged")
    return tally


def _read(client: mlflow.MlflowClient, run_id: str, *, history: bool) -> str:
    """Read by MLflow's own client; return what it raised."""
    try:
        client.search_runs([one.experiment_id for one in client.search_experiments()])
        client.get_run(run_id)
        if history:  # takes seconds, in which nothing else would be read
            client.get_metric_history(run_id, "a")
    except mlflow.MlflowException as error:
        return f"reader: {error}"
    return ""
