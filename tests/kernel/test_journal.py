"""What a cell has logged is in the store, whatever dies meanwhile; and no logging call waits for it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.kernel.live import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kernel.live import LiveKernel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills as only POSIX can")

LOOP = """
import mlflow
for n in range({points}):
    mlflow.log_metric("a", n / 7, step=n)
    if n % 500 == 0: print(n, flush=True)
"""


@pytest.fixture
def kernel(bare: Callable[..., LiveKernel]) -> LiveKernel:
    made = bare()
    made.ok("%load_ext nbtrack")
    return made


def journals(kernel: LiveKernel) -> list[Path]:
    return list((kernel.folder.parent / "home" / ".local/share/nbtrack/journal").glob("*"))


def senders(kernel: LiveKernel) -> list[psutil.Process]:
    found = []
    for one in psutil.Process(kernel.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # another child, over meanwhile
            found += [one] if "nbtrack.journal" in one.cmdline() else []
    return found


def steps(kernel: LiveKernel, run_id: str, key: str = "a") -> list[int]:
    """Return the steps of a metric, by plain SQL since MLflow takes long for many."""
    with sqlite3.connect(kernel.folder / "mlflow.db") as store:
        rows = store.execute("SELECT step FROM metrics WHERE run_uuid = ? AND key = ?", (run_id, key))
        found = sorted(step for (step,) in rows)
    store.close()
    return found


def said_up_to(kernel: LiveKernel, sent: str, wanted: int) -> int:
    """Wait until the cell has printed a number, and return the last it printed."""
    last = -1
    while last < wanted:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == sent and message["msg_type"] == "stream":
            last = int((message["content"]["text"].split() or [last])[-1])
    return last


def test_a_killed_kernel_loses_no_point_whose_call_has_returned(kernel: LiveKernel) -> None:
    sent = kernel.send(LOOP.format(points=10**7))
    last = said_up_to(kernel, sent, 20_000)
    kernel.kill()
    (run,) = kernel.runs()
    until(lambda: kernel.store.get_run(run.info.run_id).info.status == "KILLED", 60)
    found = steps(kernel, run.info.run_id)
    assert found == list(range(len(found)))
    assert len(found) > last
    assert kernel.store.get_run(run.info.run_id).data.tags["nbtrack.repaired"] == "kernel-died"
    until(lambda: journals(kernel) == [])


def test_reads_see_what_the_cell_wrote(kernel: LiveKernel) -> None:
    reply = kernel.ok(
        "import mlflow\n"
        "with mlflow.start_run() as run:\n"
        "    for n in range(1000): mlflow.log_metric('a', n, step=n)\n"
        "    mlflow.log_param('p', 1); mlflow.set_tag('t', 'x')\n"
        "    client = mlflow.MlflowClient()\n"
        "    got = client.get_run(run.info.run_id)\n"
        "    print(got.data.metrics, got.data.params, got.data.tags['t'], got.info.status)\n"
        "    print(len(client.get_metric_history(run.info.run_id, 'a')))\n"
        "print(mlflow.search_runs()['status'][0])\n"
        "import nbtrack; print(len(nbtrack.runs().frame))\n"
    )
    assert reply.stdout.splitlines() == ["{'a': 999.0} {'p': '1'} x RUNNING", "1000", "FINISHED", "1"]
    assert reply.stderr == ""


def test_what_mlflow_refuses_is_refused_at_once(kernel: LiveKernel) -> None:
    for line, words in (
        ("mlflow.log_param('p', 2)", "Changing param values is not allowed"),
        ("mlflow.log_metric('no@good', 1)", "Invalid value"),
        ("mlflow.log_metric('a', 'text')", "text"),
        ("mlflow.MlflowClient().log_batch(run.info.run_id, params=[Param('p', '3')])", "Changing param"),
    ):
        reply = kernel.run(
            "import mlflow; from mlflow.entities import Param\n"
            f"with mlflow.start_run() as run:\n    mlflow.log_param('p', 1)\n    {line}"
        )
        assert reply.content["ename"] == "MlflowException", reply.text
        assert words in reply.content["evalue"]
    runs = kernel.runs()
    assert [run.info.status for run in runs] == ["FAILED"] * 4
    assert [run.data.params for run in runs] == [{"p": "1"}] * 4


def test_a_locked_store_costs_the_cell_two_seconds_and_no_point(kernel: LiveKernel) -> None:
    kernel.ok("import mlflow, time\nmlflow.log_metric('before', 1)")
    lock = sqlite3.connect(kernel.folder / "mlflow.db", isolation_level=None)
    kernel.ok("run = mlflow.start_run()")
    lock.execute("BEGIN EXCLUSIVE")
    reply = kernel.ok(
        "began = time.monotonic()\n"
        "for n in range(2000): mlflow.log_metric('a', n, step=n)\n"
        "print(time.monotonic() - began)"
    )
    assert float(reply.stdout) < 1.5
    reply = kernel.ok("began = time.monotonic(); mlflow.end_run(); print(time.monotonic() - began)")
    assert float(reply.stdout) < 1.5
    lock.execute("ROLLBACK")
    lock.close()
    run_id = kernel.ok("print(run.info.run_id)").stdout.strip()
    until(lambda: kernel.store.get_run(run_id).info.status == "FINISHED", 60)
    assert steps(kernel, run_id) == list(range(2000))
    said = kernel.ok("1").stderr + kernel.ok("%track status").text
    assert "all stored" in said


def test_a_sender_that_is_killed_has_a_successor(kernel: LiveKernel) -> None:
    kernel.ok("import mlflow\nrun = mlflow.start_run()")
    for n in range(3):
        until(lambda: len(senders(kernel)) == 1)
        senders(kernel)[0].kill()
        kernel.ok(f"for n in range(1000): mlflow.log_metric('a', n, step={n} * 1000 + n)")
    run_id = kernel.ok("mlflow.end_run(); print(run.info.run_id)").stdout.strip()
    until(lambda: kernel.store.get_run(run_id).info.status == "FINISHED", 60)
    assert steps(kernel, run_id) == list(range(3000))


def test_a_journal_that_can_not_be_written_is_done_without(
    bare: Callable[..., LiveKernel], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    kernel = bare(env={"NBTRACK_JOURNAL": str(tmp_path / "file" / "journal")})
    kernel.ok("%load_ext nbtrack")
    reply = kernel.ok("import mlflow\nfor n in range(20): mlflow.log_metric('a', n, step=n)")
    said = [line for line in (reply.stderr + kernel.ok("1").stderr).splitlines() if "nbtrack:" in line]
    assert len(said) == 1
    assert "goes straight to the store" in said[0]
    (run,) = kernel.runs()
    assert run.info.status == "FINISHED"
    assert steps(kernel, run.info.run_id) == list(range(20))


def test_unloading_leaves_the_users_own_run_open_and_everything_stored(kernel: LiveKernel) -> None:
    kernel.ok("import mlflow\nrun = mlflow.start_run()")
    kernel.ok("for n in range(500): mlflow.log_metric('a', n, step=n)")
    (sender,) = senders(kernel)
    kernel.ok("%unload_ext nbtrack")
    until(lambda: not sender.is_running() or sender.status() == psutil.STATUS_ZOMBIE)
    (run,) = kernel.runs()
    assert run.info.status == "RUNNING"
    assert steps(kernel, run.info.run_id) == list(range(500))
    assert journals(kernel) == []
    kernel.ok("mlflow.log_metric('a', 1, step=500); mlflow.end_run()")
    assert kernel.runs()[0].info.status == "FINISHED"


def test_a_fork_in_the_cell_neither_writes_nor_ends_anything(kernel: LiveKernel) -> None:
    reply = kernel.ok(
        "import mlflow, os, time, warnings; warnings.simplefilter('ignore')\n"
        "mlflow.log_metric('a', 0, step=0)\n"
        "child = os.fork()\n"
        "if not child: time.sleep(30); os._exit(0)\n"
        "mlflow.log_metric('a', 1, step=1)\n"
        "print(child)"
    )
    kernel.kill()
    (run,) = kernel.runs()
    assert run.info.status == "FINISHED"
    assert steps(kernel, run.info.run_id) == [0, 1]
    until(lambda: journals(kernel) == [])
    os.kill(int(reply.stdout), 9)


def test_a_thousand_runs_of_one_cell(kernel: LiveKernel) -> None:
    kernel.ok(
        "import mlflow\nwith mlflow.start_run():\n    for n in range(1000):\n"
        "        with mlflow.start_run(nested=True): mlflow.log_metric('a', n); mlflow.log_param('n', n)"
    )
    until(lambda: len([run for run in kernel.runs() if run.info.status == "FINISHED"]) == 1001, 60)
    found = {run.data.params["n"]: run.data.metrics["a"] for run in kernel.runs() if run.data.params}
    assert found == {str(n): float(n) for n in range(1000)}
