"""A notebook that is renamed while its kernel lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mlflow

from tests.ui.lab import command, go, wait_for_kernel

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.ui.lab import Lab

TRAIN = "import mlflow\nmlflow.log_metric('a', 1)"


def test_runs_after_a_rename_go_to_the_experiment_of_the_new_name(lab: Lab, page: Page) -> None:
    name = lab.write_notebook("before.ipynb", "%load_ext nbtrack", TRAIN, TRAIN)
    go(page, lab.url(name))
    wait_for_kernel(page)
    for _ in range(2):
        command(page, "notebook:run-cell-and-select-next")
    page.evaluate("window.jupyterapp.shell.currentWidget.context.rename('after.ipynb')")
    page.wait_for_timeout(2100)  # the kernel asks for the name once in two seconds
    command(page, "notebook:run-cell-and-select-next")
    store = mlflow.MlflowClient(f"sqlite:///{lab.root / 'mlflow.db'}")
    for wanted in ("before", "after"):
        experiment = store.get_experiment_by_name(wanted)
        assert experiment is not None
        (run,) = store.search_runs([experiment.experiment_id])
        assert run.data.tags["nbtrack.notebook.path"] == f"{wanted}.ipynb"
