"""The thread that draws imports nothing: MLflow's hooks on imports can lock out it and the user's cell."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A process of its own each: what one has imported, the next would not.
CODE = """
import contextvars, sys
from mlflow.entities import Metric
from nbtrack.kernel.watch import _prepare
from nbtrack.live.pages import Pages
from nbtrack.live.screen import Screen
from nbtrack.live.system import System
from nbtrack.look import Look
from nbtrack.painter import Painter
from nbtrack.picture import rehearse

class Publisher:
    def publish(self, *_, **__): pass

class Page:
    def send(self, *_, **__): pass
    on_msg = on_close = send

def users(table):
    import altair as alt
    return alt.Chart(table).mark_line().encode(x="step", y="value", color="metric")

_prepare()
OWN and rehearse()
before = set(sys.modules)
from nbtrack.live.card import Card
from nbtrack.live.show import Show

card = Card("nbtrack-key-1", "cell", 1)
run = card.add_run("r", "1", "brave-fox")
card.add_metrics(run, [Metric(key, 1 / (i + 1), 1000 * i, i) for i in range(50) for key in ("loss", "acc")])
pages, painter = Pages(lambda: None), Painter()
pages.opened(Page(), {})
screen = Screen(Publisher(), contextvars.copy_context(), "key", "cell")
show = Show(card, screen, pages, Look(chart=users if OWN else None), System(), print)
for _ in range(2):
    card.changes += 1
    show.due = 0.0
    show.draw()
show.finish("FINISHED", 5000)
show.paint(painter.png)
painter.close()
print(*sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize("own", [False, True], ids=["our chart", "the user's chart"])
def test_drawing_imports_nothing(own: bool) -> None:  # noqa: FBT001 - a parameter of the test
    code = CODE.replace("OWN", str(own))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
