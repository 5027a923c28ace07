"""One update of a live chart in a real kernel: ours beside what else draws live in notebooks.

All the CPU that the kernel's process spends on it, its threads and messages included. A rival that is not
installed (`pip install 'nbtrack[bench]'`) is left out.
"""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.table import Line, compared, rounds, unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator

SERIES, POINTS = 10, 100
UPDATES = 15

_BEGIN = f"""
import sys, time, json
import numpy as np
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
x = np.arange({POINTS}, dtype=float)
def values(turn): return [np.sin((x + turn) / 9 + one) for one in range({SERIES})]
def measured(update):
    for turn in range(3): update(turn)
    took = []
    for turn in range({UPDATES}):
        data = values(turn)
        begun = time.process_time()
        update(turn, data)
        took.append(1000 * (time.process_time() - begun))
    print("took", json.dumps(took))
"""

OURS = """
import comm
from tests.benchmarks import drawing
from nbtrack.live.frame import frame
from nbtrack.live.layout import lay_out
card = drawing._filled(1000)
page = comm.create_comm(target_name="nbtrack")
def update(turn, data=None):
    card.add_metrics(card.runs["run"], drawing._metrics(1000 + 25 * turn, 25))
    head, points = frame(card, lay_out(card), detail="full", behind=None, system=[])
    page.send(head, buffers=[points])
measured(update)
"""

RIVALS = {
    "altair": """
import altair as alt, pandas as pd
def chart(data):
    rows = pd.concat([pd.DataFrame({"x": x, "y": y, "n": str(one)}) for one, y in enumerate(data)])
    return alt.Chart(rows).mark_line().encode(x="x", y="y", color="n")
live = alt.JupyterChart(chart(values(0))); display(live)
def update(turn, data=None): live.chart = chart(data or values(turn))
measured(update)
""",
    "bokeh": """
from bokeh.io import output_notebook, push_notebook, show
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure
output_notebook(hide_banner=True)
sources = [ColumnDataSource({"x": x, "y": y}) for y in values(0)]
p = figure(width=400, height=200)
for one in sources: p.line("x", "y", source=one)
handle = show(p, notebook_handle=True)
def update(turn, data=None):
    for one, y in zip(sources, data or values(turn)): one.data = {"x": x, "y": y}
    push_notebook(handle=handle)
measured(update)
""",
    "plotly": """
import plotly.graph_objects as go
live = go.FigureWidget([go.Scatter(x=x, y=y) for y in values(0)]); display(live)
def update(turn, data=None):
    with live.batch_update():
        for one, y in zip(live.data, data or values(turn)): one.y = y
measured(update)
""",
    "livelossplot": """
%matplotlib inline
from livelossplot import PlotLosses
live = PlotLosses(outputs=["MatplotlibPlot"])
def update(turn, data=None):
    live.update({f"m{one}": float(y[-1]) for one, y in enumerate(data or values(turn))})
    live.send()
measured(update)
""",
}


def live_charts() -> Iterator[Line]:
    """Kernel CPU of one update of ten series with a hundred points each."""
    from tests.kernel.live import LiveKernel

    with (
        tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as folder,
        LiveKernel(Path(folder) / "study") as kernel,
    ):
        kernel.ok(_BEGIN)
        for name, code in RIVALS.items():
            what = f"an update of {SERIES} series, {POINTS} points each"
            if find_spec(name) is None:
                yield unmeasured(what, f"{name} is not installed")
                continue
            ours: list[float] = []
            theirs: list[float] = []
            for _ in rounds(2, 10, 1):  # by turns
                theirs += _took(kernel.ok(code).stdout)
                ours += _took(kernel.ok(OURS).stdout)
            yield compared(what, (name, theirs), ours, most_ratio=1)


def _took(said: str) -> list[float]:
    line = next(line for line in said.splitlines() if line.startswith("took "))
    found: list[float] = json.loads(line.removeprefix("took "))
    return found
