"""Which cells make runs, and what goes into which."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tests.kernel.live import of, tree, until

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel

ACC = "m = LogisticRegression({}).fit(X, y); mlflow.log_metric('acc', m.score(X, y))"


def test_cells_that_only_import_and_print_make_no_run(shared: LiveKernel) -> None:
    before = len(shared.runs())
    shared.ok("import json\nimport pandas as pd", "imports")
    shared.ok("print(pd.DataFrame({'a': [1]}).describe())", "prints")
    shared.ok("m = LogisticRegression(C=3)", "no-fit")
    assert len(shared.runs()) == before


def test_a_fit_alone_makes_one_run_with_params_metrics_and_its_cell(shared: LiveKernel) -> None:
    source = "LogisticRegression(C=0.7).fit(X, y)"
    shared.ok(source, "fit-alone")
    (run,) = of(shared, "fit-alone")
    assert run.info.status == "FINISHED"
    assert run.info.end_time is not None
    assert run.data.params["C"] == "0.7"
    assert 0 < run.data.metrics["training_accuracy_score"] <= 1
    tags = run.data.tags
    assert tags["nbtrack.notebook.path"].endswith("study.ipynb")
    assert tags["mlflow.source.name"] == tags["nbtrack.notebook.path"]
    assert tags["mlflow.source.type"] == "NOTEBOOK"
    assert tags["nbtrack.cell.source_sha256"] == hashlib.sha256(source.encode()).hexdigest()
    assert "mlflow.parentRunId" not in tags


def test_the_experiment_is_the_notebooks_path_without_its_suffix(shared: LiveKernel) -> None:
    shared.ok("mlflow.log_metric('a', 1)", "experiment")
    (run,) = of(shared, "experiment")
    assert shared.store.get_experiment(run.info.experiment_id).name == "study"


def test_a_metric_after_the_fit_goes_to_the_same_run(shared: LiveKernel) -> None:
    shared.ok(ACC.format(""), "fit-metric")
    (run,) = of(shared, "fit-metric")
    assert run.info.status == "FINISHED"
    assert {"acc", "training_accuracy_score"} <= run.data.metrics.keys()


def test_a_metric_before_the_fit_too(shared: LiveKernel) -> None:
    shared.ok(
        "mlflow.log_metric('before', 1); LogisticRegression().fit(X, y); mlflow.set_tag('t', 1)", "order"
    )
    (run,) = of(shared, "order")
    assert {"before", "training_accuracy_score"} <= run.data.metrics.keys()
    assert run.data.tags["t"] == "1"


def test_a_loop_of_fits_makes_a_parent_with_a_child_each(shared: LiveKernel) -> None:
    values = ["0.01", "0.1", "1.0", "10.0", "100.0"]
    shared.ok(f"for C in ({', '.join(values)}):\n    {ACC.format('C=C')}", "loop")
    made = tree(of(shared, "loop"))
    (parent,) = made[""]
    children = made[parent.info.run_id]
    assert [run.data.params["C"] for run in children] == values
    assert all({"acc", "training_accuracy_score"} <= run.data.metrics.keys() for run in children)
    assert {run.info.status for run in [parent, *children]} == {"FINISHED"}
    assert not parent.data.metrics
    assert len({run.info.experiment_id for run in [parent, *children]}) == 1


def test_a_param_with_several_values_makes_a_child_each(shared: LiveKernel) -> None:
    shared.ok(
        "for lr in (0.1, 0.2, 0.3):\n    mlflow.log_param('lr', lr)\n    mlflow.log_metric('loss', lr * 2)\n",
        "params",
    )
    made = tree(of(shared, "params"))
    (parent,) = made[""]
    children = made[parent.info.run_id]
    assert [(run.data.params["lr"], run.data.metrics["loss"]) for run in children] == [
        ("0.1", 0.2),
        ("0.2", 0.4),
        ("0.3", 0.6),
    ]
    assert {run.info.status for run in [parent, *children]} == {"FINISHED"}


def test_log_params_and_a_param_before_each_fit_too(shared: LiveKernel) -> None:
    shared.ok(
        "for lr in (0.1, 0.2):\n"
        "    mlflow.log_params({'lr': lr, 'fixed': 1})\n"
        "    LogisticRegression(C=lr).fit(X, y)\n",
        "params-fit",
    )
    made = tree(of(shared, "params-fit"))
    (parent,) = made[""]
    assert [(run.data.params["lr"], run.data.params["C"]) for run in made[parent.info.run_id]] == [
        ("0.1", "0.1"),
        ("0.2", "0.2"),
    ]


def test_runs_that_the_user_ends_in_a_loop_stay_apart(shared: LiveKernel) -> None:
    shared.ok("for i in range(3):\n    mlflow.log_metric('i', i)\n    mlflow.end_run()", "ended")
    made = tree(of(shared, "ended"))
    (parent,) = made[""]
    assert [run.data.metrics["i"] for run in made[parent.info.run_id]] == [0, 1, 2]


def test_the_same_cell_again_makes_a_new_run_linked_to_the_one_before(shared: LiveKernel) -> None:
    numbers = [shared.ok(ACC.format(""), "again").content["execution_count"] for _ in range(3)]
    first, second, third = of(shared, "again")
    told = [run.data.tags["nbtrack.cell.execution_count"] for run in (first, second, third)]
    assert told == [str(number) for number in numbers]
    assert "nbtrack.cell.previous_run" not in first.data.tags
    assert second.data.tags["nbtrack.cell.previous_run"] == first.info.run_id
    assert third.data.tags["nbtrack.cell.previous_run"] == second.info.run_id
    assert {run.info.status for run in (first, second, third)} == {"FINISHED"}


def test_the_run_that_stands_for_a_loop_is_linked_too_also_after_a_restart(kernel: LiveKernel) -> None:
    loop = "import mlflow\nfor i in range(2):\n    mlflow.log_metric('i', i)\n    mlflow.end_run()"
    kernel.ok(loop, "loop")
    kernel.ok(loop, "loop")
    kernel.restart()
    kernel.ok("%load_ext nbtrack")
    kernel.ok(loop, "loop")
    made = tree(of(kernel, "loop"))
    first, second, third = made[""]
    until(lambda: "nbtrack.cell.previous_run" in kernel.store.get_run(third.info.run_id).data.tags)
    assert second.data.tags["nbtrack.cell.previous_run"] == first.info.run_id
    third = kernel.store.get_run(third.info.run_id)
    assert third.data.tags["nbtrack.cell.previous_run"] == second.info.run_id
    parents = (first, second, third)
    assert len({run.data.tags["nbtrack.cell.execution"] for run in parents}) == 3
    for parent in parents:
        children = made[parent.info.run_id]
        assert parent.info.start_time <= min(run.info.start_time for run in children)
        assert parent.info.run_name == f"study [{parent.data.tags['nbtrack.cell.execution_count']}]"


def test_a_bare_start_run_executed_again_ends_the_one_before(kernel: LiveKernel) -> None:
    for _ in range(3):
        kernel.ok("import mlflow\nmlflow.start_run()\nmlflow.log_metric('a', 1)", "bare")
    runs = of(kernel, "bare")
    assert [run.info.status for run in runs] == ["FINISHED", "FINISHED", "RUNNING"]  # the last is the user's
    kernel.shutdown()
    assert [run.info.status for run in of(kernel, "bare")] == ["FINISHED"] * 3


def test_a_cell_that_opts_out_makes_no_run(shared: LiveKernel) -> None:
    before = len(shared.runs())
    reply = shared.run("LogisticRegression().fit(X, y)", "out", {"nbtrack": {"track": False}})
    assert reply.status == "ok"
    assert len(shared.runs()) == before
    shared.ok("LogisticRegression().fit(X, y)", "in")
    assert len(shared.runs()) == before + 1


def test_a_cell_inside_a_cell_belongs_to_the_outer_one(shared: LiveKernel) -> None:
    shared.ok("%%capture\nLogisticRegression().fit(X, y)\nmlflow.log_metric('inner', 1)", "captured")
    (run,) = of(shared, "captured")
    assert {"inner", "training_accuracy_score"} <= run.data.metrics.keys()


def test_evaluation_by_mlflow_goes_to_the_fits_run(shared: LiveKernel) -> None:
    shared.ok("LogisticRegression().fit(X, y)\nmlflow.log_dict({'a': 1}, 'a.json')", "artifact")
    (run,) = of(shared, "artifact")
    assert "a.json" in [file.path for file in shared.store.list_artifacts(run.info.run_id)]


def test_xgboost_makes_one_run_with_its_curve(shared: LiveKernel) -> None:
    shared.ok(
        "import xgboost\n"
        "xgboost.train({'max_depth': 2}, xgboost.DMatrix(X, y), 20,\n"
        "              evals=[(xgboost.DMatrix(X, y), 'train')], verbose_eval=False)",
        "xgb",
    )
    (run,) = of(shared, "xgb")
    assert run.data.params["max_depth"] == "2"
    assert len(shared.store.get_metric_history(run.info.run_id, "train-rmse")) == 20
