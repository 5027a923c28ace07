"""From a cell that trains to a registered model, in a real browser: by mouse, then by keyboard alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from mlflow import MlflowClient
from playwright.sync_api import expect

from tests.ui.axe import problems
from tests.ui.lab import PATIENCE, command, wait_for_kernel
from tests.ui.live import open_notebook, run_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.ui.lab import Lab

NAME = "register.ipynb"
MIME = "application/vnd.nbtrack.register.v1+json"
# Logging a model finds out what it needs, which takes a while on a busy machine.
LONG = 3 * PATIENCE
TRAIN = """
import json, warnings; warnings.filterwarnings("ignore")
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
model = LogisticRegression(C={C}, max_iter=500).fit(X, y)
print("PREDICTED", json.dumps([int(one) for one in model.predict(X)]))
"""
# What somebody does who has never heard of nbtrack.
LOAD = """
import json, sys, mlflow
from sklearn.datasets import load_breast_cancer
model = mlflow.pyfunc.load_model("models:/churn@champion")
print(json.dumps([int(one) for one in model.predict(load_breast_cancer(return_X_y=True, as_frame=True)[0])]))
assert "nbtrack.registering" not in sys.modules
"""


@pytest.fixture(scope="module")
def notebook(lab: Lab, browser_context: BrowserContext) -> Iterator[Page]:
    """A page with a notebook: two cells that train, and a form below each."""
    lab.write_notebook(
        NAME,
        "%load_ext nbtrack",
        TRAIN.format(C=1),
        "%track_register",
        TRAIN.format(C=0.001),
        "%track_register",
    )
    page = browser_context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    open_notebook(page, lab.url(NAME))
    wait_for_kernel(page)
    execute(page, 0)
    yield page
    assert not [error for error in errors if "nbtrack" in error]


@pytest.fixture(scope="module")
def browser_context(browser: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 1500})
    yield context
    context.close()


def execute(page: Page, place: int) -> None:
    """Execute a cell and wait for its end."""
    run_cell(page, place)
    cells = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
    page.wait_for_function(f"{cells}[{place}].execution_count !== null", timeout=PATIENCE)
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'",
        timeout=PATIENCE,
    )


def form_below(page: Page, place: int) -> Locator:
    """Return what is shown below a cell."""
    shown = page.locator(".jp-Notebook > .lm-Widget .jp-Cell, .jp-Notebook .jp-Cell").nth(place)
    found = shown.locator(".nbtrack-Register")
    expect(found).to_be_visible(timeout=PATIENCE)
    return found


def outputs(page: Page, place: int) -> list[dict[str, Any]]:
    cells = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
    found: list[dict[str, Any]] = page.evaluate(f"{cells}[{place}].getOutputs()")
    return found


def predicted(page: Page, place: int) -> list[int]:
    """Return what the notebook printed."""
    texts = ["".join(one["text"]) for one in outputs(page, place) if one["output_type"] == "stream"]
    line = next(line for text in texts for line in text.splitlines() if line.startswith("PREDICTED"))
    found: list[int] = json.loads(line.removeprefix("PREDICTED "))
    return found


def predicted_elsewhere(lab: Lab, store: str = "") -> list[int]:
    """Return what the champion predicts in a fresh process with plain MLflow."""
    uri = store or f"sqlite:///{lab.root}/mlflow.db"
    env = {**os.environ, "MLFLOW_TRACKING_URI": uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=env, cwd=lab.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[int] = json.loads(done.stdout.splitlines()[-1])
    return found


def themed(page: Page, picture: Callable[..., None], name: str) -> None:
    """Keep a picture in each theme, and let axe judge it."""
    for theme in ("Dark", "Light"):
        command(page, "apputils:change-theme", theme=f"JupyterLab {theme}")
        expect(page.locator("body")).to_have_attribute("data-jp-theme-name", f"JupyterLab {theme}")
        assert problems(page, f"{name} {theme}") == []
        picture(page, f"{name}-{theme.lower()}")


def test_a_model_is_registered_with_the_mouse(lab: Lab, notebook: Page, picture: Callable[..., None]) -> None:
    execute(notebook, 1)
    execute(notebook, 2)
    form = form_below(notebook, 2)
    form.scroll_into_view_if_needed()
    expect(form.get_by_role("table").first).to_contain_text("mean radius")
    form.get_by_label("Name", exact=True).click()
    form.get_by_role("button", name="Register").click()
    expect(form).to_contain_text("Type a name, such as churn.")
    form.get_by_label("Name", exact=True).click()
    notebook.keyboard.type("churn")
    form.get_by_role("button", name="champion", exact=True).click()
    form.get_by_label("Description").click()
    notebook.keyboard.type("the first one")
    form.get_by_role("button", name="Add a tag").click()
    notebook.keyboard.type("team")
    form.get_by_label("Value of tag 1").click()
    notebook.keyboard.type("growth")
    themed(notebook, picture, "form")
    form.get_by_role("button", name="Register").click()
    bar = form.get_by_role("progressbar")
    card = form.get_by_role("heading", name="churn version 1")
    expect(bar.or_(card)).to_be_visible(timeout=PATIENCE)
    expect(card).to_be_visible(timeout=LONG)
    expect(card).to_contain_text("@champion")
    expect(card).to_be_focused()
    themed(notebook, picture, "card")
    version = MlflowClient(f"sqlite:///{lab.root}/mlflow.db").get_model_version_by_alias("churn", "champion")
    assert (str(version.version), version.description, version.tags["team"]) == (
        "1",
        "the first one",
        "growth",
    )
    assert predicted_elsewhere(lab) == predicted(notebook, 1)
    expect(notebook.get_by_text("registered as churn v1 @champion")).to_be_visible(timeout=PATIENCE)


def test_the_next_version_by_keyboard_alone(lab: Lab, notebook: Page, picture: Callable[..., None]) -> None:
    execute(notebook, 3)
    execute(notebook, 4)
    form = form_below(notebook, 4)
    cells = len(outputs_of_all(notebook))
    form.get_by_label("Model", exact=True).focus()  # as one who comes by Tab from above
    notebook.keyboard.press("Tab")
    expect(form.get_by_label("Name", exact=True)).to_be_focused()
    notebook.keyboard.type("ch")
    expect(form.get_by_role("option", name="churn")).to_be_visible()
    picture(notebook, "offered")
    notebook.keyboard.press("ArrowDown")
    notebook.keyboard.press("Enter")
    expect(form).to_contain_text("churn is there: this becomes its next version.")
    notebook.keyboard.press("Tab")
    # Letters that would cut, add and delete cells.
    notebook.keyboard.type("champion, xaabddz")
    notebook.keyboard.press("Enter")
    question = form.get_by_text("champion is version 1")
    expect(question).to_be_visible(timeout=LONG)
    expect(question).to_contain_text("Move it to version 2?")
    expect(question).to_be_focused()
    expect(form.get_by_role("button", name="Compare them first")).to_be_visible()
    themed(notebook, picture, "confirm")
    notebook.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Move champion")).to_be_focused()
    notebook.keyboard.press("Enter")
    card = form.get_by_role("heading", name="churn version 2")
    expect(card).to_be_visible(timeout=LONG)
    expect(card).to_be_focused()
    expect(form).to_contain_text("champion was version 1 before.")
    assert len(outputs_of_all(notebook)) == cells
    found = predicted_elsewhere(lab)
    assert found == predicted(notebook, 3)
    assert found != predicted(notebook, 1)
    expect(notebook.get_by_text("registered as churn v2 @champion")).to_be_visible(timeout=PATIENCE)
    expect(notebook.get_by_text("registered as churn v1", exact=True)).to_be_visible(timeout=PATIENCE)
    form.get_by_role("button", name="Insert").focus()
    notebook.keyboard.press("Enter")
    sources = [one["source"] for one in outputs_of_all(notebook)]
    assert sum("models:/churn@champion" in source for source in sources) == 1


def test_the_cards_are_there_without_a_kernel(lab: Lab, notebook: Page, picture: Callable[..., None]) -> None:
    command(notebook, "docmanager:save")
    file = lab.root / NAME
    kept = nbformat.read(file, as_version=4)
    (card,) = [out for cell in kept.cells for out in cell.get("outputs", []) if MIME in out.get("data", {})][
        -1:
    ]
    assert card["data"][MIME]["state"] == "done"
    assert "models:/churn@champion" in card["data"]["text/html"]
    assert len(json.dumps(card)) < 60_000
    kept.cells = kept.cells[:3]
    nbformat.write(kept, lab.root / "reopened.ipynb")
    open_notebook(notebook, lab.url("reopened.ipynb"))
    wait_for_kernel(notebook)
    context = "window.jupyterapp.shell.currentWidget.sessionContext"
    notebook.evaluate(f"{context}.shutdown().then(() => null)")
    notebook.wait_for_function(f"!{context}.session", timeout=PATIENCE)
    shown = notebook.locator(".jp-OutputArea-output .nbtrack-Register")
    heading = shown.get_by_role("heading", name="churn version 1")
    expect(heading).to_be_visible(timeout=PATIENCE)
    shown.get_by_role("button", name="Copy").click()
    expect(shown.get_by_text("Copied")).to_be_visible()
    shown.scroll_into_view_if_needed()
    picture(notebook)


def outputs_of_all(page: Page) -> list[dict[str, Any]]:
    """Return the notebook's cells as its file would have them."""
    cells = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
    found: list[dict[str, Any]] = page.evaluate(f"{cells}.map(one => one.toJSON())")
    return found
