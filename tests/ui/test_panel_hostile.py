"""Whatever a shared store holds is text in the sidebar: nothing of it is executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient
from playwright.sync_api import expect

from nbtrack import storefile
from tests.ui.lab import PATIENCE, go

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.lab import Lab

TAB = '.jp-SideBar [data-id="nbtrack-sidebar"]'
PANEL = "#nbtrack-sidebar"
PAYLOADS = [
    "<img src=x onerror=window.__pwned=1>",
    "<svg onload=window.__pwned=1>",
    '"><script>window.__pwned=1</script>',
    "[a](javascript:window.__pwned=1)",
    "{{constructor.constructor('window.__pwned=1')()}}",
    "</textarea><iframe srcdoc='<script>parent.__pwned=1</script>'>",
]
PAGE = "<html><body onload='parent.__pwned=1'><script>top.__pwned=1</script><h1>a page</h1></body></html>"


@pytest.fixture(scope="module")
def hostile(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the id of a run that has payloads wherever a store takes text."""
    artifacts = (lab.root / "mlartifacts").as_uri()
    storefile.create(lab.root / "mlflow.db", artifacts=artifacts, ours=True)
    client = MlflowClient(f"sqlite:///{lab.root}/mlflow.db")
    folder = tmp_path_factory.mktemp("artifacts")
    experiment = client.create_experiment(PAYLOADS[0], artifact_location=artifacts)
    for payload in PAYLOADS:
        run = client.create_run(experiment, run_name=payload)
        run_id = str(run.info.run_id)
        client.set_tag(run_id, "mlflow.note.content", "\n\n".join(PAYLOADS))
        for number, text in enumerate(PAYLOADS):
            client.set_tag(run_id, f"tag-{number}", text)
            client.log_param(run_id, f"param-{number}", text)
        client.log_metric(run_id, "toString", 1.0)
        _artifacts(folder)
        client.log_artifacts(run_id, str(folder))
    return run_id


def _artifacts(folder: Path) -> None:
    for name, text in {
        "page.html": PAGE,
        "picture.svg": "<svg xmlns='http://www.w3.org/2000/svg' onload='top.__pwned=1'/>",
        "notes.md": "\n\n".join(PAYLOADS),
        "table.csv": "a,b\n" + ",".join(f'"{one}"'.replace('""', '"') for one in PAYLOADS[:2]) + "\n",
        "<img src=x onerror=window.__pwned=1>.txt": "text",
    }.items():
        (folder / name).write_text(text)


def test_nothing_of_a_store_is_executed(
    lab: Lab, page: Page, hostile: str, picture: Callable[..., None]
) -> None:
    go(page, lab.url())
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    panel.get_by_role("treeitem", name=PAYLOADS[0]).click(timeout=PATIENCE)
    rows = panel.locator(".nbtrack-Tall .nbtrack-Row")
    expect(rows).to_have_count(len(PAYLOADS), timeout=PATIENCE)
    rows.first.hover()
    rows.first.click()
    run = panel.get_by_role("article", name="Run")
    expect(run).to_contain_text(PAYLOADS[-1], timeout=PATIENCE)
    for name in ("page.html", "picture.svg", "notes.md", "table.csv", "<img"):
        run.get_by_role("treeitem", name=name).first.click()
        page.wait_for_timeout(700)
    picture(page)
    assert panel.locator("img[src=x], svg[onload], script, iframe[srcdoc*=pwned]:not([sandbox])").count() == 0
    assert panel.locator("a[href^=javascript]").count() == 0
    assert page.evaluate("window.__pwned") is None
    assert hostile
