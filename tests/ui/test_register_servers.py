"""The form under a cell registers on a server of MLflow 3, and on one of MLflow 2, which can't hold all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient
from playwright.sync_api import expect

from tests.ui.lab import PATIENCE, wait_for_kernel
from tests.ui.live import open_notebook
from tests.ui.test_register import LONG, TRAIN, execute, form_below, predicted, predicted_elsewhere
from tests.unit.registering.servers import new_server, old_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.lab import Lab

LACKS = "models as artifacts of their run"


@pytest.mark.parametrize("kind", ["mlflow3", "mlflow2"])
def test_the_form_registers_on_a_server(
    lab: Lab, page: Page, tmp_path: Path, kind: str, picture: Callable[..., None]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 1500})
    (lab.root / kind).mkdir()
    with (old_server if kind == "mlflow2" else new_server)(tmp_path) as server:
        (lab.root / kind / "pyproject.toml").write_text(f'[tool.nbtrack]\nstore = "{server.uri}"\n')
        name = lab.write_notebook(
            f"{kind}/study.ipynb", "%load_ext nbtrack", TRAIN.format(C=1), "%track_register"
        )
        open_notebook(page, lab.url(name))
        wait_for_kernel(page)
        for place in range(3):
            execute(page, place)
        form = form_below(page, 2)
        # What the store can't hold is said before anything is done.
        expect(form.get_by_text(LACKS)).to_have_count(1 if kind == "mlflow2" else 0)
        form.get_by_label("Name", exact=True).click()
        page.keyboard.type("churn")
        form.get_by_role("button", name="champion", exact=True).click()
        picture(page, "form")
        form.get_by_role("button", name="Register").click()
        card = form.get_by_role("heading", name="churn version 1")
        expect(card).to_be_visible(timeout=LONG)
        expect(card).to_contain_text("@champion")
        picture(page, "card")
        client = MlflowClient(server.uri, registry_uri=server.uri)
        version = client.get_model_version_by_alias("churn", "champion")
        assert str(version.version) == "1"
        assert str(version.source).startswith("models:/m-") == (kind == "mlflow3")
        assert predicted_elsewhere(lab, server.uri) == predicted(page, 1)
        expect(page.get_by_text("registered as churn v1 @champion")).to_be_visible(timeout=PATIENCE)
