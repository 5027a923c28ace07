"""A live chart in a real kernel: ours beside what else draws live in notebooks.

Of an update, all the CPU that the kernel's process spends on it, its threads and messages included. A rival
that is not installed (`pip install 'nbtrack[bench]'`) is left out.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
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
logged = iter([drawing._metrics(1000 + 25 * turn, 25) for turn in range(100)])
def update(turn, data=None):
    card.add_metrics(card.runs["run"], next(logged))
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


_LOAD = "import time, mlflow\n%load_ext nbtrack\ntime.sleep(5)"  # somebody reads data, too
_FIRST = """
begun = time.time()
mlflow.log_metrics({"loss": 0.5, "acc": 0.5}, step=0)
print("begun", begun)
time.sleep(1)
"""


def first_sight() -> Iterator[Line]:
    """Time until the first metric of a kernel can be seen: our card's message, TensorBoard's page."""
    what, peer = "the first metric of a kernel with MLflow, until it is shown", "tensorboard, its start"
    if find_spec("tensorboard") is None:
        yield unmeasured(what, "tensorboard is not installed")
        return
    theirs, ours = [], []
    for _ in rounds(3, 40, 1):
        theirs.append(_tensorboard())
        ours.append(_card())
    yield compared(what, (peer, theirs), ours, most_ratio=1)


def _card() -> float:
    from tests.kernel.live import LiveKernel

    with (
        tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as folder,
        LiveKernel(Path(folder) / "study") as kernel,
    ):
        kernel.ok(_LOAD)
        sent = kernel.send(_FIRST, "cell")
        seen = begun = 0.0
        while not (seen and begun):
            message = kernel.client.get_iopub_msg(timeout=60)
            content = message["content"]
            if message["parent_header"].get("msg_id") != sent:
                continue
            if message["msg_type"] == "display_data":
                seen = time.time()
            elif "begun" in content.get("text", ""):
                begun = float(content["text"].split()[1])
        return 1000 * (seen - begun)


def _tensorboard() -> float:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as folder:
        begun = time.time()
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--host", "127.0.0.1"]
        server = subprocess.Popen(
            [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while time.time() < begun + 60:
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/"):
                    return 1000 * (time.time() - begun)
                time.sleep(0.02)
            raise TimeoutError("TensorBoard did not start within 60 seconds.")
        finally:
            server.terminate()
            server.wait(10)


def _took(said: str) -> list[float]:
    line = next(line for line in said.splitlines() if line.startswith("took "))
    found: list[float] = json.loads(line.removeprefix("took "))
    return found
