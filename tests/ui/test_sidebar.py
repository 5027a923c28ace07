"""The sidebar in a real JupyterLab, as a person uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.lab import PATIENCE, command, go, wait_for_kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from tests.ui.lab import Lab

TAB = '.jp-SideBar [data-id="nbtrack-sidebar"]'
PANEL = "#nbtrack-sidebar"
HOSTILE = "<img src=x onerror=window.__pwned=1>"

# Leaves for the server what a kernel with nbtrack leaves, with words of the test's choice.
TELL = """
import os
from nbtrack import runtime
from nbtrack.records import KernelRecord
from ipykernel.connect import get_connection_file
kernel_id = get_connection_file().rpartition("kernel-")[2].removesuffix(".json")
store = "sqlite:////workspace/mlflow.db"
record = KernelRecord(
    kernel_id, os.getpid(), store, "explicit", {experiment!r}, "default", "told.ipynb", True, ({notice!r},)
)
runtime.write(record)
"""


def unfold(panel: Locator) -> None:
    """Show what stands under «Store», which is folded away while all is well."""
    head = panel.get_by_role("button", name="Store", exact=True)
    if head.get_attribute("aria-expanded") != "true":
        head.click()


def test_icon_opens_the_panel_by_mouse(lab: Lab, page: Page) -> None:
    go(page, lab.url())
    tab = page.locator(TAB)
    expect(tab).to_be_visible()
    expect(tab.locator("svg")).to_be_visible()
    expect(tab).to_have_attribute("title", "nbtrack: MLflow runs of your notebooks")
    tab.click()
    panel = page.locator(PANEL)
    expect(panel).to_contain_text("No notebook is open")
    expect(panel).to_contain_text("SQLite · mlflow.db")
    expect(panel).to_contain_text(f"sqlite:///{lab.root}/mlflow.db")
    expect(panel).to_contain_text("default: one store in the folder that Jupyter serves")
    # Clicking shows and hides, as with every tab of the sidebar.
    tab.click()
    expect(panel).to_be_hidden()


def test_command_opens_the_panel_by_keyboard(lab: Lab, page: Page) -> None:
    go(page, lab.url())
    # Lab's launcher takes the focus when it comes, and a palette without it closes.
    expect(page.locator(".jp-Launcher")).to_be_focused()
    page.keyboard.press("Control+Shift+C")
    page.locator(".lm-CommandPalette-input").fill("Show nbtrack")
    page.keyboard.press("Enter")
    expect(page.locator(PANEL)).to_contain_text("SQLite")
    expect(page.locator(PANEL)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(PANEL).get_by_role("button", name="Refresh")).to_be_focused()


def test_panel_is_open_again_after_a_reload(lab: Lab, page: Page) -> None:
    go(page, lab.url(workspace="reload"))
    page.locator(TAB).click()
    expect(page.locator(PANEL)).to_contain_text("SQLite")
    page.wait_for_timeout(1500)  # Lab saves its layout a second after a change
    go(page, lab.url(workspace="reload", reset=False))
    expect(page.locator(PANEL)).to_contain_text("SQLite")


def test_line_is_inserted_for_the_user_and_not_run(
    lab: Lab, page: Page, picture: Callable[..., None]
) -> None:
    name = lab.write_notebook("plain.ipynb", "1 + 1", "2 + 2", markdown="# Title")
    go(page, lab.url(name))
    wait_for_kernel(page)
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    expect(panel).to_contain_text("nbtrack is not on in plain.ipynb")
    picture(page, "before")
    for _ in range(2):  # the second time selects the cell that is there
        panel.get_by_role("button", name="Insert as a cell").click()
    cells = page.evaluate(
        "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map("
        "cell => [cell.cell_type, cell.getSource(), cell.execution_count ?? null])"
    )
    assert cells == [
        ["markdown", "# Title", None],
        ["code", "%load_ext nbtrack", None],
        ["code", "1 + 1", None],
        ["code", "2 + 2", None],
    ]
    picture(page, "after")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_kernel_in_use(theme: str, lab: Lab, page: Page, picture: Callable[..., None]) -> None:
    name = lab.write_notebook("churn.ipynb", "%load_ext nbtrack", "%track --experiment churn/first")
    go(page, lab.url(name))
    command(page, "apputils:change-theme", theme=f"JupyterLab {theme}")
    wait_for_kernel(page)
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    expect(panel).to_contain_text("nbtrack is not on in churn.ipynb")
    # The panel sees by itself that a cell switched nbtrack on.
    command(page, "notebook:run-all-cells")
    expect(panel).to_contain_text("in use by churn.ipynb", timeout=PATIENCE)
    unfold(panel)
    expect(panel).to_contain_text(f"sqlite:///{lab.root}/mlflow.db")
    expect(panel.locator("dd", has_text="churn/first")).to_be_visible(timeout=PATIENCE)
    picture(page)
    # A restarted kernel keeps its id and has forgotten nbtrack.
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(panel).to_contain_text("nbtrack is not on in churn.ipynb", timeout=PATIENCE)
    command(page, "apputils:change-theme", theme="JupyterLab Light")


def test_loading_alone_is_seen(lab: Lab, page: Page) -> None:
    go(page, lab.url(lab.write_notebook("alone.ipynb", "%load_ext nbtrack")))
    wait_for_kernel(page)
    page.locator(TAB).click()
    command(page, "notebook:run-all-cells")
    expect(page.locator(PANEL)).to_contain_text("in use by alone.ipynb", timeout=10_000)


def test_hostile_names_stay_text(lab: Lab, page: Page, picture: Callable[..., None]) -> None:
    name = lab.write_notebook("hostile.ipynb", TELL.format(experiment=HOSTILE, notice=HOSTILE))
    go(page, lab.url(name))
    wait_for_kernel(page)
    page.locator(TAB).click()
    command(page, "notebook:run-all-cells")
    panel = page.locator(PANEL)
    unfold(panel)
    expect(panel.locator("dd", has_text=HOSTILE)).to_be_visible(timeout=PATIENCE)
    expect(panel.get_by_role("note")).to_have_text(HOSTILE)
    picture(page)
    assert panel.locator("img").count() == 0
    assert page.evaluate("window.__pwned") is None


def test_address_is_copied(lab: Lab, page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    go(page, lab.url())
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    unfold(panel)
    panel.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"sqlite:///{lab.root}/mlflow.db"


def test_server_that_does_not_answer(
    lab: Lab, page: Page, context: BrowserContext, picture: Callable[..., None]
) -> None:
    go(page, lab.url())
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    expect(panel).to_contain_text("SQLite")
    context.set_offline(offline=True)
    panel.get_by_role("button", name="Refresh").click()
    expect(panel.get_by_role("alert")).to_contain_text("The Jupyter server does not answer.")
    picture(page)
    context.set_offline(offline=False)
    panel.get_by_role("button", name="Retry").click()
    expect(panel).to_contain_text("SQLite")
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_server_part_missing_says_what_to_type(
    start_lab: Callable[..., Lab], page: Page, picture: Callable[..., None]
) -> None:
    without = start_lab("--ServerApp.jpserver_extensions={'nbtrack': False, 'jupyterlab': True}")
    go(page, without.url())
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    expect(panel.get_by_role("alert")).to_contain_text("The server part of nbtrack is not running.")
    expect(panel).to_contain_text("jupyter server extension enable nbtrack")
    picture(page)


def test_fits_at_200_percent(lab: Lab, browser: Browser, picture: Callable[..., None]) -> None:
    # What a browser's zoom does: half as many CSS pixels, each twice as large.
    page = browser.new_page(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    go(page, lab.url(lab.write_notebook("zoom.ipynb", "1")))
    wait_for_kernel(page)
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    expect(panel).to_contain_text("SQLite")
    picture(page)
    assert panel.evaluate("node => node.scrollWidth <= node.clientWidth")
    unfold(panel)
    copy = panel.get_by_role("button", name="Copy")
    copy.scroll_into_view_if_needed()
    expect(copy).to_be_in_viewport(ratio=1)
    page.close()
