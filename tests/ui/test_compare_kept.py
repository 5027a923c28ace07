"""Tables of many runs: columns, order and pins of one session are there in the next, in another browser."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from playwright.sync_api import expect

from nbtrack import storefile
from nbtrack.comparing import places
from nbtrack.comparing.listing import Runs
from nbtrack.comparing.source import Source
from tests.ui.lab import PATIENCE, command, go

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.ui.lab import Lab

RUNS = 30
HEADS = "table => [...table.querySelectorAll('thead th[scope]')].map(head => head.textContent.trim())"
LINES = """table => [...table.querySelectorAll('tr[data-run]')].slice(0, 4)
  .map(line => line.querySelector('th').title)"""


@pytest.fixture(scope="module")
def ids(lab: Lab) -> list[str]:
    """Thirty runs; the greater their number, the less their loss."""
    file = lab.root / "mlflow.db"
    storefile.create(file, artifacts=None, ours=False)
    client = MlflowClient(f"sqlite:///{file}")
    experiment = client.create_experiment("many")
    made = []
    for number in range(RUNS):
        run_id = client.create_run(experiment, run_name=f"run-{number}").info.run_id
        now = int(time.time() * 1000)
        metrics = [Metric("loss", 1 - number / 100, now, 0), Metric("speed", number % 7, now, 0)]
        client.log_batch(run_id, metrics, [Param("lr", str(number % 5)), Param("depth", str(number))])
        client.set_terminated(run_id)
        made.append(run_id)
    return made


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """A page of somebody else: another browser, which shares nothing with the first."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def view(lab: Lab) -> dict[str, Any]:
    """Return how the experiment is looked at, as the store keeps it."""
    client = MlflowClient(f"sqlite:///{lab.root}/mlflow.db")
    experiment = client.get_experiment_by_name("many")
    assert experiment
    kept: dict[str, Any] = json.loads(experiment.tags.get("nbtrack.view", "{}"))
    return kept


def until_kept(page: Page, lab: Lab, **parts: Any) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while {key: view(lab).get(key) for key in parts} != parts:
        assert time.monotonic() < end, view(lab)
        page.wait_for_timeout(100)


def opened(page: Page, lab: Lab) -> Locator:
    """Open the notebook whose output is a list of the runs; its cell is not executed."""
    go(page, lab.url("listed.ipynb"))
    table = page.locator(".jp-OutputArea-output .nbtrack-Compare").get_by_role("grid", name="Runs")
    expect(table.locator("tr[data-run]").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("30 runs", exact=False).first).to_be_visible(timeout=PATIENCE)
    return table


def choose(page: Page, name: str) -> None:
    """Choose a column, or take it out."""
    box = page.locator(".nbtrack-Compare:visible").get_by_role("checkbox", name=name, exact=True)
    if not box.is_visible():
        page.locator(".nbtrack-Compare:visible summary", has_text="Columns (").click()
    box.click()


def test_a_list_in_an_output_looks_as_it_was_left(
    lab: Lab, page: Page, other: Page, ids: list[str], picture: Callable[..., None]
) -> None:
    source = Source(f"sqlite:///{lab.root}/mlflow.db")
    place = places.of_experiment(source, "many")
    data, metadata = Runs(source, place, filter="", order_by=None, max_results=100)._repr_mimebundle_()
    file = lab.root / lab.write_notebook("listed.ipynb", "%track_runs")
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[0].outputs = [nbformat.v4.new_output("display_data", data, metadata=metadata)]
    nbformat.write(notebook, file)
    table = opened(page, lab)
    assert table.evaluate(LINES) == [f"run-{number}" for number in (29, 28, 27, 26)]
    choose(page, "params.depth")
    choose(page, "Duration")
    table.get_by_role("button", name="speed").click()
    table.locator("tr[data-run][tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    third = table.evaluate(LINES)[2]
    page.keyboard.press("p")
    expect(table.locator("tr[data-run]").first).to_be_focused()
    heads = table.evaluate(HEADS)
    assert "Duration" not in heads
    lines = table.evaluate(LINES)
    assert lines[0] == third
    assert lines[1] in {"run-6", "run-13", "run-20", "run-27"}  # those are the fastest
    pinned = ids[int(third.removeprefix("run-"))]
    until_kept(page, lab, pins=[pinned], sort="metrics.`speed` DESC")
    picture(page)
    second = opened(other, lab)
    expect(second.locator("th[aria-sort=descending]")).to_contain_text("speed")
    assert second.evaluate(HEADS) == heads
    assert second.evaluate(LINES) == lines
    assert other.locator(".nbtrack-Compare:visible").get_by_text("kept with the experiment").is_visible()


def test_a_comparison_looks_as_it_was_left(
    lab: Lab, page: Page, other: Page, ids: list[str], picture: Callable[..., None]
) -> None:
    def compared(page: Page) -> Locator:
        go(page, lab.url())
        command(page, "nbtrack:compare", store="workspace", run_ids=ids, sections=["differs"])
        table = page.locator(".nbtrack-Compare:visible").get_by_role("grid", name="Table of differences")
        expect(table.locator("tr[data-run]").first).to_be_visible(timeout=PATIENCE)
        return table

    table = compared(page)
    choose(page, "params.lr")
    table.get_by_role("button", name="loss").click()
    table.get_by_role("button", name="loss").click()
    table.locator(f"tr[data-run='{ids[3]}']").hover()
    table.get_by_role("button", name="Pin run-3", exact=True).click()
    heads = table.evaluate(HEADS)
    until_kept(page, lab, sort="metrics.`loss` ASC")
    end = time.monotonic() + PATIENCE / 1000
    while ids[3] not in view(lab)["pins"]:
        assert time.monotonic() < end
        page.wait_for_timeout(100)
    picture(page)
    # Columns of lists are others than those of comparisons.
    assert view(lab)["compared"] == [column for column in view(lab)["compared"] if column != "params.lr"]
    second = compared(other)
    expect(second.locator("th[aria-sort=ascending]")).to_contain_text("loss")
    assert second.evaluate(HEADS) == heads
    assert second.evaluate(LINES) == table.evaluate(LINES)
