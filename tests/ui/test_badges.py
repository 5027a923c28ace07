"""The line under a cell that made runs, in a real JupyterLab."""

from __future__ import annotations

import contextlib
import json
import re
import time
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from mlflow import MlflowClient
from playwright.sync_api import expect

from tests.ui.lab import PATIENCE, command
from tests.ui.live import LOOP, NAME, TWO_LOSSES, open_notebook, run_cell, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    from tests.ui.live import Study

_NOTEBOOK = "window.jupyterapp.shell.currentWidget.content"
_LABELS = (
    f"{_NOTEBOOK}.widgets.map(cell => {{"
    "const all = [...cell.node.querySelectorAll('.nbtrack-CellBadge button')].map(one => one.ariaLabel);"
    "return all.length > 1 ? all : all[0] ?? null; })"
)
_SOURCE = "mlflow.log_metric('val_loss', 0.25)"
_LOOP = "for lr in (1, 2, 3):\n    with mlflow.start_run():\n        mlflow.log_metric('val_loss', lr)"
_HOSTILE = "<img src=x onerror='window.hacked = 1'>\u202e"
_CELLS = 100
_EVERY = 4
SECOND = 1000  # milliseconds


@pytest.fixture
def quick(study: Study) -> Iterator[Study]:
    """Return the study with one finished run of a short cell."""
    study.train(_SOURCE)
    expect(badge(study.page)).to_contain_text("finished", timeout=PATIENCE)
    yield study
    if study.page.evaluate("window.jupyterapp.shell.currentWidget.context.path") != NAME:
        study.page.evaluate(f"window.jupyterapp.shell.currentWidget.context.rename('{NAME}')")


def test_badge_is_live(study: Study, picture: Callable[..., None]) -> None:
    page = study.page
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    study.train(LOOP.format(metrics=TWO_LOSSES))
    expect(badge(page)).to_contain_text("running", timeout=PATIENCE)
    before = badge(page).text_content() or ""
    assert "val_loss" in before
    expect(badge(page)).not_to_have_text(before, timeout=SECOND)
    badge(page).scroll_into_view_if_needed()
    picture(page, "light")
    command(page, "apputils:change-theme", theme="JupyterLab Dark")
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
    picture(page, "dark")
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    study.finish()
    until(lambda: study.runs()[0].info.status == "FINISHED", seconds=10)
    expect(badge(page)).to_contain_text("finished", timeout=SECOND)
    (run, *_) = study.runs()
    name = badge(page).get_by_role("button", name=f"finished {run.info.run_name}, val_loss")
    expect(name).to_be_visible()


def test_badge_counts_and_tells_of_edits(quick: Study) -> None:
    page = quick.page
    button = badge(page).get_by_role("button")
    run_cell(page, 1)
    expect(button).to_contain_text("1 earlier", timeout=10 * SECOND)
    edit(page, f"{_SOURCE}  # more")
    expect(button).to_have_accessible_name(_ends(", 1 earlier, edited since: run of this cell"))
    edit(page, _SOURCE)
    expect(button).to_have_accessible_name(_ends(", 1 earlier: run of this cell"))
    edit(page, f"{_SOURCE}\n1 / 0")
    run_cell(page, 1)
    expect(button).to_contain_text("failed", timeout=10 * SECOND)
    expect(button).to_have_accessible_name(_ends(", 2 earlier: run of this cell"))
    # Of one execution: none of them is earlier than the others.
    edit(page, _LOOP)
    run_cell(page, 1)
    expect(button).to_contain_text("3 runs", timeout=10 * SECOND)
    expect(button).to_have_accessible_name(
        re.compile(r"^finished .*, 3 runs, val_loss 3.*, 3 earlier: run of this cell$")
    )


def test_badge_stays_with_its_cell(quick: Study) -> None:
    page = quick.page
    there = label(page, 1)
    assert there is not None
    select(page, 1)
    command(page, "notebook:move-cell-up")
    wait_for_labels(page, [there, None])
    command(page, "notebook:cut-cell")
    wait_for_labels(page, [None])
    command(page, "notebook:paste-cell-below")
    wait_for_labels(page, [None, there])
    select(page, 1)
    command(page, "notebook:copy-cell")
    command(page, "notebook:paste-cell-below")
    wait_for_labels(page, [None, there, None])
    command(page, "notebook:delete-cell")
    select(page, 1)
    command(page, "notebook:change-cell-to-markdown")
    wait_for_labels(page, [None, None])
    command(page, "notebook:change-cell-to-code")
    wait_for_labels(page, [None, there])
    command(page, "docmanager:save")
    assert "earlier" not in (quick.lab.root / NAME).read_text()
    page.evaluate("window.jupyterapp.shell.currentWidget.context.rename('other.ipynb')")
    page.wait_for_function("window.jupyterapp.shell.currentWidget.context.path === 'other.ipynb'")
    open_notebook(page, quick.lab.url("other.ipynb"))
    wait_for_labels(page, [None, there])


def test_badge_and_run_lead_to_each_other(quick: Study, picture: Callable[..., None]) -> None:
    page = quick.page
    (run, *_) = quick.runs()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    select(page, 0)
    badge(page).get_by_role("button").focus()
    page.keyboard.press("Enter")
    panel = page.locator("#nbtrack-sidebar")
    expect(panel.get_by_text(run.info.run_name).first).to_be_visible(timeout=10 * SECOND)
    assert any(f"/nbtrack/api/runs/{run.info.run_id}" in url for url in asked)
    panel.get_by_role("button", name="Go to cell").click()
    page.wait_for_function(f"{_NOTEBOOK}.activeCellIndex === 1")
    page.wait_for_function(f"{_NOTEBOOK}.activeCell.node.contains(document.activeElement)")
    # The cell is gone: its source is shown as it was executed, and put into a new cell for who wants it.
    client = MlflowClient(f"sqlite:///{quick.lab.root}/mlflow.db")
    until(lambda: client.list_artifacts(run.info.run_id, "nbtrack"), seconds=30)  # written behind the cell
    command(page, "notebook:delete-cell")
    panel.get_by_role("button", name="Go to cell").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{NAME} has lost the cell")
    expect(dialog.get_by_label("Source of the cell")).to_have_text(_SOURCE)
    picture(page)
    insert = dialog.get_by_role("button", name="Insert as a new cell")
    for _ in range(5):
        page.keyboard.press("Tab")
        if insert.evaluate("node => node.matches(':focus')"):
            break
    expect(insert).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.wait_for_function(f"{_NOTEBOOK}.activeCell.model.sharedModel.getSource() === {json.dumps(_SOURCE)}")
    assert page.evaluate(f"{_NOTEBOOK}.activeCell.model.executionCount") is None


def test_badges_of_a_long_notebook(study: Study, picture: Callable[..., None]) -> None:
    page = study.page
    write_long(study)
    try:
        open_notebook(page, study.lab.url("long.ipynb"))
        page.evaluate(
            f"{_NOTEBOOK}.notebookConfig = {{...{_NOTEBOOK}.notebookConfig, windowingMode: 'full'}}; null"
        )
        # Down to the end and up again: cells go out of the page and come back.
        for index in [*range(0, _CELLS, 10), *range(_CELLS - 1, -1, -11)]:
            cell = page.locator(f".jp-Cell[data-windowed-list-index='{index}']")
            scroll_to(page, index, cell)
            if index % _EVERY:
                expect(badge(cell)).to_have_count(0)
            else:
                expect(badge(cell)).to_be_visible()
                expect(badge(cell)).to_contain_text(f"{_HOSTILE}{index}")
        picture(page)
        assert page.evaluate("window.hacked") is None
    finally:
        study.open()


def badge(place: Page | Locator) -> Locator:
    """Return the badges there; in the study only the cell that trains has one."""
    return place.locator(".nbtrack-CellBadge")


def scroll_to(page: Page, index: int, cell: Locator) -> None:
    """Bring a cell into sight, again while Lab that has just measured other cells puts the page elsewhere."""
    for _ in range(10):
        page.evaluate(f"{_NOTEBOOK}.scrollToItem({index}).then(() => null)")
        with contextlib.suppress(AssertionError):
            expect(cell).to_be_in_viewport(timeout=SECOND)
            return
    expect(cell).to_be_in_viewport()


def label(page: Page, index: int) -> str | None:
    """Return what a screen reader is told under a cell."""
    found: str | None = labels(page)[index]
    return found


def labels(page: Page) -> list[Any]:
    """Return it for all cells; a list of several where a cell has several badges."""
    found: list[Any] = page.evaluate(_LABELS)
    return found


def wait_for_labels(page: Page, wanted: list[str | None]) -> None:
    """Wait until just these badges are there."""
    end = time.monotonic() + 5
    while labels(page) != wanted and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert labels(page) == wanted


def select(page: Page, index: int) -> None:
    """Make a cell the active one."""
    page.evaluate(
        f"index => {{ {_NOTEBOOK}.activeCellIndex = index; {_NOTEBOOK}.deselectAll(); }}",
        index,
    )


def edit(page: Page, source: str) -> None:
    """Give the cell that trains another source."""
    page.evaluate(f"source => {_NOTEBOOK}.model.sharedModel.cells[1].setSource(source)", source)


def write_long(study: Study) -> None:
    """Write a notebook of many cells; every fourth has made a run with a hostile name."""
    name = study.lab.write_notebook("long.ipynb", *(f"x = {n}\n" * (n % 5 + 1) for n in range(_CELLS)))
    notebook = nbformat.read(study.lab.root / name, as_version=4)
    client = MlflowClient(f"sqlite:///{study.lab.root}/mlflow.db")
    experiment = client.create_experiment("long")
    for n in range(0, _CELLS, _EVERY):
        tags = {"nbtrack.notebook.path": name, "nbtrack.cell.id": notebook.cells[n].id}
        client.create_run(experiment, run_name=f"{_HOSTILE}{n}", tags=tags)


def _ends(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text) + "$")
