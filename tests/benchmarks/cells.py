"""What nbtrack costs each cell: one that does nothing, and one that logs a metric."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from tests.benchmarks.shell import NBTRACK, PLAIN
from tests.benchmarks.table import Line, compared, rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.shell import Shell
    from tests.kernel.live import LiveKernel

EXPLICIT = "with mlflow.start_run():\n    mlflow.log_metric('m', 1.0)"
IMPLICIT = "mlflow.log_metric('m', 1.0)"
# nbtrack writes behind the cell; whoever is measured next must not pay for it.
REST = 0.35
CALLS = 500


def nothing(plain: Shell, tracked: Shell) -> Iterator[Line]:
    """A `pass` cell, in blocks by turns: one process with nbtrack, one that has only MLflow."""
    for shell in (plain, tracked):
        shell.ms("pass", 200)
    off: list[float] = []
    on: list[float] = []
    for _ in rounds(60, 10):
        off.append(median(plain.ms("pass", 50)))
        on.append(median(tracked.ms("pass", 50)))
    more = median(mine - its for mine, its in zip(on, off, strict=True))
    yield compared(
        "`pass` cell, in the process", ("nbtrack not loaded", off), on, difference=more, most_extra_ms=0.2
    )


def logging(plain: Shell, tracked: Shell) -> Iterator[Line]:
    """A cell with one run and one metric on SQLite: what capture costs on its path."""
    peer: list[float] = []
    explicit: list[float] = []
    implicit: list[float] = []
    for shell in (plain, tracked):
        shell.ms(EXPLICIT, 2, REST)
    for _ in rounds(25, 30):
        peer += plain.ms(EXPLICIT, rest=REST)
        explicit += tracked.ms(EXPLICIT, rest=REST)
        implicit += tracked.ms(IMPLICIT, rest=REST)
    named = ("MLflow, start_run + log_metric + end_run", peer)
    yield compared("the same cell with nbtrack", named, explicit, most_extra_ms=5)
    yield compared("log_metric alone, in nbtrack's run", named, implicit, most_extra_ms=5)


def calls(plain: Shell, tracked: Shell) -> Iterator[Line]:
    """One call of many in a loop, with the journal: the cell's time divided by its calls."""
    loop = f"for n in range({CALLS}): mlflow.log_metric('m', n, step=n)"
    for shell in (plain, tracked):
        shell.ms("loop = mlflow.start_run()")
        shell.ms(loop)
    peer: list[float] = []
    ours: list[float] = []
    for _ in rounds(9, 30):
        peer += [took / CALLS for took in plain.ms(loop, rest=REST)]
        ours += [took / CALLS for took in tracked.ms(loop, rest=REST)]
    for shell in (plain, tracked):
        shell.ms("mlflow.end_run()")
    named = ("MLflow, SQLite", peer)
    yield compared("log_metric, one of 500 with the cell's end", named, ours, most_ratio=0.1)


def round_trip() -> Iterator[Line]:
    """A `pass` cell from the front end's side: a real kernel, sockets and all."""
    from tests.kernel.live import LiveKernel

    with (
        tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as folder,
        LiveKernel(Path(folder) / "off" / "study") as plain,
        LiveKernel(Path(folder) / "on" / "study") as tracked,
    ):
        plain.ok(PLAIN)
        tracked.ok(NBTRACK)
        tracked.ok(IMPLICIT)
        off: list[float] = []
        on: list[float] = []
        for number in rounds(220, 10, 25):
            for kernel, took in ((plain, off), (tracked, on)):
                ms = _trip(kernel)
                if number >= 20:
                    took.append(ms)
    yield compared("`pass` cell, kernel round trip", ("nbtrack not loaded", off), on)


def _trip(kernel: LiveKernel) -> float:
    begun = perf_counter()
    kernel.ok("pass")
    return (perf_counter() - begun) * 1000
