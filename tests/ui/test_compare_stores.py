"""Runs of two stores compared in a real JupyterLab; and another machine's JupyterLab on the same store."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from playwright.sync_api import expect

from nbtrack import storefile
from tests.ui.lab import PATIENCE, command, go
from tests.ui.live import open_notebook, run_cell, save
from tests.ui.test_compare import HOSTILE, TABLE, until_painted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.ui.lab import Lab

NAMES = ("SQLite · mlflow.db", "SQLite · old.db")


def filled(file: Path, level: float, names: list[str]) -> dict[str, str]:
    """Make a store with a run of each name; return their ids. Both stores call the experiment `1`."""
    file.parent.mkdir(exist_ok=True)
    storefile.create(file, artifacts=None, ours=False)
    client = MlflowClient(f"sqlite:///{file}")
    experiment = client.create_experiment("churn")
    made = {}
    for seed, name in enumerate(names):
        run_id = client.create_run(experiment, run_name=name).info.run_id
        now = int(time.time() * 1000)
        points = [
            Metric("val_loss", level + 0.01 * seed + math.exp(-step / 4), now, step) for step in range(20)
        ]
        client.log_batch(run_id, points, [Param("seed", str(seed)), Param("level", str(level))])
        client.set_terminated(run_id)
        made[name] = run_id
    return made


class Stores:
    """A Lab with a store of its own, and another one that its pyproject.toml names."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.old = lab.root / "archive" / "old.db"
        self.here = filled(lab.root / "mlflow.db", 0.5, ["here-0", "here-1"])
        self.there = filled(self.old, 0.3, ["there-0", HOSTILE])
        name = f'[tool.nbtrack.stores]\nold = "sqlite:///{self.old}"\n'
        (lab.root / "pyproject.toml").write_text(name)


@pytest.fixture(scope="module")
def stores(lab: Lab) -> Stores:
    return Stores(lab)


def losses(stores: Stores, run_ids: list[str]) -> list[float]:
    """Return what MLflow says of the runs, each asked of its store."""
    found = {}
    for file in (stores.lab.root / "mlflow.db", stores.old):
        runs = MlflowClient(f"sqlite:///{file}").search_runs(["1"])
        found.update({run.info.run_id: run.data.metrics["val_loss"] for run in runs})
    return [found[run_id] for run_id in run_ids]


def heads(where: Locator) -> Locator:
    return where.locator(".nbtrack-Compare-head")


def test_runs_of_two_stores_stand_beside_each_other_under_a_cell(
    stores: Stores, page: Page, picture: Callable[..., None]
) -> None:
    run_ids = [*stores.here.values(), *stores.there.values()]
    line = f"%track_compare {' '.join(run_ids)} --also old"
    name = stores.lab.write_notebook("two.ipynb", "%load_ext nbtrack", line)
    open_notebook(page, stores.lab.url(name))
    for cell in (0, 1):
        run_cell(page, cell)
    shown = page.locator(".jp-OutputArea-output .nbtrack-Compare")
    expect(shown.locator("tr[data-differs]").first).to_be_visible(timeout=2 * PATIENCE)
    assert [float(text) for text in shown.evaluate(TABLE)["val_loss"]] == losses(stores, run_ids)
    for place, head in enumerate(heads(shown).all()):
        expect(head).to_contain_text(NAMES[place // 2])
    canvas = shown.locator("canvas").first
    expect(canvas).to_be_visible(timeout=PATIENCE)
    until_painted(page, canvas)
    slider = shown.get_by_role("slider", name="Values of val_loss").first
    slider.focus()
    page.keyboard.press("Home")
    read = f"step 0: here-0 1.5, here-1 1.51, there-0 1.3, {HOSTILE} 1.31"
    expect(slider).to_have_attribute("aria-valuetext", read)
    # Two configurations, each of one store, and two seeds of each.
    noise = shown.locator("details, section", has_text="Is it noise?").last
    expect(noise).to_contain_text("level = 0.3", timeout=PATIENCE)
    picture(page)
    heads(shown).nth(2).get_by_role("button", name="there-0", exact=True).click()
    sidebar = page.locator("#nbtrack-sidebar")
    expect(sidebar.get_by_role("heading", name="there-0")).to_be_visible(timeout=PATIENCE)
    expect(sidebar).to_contain_text("val_loss")
    assert page.evaluate("window.__pwned") is None
    save(page)
    page.evaluate("window.jupyterapp.serviceManager.sessions.shutdownAll()")
    go(page, stores.lab.url(name))
    expect(heads(shown).nth(3)).to_contain_text(NAMES[1], timeout=PATIENCE)
    expect(shown).not_to_contain_text("is not known here")


def test_runs_of_another_store_come_into_a_comparison_from_the_sidebar(
    stores: Stores, page: Page, picture: Callable[..., None]
) -> None:
    go(page, stores.lab.url(workspace="stores"))
    ids = list(stores.here.values())
    command(page, "nbtrack:compare", store="workspace", run_ids=ids, sections=["differs"], key="two-stores")
    tab = page.locator(".nbtrack-Compare:visible")
    expect(heads(tab)).to_have_count(2, timeout=PATIENCE)
    command(page, "nbtrack:open")
    panel = page.locator("#nbtrack-sidebar")
    panel.get_by_role("combobox", name="Store").select_option("old")
    panel.get_by_role("treeitem", name="churn").or_(panel.get_by_text("churn", exact=True)).first.click()
    line = panel.locator("tr[data-run], [role=row]", has_text="there-0").first
    expect(line).to_be_visible(timeout=PATIENCE)
    line.focus()
    page.keyboard.press(" ")
    panel.get_by_role("button", name="Add to comparison").click()
    expect(heads(tab)).to_have_count(3, timeout=PATIENCE)
    expect(heads(tab).nth(2)).to_contain_text(NAMES[1])
    run_ids = [*ids, stores.there["there-0"]]
    assert [float(text) for text in tab.evaluate(TABLE)["val_loss"]] == losses(stores, run_ids)
    picture(page)
    # The layout is saved a moment later; a reload brings the tab back with both stores.
    page.wait_for_timeout(2_000)
    go(page, stores.lab.url(workspace="stores", reset=False))
    expect(heads(tab)).to_have_count(3, timeout=PATIENCE)
    expect(heads(tab).nth(2)).to_contain_text(NAMES[1])


def test_another_machine_shows_the_columns_chosen_here(
    stores: Stores, page: Page, start_lab: Callable[..., Lab]
) -> None:
    ids = [stores.here["here-0"]]
    client = MlflowClient(f"sqlite:///{stores.lab.root}/mlflow.db")
    for number in range(25):  # a table of one line each
        run_id = client.create_run("1", run_name=f"more-{number}").info.run_id
        client.log_batch(run_id, [Metric("val_loss", number, 0, 0)], [Param("depth", str(number))])
        ids.append(run_id)
    there = start_lab()
    shared = f'[tool.nbtrack.stores]\nteam = "sqlite:///{stores.lab.root}/mlflow.db"\n'
    (there.root / "pyproject.toml").write_text(shared)

    def compared(lab: Lab, store: str) -> Locator:
        go(page, lab.url())
        command(page, "nbtrack:compare", store=store, run_ids=ids, sections=["differs"])
        table = page.locator(".nbtrack-Compare:visible").get_by_role("grid", name="Table of differences")
        expect(table.locator("tr[data-run]").first).to_be_visible(timeout=PATIENCE)
        return table

    table = compared(stores.lab, "workspace")
    table.get_by_role("button", name="val_loss").click()
    expect(table.locator("th[aria-sort=descending]")).to_contain_text("val_loss")
    end = time.monotonic() + PATIENCE / 1000
    while "val_loss" not in client.get_experiment("1").tags.get("nbtrack.view", ""):
        assert time.monotonic() < end
        page.wait_for_timeout(100)
    other = compared(there, "team")
    expect(other.locator("th[aria-sort=descending]")).to_contain_text("val_loss", timeout=PATIENCE)
    first = other.locator("tr[data-run]").first
    expect(first).to_contain_text("more-24")
