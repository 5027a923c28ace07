"""Ten runs compared in a tab of a real JupyterLab: values, curves, brush, words, keyboard, hostile names."""

from __future__ import annotations

import math
import re
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from playwright.sync_api import expect

from nbtrack import storefile
from tests.ui.lab import PATIENCE, command, go

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.ui.lab import Lab

RUNS, STEPS = 10, 20
HOSTILE = "<img src=x onerror=window.__pwned=1>"
EXPRESSION = "'] + (window.__pwned = 1) + ['"
ODD = (HOSTILE, EXPRESSION, "a.b[0]['c']\\\"$", "__proto__")
TAB = ".nbtrack-Compare:visible"

# How many pixels of a canvas are painted.
PAINTED = """canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
  return painted;
}"""

# What differs, by key: the values with all digits.
TABLE = """tab => Object.fromEntries([...tab.querySelectorAll('tr[data-differs]')].map(row => [
  row.querySelector('th').textContent,
  [...row.querySelectorAll('td')].map(cell => cell.title || cell.textContent),
]))"""

# Everything that can be used, and is not reached by Tab.
UNREACHED = """tab => [
  ...tab.querySelectorAll('button, input, select, summary, [role=slider], .nbtrack-Compare-scroll')
].filter(node => node.checkVisibility() && !node.disabled && node.tabIndex < 0)
  .map(node => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def ids(lab: Lab) -> list[str]:
    """Ten runs: two configurations, each with five seeds."""
    file = lab.root / "mlflow.db"
    storefile.create(file, artifacts=None, ours=False)
    client = MlflowClient(f"sqlite:///{file}")
    experiment = client.create_experiment("compared")
    made = []
    for number in range(RUNS):
        name = HOSTILE if number == 3 else f"run-{number}"
        run_id = client.create_run(experiment, run_name=name).info.run_id
        params = {"lr": "1e-3" if number % 2 else "0.001", "depth": str(2 + 2 * (number // 5))}
        params |= {"seed": str(number % 5), "constructor": EXPRESSION if number % 2 else "plain"}
        level = 0.5 if number < 5 else 0.3
        now = int(time.time() * 1000)
        metrics = [
            Metric("val_loss", level + 0.01 * (number % 5) + math.exp(-step / 4), now + step, step)
            for step in range(STEPS)
        ]
        metrics.append(Metric(f"odd/ . {'x' * number}", math.nan if number == 4 else number, now, 0))
        metrics.append(Metric("toString", number / 7, now, 0))
        pairs = [Param(key, value) for key, value in params.items()]
        client.log_batch(run_id, metrics, pairs, [RunTag("said", f"{HOSTILE}{number}")])
        client.set_terminated(run_id)
        made.append(run_id)
    # MLflow refuses such a key; who writes into the store by other means does not.
    with closing(sqlite3.connect(file)) as store, store:
        rows = [(run_id, key, f"{EXPRESSION}{place % 2}") for key in ODD for place, run_id in enumerate(made)]
        store.executemany("INSERT INTO params (run_uuid, key, value) VALUES (?, ?, ?)", rows)
    return made


def opened(page: Page, lab: Lab, ids: list[str], *sections: str) -> Locator:
    """Open a comparison as a restored layout does."""
    go(page, lab.url())
    command(page, "nbtrack:compare", store="workspace", run_ids=ids, sections=list(sections))
    tab = page.locator(TAB)
    expect(tab.get_by_role("heading", name="Compare runs")).to_be_visible(timeout=PATIENCE)
    return tab


def test_values_are_those_of_mlflow(lab: Lab, page: Page, ids: list[str]) -> None:
    tab = opened(page, lab, ids, "differs")
    expect(tab.locator("tr[data-differs]").first).to_be_visible(timeout=PATIENCE)
    table = tab.evaluate(TABLE)
    found = MlflowClient(f"sqlite:///{lab.root}/mlflow.db").search_runs(["1"], max_results=100)
    runs = {run.info.run_id: run.data for run in found}
    for key in ("val_loss", "toString"):
        assert [float(text) for text in table[key]] == [runs[one].metrics[key] for one in ids]
    for key in ("depth", "seed"):
        assert table[key] == [runs[one].params[key] for one in ids]
    assert "lr" not in table  # 1e-3 is 0.001


def test_curves_are_painted_and_read_by_keyboard(
    lab: Lab, page: Page, ids: list[str], picture: Callable[..., None]
) -> None:
    tab = opened(page, lab, ids, "curves")
    canvas = tab.locator("canvas").first
    expect(canvas).to_be_visible(timeout=PATIENCE)
    until_painted(page, canvas)
    slider = tab.get_by_role("slider", name="Values of val_loss").first
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "step 0: " + ", ".join(readings(ids)))
    assert canvas.evaluate(PAINTED) > 1000
    picture(page)


def readings(ids: list[str]) -> list[str]:
    """What is read at the first step: the four digits of a glance."""
    levels = [(0.5 if number < 5 else 0.3) + 0.01 * (number % 5) + 1 for number in range(len(ids))]
    names = [HOSTILE if number == 3 else f"run-{number}" for number in range(len(ids))]
    return [f"{name} {level:.4g}" for name, level in zip(names, levels, strict=True)]


def test_brush_selects_runs_for_all_sections(
    lab: Lab, page: Page, ids: list[str], picture: Callable[..., None]
) -> None:
    tab = opened(page, lab, ids, "differs", "plots")
    canvas = tab.locator("figure", has_text="val_loss against").locator("canvas")
    expect(canvas).to_be_visible(timeout=PATIENCE)
    tab.get_by_label("x", exact=True).select_option("params.depth")
    canvas.scroll_into_view_if_needed()
    expect(tab.locator("figcaption", has_text="val_loss against depth")).to_be_visible()
    canvas = tab.locator("figure", has_text="val_loss against").locator("canvas")
    box = canvas.bounding_box()
    assert box
    until_painted(page, canvas)
    # The left half is the five runs with the lesser depth.
    page.mouse.move(box["x"] + 50, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 100, steps=4)
    page.mouse.move(box["x"] + 160, box["y"] + box["height"] - 60, steps=4)
    page.mouse.up()
    expect(tab.get_by_role("status").filter(has_text="selected")).to_contain_text("5 of 10 runs")
    picture(page)
    for number in range(RUNS):
        name = HOSTILE if number == 3 else f"run-{number}"
        expect(tab.get_by_label(f"Select {name}", exact=True)).to_be_checked(checked=number < 5)
    tab.get_by_role("button", name="Clear selection").click()
    expect(tab.get_by_label("Select run-0", exact=True)).not_to_be_checked()


def until_painted(page: Page, canvas: Locator) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while canvas.evaluate(PAINTED) < 500:
        assert time.monotonic() < end, "nothing is painted"
        page.wait_for_timeout(100)


def test_noise_is_told_in_words_and_nothing_of_a_name_is_executed(
    lab: Lab, page: Page, ids: list[str], picture: Callable[..., None]
) -> None:
    # No seed has to be guessed: the params that tell no groups apart are left out of them.
    tab = opened(page, lab, [ids[0], ids[2], ids[4], ids[6], ids[8]], "noise", "plots", "curves", "differs")
    groups = tab.get_by_role("group", name="Table of groups")
    expect(groups).to_contain_text("better than the baseline by", timeout=PATIENCE)
    expect(tab).to_contain_text("Taken for seeds: seed.")
    for select, value in (("x", "metrics.toString"), ("Colour", f"params.{EXPRESSION}")):
        tab.get_by_label(select, exact=True).select_option(value)
    expect(tab.locator("figcaption", has_text="val_loss against toString")).to_be_visible()
    until_painted(page, tab.locator("figure", has_text="val_loss against").locator("canvas"))
    assert tab.evaluate(UNREACHED) == []
    picture(page)
    assert page.evaluate("window.__pwned") is None
    assert tab.locator("img").count() == 0


@pytest.mark.usefixtures("ids")
def test_runs_that_go_on_move_in_table_and_curves(lab: Lab, page: Page, picture: Callable[..., None]) -> None:
    client = MlflowClient(f"sqlite:///{lab.root}/mlflow.db")
    moving = [client.create_run("1", run_name=name).info.run_id for name in ("slow", "fast")]
    for run_id in moving:
        for step in range(3):
            client.log_metric(run_id, "val_loss", 0.9 - step / 10, step=step)
    tab = opened(page, lab, moving, "differs", "curves")
    chart = tab.get_by_role("img", name="Line chart of val_loss")
    expect(chart).to_have_accessible_name(re.compile("slow: 0.7, fast: 0.7$"), timeout=PATIENCE)
    until_painted(page, tab.locator("canvas").first)
    expect(chart).to_have_accessible_name(re.compile("slow: 0.7, fast: 0.7$"))  # drawing takes no names away
    client.log_metric(moving[1], "val_loss", 0.125, step=3)
    expect(chart).to_have_accessible_name(re.compile("slow: 0.7, fast: 0.125$"), timeout=PATIENCE)
    expect(tab.locator("tr[data-differs]", has_text="val_loss")).to_contain_text("0.125")
    picture(page)
    client.set_terminated(moving[1])
    head = tab.locator("thead th", has_text="fast")
    expect(head).to_contain_text("finished", timeout=PATIENCE)
    expect(tab.locator("thead th", has_text="slow")).to_contain_text("running")
    # Nothing asks any more once none of them can change.
    client.set_terminated(moving[0])
    expect(tab.locator("thead th", has_text="slow")).to_contain_text("finished", timeout=PATIENCE)


def test_runs_are_selected_by_a_value_with_the_keyboard_alone(lab: Lab, page: Page, ids: list[str]) -> None:
    tab = opened(page, lab, ids, "differs", "plots")
    tab.get_by_label("Select by", exact=True).select_option("params.depth")
    tab.get_by_label("to", exact=True).focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(tab.get_by_role("status").filter(has_text="selected")).to_contain_text("5 of 10 runs")
    for number in (0, 1, 2, 4, 5, 6, 7, 8, 9):
        expect(tab.get_by_label(f"Select run-{number}", exact=True)).to_be_checked(checked=number < 5)
