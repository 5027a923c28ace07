"""All of ours that can be seen, in both themes, judged by axe: no serious problem is left in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.server.filled import fill
from tests.ui import axe
from tests.ui.lab import PATIENCE, command
from tests.ui.live import LOOP, TWO_LOSSES, card, expect_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Locator, Page

    from tests.ui.live import Study

    Look = Callable[[str], None]

TAB = '.jp-SideBar [data-id="nbtrack-sidebar"]'
PANEL = "#nbtrack-sidebar"
SOURCE = f"mlflow.log_param('lr', 0.1)\n{LOOP.format(metrics=TWO_LOSSES)}"
PREVIEWS = ("notes.txt", "page.html", "plot.svg", "dot.png", "tables", "data.csv")
UNFOLD = "node => node.querySelectorAll('details').forEach(one => { one.open = true; })"


@pytest.fixture(scope="module")
def rich(study: Study) -> Study:
    """Return the study with one of everything in its store, which the kernel has made by then."""
    study.train("mlflow.log_metric('loss', 1)")
    expect(study.page.locator(".nbtrack-CellBadge")).to_contain_text("finished", timeout=PATIENCE)
    fill(study.lab.root)
    return study


@pytest.fixture
def panel(rich: Study) -> Iterator[Locator]:
    page = rich.page
    # axe judges no colours at all once one element lies beyond the edge of the page.
    usual = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 4000})
    yield page.locator(PANEL)
    assert usual is not None
    page.set_viewport_size(usual)
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    rich.open()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_of_ours_keeps_anybody_out(theme: str, rich: Study, panel: Locator) -> None:
    page = rich.page
    found: list[str] = []

    def look(state: str) -> None:
        found.extend(axe.problems(page, state))

    command(page, "apputils:change-theme", theme=f"JupyterLab {theme}")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", f"JupyterLab {theme}")
    _a_cell(rich, look)
    page.locator(TAB).click()
    _its_run(page, panel, look)
    _the_lists(panel, look)
    _dialogs(page, panel, look)
    _a_run_with_everything(panel, look)
    _a_model(panel, look)
    _a_comparison(page, panel, look)
    page.locator(TAB).click()
    assert not found, "\n".join(dict.fromkeys(found))


def _a_cell(study: Study, look: Look) -> None:
    page = study.page
    study.train(SOURCE)
    expect_drawn(page)
    expect(page.locator(".nbtrack-CellBadge")).to_contain_text("running", timeout=PATIENCE)
    look("a cell that trains")
    card(page).evaluate(UNFOLD)
    card(page).get_by_role("button", name="Stop").first.click()
    look("the card's choices and its question")
    study.finish()
    expect(page.locator(".nbtrack-CellBadge")).to_contain_text("finished", timeout=PATIENCE)
    look("a cell that has trained")


def _its_run(page: Page, panel: Locator, look: Look) -> None:
    page.locator(".nbtrack-CellBadge button").click()
    run = panel.get_by_role("article", name="Run")
    expect(run.get_by_role("heading", name="What was captured")).to_be_visible(timeout=PATIENCE)
    run.evaluate(UNFOLD)
    expect(run.get_by_role("heading", name="The cell")).to_be_visible(timeout=PATIENCE)
    expect(run).not_to_contain_text("Loading…", timeout=PATIENCE)
    run.evaluate(UNFOLD)  # those that have come
    run.get_by_role("button", name="train_loss").click()
    expect(run.locator("canvas").first).to_be_visible(timeout=PATIENCE)
    look("a run of a cell, all its sections open")
    panel.get_by_role("button", name="All runs").click()


def _the_lists(panel: Locator, look: Look) -> None:
    choose(panel, "notebooks/churn")
    box = panel.get_by_role("combobox", name="Filter runs")
    box.fill("metrics.")
    offered = panel.get_by_role("listbox", name="Keys").get_by_role("option")
    expect(offered.first).to_be_visible(timeout=PATIENCE)
    panel.page.keyboard.press("ArrowDown")
    look("keys that complete a filter")
    box.fill("metrics.val_loss <> 3")
    box.press("Enter")
    expect(panel.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
    look("a filter that is wrong")
    box.fill("no run has this name")
    expect(panel).to_contain_text("No run fits these filters.", timeout=PATIENCE)
    look("a filter that finds nothing")
    panel.get_by_role("button", name="Clear filters").first.click()
    panel.get_by_role("button", name="Store", exact=True).click()
    to_best(panel)
    with kept(panel):
        for key in ("ArrowRight", "Space", "p", "ArrowDown", "Space"):
            panel.page.keyboard.press(key)
    expect(panel.get_by_role("toolbar", name="Selected runs")).to_contain_text("2 selected")
    expect(panel.locator(".nbtrack-Pins .nbtrack-Row")).to_contain_text(["best"])
    look("the lists: children, a pin, selected runs, the facts of the store")
    panel.get_by_role("button", name="Columns", exact=True).click()
    columns = panel.get_by_role("dialog", name="Columns")
    expect(columns.get_by_role("checkbox", name=re.compile("val_loss"))).to_be_visible(timeout=PATIENCE)
    look("the chooser of columns")
    columns.get_by_role("button", name="Close the columns").click()
    panel.get_by_role("button", name="Store", exact=True).click()
    with kept(panel):
        panel.locator(".nbtrack-Pins .nbtrack-Row").get_by_role("button", name="Unpin").click()


def _dialogs(page: Page, panel: Locator, look: Look) -> None:
    for name in ("New experiment", "Rename notebooks/churn", "Delete notebooks/churn"):
        panel.get_by_role("button", name=name).click()
        expect(page.locator(".jp-Dialog")).to_be_visible()
        look(f"the dialog «{name}»")
        page.keyboard.press("Escape")
        expect(page.locator(".jp-Dialog")).to_have_count(0)


def _a_run_with_everything(panel: Locator, look: Look) -> None:
    to_best(panel)
    panel.page.keyboard.press("Enter")
    run = panel.get_by_role("article", name="Run")
    expect(run).to_contain_text("churn.csv", timeout=PATIENCE)
    run.evaluate(UNFOLD)
    for button in ("Rename", "Edit the note", "Edit the tag team", "Add a tag"):
        run.get_by_role("button", name=button).click()
    look("a run that is being edited")
    for name in PREVIEWS:
        run.get_by_role("treeitem", name=name).first.click()
        expect(run.locator(".nbtrack-Run-preview")).to_contain_text(name)
        expect(run).not_to_contain_text("Loading…", timeout=PATIENCE)
        look(f"the preview of {name}")
    panel.get_by_role("button", name="All runs").click()


def _a_model(panel: Locator, look: Look) -> None:
    section = panel.get_by_role("button", name="Models", exact=True)
    section.click()
    line = panel.locator(".nbtrack-Models-line").filter(has_text="churn")
    expect(line).to_be_visible(timeout=PATIENCE)
    look("the list of registered models")
    line.click()
    model = panel.get_by_role("article", name="Registered model")
    expect(model).to_contain_text("Version 1", timeout=PATIENCE)
    model.evaluate(UNFOLD)
    look("a registered model")
    for button in ("Roll back champion…", "Set an alias…", "Set an alias of version 3…", "Edit the tag team"):
        model.get_by_role("button", name=button, exact=True).click()
    model.get_by_role("checkbox", name="Select version 3").check()
    look("a registered model that is being changed")
    panel.get_by_role("button", name="All models").click()
    section.click()


def _a_comparison(page: Page, panel: Locator, look: Look) -> None:
    expect(panel.get_by_role("toolbar", name="Selected runs")).to_contain_text("2 selected")
    panel.get_by_role("button", name="Compare").click()
    compared = page.locator(".nbtrack-Compare")
    expect(compared.get_by_role("table").first).to_be_visible(timeout=PATIENCE)
    compared.evaluate(UNFOLD)
    page.wait_for_timeout(500)  # charts that are drawn
    look("a comparison")


def choose(panel: Locator, experiment: str) -> None:
    """Choose an experiment by its name."""
    panel.get_by_role("searchbox", name="Search experiments").fill(experiment)
    panel.get_by_role("treeitem", name=re.compile(rf"^{experiment.rpartition('/')[2]}( |$)")).click()


def to_best(panel: Locator) -> None:
    """Go to the line of the run «best», which is the second one, by keyboard."""
    lines = panel.locator(".nbtrack-Tall .nbtrack-Row")
    expect(lines.nth(1)).to_contain_text("best", timeout=PATIENCE)
    panel.locator('.nbtrack-Row[tabindex="0"]').focus()
    panel.page.keyboard.press("Home")
    panel.page.keyboard.press("ArrowDown")
    expect(panel.locator(".nbtrack-Row:focus")).to_contain_text("best")


def kept(panel: Locator) -> AbstractContextManager[object]:
    """Wait until a change of what is kept with the experiment is in the store, for the tests to come."""
    return panel.page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/view" in answer.url, timeout=PATIENCE
    )
