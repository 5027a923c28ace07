"""What it costs to import nbtrack and to load it into a kernel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.benchmarks.cells import EXPLICIT, IMPLICIT
from tests.benchmarks.shell import BrokenError, Shell, bare
from tests.benchmarks.table import Line, compared, rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMED = """
import json, sys
from time import perf_counter
begun = perf_counter()
import {module}
took = (perf_counter() - begun) * 1000
heavy = [name for name in ("mlflow", "altair", "pandas") if name in sys.modules]
print(json.dumps([took, heavy]))
"""


def importing() -> Iterator[Line]:
    """Import nbtrack in a fresh Python, by turns with another small package."""
    ours: list[float] = []
    small: list[float] = []
    large: list[float] = []
    for number in rounds(9, 15, 3):
        ours.append(_import("nbtrack", light=True))
        small.append(_import("xml.dom.minidom"))
        if number < 3:
            large.append(_import("mlflow"))
    yield compared("import nbtrack", ("import mlflow", large), ours, most_ms=50)
    yield compared("import nbtrack (no mlflow, altair, pandas)", ("import xml.dom.minidom", small), ours)


def loading() -> Iterator[Line]:
    """Load nbtrack in a fresh shell that has MLflow, alone and with scikit-learn."""
    took: dict[str, list[list[float]]] = {"": [], ", sklearn": []}
    first: list[float] = []
    for _ in rounds(5, 60):
        with Shell() as shell:
            shell.ms("import mlflow")
            shell.ms("mlflow.set_tracking_uri('sqlite:///mlflow.db')")
            first += shell.ms(EXPLICIT)
        for also, measured in took.items():
            with Shell() as shell:
                imported = shell.ms("import mlflow")
                shell.ms(f"import os{also}")
                measured.append(imported + shell.ms("%load_ext nbtrack") + shell.ms(IMPLICIT))
    for also, measured in took.items():
        imports, loads, logs = zip(*measured, strict=True)
        there = f" (mlflow{also} there)"
        yield compared(f"%load_ext nbtrack{there}", ("import mlflow", imports), loads, most_ms=300)
        both = [load + log for load, log in zip(loads, logs, strict=True)]
        yield compared(
            f"%load_ext + first logging cell{there}", ("MLflow's first, without autolog", first), both
        )


def _import(module: str, *, light: bool = False) -> float:
    took, heavy = json.loads(bare(_TIMED.format(module=module)))
    if light and heavy:
        raise BrokenError(f"import {module} imports {', '.join(heavy)}")
    return float(took)
