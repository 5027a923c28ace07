"""Notebooks that train in a real JupyterLab, and looks at the card under the cell."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient
from playwright.sync_api import expect

from tests.ui.lab import PATIENCE, command, go, wait_for_kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlflow.entities import Run
    from playwright.sync_api import Locator, Page

    from tests.ui.lab import Lab

NAME = "study.ipynb"
PICTURE = ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]

# Computes without a pause until the test says «done», and not for ever if it fails before.
LOOP = """
import math, os, time
step, end = 0, time.time() + 60
while not os.path.exists("done") and time.time() < end:
    step += 1
    mlflow.log_metrics({metrics}, step=step)
    time.sleep(0.005)  # a step of training takes longer than to log it
"""
TWO_LOSSES = '{"train_loss": 1 / step, "val_loss": 1 / step + 0.01 * math.sin(step / 9) + 0.1}'


class Study:
    """A notebook of two cells in a page: one has loaded nbtrack, the other trains.

    Starting a kernel and loading MLflow takes longest of all, so all tests share them.
    """

    def __init__(self, lab: Lab, page: Page) -> None:
        self.lab = lab
        self.page = page
        self._done = lab.root / "done"
        lab.write_notebook(NAME, "%load_ext nbtrack\nimport mlflow", "")
        self.open()
        wait_for_kernel(page)
        run_cell(page, 0)
        page.wait_for_function(f"{_CELLS}[0].execution_count !== null", timeout=PATIENCE)

    def open(self, name: str = NAME) -> None:
        """Open the notebook as it is in its file, or load its page again."""
        open_notebook(self.page, self.lab.url(name))

    def train(self, source: str) -> None:
        """Execute this in a cell that was not there before, without waiting for its end."""
        self.finish()
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        # Between two sockets Lab sends nothing.
        self.page.wait_for_function(f"{kernel}.connectionStatus === 'connected'", timeout=PATIENCE)
        # The answer comes after the cell of a test that has failed.
        self.page.evaluate(f"{kernel}.requestKernelInfo().then(() => null)")
        self._done.unlink()
        self.page.evaluate(
            "source => { const notebook = window.jupyterapp.shell.currentWidget.content.model.sharedModel;"
            "notebook.deleteCell(1); notebook.insertCell(1, {cell_type: 'code', source}); }",
            source,
        )
        run_cell(self.page, 1)

    def finish(self) -> None:
        """Let the loop end."""
        self._done.touch()

    def runs(self) -> list[Run]:
        """Return all runs in the store, the latest first."""
        client = MlflowClient(f"sqlite:///{self.lab.root}/mlflow.db")
        ids = [experiment.experiment_id for experiment in client.search_experiments()]
        return list(client.search_runs(ids, order_by=["attributes.start_time DESC"]))


def open_notebook(page: Page, url: str) -> None:
    """Open a notebook and wait for its session, though not for its kernel: that may be computing."""
    go(page, url)
    page.wait_for_function("window.jupyterapp.shell.currentWidget?.sessionContext?.isReady", timeout=PATIENCE)


def run_cell(page: Page, index: int) -> None:
    """Execute a cell as Ctrl+Enter does, without waiting for its end."""
    page.evaluate(
        "index => { const notebook = window.jupyterapp.shell.currentWidget.content;"
        "notebook.activeCellIndex = index; notebook.deselectAll();"
        "void window.jupyterapp.commands.execute('notebook:run-cell'); }",
        index,
    )


def outputs(page: Page) -> list[dict[str, Any]]:
    """Return the outputs of the cell that trains, as they would be saved."""
    found: list[dict[str, Any]] = page.evaluate(f"{_CELLS}[1].getOutputs()")
    return found


def wait_for_picture(page: Page, *, more: int = 0) -> None:
    """Wait until the card has made room for exactly the chart that stays, its picture and a text.

    `more` outputs may follow.
    """
    page.wait_for_function(
        "([count, kinds]) => { if (!window.jupyterapp.shell.currentWidget?.content?.model) { return false; }"
        f"const outputs = {_CELLS}[1].getOutputs();"
        "return outputs.length === count && "
        "JSON.stringify(Object.keys(outputs[0].data).sort()) === kinds; }",
        arg=[1 + more, json.dumps(PICTURE, separators=(",", ":"))],
        timeout=PATIENCE,
    )
    expect(page.locator(".jp-OutputArea-output .vega-embed canvas, .vega-embed svg").first).to_be_visible()


def card(page: Page) -> Locator:
    """Return the live card."""
    return page.locator(".nbtrack-Live")


def expect_drawn(page: Page) -> None:
    """Wait until the card has a chart."""
    expect(card(page).locator("canvas").first).to_be_visible(timeout=PATIENCE)


def pixels(page: Page) -> list[str]:
    """Return what the card's charts look like."""
    drawn: list[str] = page.evaluate(_PIXELS)
    return drawn


def wait_for_other_pixels(page: Page, before: list[str], timeout: float = 10_000) -> None:
    """Wait until a chart looks different."""
    page.wait_for_function(
        f"before => JSON.stringify({_PIXELS}) !== before",
        arg=json.dumps(before, separators=(",", ":")),
        timeout=timeout,
    )


def until(condition: Callable[[], object], seconds: float) -> float:
    """Wait for a condition outside of the page; return for how long, in seconds."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - start


def save(page: Page) -> None:
    """Save the notebook."""
    command(page, "docmanager:save")


_CELLS = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
_PIXELS = "[...document.querySelectorAll('.nbtrack-Live canvas')].map(canvas => canvas.toDataURL())"
