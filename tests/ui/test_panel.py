"""Experiments and runs in the sidebar of a real JupyterLab, over a store with 10,000 runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient
from playwright.sync_api import expect

from tests.ui import many
from tests.ui.lab import PATIENCE, go
from tests.ui.live import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator, Page, Request

    from tests.ui.lab import Lab

TAB = '.jp-SideBar [data-id="nbtrack-sidebar"]'
PANEL = "#nbtrack-sidebar"
ROWS = f"{PANEL} .nbtrack-Tall .nbtrack-Row"
MINUTE = 65_000  # milliseconds, and some more

# Scrolls from the top to the end and counts the runs that were seen.
COUNT = """async () => {
  const grid = document.querySelector('.nbtrack-Grid'), seen = new Set();
  for (let top = 0; top <= grid.scrollHeight; top += grid.clientHeight * 0.9) {
    grid.scrollTop = top;
    await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)));
    document.querySelectorAll('.nbtrack-Tall .nbtrack-Row').forEach(row => seen.add(row.dataset.key));
  }
  return seen.size;
}"""

# Is it in view, and nothing above it?
FREE = """node => {
  const {x, y, width, height} = node.getBoundingClientRect();
  return node.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""
# Where the names of a pinned run and of one below begin, when the list is scrolled aside.
ASIDE = """() => {
  const grid = document.querySelector('.nbtrack-Grid');
  grid.scrollLeft = 60;
  return [grid.scrollLeft, ...['Pins', 'Tall'].map(part =>
    grid.querySelector(`.nbtrack-${part} .nbtrack-mod-name`).getBoundingClientRect().x)];
}"""
LINES = """() => [...document.querySelectorAll('.nbtrack-Run-metrics .nbtrack-Live-number')].map(node => {
  const text = document.createRange();
  text.selectNodeContents(node);
  return text.getClientRects().length;
})"""

ANOTHER_PROCESS = """
import sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
run = client.create_run(client.get_experiment_by_name("team-1/study-1").experiment_id, run_name="from afar")
client.log_metric(run.info.run_id, "val_loss", 0.25)
"""


@pytest.fixture(scope="module")
def ids(lab: Lab) -> list[str]:
    return many.write(lab.root / "mlflow.db")


@pytest.fixture
def panel(lab: Lab, ids: list[str], page: Page) -> Locator:  # noqa: ARG001 - the store must be there
    many.as_new(lab.root / "mlflow.db")  # whatever the test before has left
    go(page, lab.url())
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    expect(panel.get_by_role("treeitem", name="many")).to_be_visible(timeout=PATIENCE)
    return panel


def rows(panel: Locator) -> Locator:
    return panel.locator(".nbtrack-Tall .nbtrack-Row")


def choose(panel: Locator, experiment: str) -> None:
    """Choose an experiment as somebody does who knows its name."""
    panel.get_by_role("searchbox", name="Search experiments").fill(experiment)
    label = experiment.rpartition("/")[2]
    panel.get_by_role("treeitem", name=re.compile(rf"^{label}( |$)")).click()


def settled(panel: Locator) -> Locator:
    """Wait until the list is complete and return its first run, which is where the keyboard begins."""
    expect(rows(panel).first).to_contain_text("run-0", timeout=PATIENCE)
    expect(panel.get_by_role("treegrid", name="Runs")).to_have_attribute("aria-busy", "false")
    return rows(panel).first


def kept(lab: Lab, what: str) -> bool:
    """Tell whether a workspace of Lab has this, and is saved with the panel open."""
    files = (lab.root.parent / "workspaces").glob("*.jupyterlab-workspace")
    for data in (json.loads(file.read_text())["data"] for file in files):
        if data.get("layout-restorer:data", {}).get("left", {}).get("current") == PANEL[1:]:
            return what in data
    return False


def test_every_run_can_be_reached(
    lab: Lab, panel: Locator, page: Page, picture: Callable[..., None], ids: list[str]
) -> None:
    begun = time.monotonic()
    choose(panel, "many")
    expect(rows(panel).first).to_contain_text("run-0", timeout=PATIENCE)
    usable = time.monotonic() - begun
    settled(panel)
    rows(panel).first.focus()
    begun = time.monotonic()
    page.keyboard.press("End")
    expect(panel.locator(".nbtrack-Row:focus")).to_contain_text(f"run-{many.RUNS - 1}", timeout=PATIENCE)
    print(f"usable after {usable:.2f} s, at the end after {time.monotonic() - begun:.2f} s")  # noqa: T201 - for who wants to know
    assert page.evaluate(COUNT) == len(ids)
    assert rows(panel).count() < 200, "only those in view are drawn"
    picture(page)
    # The page is loaded again: the sidebar is as it was left.
    until(lambda: kept(lab, "nbtrack:sidebar"), 30)
    page.reload()
    many_item = panel.get_by_role("treeitem", name=re.compile("^many( |$)"))
    expect(many_item).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
    expect(rows(panel).first).to_contain_text("run-0", timeout=PATIENCE)


def test_a_panel_that_is_low_and_narrow(panel: Locator, page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 480})
    choose(panel, "many")
    settled(panel).press("p")
    pinned = panel.locator(".nbtrack-Pins .nbtrack-Row")
    expect(pinned).to_contain_text("run-0")
    # Lab's launcher takes the focus when it has loaded: each key goes to the line that is the keyboard's.
    line = panel.locator('.nbtrack-Row[tabindex="0"]')
    line.press("Space")
    for _ in range(12):
        line.press("ArrowDown")
        assert line.evaluate(FREE)
    panel.get_by_role("button", name="Columns", exact=True).click()
    chooser = panel.get_by_role("dialog", name="Columns")
    search = chooser.get_by_role("searchbox")
    boxes = [chooser.get_by_role("checkbox", name=f"metric_{key}") for key in range(1, 6)]
    for box in (search, *boxes):
        box.focus()
        assert box.evaluate(FREE), "below the footer, which is there since a run is selected"
    # By the mouse: Lab's launcher may take the focus between a key's going down and up.
    for box in boxes:
        box.check()
    # The page goes before the store has taken it: what was chosen is there in the next one.
    page.reload()
    choose(panel, "many")
    expect(pinned).to_contain_text("run-0", timeout=PATIENCE)
    expect(panel.get_by_role("columnheader", name="metric_5")).to_be_visible(timeout=PATIENCE)
    scrolled, above, below = page.evaluate(ASIDE)
    assert (scrolled, above) == (60, below)
    panel.get_by_role("button", name="Columns", exact=True).click()
    # However much a store has to say: the runs below do not come over the foot.
    said = {"message": "It is refused. " * 40, "hint": "", "code": "invalid"}
    page.route("**/view?*", lambda route: route.fulfill(status=400, json=said))
    boxes[0].uncheck()
    expect(chooser.get_by_role("alert")).to_contain_text("refused", timeout=PATIENCE)
    chooser.get_by_role("button", name="Reset").click()
    expect(panel.get_by_role("columnheader", name="metric_5")).to_be_hidden()


def test_runs_are_sorted_by_a_metric(panel: Locator, page: Page, lab: Lab) -> None:
    choose(panel, "many")
    expect(rows(panel).first).to_contain_text("run-0", timeout=PATIENCE)
    head = panel.get_by_role("columnheader", name="metric_0").get_by_role("button")
    begun = time.monotonic()
    head.click()
    expect(rows(panel).first).not_to_contain_text("run-0")
    print(f"sorted after {time.monotonic() - begun:.2f} s")  # noqa: T201 - for who wants to know
    client = MlflowClient(f"sqlite:///{lab.root}/mlflow.db")
    best = {way: _extreme(client, way) for way in ("ASC", "DESC")}
    way = page.locator("[aria-sort=ascending], [aria-sort=descending]").get_attribute("aria-sort")
    expect(rows(panel).first).to_contain_text(best["ASC" if way == "ascending" else "DESC"])
    head.click()
    expect(rows(panel).first).to_contain_text(best["DESC" if way == "ascending" else "ASC"])
    head.click()
    expect(rows(panel).first).to_contain_text("run-0")


def _extreme(client: MlflowClient, way: str) -> str:
    bound = "< 0.001" if way == "ASC" else "> 0.999"  # or MLflow sorts for 16 seconds
    runs = client.search_runs(["1"], f"metrics.metric_0 {bound}", max_results=1000)
    chosen = (min if way == "ASC" else max)(runs, key=lambda run: run.data.metrics["metric_0"])
    return str(chosen.info.run_name)


def test_a_filter_in_words_in_mlflows_language_and_a_wrong_one(panel: Locator, page: Page) -> None:
    choose(panel, "many")
    box = panel.get_by_role("combobox", name="Filter runs")
    box.fill("run-4242")
    expect(rows(panel)).to_have_count(1)
    box.fill("metrics.metric_0 > 0.5 and params.param_0 LIKE '0.12%'")
    page.keyboard.press("Enter")
    expect(rows(panel).first).not_to_contain_text("run-4242")
    box.fill("metrics.metric_0 <> 3")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("alert")).to_be_visible()
    box.fill("metrics.")
    expect(panel.get_by_role("option", name="metric_1").first).to_be_visible()


def test_a_run_of_another_process_comes_by_itself(panel: Locator, lab: Lab) -> None:
    choose(panel, "team-1/study-1")
    expect(panel).to_contain_text("No runs here yet", timeout=PATIENCE)
    subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS, f"sqlite:///{lab.root}/mlflow.db"], check=True, timeout=120
    )
    done = time.monotonic()
    expect(rows(panel).first).to_contain_text("from afar", timeout=10_000)
    print(f"shown {time.monotonic() - done:.2f} s after the other process had ended")  # noqa: T201 - for who wants to know


def test_a_hidden_panel_asks_nothing(lab: Lab, ids: list[str], page: Page) -> None:
    assert ids
    page.clock.install()  # the page's timers are the test's: a minute of them takes a moment
    go(page, lab.url())
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    choose(panel, "many")
    expect(rows(panel).first).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(1000)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/nbtrack/api/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.clock.run_for(MINUTE)
    page.wait_for_timeout(500)
    assert asked, "while it is in view it asks"
    page.locator(TAB).click()
    expect(panel).to_be_hidden()
    page.wait_for_timeout(1000)
    asked.clear()
    page.clock.run_for(MINUTE)
    page.wait_for_timeout(500)
    assert asked == []


def test_deleting_can_be_undone_by_keyboard(panel: Locator, page: Page, lab: Lab, ids: list[str]) -> None:
    client = MlflowClient(f"sqlite:///{lab.root}/mlflow.db")
    choose(panel, "many")
    settled(panel).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    # The first write waits for MLflow's import in the store's process.
    expect(rows(panel).first).to_contain_text("run-2", timeout=PATIENCE)
    assert client.get_run(ids[0]).info.lifecycle_stage == "deleted"
    panel.get_by_role("button", name="Undo").press("Enter")
    expect(rows(panel).first).to_contain_text("run-0", timeout=PATIENCE)
    assert {client.get_run(one).info.lifecycle_stage for one in ids[:2]} == {"active"}


def test_two_people_who_edit_one_run_do_not_lose_a_word(
    panel: Locator, page: Page, lab: Lab, ids: list[str], context: BrowserContext
) -> None:
    client = MlflowClient(f"sqlite:///{lab.root}/mlflow.db")
    client.log_metric(ids[3], "tiny", -1.5e-7)
    choose(panel, "many")
    settled(panel).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    run = panel.get_by_role("article", name="Run")
    expect(run).to_contain_text("run-3", timeout=PATIENCE)
    expect(run).to_contain_text("tiny")
    assert set(page.evaluate(LINES)) == {1}, "no number is broken over two lines"
    run.get_by_role("button", name="Rename").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("mine")
    client.set_tag(ids[3], "mlflow.runName", "theirs")
    page.keyboard.press("Enter")
    expect(run.get_by_role("button", name="Keep mine")).to_be_visible(timeout=PATIENCE)
    expect(run).to_contain_text("theirs")
    run.get_by_role("button", name="Keep mine").press("Enter")
    expect(run.get_by_role("button", name="Keep mine")).to_be_hidden()
    until(lambda: client.get_run(ids[3]).info.run_name == "mine", 10)
    assert context.pages == [page]
