"""A defect of MLflow's that nbtrack must absorb: an interrupt inside SQLite logging wedges the kernel."""

from __future__ import annotations

import random
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.kernel.live import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernel.live import LiveKernel

KERNELS = 3
INTERRUPTS = 20


def test_sixty_interrupts_of_tight_logging_loops_wedge_no_kernel(bare: Callable[..., LiveKernel]) -> None:
    rng = random.Random(0)  # noqa: S311 - a reproducible sequence is the point
    for number in range(KERNELS):
        kernel = bare(f"wedge-{number}")
        kernel.ok("%load_ext nbtrack")
        kernel.ok("import mlflow\nmlflow.log_metric('warm', 1)", "warm")
        for turn in range(INTERRUPTS):
            sent = kernel.send(
                "i = 0\nwhile True:\n    mlflow.log_metric('i', i, step=i); i += 1", f"loop-{turn}"
            )
            time.sleep(rng.uniform(0.1, 0.4))
            kernel.interrupt()
            assert kernel.wait(sent, patience=15).status == "error"
            started = time.monotonic()
            kernel.ok("mlflow.log_metric('after', 1)", f"after-{turn}")
            assert time.monotonic() - started < 5, "the next cell did not log at once"
        # Twenty loops that logged as fast as they could: the store gets their ends a moment later.
        until(partial(_all_ended, kernel), 60)
        statuses = {run.data.tags["nbtrack.cell.id"].split("-")[0]: run.info.status for run in kernel.runs()}
        assert statuses["after"] == "FINISHED"
        assert statuses.get("loop", "KILLED") == "KILLED"
        kernel.__exit__()


def _all_ended(kernel: LiveKernel) -> bool:
    return not kernel.runs(query="attributes.status = 'RUNNING'")
