"""What worker processes log belongs to the cell that started them; what they start by hand is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kernel.live import of, tree, until

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel

LOG = """
from joblib import Parallel, delayed
def log(i):
    import mlflow
    mlflow.log_metric('worker', i, step=i)
"""


@pytest.fixture(scope="module")
def workers(shared: LiveKernel) -> LiveKernel:
    """Return the shared kernel with something for a worker to do."""
    shared.ok("import os, subprocess, sys, time\n" + LOG)
    return shared


def is_tidy(kernel: LiveKernel) -> bool:
    """Tell whether every run has ended and belongs to a cell and to the notebook's experiment."""
    runs = kernel.runs()
    return (
        {run.info.status for run in runs} <= {"FINISHED", "FAILED", "KILLED"}
        and all("nbtrack.cell.id" in run.data.tags for run in runs)
        and len({run.info.experiment_id for run in runs}) == 1
    )


def test_workers_that_alone_log_make_one_run_of_the_cell(workers: LiveKernel) -> None:
    workers.ok("_ = Parallel(n_jobs=2)(delayed(log)(i) for i in range(8))", "alone")
    (run,) = of(workers, "alone")
    assert run.info.status == "FINISHED"
    assert run.data.tags["nbtrack.notebook.path"].endswith("study.ipynb")
    assert {
        "nbtrack.kernel.id",
        "nbtrack.cell.execution_count",
        "nbtrack.cell.source_sha256",
    } <= run.data.tags.keys()
    assert len(workers.store.get_metric_history(run.info.run_id, "worker")) == 8
    assert is_tidy(workers)


def test_the_cell_and_its_workers_share_the_run_whoever_logs_first(workers: LiveKernel) -> None:
    workers.ok(
        "_ = Parallel(n_jobs=2)(delayed(log)(i) for i in range(2))\nmlflow.log_metric('main', 1)", "then-main"
    )
    (run,) = of(workers, "then-main")
    assert run.data.metrics.keys() == {"main", "worker"}
    assert is_tidy(workers)


def test_a_reused_worker_logs_into_the_later_cells_run(workers: LiveKernel) -> None:
    workers.ok(
        "pids = Parallel(n_jobs=2)(delayed(lambda i: [log(i), os.getpid()][1])(i) for i in range(4))", "use-1"
    )
    workers.ok(
        "def tag(i):\n"
        "    import mlflow\n"
        "    mlflow.set_tag(f'worker-{i}', 'later')  # one key from two processes is a race of MLflow's own\n"
        "    mlflow.log_text('later', f'{i}.txt')\n"
        "    return os.getpid()\n"
        "again = Parallel(n_jobs=2)(delayed(tag)(i) for i in range(4))\n"
        "assert set(again) & set(pids)",
        "use-2",
    )
    (first,), (second,) = of(workers, "use-1"), of(workers, "use-2")
    assert first.data.metrics.keys() == {"worker"}
    assert "worker-0" not in first.data.tags
    assert {f"worker-{i}" for i in range(4)} <= second.data.tags.keys()
    artifacts = {file.path for file in workers.store.list_artifacts(second.info.run_id)}
    assert {f"{i}.txt" for i in range(4)} <= artifacts
    assert is_tidy(workers)


def test_a_run_that_a_worker_starts_by_hand_is_its_own(workers: LiveKernel) -> None:
    workers.ok(
        "def by_hand(i):\n"
        "    import mlflow\n"
        "    mlflow.log_metric('worker', i)\n"
        "    mlflow.end_run()\n"
        "    with mlflow.start_run(run_name=f'own-{i}'):\n"
        "        mlflow.log_param('i', i)\n"
        "        mlflow.log_metric('own', i)\n"
        "_ = Parallel(n_jobs=2)(delayed(by_hand)(i) for i in range(3))",
        "by-hand",
    )
    runs = of(workers, "by-hand")
    own = {run.info.run_name: run for run in runs if "own" in run.data.metrics}
    (cells,) = [run for run in runs if "own" not in run.data.metrics]
    assert own.keys() == {"own-0", "own-1", "own-2"}
    assert {run.data.params["i"] for run in own.values()} == {"0", "1", "2"}
    assert cells.data.metrics.keys() == {"worker"}
    assert is_tidy(workers)


def test_workers_that_log_a_param_each_have_a_run_each_under_one_parent(workers: LiveKernel) -> None:
    workers.ok(
        "def train(C):\n"
        "    import mlflow\n"
        "    mlflow.log_param('C', C)\n"
        "    mlflow.log_metric('loss', C)\n"
        "_ = Parallel(n_jobs=2)(delayed(train)(C) for C in (1, 2, 3, 4))",
        "settings",
    )
    runs = tree(of(workers, "settings"))
    (parent,) = runs[""]
    children = runs[parent.info.run_id]
    assert {(run.data.params["C"], run.data.metrics["loss"]) for run in children} == {
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("4", 4),
    }
    assert is_tidy(workers)


def test_a_worker_that_fails_fails_the_cells_run(workers: LiveKernel) -> None:
    code = (
        "def bad(i): log(i); raise ValueError('bad')\nParallel(n_jobs=2)(delayed(bad)(i) for i in range(2))"
    )
    assert workers.run(code, "fails").status == "error"
    (run,) = of(workers, "fails")
    assert run.info.status == "FAILED"
    assert is_tidy(workers)


def test_killed_workers_leave_no_run_behind(workers: LiveKernel) -> None:
    workers.ok(
        "from joblib.externals.loky import get_reusable_executor\n"
        "_ = Parallel(n_jobs=2)(delayed(log)(i) for i in range(4))\n"
        "get_reusable_executor().shutdown(kill_workers=True)",
        "killed",
    )
    (run,) = of(workers, "killed")
    assert run.info.status == "FINISHED"
    workers.ok("_ = Parallel(n_jobs=2)(delayed(log)(i) for i in range(4))", "new-workers")
    assert len(of(workers, "new-workers")) == 1
    assert is_tidy(workers)


def test_forked_processes_log_into_the_cells_run(workers: LiveKernel) -> None:
    workers.ok(
        "import multiprocessing\n"
        "fork = multiprocessing.get_context('fork')\n"
        "processes = [fork.Process(target=log, args=(i,)) for i in range(3)]\n"
        "[process.start() for process in processes]\n"
        "mlflow.log_metric('main', 1)\n"
        "[process.join(60) for process in processes]\n"
        "assert [process.exitcode for process in processes] == [0, 0, 0]",
        "fork",
    )
    (run,) = of(workers, "fork")
    assert run.data.metrics.keys() == {"main", "worker"}
    assert len(workers.store.get_metric_history(run.info.run_id, "worker")) == 3
    assert is_tidy(workers)


def test_a_forked_pool_kept_over_cells_logs_for_the_cell_that_uses_it(workers: LiveKernel) -> None:
    workers.ok("pool = fork.Pool(2)\npool.map_async(log, range(4)).get(60)", "fork-1")
    workers.ok("pool.map_async(log, range(4)).get(60)", "fork-2")
    workers.ok("pool.map_async(by_hand, range(2)).get(60)\npool.terminate(); pool.join()", "fork-3")
    assert [len(of(workers, cell)) for cell in ("fork-1", "fork-2", "fork-3")] == [1, 1, 3]
    assert is_tidy(workers)


SCRIPT = """
import sys, time, mlflow
mlflow.log_metric('script', 1)
time.sleep(float(sys.argv[1]))
mlflow.log_metric('script', 2)
mlflow.end_run()
with mlflow.start_run(run_name='scripts-own'): mlflow.log_metric('own', 1)
"""


def test_a_script_run_from_a_cell_is_a_worker_too(workers: LiveKernel) -> None:
    (workers.folder / "script.py").write_text(SCRIPT)
    workers.ok("_ = subprocess.run([sys.executable, 'script.py', '0'], check=True)", "script")
    cells, own = of(workers, "script")
    assert cells.data.metrics == {"script": 2}
    assert own.info.run_name == "scripts-own"
    assert is_tidy(workers)


def test_a_script_that_outlives_its_cell_stays_with_it(workers: LiveKernel) -> None:
    workers.ok(
        "script = subprocess.Popen([sys.executable, 'script.py', '3'])\n"
        "from mlflow import MlflowClient\n"
        "for _ in range(300):\n"
        "    time.sleep(0.1)\n"
        "    if MlflowClient().search_runs([mlflow.get_experiment_by_name('study').experiment_id],\n"
        "        \"tags.`nbtrack.cell.id` = 'outlives' and metrics.script = 1\"): break",
        "outlives",
    )
    workers.ok("script.wait(60)", "waits")
    (run,) = [run for run in of(workers, "outlives") if run.info.run_name != "scripts-own"]
    assert run.data.metrics == {"script": 2}
    until(lambda: is_tidy(workers))


def test_unloading_lets_the_workers_go(kernel: LiveKernel) -> None:
    kernel.ok("import os, sys, subprocess, mlflow\n" + LOG)
    kernel.ok("_ = Parallel(n_jobs=2)(delayed(log)(i) for i in range(2))", "before")
    kernel.ok("%unload_ext nbtrack")
    assert kernel.ok("'NBTRACK_KERNEL' in os.environ").results == ["False"]
    names = "import threading; print([thread.name for thread in threading.enumerate()])"
    assert "nbtrack-lend" not in kernel.ok(names).stdout
    kernel.ok("_ = Parallel(n_jobs=2)(delayed(log)(i) for i in range(2))", "after")
    assert [run.info.status for run in of(kernel, "before")] == ["FINISHED"]
    assert of(kernel, "after") == []


def test_a_process_outside_a_kernel_is_left_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    import os
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("plain")
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_"))
    }
    for variables in ({}, {"NBTRACK_KERNEL": "1:token:/nowhere"}, {"NBTRACK_KERNEL": "nonsense"}):
        done = subprocess.run(
            [sys.executable, "-c", "import mlflow\nwith mlflow.start_run(): pass\nmlflow.log_metric('a', 1)"],
            cwd=folder,
            env={**environment, "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'plain.db'}", **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert "nbtrack" not in done.stderr
        assert "Encountered unexpected error" not in done.stderr
