"""How much slower a loop's own work gets by what runs behind its logging calls, about a thousand a second.

The calls' own time is taken off, and on Linux the wait for a core: what is left is the wait for Python's lock
and for caches, which the drawing of the card, MLflow's threads and the sending of the journal take. In a real
kernel with a page that looks on, by turns with the same loop that logs nothing.
`python -m tests.benchmarks.gil` prints it.
"""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.shell import NBTRACK, PLAIN
from tests.benchmarks.table import Line, compared, printed, unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator


# A piece of work is about a millisecond: the cell finds out how many times that is.
WORK = {
    "a Python loop": ("pass", "x = 0\n            for i in range(times): x = (x * 31 + i) % 1013"),
    "a NumPy loop": (
        "import numpy as np; a = np.random.rand(20_000); b = np.empty_like(a)",
        "for i in range(times): np.sin(a, out=b)",
    ),
    "a torch loop": (
        "import torch; torch.set_num_threads(1); a = torch.rand(64, 64)",
        "for i in range(times): a @ a",
    ),
}
# Blocks with and without calls alternate in one cell, over the same code and arrays: between two cells, where
# arrays lie in memory alone makes more than a hundredth.
PIECES = 400
BLOCKS = 30
# What was put off by a block is done before the next one begins.
REST = 0.25
CALL = "mlflow.log_metric('m', 1.0, step=n)"
# A line like the journal's, and nothing else: what a call that survives the kernel costs at the least.
FLOOR = "os.write(file.fileno(), f'metric {0:032} m 1.0 {int(time.time() * 1000)} {n}'.encode())"
OPENED = f"{PLAIN}\nimport os, tempfile; file = tempfile.TemporaryFile()"
ASYNC = "mlflow.log_metric('m', 1.0, step=n, synchronous=False)"

_DEFINED = """
import json, pathlib, threading, time, mlflow
{setup}
def queued(file=pathlib.Path(f"/proc/self/task/{{threading.get_native_id()}}/schedstat")):
    return int(file.read_text().split()[1]) / 1e6 if file.exists() else 0.0
def block(times, pieces, logging, clock=time.perf_counter):
    inside = 0.0
    waited = queued()
    begun = clock()
    for n in range(pieces):
        if True:
            {work}
        called = clock()
        if logging:
            {call}
        inside += clock() - called
    return 1000 * (clock() - begun - inside) - (queued() - waited)
times = 1
while (took := min(block(times, 5, False) for _ in range(3)) / 5) < 1:
    times = max(times + 1, int(times / max(took, 0.05)))
"""
_RUN = """
took = [[], []]
for turn in range({blocks}):
    # Whoever is second finds a warmer machine: that is each of them half of the time.
    for logging in (turn % 2, 1 - turn % 2):
        took[logging].append(block(times, {pieces}, logging))
        time.sleep({rest})
print("took", json.dumps(took))
"""


def slowed() -> Iterator[Line]:
    """Each kind of loop with nbtrack, then with bare writes and with MLflow's own asynchronous logging."""
    yield from _compared("nbtrack's calls", NBTRACK, CALL, most_ratio=1.01)
    yield from _compared("bare writes of a line", OPENED, FLOOR)
    yield from _compared("MLflow's asynchronous calls", PLAIN, ASYNC)


def _compared(whose: str, setup: str, call: str, *, most_ratio: float | None = None) -> Iterator[Line]:
    from tests.kernel.live import LiveKernel

    with (
        tempfile.TemporaryDirectory(prefix="nbtrack-bench-", ignore_cleanup_errors=True) as folder,
        LiveKernel(Path(folder) / "study") as kernel,
    ):
        kernel.ok(setup)
        if setup == NBTRACK:
            kernel.listen()
        kernel.ok("import mlflow; run = mlflow.start_run()")
        for name, (before, work) in WORK.items():
            what = f"{name}'s own work beside {whose}"
            if "torch" in name and find_spec("torch") is None:
                yield unmeasured(what, "torch is not installed")
                continue
            kernel.ok(_DEFINED.format(setup=before, work=work, call=call))
            said = kernel.ok(_RUN.format(blocks=BLOCKS, pieces=PIECES, rest=REST), "loop").stdout
            line = next(line for line in said.splitlines() if line.startswith("took "))
            off, on = json.loads(line.removeprefix("took "))
            yield compared(what, ("without calls", off), on, most_ratio=most_ratio)


if __name__ == "__main__":
    print(printed(slowed()))  # noqa: T201 - it is a command
