"""How runs end: by success, exception, interrupt and the death of their kernel."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.kernel.live import of, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernel.live import LiveKernel


def test_an_exception_fails_the_run_and_the_reply(shared: LiveKernel) -> None:
    reply = shared.run("mlflow.log_metric('a', 1)\nraise ValueError('too small: 3')", "raises")
    assert reply.status == "error"
    assert reply.content["ename"] == "ValueError"
    assert "too small: 3" in reply.traceback
    assert "nbtrack" not in reply.text
    (run,) = of(shared, "raises")
    assert run.info.status == "FAILED"
    assert run.data.tags["nbtrack.exception.type"] == "ValueError"
    assert run.data.tags["nbtrack.exception.message"] == "too small: 3"


def test_an_exception_after_a_finished_fit_fails_the_run_too(shared: LiveKernel) -> None:
    shared.run("LogisticRegression().fit(X, y)\n1 / 0", "after-fit")
    (run,) = of(shared, "after-fit")
    assert run.info.status == "FAILED"
    assert run.data.tags["nbtrack.exception.type"] == "ZeroDivisionError"


def test_an_exception_in_the_fit_keeps_its_type(shared: LiveKernel) -> None:
    shared.run("LogisticRegression().fit(X, y[:10])", "bad-fit")
    (run,) = of(shared, "bad-fit")
    assert run.info.status == "FAILED"
    assert run.data.tags["nbtrack.exception.type"] == "ValueError"


def test_a_failing_loop_fails_the_parent_and_the_last_child(shared: LiveKernel) -> None:
    shared.run(
        "for C in (0.1, 0.2):\n    LogisticRegression(C=C).fit(X, y)\n    if C == 0.2: raise KeyError(C)",
        "third",
    )
    status = {run.data.params.get("C", "parent"): run.info.status for run in of(shared, "third")}
    assert status == {"0.1": "FINISHED", "0.2": "FAILED", "parent": "FAILED"}


def test_run_all_stops_at_a_failing_cell_magic(shared: LiveKernel) -> None:
    first = shared.send("%%track_run doomed\nmlflow.log_metric('a', 1)\n1 / 0", "doomed")
    second = shared.send("mlflow.log_metric('never', 1)", "never")
    assert shared.wait(first).status == "error"
    # The kernel aborts what was queued behind a failing cell; it tells so on the shell channel.
    answer = shared.client.get_shell_msg(timeout=10)
    assert answer["parent_header"]["msg_id"] == second
    assert answer["content"]["status"] == "aborted"
    (run,) = of(shared, "doomed")
    assert (run.info.run_name, run.info.status) == ("doomed", "FAILED")
    assert of(shared, "never") == []


LOOPS = {
    "python": "i = 0\nwhile True:\n    i += 1",
    "logging": "i = 0\nwhile True:\n    mlflow.log_metric('i', i, step=i); i += 1",
    "sleep": "import time\ntime.sleep(600)",
    "await": "import asyncio\nwhile True:\n    await asyncio.sleep(0.01)",
    "with": "with mlflow.start_run():\n    while True: pass",
    "xgboost": (
        "import xgboost\nD = xgboost.DMatrix(X, y)\n"
        "xgboost.train({}, D, 10_000_000, evals=[(D, 'train')], verbose_eval=False)"
    ),
    "sklearn": (
        "from sklearn.ensemble import GradientBoostingClassifier\n"
        "GradientBoostingClassifier(n_estimators=10_000_000).fit(X, y)"
    ),
}


@pytest.mark.parametrize("kind", LOOPS)
def test_an_interrupt_kills_the_run_within_two_seconds(shared: LiveKernel, kind: str) -> None:
    start = "" if kind in ("with", "xgboost", "sklearn") else "mlflow.log_metric('begun', 1)\n"
    sent = shared.send(start + LOOPS[kind], f"loop-{kind}")
    until(lambda: [run for run in of(shared, f"loop-{kind}") if run.info.status == "RUNNING"])
    time.sleep(1)
    pressed = time.time()
    shared.interrupt()
    assert shared.wait(sent).status == "error"
    until(lambda: of(shared, f"loop-{kind}")[0].info.status == "KILLED")
    (run,) = of(shared, f"loop-{kind}")
    assert run.info.end_time is not None
    assert run.info.end_time / 1000 - pressed < 2
    assert run.data.tags["nbtrack.exception.type"] in ("KeyboardInterrupt", "CancelledError")


def test_an_interrupted_fit_keeps_the_metrics_that_mlflow_had_buffered(shared: LiveKernel) -> None:
    shared.run(
        "import xgboost\n"
        "class Stop(xgboost.callback.TrainingCallback):\n"
        "    def after_iteration(self, model, epoch, evals_log):\n"
        "        if epoch == 150: raise KeyboardInterrupt\n"
        "D = xgboost.DMatrix(X, y)\n"
        "xgboost.train({}, D, 1000, evals=[(D, 'train')], verbose_eval=False, callbacks=[Stop()])",
        "buffered",
    )
    (run,) = of(shared, "buffered")
    assert run.info.status == "KILLED"
    assert len(shared.store.get_metric_history(run.info.run_id, "train-rmse")) >= 150


def test_a_killed_kernels_run_is_found_by_the_next_and_no_other(bare: Callable[..., LiveKernel]) -> None:
    # Without a journal, whose sender would end the run itself, sooner or later than we look.
    doomed, living = bare(env={"NBTRACK_JOURNAL": "off"}), bare()
    for kernel in (doomed, living):
        kernel.ok("%load_ext nbtrack")
        kernel.ok("import mlflow")
    living.ok("mlflow.start_run()\nmlflow.log_metric('a', 1)", "lives")
    doomed.ok("LIVE = mlflow.start_run()\nmlflow.end_run()", "finished")
    doomed.send("mlflow.log_metric('a', 1)\nwhile True: pass", "dies")
    until(lambda: of(doomed, "dies"))
    (orphan,) = of(doomed, "dies")
    doomed.kill()

    following = bare()
    following.ok("%load_ext nbtrack")
    shown = following.ok("%track_repair").text
    assert orphan.info.run_id in shown
    assert "1 run left RUNNING" in shown
    assert of(following, "dies")[0].info.status == "RUNNING"
    following.ok("%track_repair --apply")
    (repaired,) = of(following, "dies")
    assert repaired.info.status == "KILLED"
    assert repaired.data.tags["nbtrack.repaired"] == "kernel-died"
    assert repaired.info.end_time is not None
    assert of(following, "lives")[0].info.status == "RUNNING"
    assert "No run was left" in following.ok("%track_repair").text
