"""Registered models in the sidebar of a real JupyterLab, as a person uses them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.lab import PATIENCE, command, go, wait_for_kernel
from tests.ui.live import until
from tests.ui.registered import MANY, PAYLOADS, fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.ui.lab import Lab
    from tests.ui.registered import Registry

TAB = '.jp-SideBar [data-id="nbtrack-sidebar"]'
PANEL = "#nbtrack-sidebar"
CELLS = (
    "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map("
    "cell => [cell.getSource(), cell.execution_count ?? null])"
)


@pytest.fixture(scope="module")
def registry(lab: Lab) -> Registry:
    return fill(lab)


@pytest.fixture
def panel(lab: Lab, registry: Registry, page: Page) -> Locator:
    go(page, lab.url(registry.notebook))
    wait_for_kernel(page)
    return models(page)


def models(page: Page) -> Locator:
    """Open the sidebar and its list of models."""
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    # By keyboard: what the store says moves the list while a mouse would be between down and up.
    panel.get_by_role("button", name="Models", exact=True).press("Enter")
    expect(lines(panel).first).to_be_visible(timeout=PATIENCE)
    return panel


def lines(panel: Locator) -> Locator:
    return panel.locator(".nbtrack-Models-line")


def search(panel: Locator, words: str, found: int) -> None:
    panel.get_by_role("searchbox", name="Search models").fill(words)
    expect(lines(panel)).to_have_count(found, timeout=PATIENCE)


def kept(lab: Lab, workspace: str) -> bool:
    """Tell whether Lab has saved that the panel shows «churn»."""
    files = (lab.root.parent / "workspaces").glob("*.jupyterlab-workspace")
    saved = {one["metadata"]["id"]: one["data"] for one in (json.loads(file.read_text()) for file in files)}
    data = saved.get(workspace, {})
    left = data.get("layout-restorer:data", {}).get("left", {}).get("current")
    model = data.get("nbtrack:sidebar", {}).get("model") or {}
    return bool(left == PANEL[1:] and model.get("name") == "churn")


def churn(panel: Locator) -> Locator:
    """Open the page of «churn»."""
    search(panel, "CHURN", 1)
    lines(panel).click()
    model = panel.get_by_role("article", name="Registered model")
    expect(model).to_contain_text("Version 1", timeout=PATIENCE)
    return model


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_models_of_plain_mlflow_are_listed_and_shown(
    theme: str, panel: Locator, page: Page, picture: Callable[..., None]
) -> None:
    command(page, "apputils:change-theme", theme=f"JupyterLab {theme}")
    total = MANY + len(PAYLOADS) + 1
    expect(panel.locator(".nbtrack-Models .nbtrack-Fold-aside")).to_have_text(str(total))
    expect(lines(panel)).to_have_count(100)
    picture(page, "list")
    panel.get_by_role("button", name="Load more models").click()
    expect(lines(panel)).to_have_count(total, timeout=PATIENCE)
    model = churn(panel)
    expect(model.locator("h4")).to_have_text(["Version 3", "Version 2", "Version 1"])
    expect(model.locator("strong", has_text="leaves")).to_be_visible()
    expect(model).to_contain_text("version 2 (run brave-fox)")
    expect(model.locator(".nbtrack-Run-tags").last).to_contain_text("growth")
    picture(page, "page")
    model.get_by_role("button", name="Move champion…", exact=True).click()
    picture(page, "question")
    page.keyboard.press("Escape")
    panel.get_by_role("button", name="All models").click()
    expect(lines(panel)).to_be_focused()
    command(page, "apputils:change-theme", theme="JupyterLab Light")


def test_an_alias_is_moved_by_keyboard_alone(
    panel: Locator, page: Page, registry: Registry, picture: Callable[..., None]
) -> None:
    registry.client.set_registered_model_alias("churn", "champion", "2")
    search(panel, "churn", 1)
    page.keyboard.press("Tab")
    expect(lines(panel)).to_be_focused()
    page.keyboard.press("Enter")
    model = panel.get_by_role("article", name="Registered model")
    move = model.get_by_role("button", name="Move champion…", exact=True)
    expect(move).to_be_visible(timeout=PATIENCE)
    for _ in range(30):
        page.keyboard.press("Tab")
        if move.evaluate("node => node === document.activeElement"):
            break
    expect(move).to_be_focused()
    page.keyboard.press("Enter")
    form = model.get_by_role("form", name="Move champion")
    expect(form).to_contain_text("champion is version 2 (run brave-fox).")
    expect(form.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Leave it")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(model).to_contain_text("champion moved from version 2 to version 3.", timeout=PATIENCE)
    expect(move).to_be_focused()
    assert registry.champion() == "3"
    # The page says who did it, and the way back is there.
    expect(model).to_contain_text("put there by", timeout=PATIENCE)
    expect(model).not_to_contain_text("(process")
    picture(page)
    model.get_by_role("button", name="Roll back champion…").press("Enter")
    expect(model.get_by_role("button", name="Leave it")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(model).to_contain_text("champion moved from version 3 to version 2.", timeout=PATIENCE)
    assert registry.champion() == "2"


def test_who_was_faster_is_told_and_wins(
    panel: Locator, registry: Registry, picture: Callable[..., None]
) -> None:
    registry.client.set_registered_model_alias("churn", "champion", "2")
    model = churn(panel)
    expect(model).to_contain_text("version 2 (run brave-fox)")
    model.get_by_role("button", name="Move champion…", exact=True).click()
    registry.client.set_registered_model_alias("churn", "champion", "1")
    model.get_by_role("button", name="Move champion", exact=True).click()
    told = model.get_by_role("alert")
    expect(told).to_contain_text("You saw champion at version 2 (run brave-fox)", timeout=PATIENCE)
    expect(told).to_contain_text("the store now has it at version 1 (run calm-owl)")
    picture(panel.page)
    told.get_by_role("button", name="Leave it there").click()
    expect(model).to_contain_text("version 1 (run calm-owl)", timeout=PATIENCE)
    assert registry.champion() == "1"
    registry.client.set_registered_model_alias("churn", "champion", "2")
    expect(model).to_contain_text("version 2 (run brave-fox)", timeout=PATIENCE)


def test_addresses_and_code_and_the_way_to_runs_and_cells(
    panel: Locator, page: Page, registry: Registry, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    model = churn(panel)
    model.get_by_role("button", name="Copy models:/churn@champion").click()
    assert page.evaluate("navigator.clipboard.readText()") == "models:/churn@champion"
    model.get_by_role("button", name="Insert code that loads models:/churn/3").click()
    code = 'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/churn/3")'
    page.wait_for_function(f"code => {CELLS}.some(([source]) => source === code)", arg=code)
    assert [code, None] in page.evaluate(CELLS)
    version = model.locator("li", has=page.get_by_role("heading", name="Version 2"))
    version.get_by_role("button", name=registry.notebook).click()
    page.wait_for_function("window.jupyterapp.shell.currentWidget.content.activeCellIndex === 0")
    version.get_by_role("button", name="brave-fox").click()
    run = panel.get_by_role("article", name="Run")
    link = run.get_by_role("button", name="registered as churn v2 @champion")
    expect(link).to_be_visible(timeout=PATIENCE)
    panel.get_by_role("button", name="Back to churn").click()
    expect(model).to_contain_text("Version 1", timeout=PATIENCE)
    for number in (3, 2):
        model.get_by_role("checkbox", name=f"Select version {number}").check()
    model.get_by_role("button", name="Compare").click()
    compared = page.locator(".nbtrack-Compare")
    expect(compared).to_contain_text("shy-hare", timeout=PATIENCE)
    expect(compared).to_contain_text("brave-fox")


def test_badges_say_what_a_run_was_registered_as(
    panel: Locator, page: Page, picture: Callable[..., None]
) -> None:
    badge = page.locator(".nbtrack-CellBadge").first
    expect(badge).to_contain_text("registered as churn v3 @challenger", timeout=PATIENCE)
    picture(page)
    badge.locator("button").click()
    panel.get_by_role("button", name="registered as churn v3 @challenger").click()
    expect(panel.get_by_role("article", name="Registered model")).to_contain_text(
        "Version 3", timeout=PATIENCE
    )
    panel.get_by_role("button", name="Back to the run").click()
    expect(panel.get_by_role("article", name="Run")).to_be_visible()


def test_what_plain_mlflow_does_meanwhile_is_seen(panel: Locator, registry: Registry) -> None:
    search(panel, "fresh", 0)
    registry.client.create_registered_model("fresh")
    expect(lines(panel)).to_contain_text(["fresh"], timeout=PATIENCE)
    registry.client.delete_registered_model("fresh")
    expect(lines(panel)).to_have_count(0, timeout=PATIENCE)


def test_a_version_and_a_model_are_deleted_after_a_question(
    lab: Lab, panel: Locator, page: Page, registry: Registry
) -> None:
    registry.client.create_registered_model("doomed")
    for _ in range(2):
        registry.client.create_model_version("doomed", f"{lab.root}/doomed", registry.runs[0])
    search(panel, "doomed", 1)
    lines(panel).click()
    model = panel.get_by_role("article", name="Registered model")
    dialog = page.locator(".jp-Dialog")
    model.get_by_role("button", name="Delete version 1…").click(timeout=PATIENCE)
    expect(dialog).to_contain_text("for good")
    page.keyboard.press("Escape")
    expect(model.locator("h4")).to_have_count(2)
    model.get_by_role("button", name="Delete version 1…").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(model.locator("h4")).to_have_text(["Version 2"], timeout=PATIENCE)
    expect(model.locator("ol")).to_be_focused()
    model.get_by_role("button", name="Delete model…").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(model).to_have_count(0, timeout=PATIENCE)
    expect(lines(panel)).to_have_count(0, timeout=PATIENCE)


def test_nothing_of_a_registry_is_executed(panel: Locator, page: Page, picture: Callable[..., None]) -> None:
    search(panel, "pwned", len(PAYLOADS))
    for number, payload in enumerate(PAYLOADS):
        lines(panel).filter(has_text=payload).click()
        model = panel.get_by_role("article", name="Registered model")
        expect(model.get_by_role("heading", name=payload)).to_be_visible(timeout=PATIENCE)
        expect(model).to_contain_text("Version 1", timeout=PATIENCE)
        page.wait_for_timeout(500)
        if number == 0:
            picture(page)
        assert panel.locator("img[src=x], svg[onload], script, a[href^=javascript]").count() == 0
        panel.get_by_role("button", name="All models").click()
    assert page.evaluate("window.__pwned") is None


@pytest.mark.usefixtures("registry")
def test_the_page_and_the_list_are_open_again_after_a_reload(lab: Lab, page: Page) -> None:
    go(page, lab.url(workspace="models"))
    panel = models(page)
    model = churn(panel)
    until(lambda: kept(lab, "models"), 30)
    page.reload()
    expect(model).to_contain_text("Version 1", timeout=PATIENCE)
    panel.get_by_role("button", name="All models").click()
    expect(lines(panel).first).to_be_visible(timeout=PATIENCE)


def test_a_page_of_a_model_fits_at_200_percent(
    panel: Locator, page: Page, picture: Callable[..., None]
) -> None:
    model = churn(panel)
    # What a browser's zoom does: half as many CSS pixels.
    page.set_viewport_size({"width": 640, "height": 400})
    model.get_by_role("checkbox", name="Select version 3").check()
    picture(page)
    assert panel.evaluate("node => node.scrollWidth <= node.clientWidth")
