"""A defect of MLflow's that nbtrack must absorb: on a fresh store, a grid search may end FAILED."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import mlflow

from tests.kernel.conftest import DATA
from tests.kernel.live import tree
from tests.unit import stores

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel

GRIDS = 20


def test_twenty_grid_searches_on_fresh_stores_all_finish(kernel: LiveKernel) -> None:
    kernel.ok(DATA)
    kernel.ok("from sklearn.model_selection import GridSearchCV\nmlflow.sklearn.autolog(log_models=False)")
    # Copies of one that nobody has used: MLflow takes seconds to make each.
    stores.make_current(kernel.folder / "unused.db")
    for number in range(GRIDS):
        shutil.copy(kernel.folder / "unused.db", kernel.folder / f"grid-{number}.db")
        kernel.ok(f"%track --store {kernel.folder}/grid-{number}.db --experiment grid")
        kernel.ok("GridSearchCV(LogisticRegression(), {'C': [0.1, 1, 10]}, cv=2).fit(X, y)", f"grid-{number}")
    for number in range(GRIDS):
        store = mlflow.MlflowClient(f"sqlite:///{kernel.folder}/grid-{number}.db")
        made = tree(kernel.runs(store))
        (parent,) = made[""]
        assert parent.info.status == "FINISHED"
        assert [run.info.status for run in made[parent.info.run_id]] == ["FINISHED"] * 3
