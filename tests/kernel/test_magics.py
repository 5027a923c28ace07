"""The magics, as a user types them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kernel.live import of

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel


def complete(kernel: LiveKernel, text: str) -> list[str]:
    """Press Tab behind `text`."""
    sent = kernel.client.complete(text, len(text))
    while True:
        reply = kernel.client.get_shell_msg(timeout=30)
        if reply["parent_header"]["msg_id"] == sent:
            matches: list[str] = reply["content"]["matches"]
            return matches


def test_track_run_names_tags_and_describes_the_cells_run(shared: LiveKernel) -> None:
    shared.ok(
        '%track_run "my run" --tag team=churn --tag a=b=c --param data=v3 --note "first *try*"\n'
        "LogisticRegression().fit(X, y)\nmlflow.log_metric('acc', 1)",
        "named",
    )
    (run,) = of(shared, "named")
    assert (run.info.run_name, run.info.status) == ("my run", "FINISHED")
    assert run.data.tags["team"] == "churn"
    assert run.data.tags["a"] == "b=c"
    assert run.data.tags["mlflow.note.content"] == "first *try*"
    assert run.data.params["data"] == "v3"
    assert {"acc", "training_accuracy_score"} <= run.data.metrics.keys()


def test_track_run_in_another_experiment(shared: LiveKernel) -> None:
    shared.ok("%track_run elsewhere --experiment else/where\nmlflow.log_metric('a', 1)", "elsewhere")
    (run,) = of(shared, "elsewhere")
    assert shared.store.get_experiment(run.info.experiment_id).name == "else/where"


def test_the_cell_magic_does_the_same_and_may_have_another_below(shared: LiveKernel) -> None:
    reply = shared.ok("%%track_run timed\n%%time\nmlflow.log_metric('a', 1)", "timed")
    assert "Wall time" in reply.text
    (run,) = of(shared, "timed")
    assert (run.info.run_name, run.data.metrics) == ("timed", {"a": 1})


def test_a_named_loop_names_parent_and_children(shared: LiveKernel) -> None:
    shared.ok(
        "%%track_run sweep --tag team=churn\nfor C in (0.1, 0.2):\n    LogisticRegression(C=C).fit(X, y)",
        "sweep",
    )
    runs = of(shared, "sweep")
    assert sorted(run.data.tags["mlflow.runName"] for run in runs) == ["sweep", "sweep 1", "sweep 2"]
    assert {run.data.tags["team"] for run in runs} == {"churn"}
    assert {run.info.status for run in runs} == {"FINISHED"}


def test_the_function_behind_the_magic(shared: LiveKernel) -> None:
    shared.ok(
        "import nbtrack\n"
        "with nbtrack.track_run('with', tags={'a': 1}, params={'b': 2}) as run:\n"
        "    mlflow.log_metric('m', 1)\n"
        "@nbtrack.track_run('decorated')\n"
        "def train(): mlflow.log_metric('m', 2)\n"
        "train(); train()\n",
        "function",
    )
    runs = of(shared, "function")
    assert [(run.info.run_name, run.data.metrics["m"]) for run in runs] == [
        ("with", 1),
        ("decorated", 2),
        ("decorated", 2),
    ]
    assert {run.info.status for run in runs} == {"FINISHED"}
    shared.run("with nbtrack.track_run('fails'):\n    raise OSError('x')", "function-fails")
    (run,) = of(shared, "function-fails")
    assert (run.info.status, run.data.tags["nbtrack.exception.type"]) == ("FAILED", "OSError")


def test_track_off_makes_no_runs_and_on_makes_them_again(shared: LiveKernel) -> None:
    before = len(shared.runs())
    assert "off" in shared.ok("%track off").text
    shared.ok("LogisticRegression().fit(X, y)", "off")
    assert len(shared.runs()) == before
    shared.ok("mlflow.log_metric('by hand', 1)\nmlflow.end_run()", "hand")
    (run,) = shared.runs(query="metrics.`by hand` = 1")
    assert not [key for key in run.data.tags if key.startswith("nbtrack.")]
    assert "on" in shared.ok("%track on").text
    shared.ok("LogisticRegression().fit(X, y)", "on")
    assert len(of(shared, "on")) == 1


def test_status_says_where_runs_go_and_what_is_captured(shared: LiveKernel) -> None:
    text = shared.ok("%track status").text
    for part in ("SQLite · mlflow.db", "study", "secrets redacted", "made by this kernel"):
        assert part in text


def test_the_store_can_be_changed(kernel: LiveKernel) -> None:
    kernel.ok("%track --store elsewhere.db --experiment special")
    kernel.ok("import mlflow\nmlflow.log_metric('a', 1)", "moved")
    import mlflow

    (run,) = kernel.runs(mlflow.MlflowClient(f"sqlite:///{kernel.folder / 'elsewhere.db'}"))
    assert run.data.tags["nbtrack.cell.id"] == "moved"


def test_a_store_that_can_not_be_one_is_refused_with_a_cure(shared: LiveKernel) -> None:
    reply = shared.run("%track --store nonsense://x")
    assert reply.status == "error"
    assert "nonsense" in reply.traceback
    assert "Traceback" not in reply.traceback


def test_help_is_real_and_a_wrong_option_is_corrected(shared: LiveKernel) -> None:
    shown = shared.run("%track_run?").content["payload"][0]["data"]["text/plain"]
    for part in ("--tag K=V", "--note TEXT", "Examples", "FINISHED, FAILED or KILLED"):
        assert part in shown
    shown = shared.run("%%track_run?").content["payload"][0]["data"]["text/plain"]
    assert "--tag K=V" in shown
    assert "did you mean --experiment?" in shared.run("%track_run --experimnt x").text
    assert "KEY=VALUE" in shared.run("%track_run --tag nonsense").text
    assert "choose from" in shared.run("%track onn").text


def test_tab_completes_options_experiments_and_names_of_runs(shared: LiveKernel) -> None:
    shared.ok("%track_run findable --experiment completable\nmlflow.log_metric('a', 1)", "complete")
    assert "--note" in complete(shared, "%track_run x --n")
    assert complete(shared, "%track_run find") == ["findable"]
    assert complete(shared, "%%track_run x --experiment comp") == ["completable"]
    assert complete(shared, "%track sta") == ["status"]
    assert complete(shared, "%track --models in") == ["inline"]


def test_the_store_in_use_is_checked_step_by_step(shared: LiveKernel) -> None:
    reply = shared.ok("%track check", "checks")
    lines = reply.text.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("✓")] == [
        "named",
        "reachable",
        "signed",
        "capabilities",
    ]
    assert of(shared, "checks") == []
    reply = shared.ok("import nbtrack; nbtrack.check('http://127.0.0.1:9').ok", "checks-another")
    assert "False" in reply.text


def test_a_workspace_that_is_not_described_is_told(shared: LiveKernel) -> None:
    reply = shared.run("%track --store azureml", "no-workspace")
    assert reply.status == "error"
    assert "config.json" in reply.traceback
    assert "azureml" not in shared.ok("%track status", "still").text
