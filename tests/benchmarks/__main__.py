"""`make bench`: print what nbtrack costs. Never fails for being slow: the machine may be busy."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING

from tests.benchmarks import cells, comparing, drawing, fits, loading, peerpanel, reading, rivals
from tests.benchmarks.shell import NBTRACK, PLAIN, Shell
from tests.benchmarks.table import ENOUGH, Line, printed, unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def warm() -> Iterator[Line]:
    """Measure what is measured in processes that have been used before; they get ready together."""
    with (
        Shell(PLAIN, cells.EXPLICIT) as plain,
        Shell(PLAIN, fits.DEFAULTS, fits.DATA, fits.FIT) as autologged,
        Shell(NBTRACK, cells.IMPLICIT) as tracked,
    ):
        for shell in (plain, autologged, tracked):
            shell.settle()
        yield from cells.nothing(plain, tracked)
        yield from cells.logging(plain, tracked)
        yield from cells.calls(plain, tracked)
        yield from fits.fitting(plain, autologged, tracked)


BENCHMARKS: tuple[Callable[[], Iterator[Line]], ...] = (
    warm,
    loading.importing,
    loading.loading,
    cells.round_trip,
    drawing.frames,
    drawing.loop,
    reading.reading,
    peerpanel.panels,
    comparing.opening,
    rivals.live_charts,
    rivals.first_sight,
)


def main() -> None:
    """Measure, one benchmark after the other."""
    begun = monotonic()
    lines: list[Line] = []
    for benchmark in BENCHMARKS:
        what = benchmark.__name__.replace("_", " ")
        if monotonic() > ENOUGH:
            lines.append(unmeasured(what, "no time left: the machine is busy"))
            continue
        _tell(f"{monotonic() - begun:4.0f} s  {what} …")
        try:
            for line in benchmark():
                lines.append(line)
                _tell(printed([line]).splitlines()[-1])
        except Exception as error:  # noqa: BLE001 - the other lines are still worth having
            _tell(str(error))
            lines.append(unmeasured(what, "broken, see above"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("mlflow", "ipython", "scikit-learn"))
    print(printed(lines))  # noqa: T201 - it is a command
    print(  # noqa: T201
        f"\nMedians, by turns with the peer. Python {platform.python_version()}, {libraries}; "
        f"{os.cpu_count()} cores{load}; {monotonic() - begun:.0f} s."
    )


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
