"""The live card when pages come and go, and what stays when the kernel has gone."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import nbformat
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from tests.ui.live import (
    LOOP,
    NAME,
    TWO_LOSSES,
    card,
    expect_drawn,
    open_notebook,
    outputs,
    pixels,
    save,
    wait_for_other_pixels,
    wait_for_picture,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.ui.live import Study


def test_goes_on_in_a_page_loaded_again_and_in_another_tab(study: Study, browser: Browser) -> None:
    page, header = study.page, ".nbtrack-Live-header"
    study.train(LOOP.format(metrics=TWO_LOSSES))
    save(page)  # the cell, whose output the file has not
    expect_drawn(page)
    study.open()
    # It comes with the kernel's next snapshot, though the file knows nothing of it.
    expect_goes_on(page)
    save(page)
    study.open()
    expect(page.locator(header)).to_contain_text("running")
    expect_goes_on(page)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    other = context.new_page()
    open_notebook(other, study.lab.url(NAME))
    expect_goes_on(other)
    expect_goes_on(page)
    study.finish()
    for one in (page, other):
        wait_for_picture(one)
    assert outputs(page) == outputs(other)
    context.close()


def test_picture_needs_no_kernel_no_trust_and_no_script(
    study: Study, browser: Browser, picture: Callable[..., None]
) -> None:
    page = study.page
    study.train('for step in range(20): mlflow.log_metric("loss", 1 / (step + 1), step=step)')
    wait_for_picture(page)
    save(page)
    # Whoever gets the file by mail has not signed it, and has a kernel that knows nothing of nbtrack.
    notebook = nbformat.read(study.lab.root / NAME, 4)
    notebook.cells[0].source += "  # mailed"
    nbformat.write(notebook, study.lab.root / "mailed.ipynb")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    mailed = context.new_page()
    open_notebook(mailed, study.lab.url("mailed.ipynb"))
    wait_for_picture(mailed)
    assert (
        mailed.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.get(1).trusted") is False
    )
    mailed.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    wait_for_picture(mailed)
    picture(mailed, "untrusted")
    context.close()

    exporter = HTMLExporter()  # type: ignore[no-untyped-call]
    html, _ = exporter.from_notebook_node(notebook)
    (study.lab.root / "mailed.html").write_text(html)
    context = browser.new_context(java_script_enabled=False, offline=True)
    plain = context.new_page()
    plain.goto((study.lab.root / "mailed.html").as_uri())
    image = plain.locator("img[src^='data:image/png']")
    expect(image).to_be_visible()
    box = image.bounding_box()
    assert box is not None
    assert box["width"] > 300
    picture(plain, "html")
    context.close()


# The last test: the kernel that comes after has not loaded nbtrack.
def test_what_a_dead_kernel_showed_stays_readable(study: Study, picture: Callable[..., None]) -> None:
    page = study.page
    study.train(LOOP.format(metrics=TWO_LOSSES))
    expect_goes_on(page)
    kernel = page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id")
    os.kill(study.lab.kernel_process(kernel), signal.SIGKILL)
    header = page.locator(".nbtrack-Live-header")
    expect(header).to_contain_text("no longer connected", timeout=20_000)
    expect(card(page).get_by_role("button", name="Stop")).to_have_count(0)
    save(page)
    study.open()
    expect_drawn(page)
    expect(card(page).get_by_role("row", name="train_loss")).to_be_visible()
    expect(header).to_contain_text("no longer running", timeout=20_000)
    picture(page)


def expect_goes_on(page: Page) -> None:
    """Wait until the card is there, alone, and changes."""
    expect_drawn(page)
    expect(card(page)).to_have_count(1)
    wait_for_other_pixels(page, pixels(page))
