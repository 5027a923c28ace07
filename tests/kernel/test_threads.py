"""What helper threads, tasks and worker processes log belongs to the cell that started them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kernel.live import of

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel


def test_ten_threads_and_a_task_log_into_the_cells_run(shared: LiveKernel) -> None:
    shared.ok(
        "import asyncio, threading\n"
        "def work(i):\n"
        "    for step in range(5): mlflow.log_metric(f'thread-{i}', step, step=step)\n"
        "threads = [threading.Thread(target=work, args=(i,)) for i in range(10)]\n"
        "async def task():\n"
        "    await asyncio.sleep(0.01)\n"
        "    mlflow.log_metric('task', 1)\n"
        "[t.start() for t in threads]\n"
        "await asyncio.create_task(task())\n"
        "[t.join() for t in threads]",
        "threads",
    )
    (run,) = of(shared, "threads")
    assert run.info.status == "FINISHED"
    assert run.data.metrics == {**{f"thread-{i}": 4 for i in range(10)}, "task": 1}
    for i in range(10):
        assert len(shared.store.get_metric_history(run.info.run_id, f"thread-{i}")) == 5


def test_a_task_that_outlives_its_cell_still_logs_into_its_run(shared: LiveKernel) -> None:
    shared.ok(
        "import asyncio\n"
        "async def late():\n"
        "    await asyncio.sleep(1)\n"
        "    mlflow.log_metric('late', 1)\n"
        "mlflow.log_metric('early', 1)\n"
        "task = asyncio.create_task(late())\n"
        "await asyncio.sleep(0)",
        "outlives",
    )
    shared.ok("await asyncio.sleep(1.5)", "waits")
    shared.ok("mlflow.log_metric('own', 1)", "next")
    (run,), (following,) = of(shared, "outlives"), of(shared, "next")
    assert run.data.metrics == {"early": 1, "late": 1}
    assert run.info.status == "FINISHED"
    assert following.data.metrics == {"own": 1}


def test_a_thread_that_outlives_its_cell_too(shared: LiveKernel) -> None:
    shared.ok(
        "import threading, time\n"
        "go = threading.Event()\n"
        "def late():\n"
        "    mlflow.log_metric('early', 1)\n"
        "    go.wait(30)\n"
        "    mlflow.log_metric('late', 1)\n"
        "thread = threading.Thread(target=late); thread.start(); time.sleep(1)",
        "thread-outlives",
    )
    shared.ok("mlflow.log_metric('own', 1)\ngo.set(); thread.join()", "thread-next")
    (run,), (following,) = of(shared, "thread-outlives"), of(shared, "thread-next")
    assert run.data.metrics == {"early": 1, "late": 1}
    assert following.data.metrics == {"own": 1}


def test_a_pool_kept_over_cells_logs_for_the_cell_that_uses_it(shared: LiveKernel) -> None:
    shared.ok(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "pool = ThreadPoolExecutor(2)\n"
        "list(pool.map(lambda i: mlflow.log_metric('first', i), range(4)))",
        "pool-1",
    )
    shared.ok("list(pool.map(lambda i: mlflow.log_metric('second', i), range(4)))", "pool-2")
    (first,), (second,) = of(shared, "pool-1"), of(shared, "pool-2")
    assert first.data.metrics.keys() == {"first"}
    assert second.data.metrics.keys() == {"second"}


def test_fits_in_threads_have_their_own_runs_under_one_parent(shared: LiveKernel) -> None:
    shared.ok(
        "from joblib import Parallel, delayed\n"
        "fit = lambda C: LogisticRegression(C=C).fit(X, y)\n"
        "for C in (0.1, 0.2, 0.3):\n"
        "    thread = threading.Thread(target=fit, args=(C,)); thread.start(); thread.join()",
        "fit-threads",
    )
    runs = of(shared, "fit-threads")
    assert [run.data.params["C"] for run in runs if run.data.params] == ["0.1", "0.2", "0.3"]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len(runs) == 4


def test_loky_workers_break_nothing_and_leave_nothing_behind(shared: LiveKernel) -> None:
    before = len(shared.runs())
    shared.ok(
        "from joblib import Parallel, delayed\n"
        "def fit(C): return LogisticRegression(C=C).fit(X, y).score(X, y)\n"
        "scores = Parallel(n_jobs=2)(delayed(fit)(C) for C in (0.1, 1.0, 10.0))\n"
        "for score in scores: mlflow.log_metric('score', score)",
        "loky",
    )
    (run,) = of(shared, "loky")
    assert run.info.status == "FINISHED"
    assert len(shared.store.get_metric_history(run.info.run_id, "score")) == 3
    assert len(shared.runs()) == before + 1
    assert shared.runs(query="attributes.status = 'RUNNING'") == []


def test_a_loky_worker_that_logs_logs_into_the_cells_run(shared: LiveKernel) -> None:
    shared.ok(
        "def log(i):\n"
        "    import mlflow\n"
        "    mlflow.log_metric('worker', i, step=i)\n"
        "mlflow.log_metric('main', 1)\n"
        "Parallel(n_jobs=2)(delayed(log)(i) for i in range(4))",
        "loky-logs",
    )
    (run,) = of(shared, "loky-logs")
    assert run.data.metrics.keys() == {"main", "worker"}
    assert shared.runs(query="attributes.status = 'RUNNING'") == []


def test_asynchronous_logging_arrives_whole(shared: LiveKernel) -> None:
    shared.ok(
        "for i in range(50): mlflow.log_metric('async', i, step=i, synchronous=False)\n"
        "mlflow.flush_async_logging()",
        "async",
    )
    (run,) = of(shared, "async")
    assert len(shared.store.get_metric_history(run.info.run_id, "async")) == 50
