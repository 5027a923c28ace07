"""What one logging call costs, each call by itself: nbtrack, MLflow, the floor, and what else is installed.

`python -m tests.benchmarks.calls` prints it as a table of its own, whose columns are not the main table's.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from math import ceil
from pathlib import Path
from statistics import fmean, median
from time import sleep
from typing import TYPE_CHECKING

from tests.benchmarks.calling import PAUSE, Contender, contenders
from tests.benchmarks.shell import BrokenError, Shell
from tests.benchmarks.table import rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEADINGS = ("one call, µs", "median", "p99", "mean", "paced median", "paced p99", "paced mean", "calls")
REPETITIONS = 5
SECONDS = 80
# What is done behind the calls ends before somebody else is measured.
REST = 0.2


class _Measured:
    """One contender's process, and what its repetitions took."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.shell = Shell(*contender.setup, python=contender.python)
        self.why_not = contender.why_not
        self._steps = 0
        self._plain: list[list[float]] = []
        self._paced: list[list[float]] = []

    def settle(self) -> None:
        """Be ready, and have logged already: the first call of all opens files and makes runs."""
        self._try(self.shell.settle)
        self._try(lambda: self._measure(0.0, [], 20))

    def turn(self) -> None:
        """Make a repetition."""
        self._try(lambda: self._measure(0.0, self._plain))
        self._try(lambda: self._measure(PAUSE, self._paced))

    def row(self) -> tuple[str, ...]:
        """Return its line of the table: of each figure the median of the repetitions."""
        if not self._paced:
            return self.contender.name, f"unmeasured: {self.why_not or 'no time left'}"
        figures = [
            _short(median(figure(took) for took in repetitions))
            for repetitions in (self._plain, self._paced)
            for figure in (median, _p99, fmean)
        ]
        return self.contender.name, *figures, f"{len(self._plain)} x {len(self._plain[0])}"

    def _measure(self, pause: float, into: list[list[float]], most: int = 10**6) -> None:
        into.append(self.contender.measured(self.shell, self._steps, pause, most))
        self._steps += self.contender.calls
        sleep(REST)

    def _try(self, work: Callable[[], None]) -> None:
        if self.why_not:
            return
        try:
            work()
        except (BrokenError, OSError) as error:
            print(error, file=sys.stderr, flush=True)  # noqa: T201
            self.why_not = "broken, see above"


def table() -> str:
    """Measure all by turns, on this machine at this time, and return the table."""
    from tests.unit.registering.servers import new_server

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nbtrack-bench-")))
        server = stack.enter_context(new_server(folder))
        measured = [_Measured(contender) for contender in contenders(server.uri)]
        here = [one for one in measured if not one.why_not]
        for one in here:  # they get ready together
            stack.enter_context(one.shell)
        for one in here:
            one.settle()
        for _ in rounds(REPETITIONS, SECONDS):
            for one in here:
                one.turn()
        return printed([one.row() for one in measured])


def printed(rows: Sequence[tuple[str, ...]]) -> str:
    """Return the table; a row that only says why it is empty may be wider than a column."""
    full = [HEADINGS, *(row for row in rows if len(row) == len(HEADINGS))]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    widths[0] = max(len(row[0]) for row in (HEADINGS, *rows))
    lines = ["  ".join("-" * width for width in widths)]
    for row in rows:
        if len(row) == len(HEADINGS):
            lines.append(_aligned(row, widths))
        else:
            lines.append("  ".join((row[0].ljust(widths[0]), *row[1:])))
    return "\n".join([_aligned(HEADINGS, widths), *lines])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join((row[0].ljust(widths[0]), *cells))


def _p99(took: Sequence[float]) -> float:
    return sorted(took)[ceil(len(took) * 0.99) - 1]


def _short(us: float) -> str:
    return f"{us:.2f}" if us < 10 else f"{us:.1f}" if us < 100 else f"{us:,.0f}"


def main() -> None:
    """Print the table, with the load that it was measured under."""
    before = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    print(table())  # noqa: T201 - it is a command
    after = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    print(f"\nMedians of {REPETITIONS} repetitions by turns; load {before:.1f} … {after:.1f}.")  # noqa: T201


if __name__ == "__main__":
    main()
