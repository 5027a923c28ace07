"""The live card with names and numbers that nobody expects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.ui.live import (
    LOOP,
    card,
    expect_drawn,
    outputs,
    pixels,
    wait_for_other_pixels,
    wait_for_picture,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.ui.live import Study

HOSTILE = "<img src=x onerror=window.__pwned=1>"
NAMES = ["loss/train.val-1: a b", "a" * 120, "constructor", "__proto__"]

# Every kind of number, from each place where a metric can come from.
ODD = (
    f"import itertools\nHOSTILE, NAMES = {HOSTILE!r}, {NAMES!r}\n"
    """
mlflow.start_run(run_name=HOSTILE)
mlflow.log_params({"kind": HOSTILE, "other": "</script>" + HOSTILE})
mlflow.set_tag("note", HOSTILE)
nan, inf = float("nan"), float("inf")
for name in NAMES:
    mlflow.log_metric(name, 1, step=0)
    mlflow.log_metric(name, 2, step=1)
for step in range(60):
    mlflow.log_metrics({
        "holes": [1, nan, 3, inf, -inf][step % 5] * step,
        "only nan": nan,
        "constant": 7,
        "tiny": 1e-300 * step,
        "huge": 1e300 * (-1) ** step,
        "negative": -step,
    }, step=step)
for step in (5, 1, 3, 3, 2, -4, 2**53):
    mlflow.log_metric("unordered", step, step=step)
""" + LOOP.format(metrics='{"calm": step}') + "mlflow.end_run()"
)
KEYS = (
    "mlflow.start_run()\n"
    + LOOP.format(metrics='{f"key {i:03}": i + step % (i + 2) for i in range(200)}')
    + "mlflow.end_run()"
)


def listen(page: Page) -> list[str]:
    """Return a list to which everything goes that the page complains about."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_hostile_names_and_numbers(study: Study, picture: Callable[..., None]) -> None:
    page = study.page
    said = listen(page)
    page.set_viewport_size({"width": 1280, "height": 1500})
    study.train(ODD)
    expect_drawn(page)
    expect(page.locator(".nbtrack-Live-header")).to_contain_text(HOSTILE)
    expect(card(page).get_by_role("rowheader", name="calm")).to_be_visible()
    wait_for_other_pixels(page, pixels(page))
    for scale in ("log", "linear", "auto"):
        card(page).get_by_role("combobox", name="Scale").select_option(scale)
        wait_for_other_pixels(page, pixels(page))
        picture(page, scale)
    card(page).get_by_role("slider", name="Smoothing").press("End")
    wait_for_other_pixels(page, pixels(page))
    assert card(page).locator("img, script").count() == 0
    expect(card(page).get_by_text("could not be drawn")).to_have_count(0)
    study.finish()
    wait_for_picture(page)
    picture(page, "stays")
    assert HOSTILE in outputs(page)[0]["data"]["text/plain"]
    assert page.evaluate("window.__pwned") is None
    assert not said


def test_two_hundred_metrics(study: Study, picture: Callable[..., None]) -> None:
    page = study.page
    said = listen(page)
    study.train(KEYS)
    expect_drawn(page)
    wait_for_other_pixels(page, pixels(page))
    picture(page)
    # The page answers while all that is drawn.
    page.evaluate(
        "window.slow = 0; new PerformanceObserver(list => {"
        "for (const entry of list.getEntries()) window.slow = Math.max(window.slow, entry.duration);"
        "}).observe({type: 'longtask'})"
    )
    more = card(page).get_by_text(re.compile(r"^\d+ more$"))
    more.click()
    wait_for_other_pixels(page, pixels(page))
    more.scroll_into_view_if_needed()
    picture(page, "more")
    card(page).get_by_text("Metrics", exact=True).click()
    card(page).get_by_role("checkbox", name="key 003").uncheck()
    expect(card(page).locator("figcaption", has_text="key 003")).to_be_hidden()
    assert card(page).evaluate("node => node.scrollWidth <= node.clientWidth")
    study.finish()
    wait_for_picture(page)
    picture(page, "stays")
    assert not said
