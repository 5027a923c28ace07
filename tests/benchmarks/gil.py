"""How much slower a loop's own work gets by what runs behind its logging calls, about a thousand a second.

The calls' own time is taken off: what is left is the wait for Python's lock, for a core and for caches, which
the drawing of the card, MLflow's threads and the sending of the journal take. In a real kernel with a page
that looks on, by turns with the same loop that logs nothing. `python -m tests.benchmarks.gil` prints it.
"""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.shell import NBTRACK, PLAIN
from tests.benchmarks.table import Line, compared, printed, rounds, unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kernel.live import LiveKernel

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
PIECES = 700
# What was put off by a loop is done before the next one begins.
REST = 0.7
CALL = "mlflow.log_metric('m', 1.0, step=n)"
# A line like the journal's, and nothing else: what a call that survives the kernel costs at the least.
FLOOR = "os.write(file.fileno(), f'metric {0:032} m 1.0 {int(time.time() * 1000)} {n}'.encode())"
OPENED = f"{PLAIN}\nimport os, tempfile; file = tempfile.TemporaryFile()"
ASYNC = "mlflow.log_metric('m', 1.0, step=n, synchronous=False)"

_DEFINED = """
import json, time, mlflow
{setup}
def loop(times, pieces, clock=time.perf_counter):
    inside = 0.0
    begun = clock()
    for n in range(pieces):
        if True:
            {work}
        called = clock()
        {call}
        inside += clock() - called
    return 1000 * (clock() - begun - inside), 1000 * inside
"""
_CALIBRATED = """
times = 1
while (took := min(loop(times, 5)[0] for _ in range(3)) / 5) < 1:
    times = max(times + 1, int(times / max(took, 0.05)))
"""
_RUN = """
print("took", json.dumps(loop(times, {pieces})))
time.sleep({rest})
"""


def slowed() -> Iterator[Line]:
    """Each kind of loop with nbtrack, then with bare writes and with MLflow's own asynchronous logging."""
    yield from _compared("nbtrack's calls", NBTRACK, CALL, 10, most_ratio=1.01)
    yield from _compared("bare writes of a line", OPENED, FLOOR, 10)
    yield from _compared("MLflow's asynchronous calls", PLAIN, ASYNC, 6)


def _compared(
    whose: str, setup: str, call: str, number: int, *, most_ratio: float | None = None
) -> Iterator[Line]:
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
            logging = _DEFINED.format(setup=before, work=work, call=call)
            silent = _DEFINED.format(setup=before, work=work, call="pass")
            kernel.ok(f"{silent}{_CALIBRATED}")
            off: list[float] = []
            on: list[float] = []
            for turn in rounds(number, 30, 3):
                pair = ((silent, off), (logging, on))
                # Whoever is second finds a warmer machine: that is each of them half of the time.
                for code, into in pair if turn % 2 else pair[::-1]:
                    into.append(_own(kernel, code))
            yield compared(what, ("without calls", off), on, most_ratio=most_ratio)


def _own(kernel: LiveKernel, code: str) -> float:
    """Return the milliseconds of a loop beyond its calls."""
    kernel.ok(code, "loop")
    said = kernel.ok(_RUN.format(pieces=PIECES, rest=REST), "loop").stdout
    line = next(line for line in said.splitlines() if line.startswith("took "))
    own, _ = json.loads(line.removeprefix("took "))
    return float(own)


if __name__ == "__main__":
    print(printed(slowed()))  # noqa: T201 - it is a command
