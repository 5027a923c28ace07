"""The user's own MLflow code keeps the meaning that MLflow documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kernel.live import of, tree

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel


def test_start_fit_end_over_three_cells_is_one_run_ended_by_the_user(shared: LiveKernel) -> None:
    shared.ok("mlflow.start_run(run_name='by hand')", "three-1")
    shared.ok("LogisticRegression(C=2).fit(X, y)", "three-2")
    (run,) = of(shared, "three-1", "three-2", "three-3")
    assert run.info.status == "RUNNING"
    shared.ok("mlflow.log_metric('acc', 1)\nmlflow.end_run()", "three-3")
    (run,) = of(shared, "three-1", "three-2", "three-3")
    assert (run.info.status, run.info.run_name) == ("FINISHED", "by hand")
    assert run.data.params["C"] == "2"
    assert {"acc", "training_accuracy_score"} <= run.data.metrics.keys()


def test_with_blocks_are_the_users_runs(shared: LiveKernel) -> None:
    shared.ok(
        "for C in (0.1, 0.2):\n"
        "    with mlflow.start_run(run_name=f'C={C}'):\n"
        "        LogisticRegression(C=C).fit(X, y)\n",
        "with",
    )
    runs = of(shared, "with")
    assert [(run.info.run_name, run.data.params["C"], run.info.status) for run in runs] == [
        ("C=0.1", "0.1", "FINISHED"),
        ("C=0.2", "0.2", "FINISHED"),
    ]
    assert tree(runs).keys() == {""}


def test_a_nested_run_hangs_under_the_cells_run(shared: LiveKernel) -> None:
    shared.ok(
        "mlflow.log_metric('outer', 1)\n"
        "with mlflow.start_run(nested=True, run_name='inner'):\n"
        "    mlflow.log_metric('inner', 1)\n"
        "mlflow.log_metric('outer', 2)",
        "nested",
    )
    made = tree(of(shared, "nested"))
    (outer,) = made[""]
    (inner,) = made[outer.info.run_id]
    assert outer.data.metrics == {"outer": 2}
    assert inner.data.metrics == {"inner": 1}
    assert {outer.info.status, inner.info.status} == {"FINISHED"}


def test_mlflow_still_refuses_another_value_in_the_users_run(shared: LiveKernel) -> None:
    reply = shared.run(
        "with mlflow.start_run():\n    mlflow.log_param('a', 1)\n    mlflow.log_param('a', 2)", "no"
    )
    assert reply.content["ename"] == "MlflowException"
    (run,) = of(shared, "no")
    assert (run.info.status, run.data.params) == ("FAILED", {"a": "1"})


def test_mlflow_still_refuses_a_second_start_run_in_the_cell(shared: LiveKernel) -> None:
    reply = shared.run("mlflow.start_run()\nmlflow.start_run()", "twice")
    assert "already active" in reply.traceback
    shared.ok("mlflow.end_run()")


def test_a_grid_search_keeps_mlflows_own_children(shared: LiveKernel) -> None:
    shared.ok(
        "from sklearn.model_selection import GridSearchCV\n"
        "g = GridSearchCV(LogisticRegression(), {'C': [0.1, 1, 10]}, cv=2).fit(X, y)\n"
        "mlflow.log_metric('best', g.best_score_)",
        "grid",
    )
    made = tree(of(shared, "grid"))
    (search,) = made[""]
    assert "best" in search.data.metrics
    assert len(made[search.info.run_id]) == 3
    assert {run.info.status for runs in made.values() for run in runs} == {"FINISHED"}


def test_a_clients_run_is_left_alone(shared: LiveKernel) -> None:
    shared.ok(
        "client = mlflow.MlflowClient()\n"
        "made = client.create_run('0', tags={'mine': 'yes'})\n"
        "client.log_param(made.info.run_id, 'a', 1)\n"
        "mlflow.log_metric('implicit', 1)",
        "client",
    )
    client, implicit = of(shared, "client")
    assert (client.info.status, client.info.experiment_id, client.data.tags["mine"]) == (
        "RUNNING",
        "0",
        "yes",
    )
    assert client.data.params == {"a": "1"}
    assert implicit.data.metrics == {"implicit": 1}
    shared.ok("client.set_terminated(made.info.run_id)")


def test_set_experiment_half_way_holds_from_there(shared: LiveKernel) -> None:
    shared.ok("mlflow.log_metric('a', 1)\nmlflow.end_run()\nmlflow.set_experiment('other')", "half")
    shared.ok("mlflow.log_metric('a', 1)", "half-2")
    (before,), (after,) = of(shared, "half"), of(shared, "half-2")
    names = [shared.store.get_experiment(run.info.experiment_id).name for run in (before, after)]
    assert names == ["study", "other"]
    shared.ok("mlflow.set_experiment('study')")


def test_a_resumed_run_is_the_same_run(shared: LiveKernel) -> None:
    shared.ok("with mlflow.start_run() as first: mlflow.log_metric('a', 1)", "resume-1")
    shared.ok("with mlflow.start_run(run_id=first.info.run_id): mlflow.log_metric('b', 1)", "resume-2")
    (run,) = of(shared, "resume-1", "resume-2")
    assert run.data.metrics == {"a": 1, "b": 1}


def test_the_users_own_autolog_settings_win_before_and_after_loading(kernel: LiveKernel) -> None:
    kernel.ok("%unload_ext nbtrack")
    kernel.ok(
        "import mlflow, mlflow.sklearn\nmlflow.sklearn.autolog(log_models=False, extra_tags={'by': 'me'})"
    )
    kernel.ok("%load_ext nbtrack")
    from tests.kernel.conftest import DATA

    kernel.ok(DATA)
    kernel.ok("LogisticRegression().fit(X, y)", "mine")
    (run,) = of(kernel, "mine")
    assert run.data.tags["by"] == "me"
    kernel.ok("mlflow.sklearn.autolog(disable=True)")
    kernel.ok("LogisticRegression().fit(X, y)", "disabled")
    assert of(kernel, "disabled") == []


def test_models_are_logged_only_when_asked_for(shared: LiveKernel) -> None:
    shared.ok("LogisticRegression().fit(X, y)", "without")
    shared.ok("%track --models inline")
    shared.ok("LogisticRegression().fit(X, y)", "inline")
    shared.ok("%track --models off")
    (without,), (inline,) = of(shared, "without"), of(shared, "inline")
    assert not shared.store.search_logged_models(
        [without.info.experiment_id], f"source_run_id='{without.info.run_id}'"
    )
    assert shared.store.search_logged_models(
        [inline.info.experiment_id], f"source_run_id='{inline.info.run_id}'"
    )


def test_another_tracking_uri_holds_for_runs_and_models(kernel: LiveKernel) -> None:
    kernel.ok("import mlflow")
    other = f"sqlite:///{kernel.folder}/other.db"
    kernel.ok(f"mlflow.set_tracking_uri('{other}')\nmlflow.log_metric('a', 1)", "moved")
    assert kernel.ok("mlflow.get_registry_uri()").results == [repr(other)]
    import mlflow

    (run,) = kernel.runs(mlflow.MlflowClient(other))
    assert run.data.tags["nbtrack.cell.id"] == "moved"
    assert other in kernel.ok("%track status").text


def test_a_framework_that_the_user_switched_on_logs_inside_a_pipeline(kernel: LiveKernel) -> None:
    from tests.kernel.conftest import DATA

    kernel.ok(DATA)
    kernel.ok("LogisticRegression().fit(X, y)", "ours")
    reply = kernel.ok("import mlflow.xgboost\nmlflow.xgboost.autolog(log_models=False)", "theirs")
    assert "scikit-learn's is off" in reply.stderr
    kernel.ok(
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from xgboost import XGBClassifier\n"
        "make_pipeline(StandardScaler(), XGBClassifier(n_estimators=3)).fit(X, y)",
        "pipeline",
    )
    assert len(of(kernel, "ours")) == 1
    (run,) = of(kernel, "pipeline")
    assert run.data.params["objective"] == "binary:logistic"
    assert "steps" not in run.data.params
