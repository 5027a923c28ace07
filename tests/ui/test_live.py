"""The live card in a real JupyterLab, while its cell runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.ui.lab import PATIENCE, command
from tests.ui.live import (
    LOOP,
    TWO_LOSSES,
    card,
    expect_drawn,
    outputs,
    pixels,
    until,
    wait_for_other_pixels,
    wait_for_picture,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.ui.live import Study


MANY = '{"loss": 1 / step, "accuracy": 1 - 1 / step, "rate": 2 + math.sin(step / 5)}'
BUSY = "    sum(range(2_000_000))"
FOCUSED = (
    "(() => { const here = document.activeElement;"
    "return here.ariaLabel ?? (here.labels?.[0] ?? here).textContent.trim(); })()"
)


def test_live(study: Study, picture: Callable[..., None]) -> None:
    page = study.page
    study.train(LOOP.format(metrics=TWO_LOSSES))
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    expect_drawn(page)
    header = page.locator(".nbtrack-Live-header")
    expect(header).to_contain_text("running")
    drawn = pixels(page)
    expect_other_text(card(page).get_by_role("table"))
    wait_for_other_pixels(page, drawn)
    expect_other_text(header.locator(".nbtrack-Live-number", has_text="s").first)
    expect(header).to_contain_text("running")
    picture(page, "light")
    command(page, "apputils:change-theme", theme="JupyterLab Dark")
    wait_for_other_pixels(page, pixels(page))
    picture(page, "dark")
    study.finish()
    wait_for_picture(page)
    expect(card(page)).to_have_count(0)
    picture(page, "stays-dark")
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
    picture(page, "stays-light")


def test_stop_asks_and_then_ends_a_busy_loop(study: Study) -> None:
    page = study.page
    study.train(LOOP.format(metrics=TWO_LOSSES) + BUSY)
    expect_drawn(page)
    ask = card(page).get_by_role("button", name="Stop", exact=True)
    go_on = card(page).get_by_role("button", name="Go on", exact=True)
    ask.focus()
    page.keyboard.press("Enter")
    expect(go_on).to_be_focused()
    page.keyboard.press("Escape")
    expect(go_on).to_be_hidden()
    expect(ask).to_be_focused()
    drawn = pixels(page)
    wait_for_other_pixels(page, drawn)
    (running, *_) = study.runs()
    assert running.info.status == "RUNNING"
    page.keyboard.press("Enter")
    expect(go_on).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(card(page).get_by_role("button", name="Stop this cell now")).to_be_focused()
    page.keyboard.press("Enter")
    until(lambda: study.runs()[0].info.status == "KILLED", seconds=2)
    assert study.runs()[0].info.run_id == running.info.run_id
    wait_for_picture(page, more=1)
    stays, error = outputs(page)
    assert "KILLED" in stays["data"]["text/plain"]
    assert error["ename"] == "KeyboardInterrupt"


def test_controls_work_at_once(study: Study, picture: Callable[..., None]) -> None:
    page = study.page
    study.train(LOOP.format(metrics=MANY))
    expect_drawn(page)
    expect(card(page).locator("canvas")).to_have_count(3)
    # A single point would look the same whatever is turned.
    expect(card(page).get_by_role("row", name="loss 0.0")).to_be_visible(timeout=PATIENCE)
    # Drawing stands still from here on: what changes is what was turned.
    pause = card(page).get_by_role("button", name="Pause drawing")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    until(lambda: pixels(page) == pixels(page), 5)
    values = card(page).get_by_role("table").text_content()
    scale = card(page).get_by_role("combobox", name="Scale")
    changes(page, lambda: scale.select_option("log"))
    changes(page, lambda: scale.select_option("linear"))
    changes(page, lambda: card(page).get_by_role("slider", name="Smoothing").press("End"))
    changes(page, lambda: card(page).get_by_role("combobox", name="x axis").select_option("time"))
    picture(page)
    card(page).get_by_text("Metrics", exact=True).click()
    box = card(page).get_by_role("checkbox", name="accuracy")
    box.uncheck()
    expect(card(page).locator("figure:visible")).to_have_count(2)
    box.check()
    expect(card(page).locator("figure:visible")).to_have_count(3)
    # The cell ran on all the time, which is seen again when drawing goes on.
    expect_other_text(page.locator(".nbtrack-Live-header"))
    assert card(page).get_by_role("table").text_content() == values
    changes(page, pause.click)
    expect(card(page).get_by_role("table")).not_to_have_text(values or "")
    study.finish()
    wait_for_picture(page)


def test_everything_has_a_name_and_little_is_said(study: Study) -> None:
    page = study.page
    page.evaluate(
        "window.said = []; new MutationObserver(() => {"
        "const text = document.querySelector('.nbtrack-Live [aria-live]')?.textContent;"
        "if (text && text !== window.said.at(-1)) window.said.push(text);"
        "}).observe(document.body, {subtree: true, childList: true, characterData: true})"
    )
    study.train(LOOP.format(metrics=MANY))
    expect_drawn(page)
    card(page).get_by_text("Metrics", exact=True).click()
    title = card(page).locator(".nbtrack-Live-title")
    names = [
        ("button", title.text_content() or ""),
        ("combobox", "Scale"),
        ("slider", "Smoothing"),
        ("combobox", "x axis"),
        ("button", "Pause drawing"),
        ("button", "Stop"),
        ("DisclosureTriangle", "Metrics"),
        *[("checkbox", name) for name in ("loss", "accuracy", "rate")],
        ("DisclosureTriangle", "System"),
    ]
    assert controls(page) == names
    expect(card(page).get_by_role("img", name="Line chart of loss")).to_have_count(1)
    expect(card(page).get_by_role("table", name="Last values")).to_have_count(1)
    title.focus()
    visited = []
    for _ in names:
        visited.append(page.evaluate(FOCUSED))
        page.keyboard.press("Tab")
    assert visited == [name for _, name in names]
    # An outline shows where one is.
    expect(card(page).get_by_text("System", exact=True)).not_to_be_focused()
    until(lambda: page.evaluate("window.said.length"), 5)
    study.finish()
    wait_for_picture(page)
    said = page.evaluate("window.said")
    assert len(said) <= 2
    assert said[0].endswith(": running")


def expect_other_text(place: Locator) -> None:
    """Wait until another text stands there."""
    expect(place).not_to_have_text(place.text_content() or "")


def changes(page: Page, turn: Callable[[], object]) -> None:
    """Turn a control, and see the charts change."""
    before = pixels(page)
    turn()
    wait_for_other_pixels(page, before)


def controls(page: Page) -> list[tuple[str, str]]:
    """Return role and name of whatever in the card can be focused, as a screen reader gets them."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("Accessibility.enable")
    root: Any = session.send("DOM.getDocument")["root"]
    found = session.send("DOM.querySelector", {"nodeId": root["nodeId"], "selector": ".nbtrack-Live"})
    node = session.send("DOM.describeNode", {"nodeId": found["nodeId"]})["node"]
    tree: Any = session.send("Accessibility.queryAXTree", {"backendNodeId": node["backendNodeId"]})
    return [
        (one["role"]["value"], one["name"]["value"])
        for one in tree["nodes"]
        if not one["ignored"]
        and one["role"]["value"] != "option"
        and any(kind["name"] == "focusable" and kind["value"]["value"] for kind in one.get("properties", []))
    ]
